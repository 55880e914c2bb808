package graph

import (
	"errors"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/go-faster/jx"
)

// errUnusual is for bodies that are left to encoding/json.
var errUnusual = errors.New("an unusual body")

// readUsual reads the body of a request as nearly every client writes it. It
// reports false where the body has anything else in it, right or wrong: that is
// for decode, which is slower and says what is wrong.
func readUsual(body []byte) (req request, ok bool) {
	if !utf8.Valid(body) {
		return req, false
	}
	d := jx.DecodeBytes(body)
	known := [...]string{"query", "operationName", "variables", "extensions"}
	err := eachMember(d, func(key []byte) (err error) {
		i := slices.Index(known[:], string(key))
		if i < 0 {
			return errUnusual
		}
		name := known[i]
		known[i] = "" // for it may be there once
		switch {
		case name == "query":
			var text []byte
			text, err = d.StrAppend(make([]byte, 0, len(body))) // no text is longer than its JSON
			req.Query = string(text)
		case d.Next() == jx.Null:
			err = d.Null()
		case name == "operationName":
			req.OperationName, err = d.Str()
		case name == "variables" && d.Next() == jx.Object:
			req.variables, err = d.Raw()
		default:
			err = errUnusual
		}
		return err
	})
	if err != nil || d.Skip() != io.EOF { // something stands behind the object
		return request{}, false
	}
	return req, true
}

// isObject reports whether a text is one JSON object.
func isObject(text []byte) bool {
	d := jx.DecodeBytes(text)
	return utf8.Valid(text) && d.Next() == jx.Object && d.Skip() == nil && d.Skip() == io.EOF
}
