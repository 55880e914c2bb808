package server

import (
	"context"
	"errors"
	"net/http/httptest"
	"testing"
	"time"

	"alphanode/apierror"
	"alphanode/server/figures"
	"alphanode/server/route"
	"alphanode/trace"
)

// TestFigure: whose fault it was, and what is told of it, which has nothing that was asked.
func TestFigure(t *testing.T) {
	t.Parallel()
	rt := (&route.Route{Method: "GET", Pattern: "/v1/posts", Pinned: true, Parameters: []*route.Parameter{{Name: "limit", In: route.InQuery}}}).Prepare()
	problem := func(e *apierror.Error) *route.Answer { return route.Problem(e, "/") }
	graphql := func(code apierror.Code) *route.Answer {
		return &route.Answer{Status: 200, Code: code, Operation: &trace.Operation{Name: "Named", Hash: "abc"}}
	}
	for _, tt := range []struct {
		name   string
		answer *route.Answer
		fault  figures.Fault
		what   string
	}{
		{"fine", route.NewAnswer(200), figures.NoFault, ""},
		{"a parameter", problem(apierror.New(apierror.BadRequest, `query.limit: found "s3cret"`, apierror.Field{Location: "query.limit", Value: "s3cret", Expected: "an integer"})), figures.CallersFault, "query.limit: expected an integer"},
		{"an unknown parameter", problem(apierror.New(apierror.BadRequest, "", apierror.Field{Location: "query.s3cret", Value: "1", Expected: "a parameter of /v1/posts"})), figures.CallersFault, "a parameter that is not known: expected a parameter of /v1/posts"},
		{"no post", problem(apierror.New(apierror.NotFound, `no post "s3cret"`, apierror.Field{Location: "path.slug", Value: "s3cret", Expected: "the slug of a post"})), figures.CallersFault, "path.slug: expected the slug of a post"},
		{"nothing there", problem(apierror.New(apierror.NotFound, "There is nothing at /s3cret.")), figures.CallersFault, "Not found"},
		{"over budget", problem(errOverBudget), figures.CallersFault, "Too many requests"},
		{"overloaded", problem(errOverloaded), figures.OwnFault, errOverloaded.Error()},
		{"broken", problem(errPanic.WithCause(errors.New("s3cret"))), figures.OwnFault, errPanic.Error()},
		{"who asked has left", problem(apierror.From(context.Canceled)), figures.CallersFault, apierror.From(context.Canceled).Error()},
		{"GraphQL, not found", graphql(apierror.BadRequest), figures.CallersFault, "Bad request"},
		{"GraphQL, broken", graphql(apierror.Internal), figures.OwnFault, "Internal error"},
		{"a stream cut short", &route.Answer{Status: 200, Stream: &route.Stream{Cut: cutFault}}, figures.OwnFault, ""},
	} {
		x := &exchange{server: &Server{}, r: httptest.NewRequest("GET", "/", nil), id: "alphanode_0123456789abcdef", route: rt, began: time.Now()}
		f := x.figure(tt.answer, time.Now())
		if f.Fault != tt.fault || f.What != tt.what || f.ID != "alphanode_…" {
			t.Errorf("%s: found %+v", tt.name, f)
		}
	}
}
