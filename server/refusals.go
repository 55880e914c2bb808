package server

import (
	"net/http"
	"strconv"
	"strings"

	"alphanode/apierror"
	"alphanode/server/route"
	"alphanode/server/wire"
)

func methodNotAllowed(method, path string, allowed []string) *route.Answer {
	allow := strings.Join(allowed, ", ")
	err := apierror.New(apierror.MethodNotAllowed, method+" is not possible on "+path+"; possible are "+allow+".",
		apierror.Field{Location: "method", Value: route.Shorten(method), Expected: allow})
	a := route.Problem(err, path)
	a.Header.Set("Allow", allow)
	return a
}

// anyMethod are the methods of all addresses together.
var anyMethod = []string{http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPost}

// errTarget says that what is asked for is no address, such as * or one of another scheme.
func errTarget(target string) error {
	return apierror.New(apierror.BadRequest, "The target of the request is no address of this server.",
		apierror.Field{Location: "url", Value: route.Shorten(target), Expected: "a path that begins with /"})
}

func unknownAddress(path string) error {
	return apierror.New(apierror.NotFound, "There is nothing at "+route.Shorten(path)+"; the addresses are listed at / and described in /openapi.json.")
}

func tooLarge(location, value, expected string) *apierror.Error {
	return apierror.New(apierror.TooLarge, "The request is too large: "+location+" has "+value+", expected "+expected+".",
		apierror.Field{Location: location, Value: value, Expected: expected})
}

var errPanic = apierror.New(apierror.Internal, "Something went wrong on the server. It was logged; asking again is safe.")

var errTooManyOfReader = apierror.New(apierror.RateLimited, "As many streams are sent to you as one reader may have. Ask again when one of them has ended, or walk the pages of /v1/posts.")

var errTooManyStreams = apierror.New(apierror.Overloaded, "The server sends as many streams as it may. Ask again later, or walk the pages of /v1/posts.")

// errNoRoom says that too much waits for readers.
var errNoRoom = apierror.New(apierror.Overloaded, "The server holds as many answers for slow readers as it can. Ask again after the seconds in Retry-After.")

var errOverloaded = apierror.New(apierror.Overloaded, "The server answers as many requests as it can. Ask again after the seconds in Retry-After.")

// refuseUnread words what net/http refuses before there is a request.
func (s *Server) refuseUnread(status int, said string) (wire.Head, []byte) {
	s.metrics.malformed.WithLabelValues(strconv.Itoa(status)).Inc()
	_, what, _ := strings.Cut(said, ": ") // behind the status, where net/http says what it is
	code, detail := apierror.BadRequest, "This is no request of HTTP/1.1 that can be answered"
	expected := "a request as RFC 9112 has it"
	switch status {
	case http.StatusRequestHeaderFieldsTooLarge:
		code, detail = apierror.TooLarge, "The request is too large: its address and headers together are longer than they may be"
		expected = "at most " + strconv.Itoa(s.settings.MaxHeader) + " bytes, of which the address has at most " + strconv.Itoa(s.settings.MaxURL)
	case http.StatusRequestTimeout:
		code, detail, expected = apierror.Timeout, "The headers of the request did not come in time", "all of them within "+s.settings.ReadHeaderTimeout.String()
	case http.StatusExpectationFailed:
		detail, expected = "The header Expect asks for what the server does not know", "100-continue, or no such header"
	case http.StatusNotImplemented:
		detail, expected = "The header Transfer-Encoding names a coding that is not known", "chunked, or a Content-Length instead"
	case http.StatusHTTPVersionNotSupported:
		expected = "HTTP/1.1, or HTTP/2 over TLS"
	}
	if what != "" {
		detail += ": " + what
	}
	a := route.Problem(apierror.New(code, detail+".", apierror.Field{Location: "request", Expected: expected}).WithStatus(status), "/")
	a.Header = append(a.Header, wire.Field{Name: "Cache-Control", Value: "no-store"}, fixedFields[0])
	return a.Header, a.Body
}
