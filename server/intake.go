package server

import (
	"errors"
	"io"
	"sync/atomic"

	"alphanode/apierror"
)

// intake bounds how many bytes of the bodies of requests are in memory, all together:
// each is kept from its first byte until the request is answered.
type intake struct {
	most  int64
	bytes atomic.Int64
}

// freeIntake is how many bytes of a body are not counted: those of most are no more.
const freeIntake = 16 << 10

// errIntake says that too many bodies are being received.
var errIntake = apierror.New(apierror.Overloaded, "The server receives as many long requests as it can. Ask again after the seconds in Retry-After.")

// taken is what one request has of it.
type taken struct{ bytes int64 }

// read reads a body as it comes, of at most so many bytes and one more. Memory is
// taken for what has come, whatever the request says it will send.
func (in *intake) read(from io.Reader, most int, t *taken) (body []byte, err error) {
	body = make([]byte, 0, 512)
	for {
		if len(body) == cap(body) {
			size := min(2*cap(body), most+1)
			if size > freeIntake {
				more := int64(size) - t.bytes
				if in.bytes.Add(more) > in.most {
					in.bytes.Add(-more)
					return nil, errIntake
				}
				t.bytes = int64(size)
			}
			body = append(make([]byte, 0, size), body...)
		}
		n, err := from.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		switch {
		case errors.Is(err, io.EOF):
			return body, nil
		case err != nil || len(body) > most:
			return body, err
		}
	}
}

// free gives back what a request took, when its body is not needed any more.
func (in *intake) free(t *taken) {
	if t.bytes > 0 {
		in.bytes.Add(-t.bytes)
		t.bytes = 0
	}
}
