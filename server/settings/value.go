package settings

import (
	"math"
	"net/url"
	"strconv"
	"strings"
)

// Value is a setting as it is in force.
type Value struct {
	Setting
	Text string // as a flag would give it
	From Source
}

// Source is where a value comes from.
type Source struct {
	Kind string // one of the words below
	At   string // the flag, the variable, or the file and its line; "" of a default
}

// The sources of values; of several that give a setting the first is in force.
const (
	FromFlag        = "flag"
	FromEnvironment = "environment"
	FromFile        = "file"
	FromDefault     = "default"
)

// String names the source as errors do.
func (s Source) String() string {
	switch s.Kind {
	case FromFlag:
		return "flag --" + s.At
	case FromEnvironment:
		return "environment variable " + s.At
	case FromFile:
		return s.At
	default:
		return "default"
	}
}

// Secret reports whether the value must be shown to nobody: it is one, or an address
// that holds one.
func (v Value) Secret() bool {
	if v.Text == "" {
		return false
	}
	if v.Unit == secret {
		return true
	}
	u, err := url.Parse(v.Text)
	return strings.Contains(v.Text, "://") && (err == nil && u.User != nil || err != nil && strings.Contains(v.Text, "@"))
}

// Typed gives the value as its kind is written: a text, an integer, a fraction, true or
// false, or a list of texts. What a list of one setting is, is that of its flag, cut at
// the commas.
func (v Value) Typed() any {
	switch v.Kind() {
	case List:
		list := []string{}
		if v.Text == "" {
			return list
		}
		for text := range strings.SplitSeq(v.Text, ",") {
			list = append(list, strings.TrimSpace(text))
		}
		return list
	case Truth:
		if yes, err := strconv.ParseBool(v.Text); err == nil {
			return yes
		}
	case Number:
		if n, err := strconv.ParseInt(v.Text, 10, 64); err == nil {
			return n
		}
		if n, err := strconv.ParseFloat(v.Text, 64); err == nil && !math.IsInf(n, 0) && !math.IsNaN(n) {
			return n
		}
	}
	return v.Text
}
