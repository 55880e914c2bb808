package server

import (
	"net/http"
	"strings"

	"alphanode/apierror"
	"alphanode/server/route"
)

// Preconditions are what a request says the answer must be, or must not be, for it to be
// given (RFC 9110, 13). They are tried in this order: If-Match, or where it is not there
// If-Unmodified-Since; then If-None-Match, or where it is not there If-Modified-Since. They
// count for what would be answered right: an error stays one.

// refuses reports whether the reader wants only an answer that this one is not.
func (x *exchange) refuses(a *route.Answer) bool {
	if !x.conditional(a) {
		return false
	}
	if tags, ok := x.r.Header["If-Match"]; ok {
		return !route.MatchesStrongly(tags, a.ETag())
	}
	if unmodified := x.r.Header["If-Unmodified-Since"]; len(unmodified) == 1 && x.modified(a) != "" {
		at, err := http.ParseTime(unmodified[0])
		return err == nil && wholeSecond(x.since).After(at)
	}
	return false
}

// unchanged reports whether the reader has the answer already: by its tag, or where it
// names none by the time it had it.
func (x *exchange) unchanged(a *route.Answer) bool {
	if !x.conditional(a) || x.r.Method != http.MethodGet && x.r.Method != http.MethodHead {
		return false
	}
	if tags, ok := x.r.Header["If-None-Match"]; ok {
		return route.Matches(tags, a.ETag())
	}
	had := x.r.Header["If-Modified-Since"]
	if len(had) != 1 || x.modified(a) == "" {
		return false
	}
	at, err := http.ParseTime(had[0])
	return err == nil && !wholeSecond(x.since).After(at)
}

// conditional reports whether an answer is one that conditions can be about.
func (x *exchange) conditional(a *route.Answer) bool {
	return (faultless(a) || a.Status == http.StatusPartialContent) && x.route != nil && !x.route.Vital
}

// errChanged says that the answer is not the one that the reader wants.
func (x *exchange) errChanged() error {
	name := "If-Match"
	if _, ok := x.r.Header[name]; !ok {
		name = "If-Unmodified-Since"
	}
	return apierror.New(apierror.PreconditionFailed, "The answer is another than the header "+name+" names. Ask without it for what is served now.",
		apierror.Field{Location: "header." + name, Value: route.Shorten(strings.Join(x.r.Header[name], ", ")), Expected: "the ETag or Last-Modified of an answer that is still right, to the same question in the same coding"})
}
