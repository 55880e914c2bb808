package server

import (
	"net/http"
	"slices"
	"time"

	"alphanode/server/route"
	"alphanode/store"
	"alphanode/store/release"
	"alphanode/trace"
)

// TraceBy has spans recorded, before the server runs.
func (s *Server) TraceBy(t trace.Tracer) { s.tracer = t }

// follow finds out which trace the request is part of, and begins its span.
func (x *exchange) follow() {
	if given := x.r.Header["Traceparent"]; given != nil {
		x.trace = trace.Parse(given, x.r.Header["Tracestate"])
	}
	if t := x.server.tracer; t != nil {
		x.span = t.Begin(x.trace, method(x.r), x.began)
		x.trace = x.span.Context()
	}
}

// tell counts the request, logs it, and ends its span.
func (x *exchange) tell(a *route.Answer) {
	now := time.Now()
	x.server.metrics.observe(x, a, now)
	figure := x.figure(a, now)
	x.server.figures.Note(&figure)
	x.log(a, now)
	if x.span != nil {
		x.span.End(x.told(a, now))
	}
}

// told is what a span says of the request.
func (x *exchange) told(a *route.Answer, ended time.Time) *trace.Request {
	t := &trace.Request{
		ID: x.id, Method: method(x.r), Path: store.HideSecrets(route.Shorten(x.r.URL.EscapedPath())), Scheme: "http",
		Client: clientAs(x.server.settings.LogClient, x.client.Addr), Status: a.Status, Code: string(a.Code), Bytes: a.Sent(),
		Release: x.release, Cache: x.cacheResult(), Key: x.key.ID, Cost: x.spent, Began: x.began, Ended: ended, Store: x.store,
	}
	if x.route != nil {
		t.Route = x.route.Pattern
	}
	if x.client.Secure {
		t.Scheme = "https"
	}
	if a.Operation != nil {
		t.Operation = *a.Operation
	}
	return t
}

// storeOf is what a reader took of the store.
func storeOf(r *release.Reader) (s trace.Store) {
	s.Calls, s.Busy = r.Stats()
	s.First, s.Last = r.Between()
	return s
}

// methods are those that HTTP has. Others are made up, without end.
var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodOptions,
	http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodConnect, http.MethodTrace}

// method is that of a request where HTTP has it, else the word that OpenTelemetry has for
// all others.
func method(r *http.Request) string {
	if slices.Contains(methods, r.Method) {
		return r.Method
	}
	return "_OTHER"
}
