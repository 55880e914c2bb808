package server

import (
	"context"
	"net/http"
	"strconv"

	"alphanode/apierror"
	"alphanode/server/wire"
	"alphanode/store"
)

// request is what a handler gets: a checked query and the one release that
// answers it.
type request struct {
	*query
	ctx    context.Context
	reader *store.Reader // nil where the route is not pinned
	key    store.Key     // of who asks; the zero one where they have none
	http   *http.Request // its body is read, and within bounds
	id     string
	bodies *wire.Bodies // for the answer
	most   int          // bytes that the answer may have
}

// missing words that what the address names is not there.
func (r *request) missing(err error, what string) error {
	if e := apierror.From(err); e.Code != apierror.NotFound {
		return err
	}
	return apierror.New(apierror.NotFound, "There is no "+what+" with the slug "+strconv.Quote(shorten(r.slug))+".",
		apierror.Field{Location: "path.slug", Value: shorten(r.slug), Expected: "the slug of a " + what}).WithCause(err)
}

// checkLength refuses an answer that has more bytes than it may.
func (r *request) checkLength(body []byte) error {
	if len(body) > r.most {
		return tooLong(&store.LengthError{Found: len(body), Most: r.most})
	}
	return nil
}

// tooLong says that an answer would have more bytes than it may.
func tooLong(e *store.LengthError) error {
	found, expected := strconv.Itoa(e.Found)+" bytes", "at most "+strconv.Itoa(e.Most)+" bytes"
	return apierror.New(apierror.TooComplex,
		"The answer would have "+found+" before it is packed, expected "+expected+". Ask for fewer entries at once with limit, or for parts of posts with fields.",
		apierror.Field{Location: "answer", Value: found, Expected: expected}).WithCause(e)
}

func notAcceptable(accept, media string) error {
	return apierror.New(apierror.NotAcceptable, "The header Accept excludes "+media+", which is all there is here.",
		apierror.Field{Location: "header.Accept", Value: shorten(accept), Expected: media})
}
