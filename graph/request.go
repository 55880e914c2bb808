package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"unicode/utf8"

	"github.com/go-faster/jx"
)

// errUnusual is for bodies that are left to encoding/json.
var errUnusual = errors.New("an unusual body")

// maxNesting bounds how deep the variables of a usual body nest.
const maxNesting = 64

// readUsual reads the body of a request as nearly every client writes it. It
// reports false where the body has anything else in it, right or wrong: that is
// for decode, which is slower and says what is wrong.
func readUsual(body []byte) (req request, ok bool) {
	body = bytes.Trim(body, " \t\r\n")
	if whole, err := jx.DecodeBytes(body).Raw(); err != nil || len(whole) < len(body) || !utf8.Valid(body) {
		return req, false // something stands behind the object, or it is no text
	}
	known := map[string]bool{}
	err := jx.DecodeBytes(body).ObjBytes(func(d *jx.Decoder, key []byte) (err error) {
		name := string(key)
		if known[name] {
			return errUnusual
		}
		known[name] = true
		switch {
		case name == "query":
			req.Query, err = d.Str()
		case name == "operationName" && d.Next() == jx.String:
			req.OperationName, err = d.Str()
		case name == "variables" && d.Next() == jx.Object:
			var v any
			v, err = readValue(d, maxNesting)
			req.Variables, _ = v.(map[string]any)
		case d.Next() == jx.Null && (name == "operationName" || name == "variables" || name == "extensions"):
			err = d.Null()
		default:
			err = errUnusual
		}
		return err
	})
	if err != nil {
		return request{}, false
	}
	return req, true
}

// readValue reads a JSON value as encoding/json would into an any, with its
// numbers exact.
func readValue(d *jx.Decoder, nesting int) (any, error) {
	if nesting == 0 {
		return nil, errUnusual
	}
	switch d.Next() {
	case jx.String:
		return d.Str()
	case jx.Number:
		n, err := d.Num()
		return json.Number(n), err
	case jx.Bool:
		return d.Bool()
	case jx.Null:
		return nil, d.Null()
	case jx.Array:
		list := []any{}
		err := d.Arr(func(d *jx.Decoder) error {
			element, err := readValue(d, nesting-1)
			list = append(list, element)
			return err
		})
		return list, err
	case jx.Object:
		members := map[string]any{}
		err := d.ObjBytes(func(d *jx.Decoder, key []byte) error {
			name := string(key)
			value, err := readValue(d, nesting-1)
			members[name] = value
			return err
		})
		return members, err
	default:
		return nil, errUnusual
	}
}
