package server

import (
	"bytes"
	"net/http"
	"slices"
	"strings"

	"github.com/rs/cors"

	"alphanode/apierror"
	"alphanode/server/route"
	"alphanode/server/wire"
)

// exposed are the headers that scripts of other origins may read beside those
// they always may.
var exposed = []string{
	"Allow", "Cache-Status", "ETag", "Link", "Post-Count", "Release", "Request-Id", "Retry-After", "Server-Timing", "Surrogate-Key", "X-Robots-Tag",
}

var exposedLine = strings.Join(exposed, ", ")

// crossOrigin lets pages of other origins ask, never with credentials of the
// browser.
type crossOrigin struct {
	anyone bool
	rules  *cors.Cors
}

func newCrossOrigin(origins []string) *crossOrigin {
	return &crossOrigin{
		anyone: slices.Contains(origins, "*"),
		rules: cors.New(cors.Options{
			AllowedOrigins: origins,
			AllowedMethods: []string{http.MethodGet, http.MethodHead, http.MethodPost},
			AllowedHeaders: []string{"Accept", "Authorization", "Content-Type", "If-None-Match", "Release", "Request-Id"},
			ExposedHeaders: exposed,
			MaxAge:         7200, // seconds; browsers keep no longer
		}),
	}
}

func preflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
}

// answerPreflight answers a browser that asks before it asks.
func (c *crossOrigin) answerPreflight(r *http.Request) *route.Answer {
	b := &buffer{header: http.Header{}}
	c.rules.HandlerFunc(b, r)
	return b.answer()
}

// mark adds the fields for pages of other origins. Where anyone may ask, they
// do not depend on who does: a shared cache keeps one answer for all, so it
// must carry them even when the request that filled it came from no page, and
// must not vary.
func (c *crossOrigin) mark(h *wire.Head, r *http.Request) {
	if c.anyone {
		h.Set("Access-Control-Allow-Origin", "*") // a preflight has it
		h.Set("Access-Control-Expose-Headers", exposedLine)
		h.Set("Timing-Allow-Origin", "*")
		return
	}
	if preflight(r) {
		return // answered with all its fields
	}
	b := &buffer{header: http.Header{}}
	c.rules.HandlerFunc(b, r)
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
