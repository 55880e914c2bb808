package server

import (
	"strings"

	"alphanode/apierror"
	"alphanode/server/route"
)

func methodNotAllowed(method, path string, allowed []string) *route.Answer {
	allow := strings.Join(allowed, ", ")
	err := apierror.New(apierror.MethodNotAllowed, method+" is not possible on "+path+"; possible are "+allow+".",
		apierror.Field{Location: "method", Value: route.Shorten(method), Expected: allow})
	a := route.Problem(err, path)
	a.Header.Set("Allow", allow)
	return a
}

func unknownAddress(path string) error {
	return apierror.New(apierror.NotFound, "There is nothing at "+route.Shorten(path)+"; the addresses are listed at / and described in /openapi.json.")
}

func tooLarge(location, value, expected string) error {
	return apierror.New(apierror.TooLarge, "The request is too large: "+location+" has "+value+", expected "+expected+".",
		apierror.Field{Location: location, Value: value, Expected: expected})
}

var errPanic = apierror.New(apierror.Internal, "Something went wrong on the server. It was logged; asking again is safe.")

var errTooManyOfReader = apierror.New(apierror.RateLimited, "As many streams are sent to you as one reader may have. Ask again when one of them has ended, or walk the pages of /v1/posts.")

var errTooManyStreams = apierror.New(apierror.Overloaded, "The server sends as many streams as it may. Ask again later, or walk the pages of /v1/posts.")

// errNoRoom says that too much waits for readers.
var errNoRoom = apierror.New(apierror.Overloaded, "The server holds as many answers for slow readers as it can. Ask again after the seconds in Retry-After.")

var errOverloaded = apierror.New(apierror.Overloaded, "The server answers as many requests as it can. Ask again after the seconds in Retry-After.")
