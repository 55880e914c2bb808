package mapping

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/go-faster/jx"
)

// value is a value of a record: of JSON, or a cell of a table.
type value struct {
	kind    jx.Type
	text    string   // a string, or the digits of a number, true or false as they stand
	names   []string // of the members of an object
	members []*value // of an object, or the entries of a list
	taken   bool     // a field of the post has it
}

func textValue(s string) *value { return &value{kind: jx.String, text: s} }

// parseValue reads JSON. It gives the names that stand twice in one object; the last of
// them counts. With an error it gives what could be read before.
func parseValue(text []byte) (v *value, twice []string, err error) {
	d := jx.DecodeBytes(text)
	v = &value{}
	if err = v.read(d, &twice); err == nil && d.Skip() == nil {
		err = errMore
	}
	return v, twice, err
}

func (v *value) read(d *jx.Decoder, twice *[]string) (err error) {
	switch v.kind = d.Next(); v.kind {
	case jx.String:
		v.text, err = d.Str()
		return err
	case jx.Array:
		return d.Arr(func(d *jx.Decoder) error {
			v.members = append(v.members, &value{})
			return v.members[len(v.members)-1].read(d, twice)
		})
	case jx.Object:
		at := map[string]int{}
		return d.Obj(func(d *jx.Decoder, name string) error {
			member := &value{}
			if i, again := at[name]; again {
				*twice = append(*twice, name)
				v.members[i] = member
			} else {
				at[name] = len(v.names)
				v.names, v.members = append(v.names, name), append(v.members, member)
			}
			return member.read(d, twice)
		})
	default:
		raw, err := d.Raw()
		v.text = string(raw)
		return err
	}
}

// absent reports whether a value says nothing: null and the empty text.
func (v *value) absent() bool {
	return v.kind == jx.Null || v.kind == jx.String && strings.TrimSpace(v.text) == ""
}

// empty reports whether a value says nothing to a field: it is absent, or a list of nothing.
func (v *value) empty() bool {
	return v.absent() || v.kind == jx.Array && !slices.ContainsFunc(v.members, func(e *value) bool { return !e.empty() })
}

// at gives the values at a path. Lists on the way are gone through, unless the path says
// which entry is meant; a name may hold dots, and the longest that is there counts. A value
// that says nothing is taken at once.
func (v *value) at(path []string) []*value {
	if len(path) == 0 {
		if v.empty() {
			v.taken = true
			return nil
		}
		return []*value{v}
	}
	switch v.kind {
	case jx.Array:
		if i, err := strconv.Atoi(path[0]); err == nil {
			if i < 0 || i >= len(v.members) {
				return nil
			}
			return v.members[i].at(path[1:])
		}
		var all []*value
		for _, entry := range v.members {
			all = append(all, entry.at(path)...)
		}
		return all
	case jx.Object:
		for n := len(path); n > 0; n-- {
			name := strings.Join(path[:n], ".")
			for i := range v.names {
				if v.names[i] == name {
					if found := v.members[i].at(path[n:]); len(found) > 0 {
						return found
					}
				}
			}
		}
	}
	return nil
}

// rest is a value without what was taken of it; nil where nothing is left.
func (v *value) rest() *value {
	if v.taken {
		return nil
	}
	if len(v.members) == 0 {
		return v
	}
	left := &value{kind: v.kind}
	for i, member := range v.members {
		if member = member.rest(); member == nil {
			continue
		}
		left.members = append(left.members, member)
		if v.kind == jx.Object {
			left.names = append(left.names, v.names[i])
		}
	}
	if len(left.members) == 0 {
		return nil
	}
	return left
}

// append writes a value as JSON.
func (v *value) append(w *jx.Writer) {
	switch v.kind {
	case jx.String:
		w.Str(v.text)
	case jx.Array:
		w.ArrStart()
		for i, entry := range v.members {
			if i > 0 {
				w.Comma()
			}
			entry.append(w)
		}
		w.ArrEnd()
	case jx.Object:
		w.ObjStart()
		for i, member := range v.members {
			if i > 0 {
				w.Comma()
			}
			w.FieldStart(v.names[i])
			member.append(w)
		}
		w.ObjEnd()
	default:
		w.RawStr(v.text)
	}
}

func (v *value) json() json.RawMessage {
	var w jx.Writer
	v.append(&w)
	return json.RawMessage(w.Buf)
}

// scalar gives a value that is one word or text.
func (v *value) scalar() (string, bool) {
	return v.text, v.kind == jx.String || v.kind == jx.Number || v.kind == jx.Bool
}
