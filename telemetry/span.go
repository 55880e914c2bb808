package telemetry

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	semconv "go.opentelemetry.io/otel/semconv/v1.37.0"
	otel "go.opentelemetry.io/otel/trace"

	"alphanode/trace"
)

// Begin begins the span of a request: a step of the trace that asked for it, else of a
// new one.
func (e *Exporter) Begin(parent trace.Context, method string, began time.Time) trace.Span {
	if e.tracer == nil {
		return untold{within(parent)}
	}
	ctx := context.Background() // the reader's may end before what is told of them
	if parent.Valid() {
		state, _ := otel.ParseTraceState(parent.State) // one that is wrong is left out
		ctx = otel.ContextWithRemoteSpanContext(ctx, otel.NewSpanContext(otel.SpanContextConfig{
			TraceID: parent.TraceID, SpanID: parent.SpanID, TraceFlags: otel.TraceFlags(parent.Flags), TraceState: state, Remote: true,
		}))
	}
	ctx, s := e.tracer.Start(ctx, method, otel.WithSpanKind(otel.SpanKindServer), otel.WithTimestamp(began))
	return &span{e.tracer, ctx, s}
}

// within is a span of a trace that is not sent.
func within(parent trace.Context) trace.Context {
	if parent.Valid() {
		return parent.Child()
	}
	return trace.New()
}

// untold is a span that nobody is told of.
type untold struct{ context trace.Context }

func (s untold) Context() trace.Context { return s.context }
func (untold) End(*trace.Request)       {}

// span is one of OpenTelemetry.
type span struct {
	tracer otel.Tracer
	ctx    context.Context
	otel.Span
}

// Context is what the span is known by.
func (s *span) Context() trace.Context {
	c := s.SpanContext()
	return trace.Context{TraceID: c.TraceID(), SpanID: c.SpanID(), Flags: trace.Flags(c.TraceFlags()), State: c.TraceState().String()}
}

// End names the span as the conventions of OpenTelemetry for HTTP servers say, and puts
// beneath it one for what the store did, from its first call to the end of its last.
func (s *span) End(r *trace.Request) {
	if !s.IsRecording() {
		return
	}
	name := r.Method
	if name == "_OTHER" {
		name = "HTTP"
	}
	if r.Route != "" {
		name += " " + r.Route
		s.SetAttributes(semconv.HTTPRoute(r.Route))
	}
	s.SetName(name)
	s.SetAttributes(attribute.String("http.request.method", r.Method), semconv.HTTPResponseStatusCode(r.Status), semconv.URLScheme(r.Scheme),
		semconv.HTTPResponseBodySize(r.Bytes), attribute.String("alphanode.request_id", r.ID), attribute.Int("alphanode.cost", r.Cost))
	for key, value := range map[attribute.Key]string{
		"error.type": r.Code, "alphanode.release": r.Release, "alphanode.cache": r.Cache,
		"client.address": r.Client, "alphanode.key": r.Key, "url.path": r.Path, "graphql.operation.type": r.Operation.Type, "graphql.operation.name": r.Operation.Name, "alphanode.operation_hash": r.Operation.Hash,
	} {
		if value != "" {
			s.SetAttributes(key.String(value))
		}
	}
	if r.Status >= 500 {
		s.SetStatus(codes.Error, r.Code)
	}
	if r.Store.Calls > 0 {
		_, store := s.tracer.Start(s.ctx, "store", otel.WithSpanKind(otel.SpanKindInternal), otel.WithTimestamp(r.Store.First),
			otel.WithAttributes(attribute.Int("alphanode.store_calls", r.Store.Calls), attribute.Float64("alphanode.store_busy_seconds", r.Store.Busy.Seconds())))
		store.End(otel.WithTimestamp(r.Store.Last))
	}
	s.Span.End(otel.WithTimestamp(r.Ended))
}
