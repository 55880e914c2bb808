package server

import (
	"bytes"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rs/cors"

	"alphanode/apierror"
	"alphanode/server/route"
	"alphanode/server/settings"
	"alphanode/server/wire"
)

// crossOrigin lets pages of other origins ask, never with credentials of the
// browser. So there is nothing to protect but what the operator says: a page gets no
// more than what who runs it could fetch by themselves, or with the key that it was given.
type crossOrigin struct {
	anyone  bool
	headers []string // that pages may send; nil for any
	rules   *cors.Cors
}

// readMethods are what pages may ask with: those of all routes.
var readMethods = []string{http.MethodGet, http.MethodHead, http.MethodPost}

func newCrossOrigin(s *settings.Settings) *crossOrigin {
	anyone := slices.Contains(s.CORSOrigins, "*")
	return &crossOrigin{
		anyone:  anyone,
		headers: s.CORSHeaders,
		rules: cors.New(cors.Options{
			AllowedOrigins: s.CORSOrigins,
			AllowedMethods: readMethods,
			// Those that are asked for are named in the answer, because * would leave out
			// Authorization. What may be asked for is checked before.
			AllowedHeaders: []string{"*"},
			ExposedHeaders: []string{"*"}, // all there are, which * means where there are no credentials
			// Where anyone may ask, a page of the internet must not get into a private
			// network by way of a browser in it; pages that are named may.
			AllowPrivateNetwork: !anyone,
			MaxAge:              7200, // seconds; browsers keep no longer
		}),
	}
}

func preflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
}

// answerPreflight answers a browser that asks before it asks. The page only learns that it
// may not; why, who looks at the browser's tools finds in the status and the body.
func (c *crossOrigin) answerPreflight(r *http.Request, path string) *route.Answer {
	if err := c.refused(r); err != nil {
		a := route.Problem(err, path)
		a.Header.Add("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
		return a
	}
	b := &buffer{header: http.Header{}}
	c.rules.HandlerFunc(b, r)
	return b.answer()
}

// maxAskedHeaders bounds, in bytes, the names of headers that a preflight asks for, which
// are sent back.
const maxAskedHeaders = 4 << 10

// refused says why a preflight gets a no.
func (c *crossOrigin) refused(r *http.Request) error {
	origin, method := r.Header.Get("Origin"), r.Header.Get("Access-Control-Request-Method")
	switch {
	case origin == "":
		return apierror.New(apierror.BadRequest, "A preflight has the header Origin.", apierror.Field{Location: "header.Origin", Expected: "the origin of the page that asks"})
	case !c.rules.OriginAllowed(r):
		return apierror.New(apierror.Forbidden, "Pages of this origin may not ask this server.",
			apierror.Field{Location: "header.Origin", Value: route.Shorten(origin), Expected: "an origin that the operator has named in --cors-origin"})
	case !slices.Contains(readMethods, method):
		return apierror.New(apierror.Forbidden, "Pages may not ask with this method.",
			apierror.Field{Location: "header.Access-Control-Request-Method", Value: route.Shorten(method), Expected: strings.Join(readMethods, ", ")})
	}
	asked := strings.Join(r.Header["Access-Control-Request-Headers"], ",")
	wrong := func(value, expected string) error {
		return apierror.New(apierror.Forbidden, "Pages may not send a header that this one asks for.",
			apierror.Field{Location: "header.Access-Control-Request-Headers", Value: value, Expected: expected})
	}
	if len(asked) > maxAskedHeaders {
		return wrong(strconv.Itoa(len(asked))+" bytes", "at most "+strconv.Itoa(maxAskedHeaders)+" bytes")
	}
	for name := range strings.SplitSeq(asked, ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		switch {
		case name == "": // between two commas
		case !headerName.MatchString(name):
			return wrong(route.Shorten(name), "names of headers, separated by commas")
		case c.headers != nil && !slices.Contains(c.headers, name):
			return wrong(route.Shorten(name), "one of those that the operator has named in --cors-headers: "+strings.Join(c.headers, ", "))
		}
	}
	return nil
}

// headerName is a token (RFC 9110, 5.6.2).
var headerName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// mark adds the fields for pages of other origins. Where anyone may ask, they
// do not depend on who does: a shared cache keeps one answer for all, so it
// must carry them even when the request that filled it came from no page, and
// must not vary.
func (c *crossOrigin) mark(h *wire.Head, r *http.Request) {
	if c.anyone {
		h.Set("Access-Control-Allow-Origin", "*") // a preflight has it
		if !preflight(r) {
			h.Set("Access-Control-Expose-Headers", "*")
			h.Set("Timing-Allow-Origin", "*")
		}
		return
	}
	if preflight(r) {
		return // answered with all its fields
	}
	b := &buffer{header: http.Header{}}
	c.rules.HandlerFunc(b, r)
	if origin := b.header.Get("Access-Control-Allow-Origin"); origin != "" {
		b.header.Set("Timing-Allow-Origin", origin)
	}
	*h = append(*h, wire.HeadOf(b.header)...)
}

// buffer keeps what an http.Handler writes, so that it can become an answer.
type buffer struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func (b *buffer) Header() http.Header { return b.header }

func (b *buffer) WriteHeader(status int) {
	if b.status == 0 {
		b.status = status
	}
}

func (b *buffer) Write(p []byte) (int, error) {
	b.WriteHeader(http.StatusOK)
	return b.body.Write(p)
}

func (b *buffer) answer() *route.Answer {
	b.WriteHeader(http.StatusOK)
	b.header.Del("Content-Length") // set when the answer is sent
	return &route.Answer{Status: b.status, Header: wire.HeadOf(b.header), Body: b.body.Bytes()}
}

// checkSameOrigin refuses what a browser sends from pages of other origins, even
// with a key: to publish is not what such pages are let in for.
func (s *Server) checkSameOrigin(r *http.Request) error {
	if err := s.sameOrigin.Check(r); err != nil {
		return apierror.New(apierror.Forbidden, "Pages of other origins may not do this, with a key or without.",
			apierror.Field{Location: "header.Origin", Value: route.Shorten(r.Header.Get("Origin")),
				Expected: "the origin of the server itself, or a request that comes from no page"}).WithCause(err)
	}
	return nil
}
