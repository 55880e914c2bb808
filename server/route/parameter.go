package route

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"alphanode/content"
	"alphanode/server/schema"
	"alphanode/store"
)

// Where a parameter stands.
const (
	InQuery = "query"
	InPath  = "path"
)

// Parameter is one parameter of a route. What it accepts is said once: the
// constructors below make the reading and the published schema from the same
// arguments.
type Parameter struct {
	Name   string
	Alias  string // another name for the same, or ""
	In     string
	Doc    string
	Needed string // what is expected where it must be given; "" where it need not be
	Beside string // another parameter, without which it says nothing; "" where it stands alone
	Many   bool   // may be given several times
	List   bool   // likewise, and one value may hold several, separated by commas
	Shared bool   // has a name of its own in the document
	Part   string // of the server that it belongs to; "" where it is always there
	Schema *schema.Schema
	Read   func(*Query, []string) []Misfit
}

// Names are all names by which the parameter can be given.
func (p *Parameter) Names() []string {
	if p.Alias == "" {
		return []string{p.Name}
	}
	return []string{p.Name, p.Alias}
}

// Misfit is a value that does not fit.
type Misfit struct{ Found, Expected string }

// maxText bounds a text in a parameter, in bytes.
const maxText = 1024

// SingleParameter takes one value, which is read as read does.
func SingleParameter(name, doc string, s *schema.Schema, read func(*Query, string) *Misfit) *Parameter {
	return &Parameter{Name: name, In: InQuery, Doc: doc, Schema: s, Read: func(q *Query, values []string) []Misfit {
		if bad := read(q, values[0]); bad != nil {
			return []Misfit{*bad}
		}
		return nil
	}}
}

// TextParameter takes any text but an empty one.
func TextParameter(name, doc string, examples []any, fill func(*Query, string)) *Parameter {
	return SingleParameter(name, doc, textSchema(examples), func(q *Query, value string) *Misfit {
		if bad := misfitText(value); bad != nil {
			return bad
		}
		fill(q, value)
		return nil
	})
}

// NameParameter takes the name of something.
func NameParameter(name, doc string, examples []any, fill func(*Query, string)) *Parameter {
	return SingleParameter(name, doc, textSchema(examples), func(q *Query, value string) *Misfit {
		if bad := misfitName(value); bad != nil {
			return bad
		}
		fill(q, value)
		return nil
	})
}

