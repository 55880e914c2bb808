package apierror

import "net/http"

// Code names a kind of error. The names are public and never change.
type Code string

// The codes of the public contract.
const (
	BadRequest           Code = "BAD_REQUEST"       // syntax, or a parameter that cannot be used
	ValidationFailed     Code = "VALIDATION_FAILED" // a GraphQL document that does not fit the schema
	Unauthenticated      Code = "UNAUTHENTICATED"
	Forbidden            Code = "FORBIDDEN"
	NotFound             Code = "NOT_FOUND"
	MethodNotAllowed     Code = "METHOD_NOT_ALLOWED"
	NotAcceptable        Code = "NOT_ACCEPTABLE"
	ReleaseGone          Code = "RELEASE_GONE"
	PreconditionFailed   Code = "PRECONDITION_FAILED" // such as If-Match
	TooLarge             Code = "TOO_LARGE"
	UnsupportedMediaType Code = "UNSUPPORTED_MEDIA_TYPE"
	TooComplex           Code = "TOO_COMPLEX"
	RateLimited          Code = "RATE_LIMITED"
	Overloaded           Code = "OVERLOADED"
	NotReady             Code = "NOT_READY"
	Timeout              Code = "TIMEOUT"
	Internal             Code = "INTERNAL"

	// PersistedQueryNotFound is the code that clients know the protocol of
	// automatic persisted queries by; they send the query's text then.
	PersistedQueryNotFound Code = "PERSISTED_QUERY_NOT_FOUND"
)

// Codes are all codes, by status.
var Codes = []Code{
	BadRequest, ValidationFailed, TooComplex, PersistedQueryNotFound, Unauthenticated, Forbidden, NotFound, MethodNotAllowed, NotAcceptable,
	ReleaseGone, PreconditionFailed, TooLarge, UnsupportedMediaType, RateLimited, Internal, Overloaded, NotReady, Timeout,
}

type meaning struct {
	status    int
	retryable bool
	title     string
}

var meanings = map[Code]meaning{
	BadRequest:             {http.StatusBadRequest, false, "Bad request"},
	ValidationFailed:       {http.StatusBadRequest, false, "The query does not fit the schema"},
	TooComplex:             {http.StatusBadRequest, false, "The question is too complex"},
	PersistedQueryNotFound: {http.StatusBadRequest, false, "The persisted query is not known"},
	Unauthenticated:        {http.StatusUnauthorized, false, "A key is needed"},
	Forbidden:              {http.StatusForbidden, false, "The key does not allow this"},
	NotFound:               {http.StatusNotFound, false, "Not found"},
	MethodNotAllowed:       {http.StatusMethodNotAllowed, false, "Method not allowed"},
	NotAcceptable:          {http.StatusNotAcceptable, false, "No acceptable media type"},
	ReleaseGone:            {http.StatusGone, false, "The release is no longer there"},
	PreconditionFailed:     {http.StatusPreconditionFailed, false, "The answer is another than was expected"},
	TooLarge:               {http.StatusRequestEntityTooLarge, false, "The request is too large"},
	UnsupportedMediaType:   {http.StatusUnsupportedMediaType, false, "Unsupported media type"},
	RateLimited:            {http.StatusTooManyRequests, true, "Too many requests"},
	Internal:               {http.StatusInternalServerError, true, "Internal error"},
	Overloaded:             {http.StatusServiceUnavailable, true, "The server is overloaded"},
	NotReady:               {http.StatusServiceUnavailable, true, "The server is not ready"},
	Timeout:                {http.StatusGatewayTimeout, true, "The answer took too long"},
}

// meaning of a code that is not in the table is that of Internal.
func (c Code) meaning() meaning {
	if m, ok := meanings[c]; ok {
		return m
	}
	return meanings[Internal]
}

// Status is the HTTP status that goes with the code.
func (c Code) Status() int { return c.meaning().status }

// Retryable reports whether the same request may succeed later.
func (c Code) Retryable() bool { return c.meaning().retryable }

// Title says in a few words what the code means; it is the same for every
// error of the code.
func (c Code) Title() string { return c.meaning().title }
