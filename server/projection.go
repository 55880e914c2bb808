package server

import (
	"strings"

	"github.com/go-faster/jx"

	"alphanode/server/schema"
)

// projection is the set of fields that fields= asks for: for each name what is
// wanted of it, nil for all of it.
type projection map[string]projection

// fieldsParameter takes the names of a shape's fields, such as meta.summary.
// Lists are taken whole.
func fieldsParameter(of *schema.Schema) *parameter {
	return choicesParameter("fields", "Only these fields, separated by commas, such as slug,title. Fields come in their usual order; one that a post does not have is left out.",
		fieldPaths("", of), func(q *query, paths []string) {
			q.fields = projection{}
			for _, path := range paths {
				q.fields.add(strings.Split(path, "."))
			}
		})
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
func (p projection) add(path []string) {
	below, asked := p[path[0]]
	switch {
	case len(path) == 1:
		p[path[0]] = nil
	case asked && below == nil: // asked for whole
	case asked:
		below.add(path[1:])
	default:
		below = projection{}
		below.add(path[1:])
		p[path[0]] = below
	}
}

// within reports whether everything asked for is also in other.
func (p projection) within(other projection) bool {
	for name, below := range p {
		o, ok := other[name]
		if !ok || o != nil && (below == nil || !below.within(o)) {
			return false
		}
	}
	return true
}

// appendTo appends the asked-for fields of a JSON object, byte for byte and in
// the order of the object.
func (p projection) appendTo(dst, object []byte) ([]byte, error) {
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
			dst, err = below.appendTo(dst, value)
			return err
		}
		dst = append(dst, value...)
		return nil
	})
	return append(dst, '}'), err
}

// lookup reads one value out of a JSON object by its path; nil where it is not
// there. The bytes are those of the object.
func lookup(object []byte, path ...string) ([]byte, error) {
	d := jx.DecodeBytes(object)
	fields, err := d.ObjIter()
	if err != nil {
		return nil, err
	}
	for fields.Next() {
		if string(fields.Key()) != path[0] {
			if err := d.Skip(); err != nil {
				return nil, err
			}
			continue
		}
		value, err := d.Raw()
		if err != nil || len(path) == 1 {
			return value, err
		}
		return lookup(value, path[1:]...)
	}
	return nil, fields.Err()
}
