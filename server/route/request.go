package route

import (
	"context"
	"net/http"
	"strconv"

	"alphanode/apierror"
	"alphanode/server/wire"
	"alphanode/store"
	"alphanode/store/release"
	"alphanode/trace"
)

// Request is what a handler gets: a checked query and the one release that
// answers it.
type Request struct {
	*Query
	Ctx    context.Context
	Reader *release.Reader // nil where the route is not pinned
	Key    store.Key       // of who asks; the zero one where they have none
	HTTP   *http.Request   // its body is read, and within bounds
	ID     string
	Trace  trace.Context // the span that the request is; the zero one where it is none
	Site   Site          // where the reader asks
	Bodies *wire.Bodies  // for the answer
	Most   int           // bytes that the answer may have
}

// CheckLength refuses an answer that has more bytes than it may.
func (r *Request) CheckLength(body []byte) error {
	if len(body) > r.Most {
		return TooLong(&store.LengthError{Found: len(body), Most: r.Most})
	}
	return nil
}

// TooLong says that an answer would have more bytes than it may.
func TooLong(e *store.LengthError) error {
	found, expected := strconv.Itoa(e.Found)+" bytes", "at most "+strconv.Itoa(e.Most)+" bytes"
	return apierror.New(apierror.TooComplex,
		"The answer would have "+found+" before it is packed, expected "+expected+". Ask for fewer entries at once with limit, or for parts of posts with fields.",
		apierror.Field{Location: "answer", Value: found, Expected: expected}).WithCause(e)
}

// NotAcceptable says that a request excludes all media types there are.
func NotAcceptable(accept, media string) error {
	return apierror.New(apierror.NotAcceptable, "The header Accept excludes "+media+", which is all there is here.",
		apierror.Field{Location: "header.Accept", Value: Shorten(accept), Expected: media})
}
