package server

import (
	"bytes"
	"encoding/json"
	"slices"
)

// schema is the part of JSON Schema 2020-12 that the document needs. Its
// fields are written in this order, so that the document reads well.
type schema struct {
	Ref         string      `json:"$ref,omitempty"`
	Description string      `json:"description,omitempty"`
	Type        any         `json:"type,omitempty"` // a name, or a list of names
	Const       string      `json:"const,omitempty"`
	Enum        []string    `json:"enum,omitempty"`
	Format      string      `json:"format,omitempty"`
	Pattern     string      `json:"pattern,omitempty"`
	Minimum     *float64    `json:"minimum,omitempty"`
	Maximum     *float64    `json:"maximum,omitempty"`
	MinLength   int         `json:"minLength,omitempty"`
	MaxLength   int         `json:"maxLength,omitempty"`
	Default     any         `json:"default,omitempty"`
	Required    []string    `json:"required,omitempty"`
	Properties  *properties `json:"properties,omitempty"`
	Additional  any         `json:"additionalProperties,omitempty"`
	Items       *schema     `json:"items,omitempty"`
	OneOf       []*schema   `json:"oneOf,omitempty"`
	AnyOf       []*schema   `json:"anyOf,omitempty"`
	Examples    []any       `json:"examples,omitempty"`
}

// property is one field of an object.
type property struct {
	name     string
	optional bool
	schema   *schema
}

// properties are the fields of an object, in the order they are sent.
type properties []property

// MarshalJSON keeps the order.
func (p properties) MarshalJSON() ([]byte, error) {
	return marshalOrdered(len(p), func(i int) (string, any) { return p[i].name, p[i].schema })
}

// members is a JSON object whose fields keep their order.
type members []member

type member struct {
	name  string
	value any
}

// MarshalJSON keeps the order.
func (m members) MarshalJSON() ([]byte, error) {
	return marshalOrdered(len(m), func(i int) (string, any) { return m[i].name, m[i].value })
}

func marshalOrdered(n int, at func(int) (string, any)) ([]byte, error) {
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

func is(name string, s *schema) property    { return property{name: name, schema: s} }
func maybe(name string, s *schema) property { return property{name: name, schema: s, optional: true} }

// object is closed: what it does not name is never sent.
func object(description string, fields ...property) *schema {
	s := &schema{Type: "object", Description: description, Additional: false}
	p := properties(fields)
	s.Properties = &p
	for _, f := range fields {
		if !f.optional {
			s.Required = append(s.Required, f.name)
		}
	}
	return s
}

func listOf(description string, items *schema) *schema {
	return &schema{Type: "array", Description: description, Items: items}
}

func text(description string, examples ...any) *schema {
	return &schema{Type: "string", Description: description, Examples: examples}
}

func orNull(s *schema) *schema {
	s.Type = []string{s.Type.(string), "null"}
	return s
}

func number(kind, description string, low, high *float64, examples ...any) *schema {
	return &schema{Type: kind, Description: description, Minimum: low, Maximum: high, Examples: examples}
}

func truth(description string) *schema { return &schema{Type: "boolean", Description: description} }

func oneOf(description string, of ...*schema) *schema {
	return &schema{Description: description, OneOf: of}
}

func component(name string) *schema { return &schema{Ref: "#/components/schemas/" + name} }

// partial is the schema of an object of which only some fields were asked for:
// nothing is required, at any depth of objects. Lists are always whole.
func (s *schema) partial() *schema {
	if s.Properties == nil {
		return s
	}
	part := *s
	part.Required = nil
	fields := slices.Clone(*s.Properties)
	for i := range fields {
		fields[i].schema = fields[i].schema.partial()
	}
	part.Properties = &fields
	return &part
}
