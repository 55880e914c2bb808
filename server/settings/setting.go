package settings

import (
	"slices"
	"strconv"
	"strings"
)

// Setting is one line of the table of settings: what the command line makes a
// flag of, the file a key, and the documentation a line.
type Setting struct {
	Name    string // of the flag, and of the key in a file
	Default string
	Unit    string // what a value is
	Doc     string
	set     func(*Settings, string) error
}

// Group is settings about one thing, shown together.
type Group struct {
	Name     string
	Settings []Setting
}

// Groups lists every setting, in the order in which they are shown.
func Groups() []Group { return slices.Clone(groups) }

// Table lists every setting.
func Table() []Setting { return slices.Clone(table) }

var table = func() (all []Setting) {
	for _, group := range groups {
		all = append(all, group.Settings...)
	}
	return all
}()

// find gives the setting that has a name.
func find(name string) (Setting, bool) {
	i := slices.IndexFunc(table, func(s Setting) bool { return s.Name == name })
	if i < 0 {
		return Setting{}, false
	}
	return table[i], true
}

func names() (all []string) {
	for _, s := range table {
		all = append(all, s.Name)
	}
	return all
}

// Env is the environment variable that gives the setting where the flag does
// not.
func (s Setting) Env() string {
	return envPrefix + strings.ReplaceAll(strings.ToUpper(s.Name), "-", "_")
}

const envPrefix = "ALPHANODE_"

// Check reports what is wrong with a value.
func (s Setting) Check(value string) error { return s.set(&Settings{}, value) }

// Kind is how a value is written where there are types: in a file, and in JSON.
type Kind int

// The kinds of values.
const (
	Text   Kind = iota
	Number      // an integer or a fraction
	Truth       // true or false
	List        // texts
)

// Kind tells how values of the setting are written. It follows from the unit and the
// default.
func (s Setting) Kind() Kind {
	switch s.Unit {
	case "true or false":
		return Truth
	case "origins", "names", "addresses", "files":
		return List
	}
	if _, err := strconv.ParseFloat(s.Default, 64); err == nil {
		return Number
	}
	return Text
}

// secret is the unit of what is shown to nobody.
const secret = "secret"
