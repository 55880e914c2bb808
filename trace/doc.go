// Package trace is how a request is followed from one program to the next: the trace
// context of the W3C, read from what came in and written into what goes out; and what is
// told of a request when it was answered.
//
// It must not know HTTP, the store, or how spans are exported: telemetry does that.
//
// Begin with Parse in context.go; state.go is about tracestate, and request.go about what
// is told.
//
// A trace is all that follows from one act of somebody; a span is one part of it, done by
// one program; the parent is the span that asked for this one. Sampled means that who asked
// records its span, and would like us to.
package trace
