package server

import (
	"net/http"
	"sync"

	"alphanode/server/route"
	"alphanode/server/wire"
)

// fixed is a body that stays the same for as long as the server runs, such as the
// API description. It is packed once in each coding, when that is first asked for.
type fixed struct {
	media  string
	body   []byte
	tag    string
	packed [len(wire.AnswerCodings)]func() ([]byte, error)
}

func newFixed(media string, body []byte) *fixed {
	f := &fixed{media: media, body: body, tag: (&route.Answer{Body: body}).ETag()}
	for i, c := range wire.AnswerCodings {
		f.packed[i] = sync.OnceValues(func() ([]byte, error) { return wire.PackOnce(c, body) })
	}
	return f
}

// answer gives the body in the coding that the reader likes most.
func (f *fixed) answer(r *route.Request) (*route.Answer, error) {
	a := route.NewAnswer(http.StatusOK)
	a.Header.Add("Content-Type", f.media)
	a.Body, a.Tag = f.body, f.tag
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
