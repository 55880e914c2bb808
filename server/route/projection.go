package route

import (
	"slices"
	"strings"

	"github.com/go-faster/jx"

	"alphanode/server/schema"
)

// Projection is the set of fields that fields= asks for: for each name what is
// wanted of it, nil for all of it.
type Projection map[string]Projection

// FieldsParameter takes the names of a shape's fields, such as meta.summary.
// Lists are taken whole.
func FieldsParameter(of *schema.Schema) *Parameter {
	return ChoicesParameter("fields", "Only these fields, such as slug,title. Fields come in their usual order; one that a post does not have is left out. "+
		"The answer is described whole, as it is without fields: what was not asked for is not there, though the description requires it.",
		fieldPaths("", of), func(q *Query, paths []string) {
			q.Fields = Projection{}
			for _, path := range paths {
				q.Fields.add(strings.Split(path, "."))
			}
		})
}

// FieldsOfEither takes the names of the fields of one shape, or of another where a query
// asks for that.
func FieldsOfEither(usual, other *schema.Schema, asksOther func(*Query) bool) *Parameter {
	either, others := FieldsParameter(usual), FieldsParameter(other)
	both := *either.Schema
	both.Enum = slices.Clone(both.Enum)
	for _, path := range others.Schema.Enum {
		if !slices.Contains(both.Enum, path) {
			both.Enum = append(both.Enum, path)
		}
	}
	usually := either.Read
	either.Schema = &both
	either.Read = func(q *Query, paths []string) []Misfit {
		if asksOther(q) {
			return others.Read(q, paths)
		}
		return usually(q, paths)
	}
	return either
}

// fieldPaths are the names by which a shape's fields can be asked for, those of
// objects in it too.
func fieldPaths(prefix string, s *schema.Schema) []string {
	var paths []string
	if s.Properties == nil {
		return nil
	}
	for _, f := range *s.Properties {
		paths = append(paths, prefix+f.Name)
		paths = append(paths, fieldPaths(prefix+f.Name+".", f.Schema)...)
	}
	return paths
}

// add asks for one more field. All of an object wins over parts of it.
func (p Projection) add(path []string) {
	below, asked := p[path[0]]
	switch {
	case len(path) == 1:
		p[path[0]] = nil
	case asked && below == nil: // asked for whole
	case asked:
		below.add(path[1:])
	default:
		below = Projection{}
		below.add(path[1:])
		p[path[0]] = below
	}
}

// Within reports whether everything asked for is also in other.
func (p Projection) Within(other Projection) bool {
	for name, below := range p {
		o, ok := other[name]
		if !ok || o != nil && (below == nil || !below.Within(o)) {
			return false
		}
	}
	return true
}

// AppendTo appends the asked-for fields of a JSON object, byte for byte and in
// the order of the object.
func (p Projection) AppendTo(dst, object []byte) ([]byte, error) {
	dst = append(dst, '{')
	first := true
	err := jx.DecodeBytes(object).ObjBytes(func(d *jx.Decoder, name []byte) error {
		below, asked := p[string(name)]
		if !asked {
			return d.Skip()
		}
		value, err := d.Raw()
		if err != nil {
			return err
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(append(append(dst, '"'), name...), '"', ':')
		if below != nil {
			dst, err = below.AppendTo(dst, value)
			return err
		}
		dst = append(dst, value...)
		return nil
	})
	return append(dst, '}'), err
}
