package server

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"alphanode/server/schema"
)

// Where a parameter stands.
const (
	inQuery = "query"
	inPath  = "path"
)

// parameter is one parameter of a route. What it accepts is said once: the
// constructors below make the reading and the published schema from the same
// arguments.
type parameter struct {
	name   string
	alias  string // another name for the same, or ""
	in     string
	doc    string
	needed string // what is expected where it must be given; "" where it need not be
	many   bool   // may be given several times
	list   bool   // one value holds several, separated by commas
	shared bool   // has a name of its own in the document
	schema *schema.Schema
	read   func(*query, []string) []misfit
}

// names are all names by which the parameter can be given.
func (p *parameter) names() []string {
	if p.alias == "" {
		return []string{p.name}
	}
	return []string{p.name, p.alias}
}

// misfit is a value that does not fit.
type misfit struct{ Found, Expected string }

// maxText bounds a text in a parameter, in bytes.
const maxText = 1024

func single(name, doc string, s *schema.Schema, read func(*query, string) *misfit) *parameter {
	return &parameter{name: name, in: inQuery, doc: doc, schema: s, read: func(q *query, values []string) []misfit {
		if bad := read(q, values[0]); bad != nil {
			return []misfit{*bad}
		}
		return nil
	}}
}

// textParameter takes any text but an empty one.
func textParameter(name, doc string, examples []any, fill func(*query, string)) *parameter {
	return single(name, doc, textSchema(examples), func(q *query, value string) *misfit {
		if bad := misfitText(value); bad != nil {
			return bad
		}
		fill(q, value)
		return nil
	})
}

// textsParameter takes texts, each in a parameter of its own.
func textsParameter(name, doc string, examples []any, fill func(*query, []string)) *parameter {
	return &parameter{name: name, in: inQuery, doc: doc, many: true, schema: textSchema(examples),
		read: func(q *query, values []string) (bad []misfit) {
			for _, value := range values {
				if m := misfitText(value); m != nil {
					bad = append(bad, *m)
				}
			}
			if bad == nil {
				fill(q, values)
			}
			return bad
		}}
}

func textSchema(examples []any) *schema.Schema {
	return &schema.Schema{Type: "string", MinLength: 1, MaxLength: maxText, Examples: examples}
}

func misfitText(value string) *misfit {
	if n := utf8.RuneCountInString(value); n == 0 || n > maxText {
		return &misfit{value, "a text of 1 to " + strconv.Itoa(maxText) + " characters"}
	}
	return nil
}

// integerParameter takes the integers from low to high.
func integerParameter(name, doc string, low, high int64, s *schema.Schema, fill func(*query, int64)) *parameter {
	s.Type = "integer"
	expected := "an integer of at most 64 bits"
	if low > math.MinInt64 {
		s.Minimum = new(float64(low))
		expected = "an integer of at least " + strconv.FormatInt(low, 10)
	}
	if high < math.MaxInt64 {
		s.Maximum = new(float64(high))
		expected = "an integer from " + strconv.FormatInt(low, 10) + " to " + strconv.FormatInt(high, 10)
	}
	if low == math.MinInt64 {
		s.Format = "int64"
	}
	return single(name, doc, s, func(q *query, value string) *misfit {
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil || n < low || n > high || value[0] == '+' {
			return &misfit{value, expected}
		}
		fill(q, n)
		return nil
	})
}

// fractionParameter takes the numbers from 0 to 1.
func fractionParameter(name, doc string, s *schema.Schema, fill func(*query, float64)) *parameter {
	s.Type, s.Minimum, s.Maximum = "number", new(0.0), new(1.0)
	return single(name, doc, s, func(q *query, value string) *misfit {
		f, err := strconv.ParseFloat(value, 64)
		if err != nil || !(f >= 0 && f <= 1) || strings.ContainsAny(value, "_xXpP+") {
			return &misfit{value, "a number from 0 to 1"}
		}
		fill(q, f)
		return nil
	})
}

// truthParameter takes true and false.
func truthParameter(name, doc string, fill func(*query, bool)) *parameter {
	return single(name, doc, &schema.Schema{Type: "boolean"}, func(q *query, value string) *misfit {
		if value != "true" && value != "false" {
			return &misfit{value, "true or false"}
		}
		fill(q, value == "true")
		return nil
	})
}

// choiceParameter takes one of some words.
func choiceParameter(name, doc, preset string, words []string, fill func(*query, string)) *parameter {
	s := &schema.Schema{Type: "string", Enum: words}
	if preset != "" {
		s.Default = preset
	}
	return single(name, doc, s, func(q *query, value string) *misfit {
		if !slices.Contains(words, value) {
			return &misfit{value, "one of " + strings.Join(words, ", ") + suggestion(value, words)}
		}
		fill(q, value)
		return nil
	})
}

// choicesParameter takes some of some words, separated by commas.
func choicesParameter(name, doc string, words []string, fill func(*query, []string)) *parameter {
	p := &parameter{name: name, in: inQuery, doc: doc, list: true, schema: &schema.Schema{Type: "string", Enum: words}}
	p.read = func(q *query, values []string) (bad []misfit) {
		chosen := strings.Split(values[0], ",")
		for _, word := range chosen {
			if !slices.Contains(words, word) && len(bad) < maxFaults {
				bad = append(bad, misfit{word, "one or more of " + strings.Join(words, ", ") + ", separated by commas" + suggestion(word, words)})
			}
		}
		if bad == nil {
			fill(q, chosen)
		}
		return bad
	}
	return p
}

func suggestion(word string, words []string) string {
	if near := nearest(word, words); near != "" && len(words) > 1 {
		return "; did you mean " + near + "?"
	}
	return ""
}

// cursorParameter takes a cursor. It holds a title at most, so it is longer
// than other texts.
func cursorParameter(name, doc string, fill func(*query, string)) *parameter {
	const most = 8192
	return single(name, doc, &schema.Schema{Type: "string", MinLength: 1, MaxLength: most}, func(q *query, value string) *misfit {
		if len(value) == 0 || len(value) > most {
			return &misfit{value, "a cursor from an earlier answer"}
		}
		fill(q, value)
		return nil
	})
}

// slugParameter takes the slug in an address. One that names nothing is not
// found, whatever it looks like.
func slugParameter(what string) *parameter {
	p := single("slug", "The slug of the "+what+".", &schema.Schema{Type: "string", MinLength: 1}, func(q *query, slug string) *misfit {
		q.slug = slug
		return nil
	})
	p.in = inPath
	return p
}
