package graph

import (
	"io"
	"slices"
	"unicode/utf8"

	"github.com/go-faster/jx"
)

// readUsual reads the body of a request as nearly every client writes it. It
// reports false where the body has anything else in it, right or wrong: that is
// for decode, which is slower and says what is wrong.
func readUsual(body []byte) (req request, ok bool) {
	if !utf8.Valid(body) {
		return req, false
	}
	d := jx.DecodeBytes(body)
	known := [...]string{"query", "operationName", "variables", "extensions"}
	members, err := d.ObjIter()
	for err == nil && members.Next() {
		i := slices.Index(known[:], string(members.Key()))
		if i < 0 {
			return request{}, false
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
			return request{}, false
		}
	}
	if err != nil || members.Err() != nil || d.Skip() != io.EOF { // something stands behind the object
		return request{}, false
	}
	return req, true
}

// isObject reports whether a text is one JSON object.
func isObject(text []byte) bool {
	d := jx.DecodeBytes(text)
	return utf8.Valid(text) && d.Next() == jx.Object && d.Skip() == nil && d.Skip() == io.EOF
}
