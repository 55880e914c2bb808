package plan

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"alphanode/graph/model"
)

// Response is the answer to an operation. Without Data the operation did not
// run, and there are Errors that say why.
type Response struct {
	Data       json.RawMessage
	Errors     gqlerror.List
	Extensions json.RawMessage // nil where none were asked for
	Requested  int             // what the operation was said to cost before it ran; 0 where that is not known
	encoded    []byte          // data alone as a whole, where that is made already
}

// Ended tells why a context ended.
func Ended(ctx context.Context) error {
	return fmt.Errorf("%w: %w", ctx.Err(), context.Cause(ctx))
}

// Refusal is the response to an operation that did not run, or was given up.
func Refusal(ctx context.Context, errs ...error) Response {
	var r Response
	for _, err := range errs {
		r.Errors = append(r.Errors, model.Present(ctx, err))
	}
	return r
}

// JSON gives the response as JSON: errors first, so that they are seen,
// and data as the executor wrote it.
func (r Response) JSON() []byte {
	if r.encoded != nil && r.Extensions == nil {
		return r.encoded
	}
	var w bytes.Buffer
	w.Grow(len(r.Data) + len(r.Extensions) + 64)
	w.WriteByte('{')
	if len(r.Errors) > 0 {
		errs, err := json.Marshal(r.Errors)
		if err != nil { // no error holds what cannot be JSON
			panic(err)
		}
		w.WriteString(`"errors":`)
		w.Write(errs)
	}
	if r.Data != nil {
		if len(r.Errors) > 0 {
			w.WriteByte(',')
		}
		w.WriteString(`"data":`)
		w.Write(r.Data)
	}
	if r.Extensions != nil {
		w.WriteString(`,"extensions":`)
		w.Write(r.Extensions)
	}
	w.WriteByte('}')
	return w.Bytes()
}
