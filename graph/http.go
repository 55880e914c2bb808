package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"

	"alphanode/apierror"
	"alphanode/graph/plan"
	"alphanode/graph/price"
	"alphanode/trace"
)

// MaxBody is the most bytes a request may have.
const MaxBody = 1 << 20

// The media types of an answer. An older client asks for plain JSON, or for
// nothing in particular, and takes any status but 200 for a broken connection.
const (
	mediaJSON     = "application/json"
	mediaResponse = "application/graphql-response+json"
)

// NewHandler serves GraphQL over HTTP: POST with a JSON body, GET and HEAD with
// the same members as parameters. The reader comes with the context, see
// [WithReader]; so does the deadline.
//
// The answer is application/json where the client accepts anything or says
// nothing. There an operation that could not run has the status 200, as the
// contract says; a request that is no GraphQL request has its own in both.
// An answer with errors is marked Cache-Control: no-store. Parts of the schema can be
// left out, see [schema.Load].
func NewHandler(limits Limits, without ...string) *Handler {
	return &Handler{engine: newEngine(limits, without...), persisted: newPersisted()}
}

// Handler answers GraphQL requests. It is an http.Handler too.
type Handler struct {
	engine    *engine
	persisted *persisted
}

// Answer is what a request is answered with. It varies by Accept.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte

	Operation trace.Operation // what was asked; its zero value where that was not read
	Code      apierror.Code   // of the first error; "" where there is none
}

// Answer answers a request in this context, which stands for that of the
// request.
func (h *Handler) Answer(ctx context.Context, r *http.Request) Answer {
	media, err := Media(r.Header.Values("Accept"))
	if err != nil {
		return refuse(ctx, mediaResponse, err)
	}
	request, err := readRequest(ctx, r)
	if refused := apierror.From(err); refused != nil && refused.Code == apierror.TooComplex {
		return answered(media, plan.Refusal(ctx, err))
	}
	if err != nil {
		return refuse(ctx, media, err)
	}
	op, err := h.persisted.resolve(ctx, request)
	op.told = tell(op)
	if err != nil {
		return answered(media, plan.Refusal(ctx, err)).of(op)
	}
	answer := h.engine.run(ctx, op)
	if request.Extensions.Cost {
		answer.Extensions = costOf(ctx, answer)
	}
	return answered(media, answer).of(op)
}

// costOf tells what was requested before an operation ran, and what was spent on it, in
// the units of Limits.Complexity. That it was asked for is a part of the request, so
// that no kept answer lacks it, and none has it for others.
func costOf(ctx context.Context, r plan.Response) json.RawMessage {
	return fmt.Appendf(nil, `{"cost":{"requested":%d,"actual":%d}}`, r.Requested, price.Spent(ctx))
}

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a := h.Answer(r.Context(), r)
	maps.Copy(w.Header(), a.Header)
	w.Header().Add("Vary", "Accept")
	w.Header().Set("Content-Length", strconv.Itoa(len(a.Body)))
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body) // a client that left is no error
}

// answered is the answer to a GraphQL request.
func answered(media string, r plan.Response) Answer {
	status := http.StatusOK
	if r.Data == nil && media != mediaJSON {
		status = codeOf(r).Status()
	}
	return newAnswer(media, status, r)
}

// refuse answers what is no GraphQL request.
func refuse(ctx context.Context, media string, err error) Answer {
	r := plan.Refusal(ctx, err)
	a := newAnswer(media, codeOf(r).Status(), r)
	if codeOf(r) == apierror.MethodNotAllowed {
		a.Header.Set("Allow", "GET, HEAD, POST")
	}
	return a
}

// of notes what the answer is of.
func (a Answer) of(op operation) Answer {
	a.Operation = *op.told
	return a
}

// codeOf a response with errors: that of the first.
func codeOf(r plan.Response) apierror.Code { return apierror.From(r.Errors[0]).Code }

func newAnswer(media string, status int, r plan.Response) Answer {
	a := Answer{Status: status, Header: http.Header{"Content-Type": contentTypes[media]}, Body: r.JSON()}
	if len(r.Errors) > 0 { // another try may be answered in full
		a.Header.Set("Cache-Control", "no-store")
		a.Code = codeOf(r)
	}
	return a
}

// contentTypes are shared by all answers, and so never appended to.
var contentTypes = map[string][]string{
	mediaJSON:     {mediaJSON + "; charset=utf-8"},
	mediaResponse: {mediaResponse + "; charset=utf-8"},
}
