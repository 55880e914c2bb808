package server

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"alphanode/apierror"
	"alphanode/store"
)

// request is what a handler gets: a checked query and the one release that
// answers it.
type request struct {
	*query
	ctx    context.Context
	reader *store.Reader // nil where the route is not pinned
	http   *http.Request // its body is read, and within bounds
	id     string
}

// exchange is one request and what is noted about it, for headers and the log.
type exchange struct {
	server  *Server
	r       *http.Request
	id      string
	began   time.Time
	route   *route // nil where there is none
	release string // "" where none was pinned
	calls   int    // of the store
	busy    time.Duration
}

// ServeHTTP answers a request: everything that holds for all of them is here,
// and the answer is whole before the first byte is sent.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{server: s, r: r, id: requestID(r), began: time.Now()}
	a := x.answer()
	x.send(w, a)
	s.metrics.observe(x, a)
	x.log(a)
}

var saneID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// requestID keeps the name that a proxy gave the request, so that both logs
// can be laid side by side.
func requestID(r *http.Request) string {
	if given := r.Header.Get("Request-Id"); saneID.MatchString(given) {
		return given
	}
	return rand.Text()
}

// answer never fails: an error becomes a problem, and so does a panic.
func (x *exchange) answer() (a *answer) {
	path := x.r.URL.EscapedPath()
	defer func() {
		if fault := recover(); fault != nil {
			a = problemAnswer(errPanic.WithCause(fmt.Errorf("panic: %v\n%s", fault, debug.Stack())), path)
		}
	}()
	s := x.server
	if n := len(x.r.RequestURI); n > s.settings.MaxURL {
		return problemAnswer(tooLarge("url", strconv.Itoa(n)+" bytes", "at most "+strconv.Itoa(s.settings.MaxURL)+" bytes"), "/")
	}
	rt, captured, methods := find(s.table, x.r.Method, x.r.URL)
	switch {
	case preflight(x.r):
		return s.crossOrigin.answerPreflight(x.r)
	case rt == nil && methods == nil:
		return problemAnswer(unknownAddress(path), path)
	case rt == nil && x.r.Method == http.MethodOptions:
		a = newAnswer(http.StatusNoContent)
		a.header.Set("Allow", strings.Join(methods, ", "))
		return a
	case rt == nil:
		return methodNotAllowed(x.r.Method, path, methods)
	}
	x.route = rt
	// Who sends slowly waits here, where no one else needs the place.
	bounded, err := x.readBody()
	if err != nil {
		return problemAnswer(err, path)
	}
	if !rt.vital {
		if !s.enter() {
			return problemAnswer(errOverloaded, path)
		}
		defer s.leave()
	}
	a, err = x.handle(bounded, captured)
	if err != nil {
		return problemAnswer(err, path)
	}
	return a
}

// handle checks the request, pins the release and runs the route's handler.
func (x *exchange) handle(bounded *http.Request, captured []string) (*answer, error) {
	s, rt := x.server, x.route
	if accept := x.r.Header.Values("Accept"); rt.media == "" && !rt.vital && !accepts(accept, jsonMedia) {
		return nil, notAcceptable(strings.Join(accept, ", "), jsonMedia)
	}
	q, err := readQuery(rt, x.r.URL, captured)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(x.r.Context(), s.settings.RequestTimeout)
	defer cancel()
	r := &request{query: q, ctx: ctx, http: bounded.WithContext(ctx), id: x.id}
	if rt.pinned {
		release, err := s.live.Acquire()
		if err != nil {
			return nil, s.notReady(err)
		}
		defer release.Close()
		x.release = release.Manifest().Name
		r.reader = release.Reader(store.Public)
		defer func() { x.calls, x.busy = r.reader.Stats() }()
	}
	return rt.handle(r)
}

