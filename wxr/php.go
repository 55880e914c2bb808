package wxr

import (
	"encoding/json"
	"strconv"

	"github.com/go-faster/jx"

	"alphanode/ingest/php"
)

// metaValue gives a value of JSON as WordPress keeps meta: a text as it is, lists and maps
// serialised. A text that reads like something serialised is serialised too.
func metaValue(value json.RawMessage) string {
	d := jx.DecodeBytes(value)
	switch d.Next() {
	case jx.String:
		s, _ := d.Str() // canonical JSON can be read
		if s = clean(s); !php.IsSerialized(s) {
			return s
		}
	case jx.Array, jx.Object:
	default:
		return string(value)
	}
	return string(serialize(nil, jx.DecodeBytes(value)))
}

// serialize appends a value as PHP's serialize() writes it; lengths are bytes.
func serialize(dst []byte, d *jx.Decoder) []byte {
	text := func(dst []byte, s string) []byte {
		s = clean(s)
		dst = append(strconv.AppendInt(append(dst, "s:"...), int64(len(s)), 10), `:"`...)
		return append(append(dst, s...), `";`...)
	}
	array := func(dst []byte, n int, entries []byte) []byte {
		dst = append(strconv.AppendInt(append(dst, "a:"...), int64(n), 10), ":{"...)
		return append(append(dst, entries...), '}')
	}
	var entries []byte
	n := 0
	switch d.Next() {
	case jx.String:
		s, _ := d.Str()
		return text(dst, s)
	case jx.Bool:
		if b, _ := d.Bool(); b {
			return append(dst, "b:1;"...)
		}
		return append(dst, "b:0;"...)
	case jx.Null:
		_ = d.Null()
		return append(dst, "N;"...)
	case jx.Number:
		number, _ := d.Num()
		kind := "d:"
		if _, err := strconv.ParseInt(number.String(), 10, 64); err == nil {
			kind = "i:"
		}
		return append(append(append(dst, kind...), number.String()...), ';')
	case jx.Array:
		_ = d.Arr(func(d *jx.Decoder) error {
			entries = append(strconv.AppendInt(append(entries, "i:"...), int64(n), 10), ';')
			entries = serialize(entries, d)
			n++
			return nil
		})
	case jx.Object:
		_ = d.Obj(func(d *jx.Decoder, key string) error {
			entries = serialize(text(entries, key), d)
			n++
			return nil
		})
	}
	return array(dst, n, entries)
}
