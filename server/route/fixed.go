package route

import (
	"net/http"
	"sync"

	"alphanode/server/wire"
)

// Fixed is a body that stays the same for as long as the server runs, such as the
// API description. It is packed once in each coding, when that is first asked for.
type Fixed struct {
	media  string
	body   []byte
	tag    string
	lasts  bool
	packed [len(wire.AnswerCodings)]func() ([]byte, error)
}

// NewFixed makes one.
func NewFixed(media string, body []byte) *Fixed {
	f := &Fixed{media: media, body: body, tag: (&Answer{Body: body}).ETag()}
	for i, c := range wire.AnswerCodings {
		f.packed[i] = sync.OnceValues(func() ([]byte, error) { return wire.PackOnce(c, body) })
	}
	return f
}

// Lasting notes that the body is never another at its address, which holds a sum of it.
func (f *Fixed) Lasting() *Fixed {
	f.lasts = true
	return f
}

// MinPacked is the least length, in bytes, of a body that is packed: what fits into
// one packet of a network gains nothing.
const MinPacked = 1 << 10

// Answer gives the body in the coding that the reader likes most.
func (f *Fixed) Answer(r *Request) (*Answer, error) {
	a := NewAnswer(http.StatusOK)
	a.Header.Add("Content-Type", f.media)
	a.Body, a.Tag, a.Lasting = f.body, f.tag, f.lasts
	c := wire.Negotiate(r.HTTP.Header[wire.AcceptEncoding], wire.AnswerCodings[:])
	if c == wire.NoCoding || c == wire.Identity || len(f.body) < MinPacked {
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
