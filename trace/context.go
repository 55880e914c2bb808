package trace

import (
	"encoding/hex"
	"math/rand/v2"
)

// Context names a span, and the trace that it is part of, as the W3C lays it down (Trace
// Context, levels 1 and 2). The zero value names none.
type Context struct {
	TraceID [16]byte // all zero where there is none
	SpanID  [8]byte  // likewise
	Flags   Flags
	State   string // tracestate, as it is passed on; "" where there is none
}

// Flags are the bits that a traceparent ends with.
type Flags byte

const (
	Sampled Flags = 1 << 0 // who asks may have recorded its span
	Random  Flags = 1 << 1 // the last 7 bytes of the trace's id are random (level 2)
	known         = Sampled | Random
)

// Parse reads the fields traceparent and tracestate of a request, each line of them. What
// is no context, or names several parents, gives the zero value, and then tracestate says
// nothing either. A version that is not known is read as far as this one goes.
func Parse(traceparent, tracestate []string) (c Context) {
	const length = len("00-0123456789abcdef0123456789abcdef-0123456789abcdef-00")
	if len(traceparent) != 1 || len(traceparent[0]) < length {
		return Context{}
	}
	s := traceparent[0]
	var version, flags [1]byte
	if !lowerHex(version[:], s[0:2]) || version[0] == 0xff || s[2] != '-' ||
		!lowerHex(c.TraceID[:], s[3:35]) || s[35] != '-' ||
		!lowerHex(c.SpanID[:], s[36:52]) || s[52] != '-' ||
		!lowerHex(flags[:], s[53:55]) || !c.Valid() {
		return Context{}
	}
	if rest := s[length:]; rest != "" && (version[0] == 0 || rest[0] != '-') {
		return Context{}
	}
	c.Flags = Flags(flags[0]) & known // others may mean what we would not do
	if len(tracestate) > 0 {
		c.State = state(tracestate)
	}
	return c
}

// lowerHex decodes hex without upper case, which the W3C does not allow.
func lowerHex(dst []byte, s string) bool {
	for i := range dst {
		high, ok := nibble(s[2*i])
		low, also := nibble(s[2*i+1])
		if !ok || !also {
			return false
		}
		dst[i] = high<<4 | low
	}
	return true
}

func nibble(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	default:
		return 0, false
	}
}

// New begins a trace, of which nobody has recorded anything.
func New() (c Context) {
	for !c.Valid() {
		fill(c.TraceID[:])
		fill(c.SpanID[:])
	}
	c.Flags = Random
	return c
}

// fill makes bytes that nobody has to guess at, only to have for themselves.
func fill(dst []byte) {
	for len(dst) > 0 {
		for i, bits := 0, rand.Uint64(); i < 8; i, bits = i+1, bits>>8 {
			dst[i] = byte(bits)
		}
		dst = dst[8:]
	}
}

// Child is a span that this one asks for.
func (c Context) Child() Context {
	for parent := c.SpanID; c.SpanID == parent || c.SpanID == [8]byte{}; {
		fill(c.SpanID[:])
	}
	return c
}

// Valid reports whether the context names a span.
func (c Context) Valid() bool { return c.TraceID != [16]byte{} && c.SpanID != [8]byte{} }

// Trace is the id of the trace in hex.
func (c Context) Trace() string { return hex.EncodeToString(c.TraceID[:]) }

// Span is the id of the span in hex.
func (c Context) Span() string { return hex.EncodeToString(c.SpanID[:]) }

// Traceparent is the field of that name, of version 00: what goes out with this has the
// span as its parent.
func (c Context) Traceparent() string {
	line := append(make([]byte, 0, 55), "00-"...)
	line = append(hex.AppendEncode(line, c.TraceID[:]), '-')
	line = append(hex.AppendEncode(line, c.SpanID[:]), '-')
	return string(hex.AppendEncode(line, []byte{byte(c.Flags)}))
}
