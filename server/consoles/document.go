package consoles

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// document is the API description as its pages show it: each operation and each shape,
// in the order of the description. It is read from the bytes that /openapi.json gives,
// so that the pages can say nothing else.
type document struct {
	Info struct {
		Doc prose `json:"description"`
	} `json:"info"`
	Tags []struct {
		Name string `json:"name"`
		Doc  prose  `json:"description"`
	} `json:"tags"`
	Paths      entries[entries[*operation]] `json:"paths"`
	Components struct {
		Schemas    entries[*shape]    `json:"schemas"`
		Parameters entries[parameter] `json:"parameters"`
		Headers    entries[header]    `json:"headers"`
		Schemes    entries[header]    `json:"securitySchemes"`
	} `json:"components"`

	operations []*operation // all, in order
}

// operation is one method at one address.
type operation struct {
	Method, Path string
	ID           string            `json:"operationId"`
	Tags         []string          `json:"tags"`
	Summary      string            `json:"summary"`
	Doc          prose             `json:"description"`
	Parameters   []parameter       `json:"parameters"`
	Security     []json.RawMessage `json:"security"` // where a key is needed
	Body         *struct {
		Content entries[content] `json:"content"`
	} `json:"requestBody"`
	Responses entries[response] `json:"responses"`
}

// Page is the path of the page of the operation.
func (op *operation) Page() string { return operationsPath + op.ID }

// parameter is one of an operation; those that several share are there by their name.
type parameter struct {
	Ref      string `json:"$ref"`
	Name     string `json:"name"`
	In       string `json:"in"`
	Doc      prose  `json:"description"`
	Required bool   `json:"required"`
	Schema   *shape `json:"schema"`

	shared bool // a filter, as nearly all lists take it
}

type response struct {
	Doc     prose            `json:"description"`
	Headers entries[header]  `json:"headers"`
	Content entries[content] `json:"content"`
}

type header struct {
	Ref string `json:"$ref"`
	Doc prose  `json:"description"`
}

type content struct {
	Schema *shape `json:"schema"`
}

// readDocument reads an API description.
func readDocument(text []byte) (*document, error) {
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("read the API description: %w", err)
	}
	for _, path := range d.Paths {
		for _, method := range path.Value {
			op := method.Value
			op.Method, op.Path = strings.ToUpper(method.Name), path.Name
			for i, p := range op.Parameters {
				if name := nameOf(p.Ref); name != "" {
					shared, ok := d.Components.Parameters.find(name)
					if !ok {
						return nil, fmt.Errorf("read the API description: %s refers to %s, which is not there", op.ID, p.Ref)
					}
					shared.shared = shared.In == "query"
					op.Parameters[i] = shared
				}
			}
			d.operations = append(d.operations, op)
		}
	}
	return &d, nil
}

// operation gives the operation with an id, nil where there is none.
func (d *document) operation(id string) *operation {
	for _, op := range d.operations {
		if op.ID == id {
			return op
		}
	}
	return nil
}

// tagged gives the operations that have a tag.
func (d *document) tagged(tag string) (tagged []*operation) {
	for _, op := range d.operations {
		if slices.Contains(op.Tags, tag) {
			tagged = append(tagged, op)
		}
	}
	return tagged
}

// usersOf gives the operations that take or give a shape, by itself or in others.
func (d *document) usersOf(name string) (users []*operation) {
	for _, op := range d.operations {
		seen := map[string]bool{}
		if op.Body != nil {
			d.reach(seen, op.Body.Content)
		}
		if len(op.Responses) > 0 { // the first is what is expected; all have the same problems
			d.reach(seen, op.Responses[0].Value.Content)
		}
		if seen[name] {
			users = append(users, op)
		}
	}
	return users
}

// reach notes the names of the shapes to which a content leads.
func (d *document) reach(seen map[string]bool, media entries[content]) {
	var visit func(s *shape)
	visit = func(s *shape) {
		if s == nil {
			return
		}
		if name := nameOf(s.Ref); name != "" && !seen[name] {
			seen[name] = true
			named, _ := d.Components.Schemas.find(name)
			visit(named)
		}
		visit(s.Items)
		for _, one := range s.OneOf {
			visit(one)
		}
		for _, p := range s.Properties {
			visit(p.Value)
		}
	}
	for _, m := range media {
		visit(m.Value.Schema)
	}
}

// nameOf is the name at the end of a reference such as #/components/schemas/Post.
func nameOf(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

// entries are the members of a JSON object in their order.
type entries[T any] []entry[T]

type entry[T any] struct {
	Name  string
	Value T
}

func (e entries[T]) find(name string) (value T, ok bool) {
	for _, member := range e {
		if member.Name == name {
			return member.Value, true
		}
	}
	return value, false
}

func (e *entries[T]) UnmarshalJSON(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	if _, err := d.Token(); err != nil { // the brace
		return err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		var member entry[T]
		if member.Name, _ = name.(string); member.Name == "" {
			return fmt.Errorf("found %v, expected an object", name)
		}
		if err := d.Decode(&member.Value); err != nil {
			return fmt.Errorf("%s: %w", member.Name, err)
		}
		*e = append(*e, member)
	}
	return nil
}