// NamesParameter takes names, each in a parameter of its own, for they may hold commas.
func NamesParameter(name, doc string, examples []any, fill func(*Query, []string)) *Parameter {
	return &Parameter{Name: name, In: InQuery, Doc: doc, Many: true, Schema: textSchema(examples),
		Read: func(q *Query, values []string) (bad []Misfit) {
			for _, value := range values {
				if m := misfitName(value); m != nil {
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

func misfitText(value string) *Misfit {
	if n := utf8.RuneCountInString(value); n == 0 || n > maxText {
		return &Misfit{value, "a text of 1 to " + strconv.Itoa(maxText) + " characters"}
	}
	return nil
}

// misfitName refuses, beside what is no text, spaces at the ends. No name rests on them,
// so c++ in an address, where a plus is a space, would be taken for c.
func misfitName(value string) *Misfit {
	if bad := misfitText(value); bad != nil {
		return bad
	}
	if strings.TrimSpace(value) != value {
		return &Misfit{value, "a name without spaces at its ends; a + in an address is a space, and %2B is a plus"}
	}
	return nil
}

// IntegerParameter takes the integers from low to high.
func IntegerParameter(name, doc string, low, high int64, s *schema.Schema, fill func(*Query, int64)) *Parameter {
	s.Type, s.Minimum, s.Maximum, s.Format = "integer", number(low), number(high), "int64"
	if low >= math.MinInt32 && high <= math.MaxInt32 {
		s.Format = "int32"
	}
	expected := "an integer of at most 64 bits"
	if low > math.MinInt64 {
		expected = "an integer of at least " + strconv.FormatInt(low, 10)
	}
	if high < math.MaxInt64 {
		expected = "an integer from " + strconv.FormatInt(low, 10) + " to " + strconv.FormatInt(high, 10)
	}
	return SingleParameter(name, doc, s, func(q *Query, value string) *Misfit {
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil || n < low || n > high || value[0] == '+' {
			return &Misfit{value, expected}
		}
		fill(q, n)
		return nil
	})
}

func number(n int64) json.Number { return json.Number(strconv.FormatInt(n, 10)) }

// FractionParameter takes the numbers from 0 to 1.
func FractionParameter(name, doc string, s *schema.Schema, fill func(*Query, float64)) *Parameter {
	s.Type, s.Minimum, s.Maximum = "number", "0", "1"
	return SingleParameter(name, doc, s, func(q *Query, value string) *Misfit {
		f, err := strconv.ParseFloat(value, 64)
		if err != nil || !(f >= 0 && f <= 1) || strings.ContainsAny(value, "_xXpP+") {
			return &Misfit{value, "a number from 0 to 1"}
		}
		fill(q, f)
		return nil
	})
}

// TruthParameter takes true and false.
func TruthParameter(name, doc string, fill func(*Query, bool)) *Parameter {
	return SingleParameter(name, doc, &schema.Schema{Type: "boolean"}, func(q *Query, value string) *Misfit {
		if value != "true" && value != "false" {
			return &Misfit{value, "true or false"}
		}
		fill(q, value == "true")
		return nil
	})
}

// ChoiceParameter takes one of some words.
func ChoiceParameter(name, doc, preset string, words []string, fill func(*Query, string)) *Parameter {
	s := &schema.Schema{Type: "string", Enum: words}
	if preset != "" {
		s.Default = preset
	}
	return SingleParameter(name, doc, s, func(q *Query, value string) *Misfit {
		if !slices.Contains(words, value) {
			return &Misfit{value, "one of " + strings.Join(words, ", ") + Suggestion(value, words)}
		}
		fill(q, value)
		return nil
	})
}

// ListParameter takes several values, each in a parameter of its own or separated by
// commas. Read gets them one by one, whichever way they were given.
func ListParameter(name, doc string, s *schema.Schema, read func(*Query, []string) []Misfit) *Parameter {
	return &Parameter{Name: name, In: InQuery, Doc: doc + " Repeated, or separated by commas.", Many: true, List: true, Schema: s, Read: read}
}

// ChoicesParameter takes some of some words.
func ChoicesParameter(name, doc string, words []string, fill func(*Query, []string)) *Parameter {
	return ListParameter(name, doc, &schema.Schema{Type: "string", Enum: words}, func(q *Query, chosen []string) (bad []Misfit) {
		for _, word := range chosen {
			if !slices.Contains(words, word) && len(bad) < maxFaults {
				bad = append(bad, Misfit{word, "one or more of " + strings.Join(words, ", ") + ", separated by commas" + Suggestion(word, words)})
			}
		}
		if bad == nil {
			fill(q, chosen)
		}
		return bad
	})
}

// LanguageParameter takes the tag of a language. It is filled in its usual case.
func LanguageParameter(name, doc string, fill func(*Query, string)) *Parameter {
	return SingleParameter(name, doc, &schema.Schema{Type: "string", MinLength: 1, MaxLength: content.MaxLanguage, Examples: []any{"pt-BR"}}, func(q *Query, value string) *Misfit {
		tag, ok := content.NormalLanguage(value)
		if !ok {
			return &Misfit{value, content.LanguageExpected}
		}
		fill(q, tag)
		return nil
	})
}

// MatchWords are what can be asked for of a search, as it stands in addresses.
func MatchWords() []string {
	words := make([]string, len(store.Matches))
	for i, m := range store.Matches {
		words[i] = string(m)
	}
	return words
}

// MatchParameter takes how many of the words of a search a post must have.
func MatchParameter(name, of string, fill func(*Query, store.Match)) *Parameter {
	return ChoiceParameter(name, "How many of the words of "+of+" a post must have: every one, most (two, where there are so many), or any. "+
		"Where it is left out: most, and all where operators were typed.", "", MatchWords(), func(q *Query, word string) { fill(q, store.Match(word)) })
}

// Suggestion says which of some words was most likely meant, where one is near.
func Suggestion(word string, words []string) string {
	if near := nearest(word, words); near != "" && len(words) > 1 {
		return "; did you mean " + near + "?"
	}
	return ""
}

// CursorParameter takes a cursor. It holds a title at most, so it is longer
// than other texts.
func CursorParameter(name, doc string, fill func(*Query, string)) *Parameter {
	const most = 8192
	return SingleParameter(name, doc, &schema.Schema{Type: "string", MinLength: 1, MaxLength: most}, func(q *Query, value string) *Misfit {
		if len(value) == 0 || len(value) > most {
			return &Misfit{value, "a cursor from an earlier answer"}
		}
		fill(q, value)
		return nil
	})
}

// longestSlug is more characters than any slug has.
const longestSlug = 4096

// SlugParameter takes the slug in an address. One that names nothing is not
// found, whatever it looks like.
func SlugParameter(what string) *Parameter {
	p := SingleParameter("slug", "The slug of the "+what+".", &schema.Schema{Type: "string", MinLength: 1, MaxLength: longestSlug}, func(q *Query, slug string) *Misfit {
		q.Slug = cmp.Or(content.NormalSlug(slug), slug) // by which caches know what an answer is about
		return nil
	})
	p.In = InPath
	return p
}
