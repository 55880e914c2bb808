package metabox

import (
	"strings"

	"alphanode/content"
	"alphanode/server/readable"
)

// Form is what a value is, and says which of its fields are filled.
type Form string

// The forms, and what each fills.
const (
	Text    Form = "text"    // that an author wrote: Text, which may have several lines
	Words   Form = "words"   // of ours: Text
	Code    Form = "code"    // what a machine reads: Text
	Day     Form = "day"     // Text, and Instant as it was given
	Score   Form = "score"   // Text, and Share
	Term    Form = "term"    // Text, Type of an entity, Href where it has a page
	Filter  Form = "filter"  // Text, Href of the posts that have it
	Image   Form = "image"   // Text, Source, Alt, Address, Href where it can be followed, Width and Height
	List    Form = "list"    // Items, and those that are Folded
	Texts   Form = "texts"   // likewise Lines, where each item is a text of one line
	Members Form = "members" // Rows, each a name that an author gave and a value, and those that are Folded
	Table   Form = "table"   // Rows, each a name of ours and a value
)

// Value is what stands beside a name.
type Value struct {
	Form          Form
	Text          string
	Type          string
	Instant       string // of RFC 3339
	Share         int    // 0–100
	Href          string // "" where there is no link
	Source        string
	Alt           string
	Address       string // the host of a link, else all there is
	Width, Height string // in pixels; "" where not known
	Items         []Value
	Lines         []string
	Rows          []Field
	Folded        *Value // of the same form: what of a long list is behind a fold
}

// Label is the name, in quotation marks where nothing of it can be seen.
func (f Field) Label() string { return shown(Value{Text: f.Name}).Text }

// TextLines are those of a text.
func (v Value) TextLines() []string { return strings.Split(strings.TrimRight(v.Text, "\n"), "\n") }

// Count is how many entries a list has.
func (v Value) Count() string { return readable.Number(len(v.Items) + len(v.Lines) + len(v.Rows)) }

// Dir reports whether an author's words say which way the value is written.
func (v Value) Dir() bool {
	return v.Form == Text || v.Form == Term || v.Form == Filter || v.Form == Image
}

// unfolded is how many entries of a list are shown at once.
const unfolded = 40

// folded puts what is behind the first entries of a list behind a fold. A list without
// entries is no value.
func (v Value) folded() Value {
	n := len(v.Items) + len(v.Rows)
	if n == 0 {
		return Value{}
	}
	if v.Form == List {
		v = v.plain()
	}
	if n > unfolded {
		rest := Value{Form: v.Form}
		v.Items, rest.Items = cut(v.Items)
		v.Lines, rest.Lines = cut(v.Lines)
		v.Rows, rest.Rows = cut(v.Rows)
		v.Folded = &rest
	}
	return v
}

func cut[T any](all []T) (shown, rest []T) {
	n := min(unfolded, len(all))
	return all[:n], all[n:]
}

// plain gives a list as its texts, where it has no other items: most are of these, and a
// template writes them in no time.
func (v Value) plain() Value {
	lines := make([]string, len(v.Items))
	for i, item := range v.Items {
		if item.Form != Text || strings.Contains(item.Text, "\n") {
			return v
		}
		lines[i] = item.Text
	}
	return Value{Form: Texts, Lines: lines}
}

// text is what an author wrote; no value where that is nothing.
func text(s string) Value {
	if s == "" {
		return Value{}
	}
	return shown(Value{Form: Text, Text: s})
}

// shown gives a text of which nothing can be seen in quotation marks, as an entry of a
// list is there all the same.
func shown(v Value) Value {
	if (v.Form == Text || v.Form == "") && strings.TrimSpace(v.Text) == "" {
		return Value{Form: Code, Text: string(content.AppendString(nil, v.Text))}
	}
	return v
}

func words(s string) Value { return Value{Form: Words, Text: s} }

func code(s string) Value {
	v := text(s)
	if v.Form != "" {
		v.Form = Code
	}
	return v
}

func listOf(n int, entry func(i int) Value) Value {
	v := Value{Form: List, Items: make([]Value, n)}
	for i := range n {
		v.Items[i] = shown(entry(i))
	}
	return v.folded()
}

// table is what has named parts, all of them known. It is there even where none of them is.
func table(rows box) Value {
	if len(rows) == 0 {
		return words("none")
	}
	return Value{Form: Table, Rows: rows}
}

// day is a date, or an instant in UTC.
func day(given string) Value {
	if _, ok := content.ParseDate(given); !ok {
		return text(given)
	}
	return Value{Form: Day, Text: readable.Date(given), Instant: given}
}
