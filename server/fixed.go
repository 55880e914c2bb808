package server

import (
	"sync"

	"alphanode/server/route"
	"alphanode/server/wire"
)

// fixed is a body of JSON that stays the same for as long as the server runs, such as the
// API description. It is packed once in each coding, when that is first asked for.
type fixed struct {
	body   []byte
	tag    string
	packed [len(wire.AnswerCodings)]func() ([]byte, error)
}

func newFixed(body []byte) *fixed {
	f := &fixed{body: body, tag: route.JSON(body).ETag()}
	for i, c := range wire.AnswerCodings {
		f.packed[i] = sync.OnceValues(func() ([]byte, error) { return wire.PackOnce(c, body) })
	}
	return f
}

// answer gives the body in the coding that the reader likes most.
func (f *fixed) answer(r *route.Request) (*route.Answer, error) {
	a := route.JSON(f.body)
	a.Tag = f.tag
	c := wire.Negotiate(r.HTTP.Header[wire.AcceptEncoding], wire.AnswerCodings[:])
	if c == wire.NoCoding || c == wire.Identity || len(f.body) < minPacked {
		return a, nil
	}
	packed, err := f.packed[c.Place()]()
	if err != nil {
		return nil, err
	}
	if len(packed) < len(f.body) {
		a.Pack(c, packed)
	}
	return a, nil
}
