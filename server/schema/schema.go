package schema

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// Schema is the part of JSON Schema 2020-12 that the document needs. Its
// fields are written in this order, so that the document reads well.
type Schema struct {
	Ref         string      `json:"$ref,omitempty"`
	Description string      `json:"description,omitempty"`
	Type        any         `json:"type,omitempty"` // a name, or a list of names
	Const       string      `json:"const,omitempty"`
	Enum        []string    `json:"enum,omitempty"`
	Format      string      `json:"format,omitempty"`
	Pattern     string      `json:"pattern,omitempty"`
	Minimum     json.Number `json:"minimum,omitempty"`
	Maximum     json.Number `json:"maximum,omitempty"`
	MinLength   int         `json:"minLength,omitempty"`
	MaxLength   int         `json:"maxLength,omitempty"`
	Default     any         `json:"default,omitempty"`
	Required    []string    `json:"required,omitempty"`
	Properties  *Properties `json:"properties,omitempty"`
	Additional  any         `json:"additionalProperties,omitempty"`
	Items       *Schema     `json:"items,omitempty"`
	MaxItems    int         `json:"maxItems,omitempty"`
	Unique      bool        `json:"uniqueItems,omitempty"`
	OneOf       []*Schema   `json:"oneOf,omitempty"`
	Examples    []any       `json:"examples,omitempty"`
}

// Property is one field of an object.
type Property struct {
	Name     string
	optional bool
	Schema   *Schema
}

// Properties are the fields of an object, in the order they are sent.
type Properties []Property

// MarshalJSON keeps the order.
func (p Properties) MarshalJSON() ([]byte, error) {
	return MarshalOrdered(len(p), func(i int) (string, any) { return p[i].Name, p[i].Schema })
}

// MarshalOrdered writes an object of so many members, in their order.
func MarshalOrdered(n int, at func(int) (string, any)) ([]byte, error) {
	var w bytes.Buffer
	w.WriteByte('{')
	for i := range n {
		name, value := at(i)
		if i > 0 {
			w.WriteByte(',')
		}
		key, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		w.Write(key)
		w.WriteByte(':')
		w.Write(text)
	}
	w.WriteByte('}')
	return w.Bytes(), nil
}

// Is is a field that is always there, and Maybe one that need not be.
func Is(name string, s *Schema) Property    { return Property{Name: name, Schema: s} }
func Maybe(name string, s *Schema) Property { return Property{Name: name, Schema: s, optional: true} }

// Object is closed: what it does not name is never sent.
func Object(description string, fields ...Property) *Schema {
	s := &Schema{Type: "object", Description: description, Additional: false}
	p := Properties(fields)
	s.Properties = &p
	for _, f := range fields {
		if !f.optional {
			s.Required = append(s.Required, f.Name)
		}
	}
	return s
}

// ListOf is a list of such items.
func ListOf(description string, items *Schema) *Schema {
	return &Schema{Type: "array", Description: description, Items: items}
}

// longestText bounds a text that has no bound of its own, in characters: a post has no
// more bytes, and nothing else is as long.
const longestText = 16 << 20

// Text is a string.
func Text(description string, examples ...any) *Schema {
	return &Schema{Type: "string", Description: description, MaxLength: longestText, Examples: examples}
}

// Most bounds a string by its characters, and a list by its items.
func (s *Schema) Most(n int) *Schema {
	if s.Type == "array" {
		s.MaxItems = n
	} else {
		s.MaxLength = n
	}
	return s
}

// OrNull lets a schema be null too.
func OrNull(s *Schema) *Schema {
	s.Type = []string{s.Type.(string), "null"}
	return s
}

// Number is a number of a kind, "integer" or "number", from low to high where they are
// given. An integer has 64 bits where they are not.
func Number(kind, description string, low, high json.Number, examples ...any) *Schema {
	s := &Schema{Type: kind, Description: description, Minimum: low, Maximum: high, Examples: examples}
	if kind == "integer" {
		if low == "" {
			s.Minimum = "-9223372036854775808"
		}
		if high == "" {
			s.Maximum = "9223372036854775807"
		}
		s.Format = widthOf(s.Minimum, s.Maximum)
	}
	return s
}

// widthOf names the kind of integer that holds the integers from low to high.
func widthOf(low, high json.Number) string {
	for _, end := range []json.Number{low, high} {
		if _, err := strconv.ParseInt(string(end), 10, 32); err != nil {
			return "int64"
		}
	}
	return "int32"
}

// Truth is true or false.
func Truth(description string) *Schema { return &Schema{Type: "boolean", Description: description} }

// OneOf is what one of some schemas is.
func OneOf(description string, of ...*Schema) *Schema {
	return &Schema{Description: description, OneOf: of}
}

// Component is the schema that has a name in the description.
func Component(name string) *Schema { return &Schema{Ref: "#/components/schemas/" + name} }
