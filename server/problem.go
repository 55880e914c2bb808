package server

import (
	"encoding/json"
	"strconv"
	"strings"

	"alphanode/apierror"
	"alphanode/server/wire"
)

const problemMedia = "application/problem+json"

// problem is an error as RFC 9457 puts it, in the order in which it is sent.
type problem struct {
	Type      string           `json:"type"`
	Title     string           `json:"title"`
	Status    int              `json:"status"`
	Detail    string           `json:"detail"`
	Instance  string           `json:"instance"`
	Code      apierror.Code    `json:"code"`
	Retryable bool             `json:"retryable"`
	Errors    []problemLocated `json:"errors,omitempty"`
}

type problemLocated struct {
	Location string `json:"location"`
	Value    string `json:"value"`
	Expected string `json:"expected"`
}

// problemType names a kind of problem by a reference relative to the server.
// It is a name that tells problems apart, not the address of a page.
func problemType(code apierror.Code) string {
	return "/problems/" + strings.ReplaceAll(strings.ToLower(string(code)), "_", "-")
}

// problemAnswer turns any error into an answer. Only what apierror makes safe
// is sent; the cause goes to the log.
func problemAnswer(err error, instance string) *answer {
	e := apierror.From(err)
	p := problem{
		Type: problemType(e.Code), Title: e.Code.Title(), Status: e.Code.Status(), Detail: e.Error(),
		Instance: instance, Code: e.Code, Retryable: e.Code.Retryable(),
	}
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, problemLocated{f.Location, f.Value, f.Expected})
	}
	body, err := json.Marshal(p)
	if err != nil { // strings and numbers always encode
		panic(err)
	}
	a := newAnswer(p.Status)
	a.code, a.cause, a.body = e.Code, e.Unwrap(), body
	a.header.Set("Content-Type", problemMedia)
	switch e.Code {
	case apierror.Overloaded, apierror.NotReady, apierror.RateLimited:
		a.header.Set("Retry-After", "1")
	case apierror.Unauthenticated:
		a.header.Set("Www-Authenticate", "Bearer")
	}
	return a
}

func methodNotAllowed(method, path string, allowed []string) *answer {
	allow := strings.Join(allowed, ", ")
	err := apierror.New(apierror.MethodNotAllowed, method+" is not possible on "+path+"; possible are "+allow+".",
		apierror.Field{Location: "method", Value: shorten(method), Expected: allow})
	a := problemAnswer(err, path)
	a.header.Set("Allow", allow)
	return a
}

func unknownAddress(path string) error {
	return apierror.New(apierror.NotFound, "There is nothing at "+shorten(path)+"; the addresses are listed at / and described in /openapi.json.")
}

// missing words that what the address names is not there.
func (r *request) missing(err error, what string) error {
	if e := apierror.From(err); e.Code != apierror.NotFound {
		return err
	}
	return apierror.New(apierror.NotFound, "There is no "+what+" with the slug "+strconv.Quote(shorten(r.slug))+".",
		apierror.Field{Location: "path.slug", Value: shorten(r.slug), Expected: "the slug of a " + what}).WithCause(err)
}

func tooLarge(location, value, expected string) error {
	return apierror.New(apierror.TooLarge, "The request is too large: "+location+" has "+value+", expected "+expected+".",
		apierror.Field{Location: location, Value: value, Expected: expected})
}

func notAcceptable(accept, media string) error {
	return apierror.New(apierror.NotAcceptable, "The header Accept excludes "+media+", which is all there is here.",
		apierror.Field{Location: "header.Accept", Value: shorten(accept), Expected: media})
}

var errPanic = apierror.New(apierror.Internal, "Something went wrong on the server. It was logged; asking again is safe.")

func notEncodable(accept string) error {
	names := make([]string, len(wire.StreamCodings))
	for i, c := range wire.StreamCodings {
		names[i] = string(c)
	}
	expected := "one of " + strings.Join(names, ", ")
	return apierror.New(apierror.NotAcceptable, "The header Accept-Encoding excludes every content coding there is.",
		apierror.Field{Location: "header.Accept-Encoding", Value: shorten(accept), Expected: expected})
}

var errTooManyOfReader = apierror.New(apierror.RateLimited, "As many streams are sent to you as one reader may have. Ask again when one of them has ended, or walk the pages of /v1/posts.")

var errTooManyStreams = apierror.New(apierror.Overloaded, "The server sends as many streams as it may. Ask again later, or walk the pages of /v1/posts.")

// errNoRoom says that too much waits for readers.
var errNoRoom = apierror.New(apierror.Overloaded, "The server holds as many answers for slow readers as it can. Ask again after the seconds in Retry-After.")

var errOverloaded = apierror.New(apierror.Overloaded, "The server answers as many requests as it can. Ask again after the seconds in Retry-After.")
