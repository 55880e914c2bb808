package model

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"alphanode/apierror"
)

// Present turns any error into one that is safe to send, and logs what is ours.
func Present(ctx context.Context, err error) *gqlerror.Error {
	public := apierror.From(err)
	shown := gqlerror.Error{Err: public, Message: public.Error(), Extensions: extensions(public)}
	if at := graphql.DefaultErrorPresenter(ctx, err); at != nil {
		shown.Path, shown.Locations = at.Path, at.Locations
	}
	if public.Code == apierror.Internal {
		logger(ctx).ErrorContext(ctx, "GraphQL operation failed", "path", shown.Path.String(), "error", err)
	}
	return &shown
}

func extensions(e *apierror.Error) map[string]any {
	all := map[string]any{"code": e.Code, "retryable": e.Code.Retryable()}
	if expected := e.Expected(); expected != "" {
		all["expected"] = expected
	}
	return all
}

// Rescue turns a panic into an error, which Present takes for ours.
func Rescue(_ context.Context, panicked any) error {
	return fmt.Errorf("panic: %v\n%s", panicked, debug.Stack())
}

// maxFound bounds, in bytes, how much of a faulty value is repeated.
const maxFound = 80

// Shorten cuts what is repeated of a request.
func Shorten(s string) string {
	if len(s) > maxFound {
		return strings.ToValidUTF8(s[:maxFound], "") + "…"
	}
	return s
}
