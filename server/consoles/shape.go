package consoles

import (
	"encoding/json"
	"fmt"
	"strings"
)

// shape is a JSON Schema as the API description has it.
type shape struct {
	Ref        string          `json:"$ref"`
	Doc        prose           `json:"description"`
	Type       any             `json:"type"` // a name, or a list of names
	Const      string          `json:"const"`
	Enum       []string        `json:"enum"`
	Format     string          `json:"format"`
	Minimum    json.Number     `json:"minimum"`
	Maximum    json.Number     `json:"maximum"`
	MaxItems   int             `json:"maxItems"`
	Default    json.RawMessage `json:"default"`
	Required   []string        `json:"required"`
	Properties entries[*shape] `json:"properties"`
	Items      *shape          `json:"items"`
	OneOf      []*shape        `json:"oneOf"`
	Examples   []any           `json:"examples"`
}

// shapesPath is below what the pages of shapes stand.
const shapesPath = "/docs/shapes/"

// kind says in a few words what a value of the shape is, with the shapes that it names as
// links.
func (s *shape) kind() []mention {
	if s == nil {
		return nil
	}
	if name := nameOf(s.Ref); name != "" {
		return []mention{{Text: name, To: shapesPath + name}}
	}
	var text []mention
	switch words := s.types(); {
	case s.OneOf != nil:
		for i, one := range s.OneOf {
			if i > 0 {
				text = append(text, plain(" or "))
			}
			text = append(text, one.kind()...)
		}
	case s.Const != "":
		text = append(text, plain(`"`+s.Const+`"`))
	case s.Items != nil:
		text = append(append(text, plain("list of ")), s.Items.kind()...)
	case len(words) > 0:
		text = append(text, plain(words[0]+s.bounds()))
	default:
		text = append(text, plain("anything"))
	}
	if s.nullable() {
		text = append(text, plain(" or null"))
	}
	return text
}

// types are the names of the types that a value can have, without null.
func (s *shape) types() (names []string) {
	switch t := s.Type.(type) {
	case string:
		names = append(names, t)
	case []any:
		for _, name := range t {
			if name, ok := name.(string); ok && name != "null" {
				names = append(names, name)
			}
		}
	}
	return names
}

func (s *shape) nullable() bool {
	list, _ := s.Type.([]any)
	for _, name := range list {
		if name == "null" {
			return true
		}
	}
	return false
}

// bounds says what a value may be, where that says more than its type: the ends of 64
// bits do not.
func (s *shape) bounds() string {
	low, high := string(s.Minimum), string(s.Maximum)
	if strings.HasSuffix(high, "9223372036854775807") {
		high = ""
	}
	if strings.HasPrefix(low, "-9223372036854775808") {
		low = ""
	}
	switch {
	case low != "" && high != "":
		return ", " + low + " to " + high
	case low != "":
		return ", at least " + low
	case high != "":
		return ", at most " + high
	case s.Format != "" && !strings.HasPrefix(s.Format, "int"):
		return ", " + s.Format
	}
	return ""
}

// choices are the words that a value must be one of, each by itself where it is a list.
func (s *shape) choices() []string {
	if s != nil && s.Items != nil {
		return s.Items.choices()
	}
	if s == nil {
		return nil
	}
	return s.Enum
}

// example is a value to begin with, "" where there is none.
func (s *shape) example() string {
	switch {
	case s == nil:
		return ""
	case s.Items != nil:
		return s.Items.example()
	case len(s.Examples) > 0:
		return fmt.Sprint(s.Examples[0])
	case len(s.Enum) > 0:
		return s.Enum[0]
	}
	return ""
}

// given is the value that stands where none is given, as JSON writes it.
func (s *shape) given() string {
	if s == nil {
		return ""
	}
	return string(s.Default)
}

// shapeField is one field of an object, those of objects in it too, by its path.
type shapeField struct {
	Path     string
	Kind     []mention
	Doc      prose
	Choices  []string
	Required bool
}

// fields are those of an object, of what a list holds, and of objects in it that have no
// page of their own.
func (s *shape) fields(prefix string) (rows []shapeField) {
	for s != nil && s.Items != nil {
		s, prefix = s.Items, prefix+"[]"
	}
	if s == nil {
		return nil
	}
	if prefix != "" && len(s.Properties) > 0 {
		prefix += "."
	}
	for _, p := range s.Properties {
		row := shapeField{Path: prefix + p.Name, Kind: p.Value.kind(), Doc: p.Value.Doc, Choices: p.Value.choices()}
		for _, name := range s.Required {
			row.Required = row.Required || name == p.Name
		}
		rows = append(append(rows, row), p.Value.fields(row.Path)...)
	}
	for i, one := range s.OneOf {
		if one.Properties != nil {
			rows = append(rows, one.fields(prefix+one.told(i))...)
		}
	}
	return rows
}

// told is the word by which one of several objects is told apart, else its number.
func (s *shape) told(i int) string {
	for _, p := range s.Properties {
		if p.Value.Const != "" {
			return p.Value.Const
		}
	}
	return fmt.Sprint(i + 1)
}