// readBody gives the request with its body read, so that no handler waits for
// a slow sender or meets a body without bounds.
func (x *exchange) readBody() (*http.Request, error) {
	r := x.r.Clone(x.r.Context())
	if x.route.takes == nil {
		r.Body, r.ContentLength = http.NoBody, 0
		return r, nil
	}
	most := x.server.settings.MaxBody
	body, err := io.ReadAll(io.LimitReader(r.Body, int64(most)+1))
	if err != nil {
		return nil, apierror.New(apierror.BadRequest, "The body of the request could not be read to its end. Send it again.").WithCause(err)
	}
	if len(body) > most {
		return nil, tooLarge("body", "more than "+strconv.Itoa(most)+" bytes", "at most "+strconv.Itoa(most)+" bytes")
	}
	if !utf8.Valid(body) {
		return nil, apierror.New(apierror.BadRequest, "The body of the request is not UTF-8.", apierror.Field{Location: "body", Expected: "UTF-8"})
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return r, nil
}

// send writes the answer with the headers that all answers have.
func (x *exchange) send(w http.ResponseWriter, a *answer) {
	s, header := x.server, w.Header()
	for name, values := range a.header {
		header[name] = values
	}
	s.crossOrigin.mark(header, x.r)
	header.Add("Vary", "Accept")
	header.Set("Request-Id", x.id)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	if x.release != "" {
		header.Set("Release", x.release)
	}
	header.Set("Server-Timing", fmt.Sprintf(`total;dur=%.3f, store;dur=%.3f;desc="%d call%s"`,
		milliseconds(time.Since(x.began)), milliseconds(x.busy), x.calls, plural(x.calls)))
	x.setCaching(header, a)
	reading := x.r.Method == http.MethodGet || x.r.Method == http.MethodHead
	if etag := header.Get("ETag"); reading && etag != "" && matches(x.r.Header.Values("If-None-Match"), etag) {
		header.Del("Content-Type")
		a.status, a.body = http.StatusNotModified, nil
		w.WriteHeader(a.status)
		return
	}
	if a.status != http.StatusNoContent {
		header.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.status)
	if x.r.Method == http.MethodHead {
		a.body = nil
	}
	// Who no longer listens cannot be told so.
	_, _ = w.Write(a.body)
}

// setCaching says what may be kept. An error is never kept; neither is the
// answer to a POST, though it has a tag by which answers can be compared.
func (x *exchange) setCaching(header http.Header, a *answer) {
	rt := x.route
	if rt == nil || rt.vital {
		header.Set("Cache-Control", "no-store")
		return
	}
	header.Set("Cache-Status", "alphanode; fwd=miss")
	if rt.method != http.MethodGet {
		header.Set("Cache-Status", "alphanode; fwd=method")
	}
	if a.status != http.StatusOK {
		header.Set("Cache-Control", "no-store")
		return
	}
	header.Set("ETag", a.etag())
	if keys := a.surrogateKey(); keys != "" {
		header.Set("Surrogate-Key", keys)
	}
	switch {
	case rt.method != http.MethodGet:
		header.Set("Cache-Control", "no-store")
	case header.Get("Cache-Control") == "":
		header.Set("Cache-Control", "public, max-age="+strconv.Itoa(int(x.server.settings.MaxAge.Seconds())))
	}
}

// log writes one line for the request. It holds no query string and no header
// but the request's name: either may hold a secret.
func (x *exchange) log(a *answer) {
	level, pattern := slog.LevelInfo, "none"
	if x.route != nil {
		pattern = x.route.pattern
	}
	attrs := []slog.Attr{
		slog.String("request_id", x.id),
		slog.String("method", x.r.Method),
		slog.String("route", pattern),
		slog.String("path", shorten(x.r.URL.EscapedPath())),
		slog.Int("status", a.status),
		slog.Int("bytes", len(a.body)),
		slog.Duration("duration", time.Since(x.began)),
		slog.String("release", x.release),
		slog.Int("store_calls", x.calls),
		slog.Duration("store_duration", x.busy),
	}
	if a.code != "" {
		attrs = append(attrs, slog.String("code", string(a.code)))
	}
	if a.cause != nil {
		attrs = append(attrs, slog.String("cause", a.cause.Error()))
	}
	if a.status >= http.StatusInternalServerError && !errors.Is(a.cause, context.Canceled) {
		level = slog.LevelError
	}
	x.server.logger.LogAttrs(context.WithoutCancel(x.r.Context()), level, "request", attrs...)
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}
