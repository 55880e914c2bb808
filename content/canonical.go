package content

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/go-faster/jx"
)

// maxExtraDepth bounds how deep a value of unknown meta may nest.
const maxExtraDepth = 32

// canonical reads any JSON value and gives its canonical form: compact, keys
// sorted, each number with the digits it came with. A key given twice and a
// value nested too deep are faults.
func (d *decoder) canonical() (json.RawMessage, error) {
	var w jx.Writer
	err := d.appendCanonical(&w, 1)
	return w.Buf, err
}

func (d *decoder) appendCanonical(w *jx.Writer, depth int) error {
	if depth > maxExtraDepth {
		d.fault("a value nested deeper than 32 levels", "at most 32 levels")
		w.Null()
		return d.in.Skip()
	}
	switch d.in.Next() {
	case jx.String:
		s, err := d.in.Str()
		w.Str(s)
		return err
	case jx.Array:
		w.ArrStart()
		first := true
		err := d.in.Arr(func(*jx.Decoder) error {
			if !first {
				w.Comma()
			}
			first = false
			return d.appendCanonical(w, depth+1)
		})
		w.ArrEnd()
		return err
	case jx.Object:
		return d.appendCanonicalObject(w, depth)
	default: // a number, true, false, null, or broken JSON
		raw, err := d.in.Raw()
		w.Raw(raw)
		return err
	}
}

func (d *decoder) appendCanonicalObject(w *jx.Writer, depth int) error {
	members := map[string][]byte{}
	err := d.in.Obj(func(_ *jx.Decoder, name string) error {
		if _, twice := members[name]; twice {
			d.fault("the key "+quote(name)+" twice", "each key once")
		}
		var value jx.Writer
		err := d.appendCanonical(&value, depth+1)
		members[name] = value.Buf
		return err
	})
	if err != nil {
		return err
	}
	w.ObjStart()
	for i, name := range slices.Sorted(maps.Keys(members)) {
		if i > 0 {
			w.Comma()
		}
		w.FieldStart(name)
		w.Raw(members[name])
	}
	w.ObjEnd()
	return nil
}
