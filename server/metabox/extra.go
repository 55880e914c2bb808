package metabox

import (
	"errors"
	"maps"
	"slices"

	"github.com/go-faster/jx"

	"alphanode/content"
)

const (
	// maxDepth is how deep lists within lists are shown as lists: each stands further in,
	// and a phone is narrow.
	maxDepth = 6
	// maxValues bounds how many values of one name of extra are told apart.
	maxValues = 20_000
)

// extra is meta that has no name of its own here, as its author named it. What is nested
// too deep, or is too much, is shown as the JSON that it is.
func extra(e content.Extra) Value {
	v := Value{Form: Members}
	for _, name := range slices.Sorted(maps.Keys(e)) {
		r := reading{left: maxValues}
		value, err := r.value(jx.DecodeBytes(e[name]), 1)
		if err != nil {
			value = code(string(e[name]))
		}
		v.Rows = append(v.Rows, Field{name, value})
	}
	return v.folded()
}

// reading is the reading of one value of JSON.
type reading struct{ left int } // how many values more there may be

var errTooMany = errors.New("more values than are told apart")

func (r *reading) value(d *jx.Decoder, depth int) (Value, error) {
	if r.left--; r.left < 0 {
		return Value{}, errTooMany
	}
	switch kind := d.Next(); {
	case kind == jx.String:
		s, err := d.Str()
		return shown(Value{Form: Text, Text: s}), err
	case kind == jx.Array && depth <= maxDepth:
		v := Value{Form: List}
		err := d.Arr(func(d *jx.Decoder) error {
			item, err := r.value(d, depth+1)
			v.Items = append(v.Items, item)
			return err
		})
		return v.or("[]"), err
	case kind == jx.Object && depth <= maxDepth:
		v := Value{Form: Members}
		err := d.Obj(func(d *jx.Decoder, name string) error {
			member, err := r.value(d, depth+1)
			v.Rows = append(v.Rows, Field{name, member})
			return err
		})
		return v.or("{}"), err
	default:
		raw, err := d.Raw()
		return code(string(raw)), err
	}
}

// or gives a list in its folds, or what is shown in place of one without entries.
func (v Value) or(empty string) Value {
	if v = v.folded(); v.Form == "" {
		return code(empty)
	}
	return v
}
