package server

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	"alphanode/server/route"
	"alphanode/server/settings"
	"alphanode/store"
)

// usualAttributes is how many a line of the log has, and some more.
const usualAttributes = 28

// log writes one line for the request. It holds no query string, no variable and no
// header but the names of the request and of its trace: any of them may hold a secret.
// The record goes to the handler without a source line, which is always this one and
// costs a search.
func (x *exchange) log(a *route.Answer, ended time.Time) {
	level := slog.LevelInfo
	if x.ownFault(a) {
		level = slog.LevelError
	}
	ctx, handler := context.Background(), x.server.logger.Handler() // the reader may be gone by now
	if !handler.Enabled(ctx, level) {
		return
	}
	took := ended.Sub(x.began)
	var room [usualAttributes]slog.Attr
	line := append(room[:0],
		slog.String("request_id", x.id),
		slog.String("method", method(x.r)),
		slog.String("route", x.pattern()),
		slog.String("path", store.HideSecrets(route.Shorten(x.r.URL.EscapedPath()))),
		slog.Int("status", a.Status),
		slog.Int("bytes", a.Sent()),
		slog.Duration("duration", took),
		slog.String("release", x.release),
		slog.String("cache", x.cacheResult()),
		slog.Int("store_calls", x.store.Calls),
		slog.Duration("store_duration", x.store.Busy),
		slog.Int("cost", x.spent),
		slog.Int("charged", x.charged()),
	)
	some := func(name, value string) {
		if value != "" {
			line = append(line, slog.String(name, value))
		}
	}
	if slow := x.server.settings.SlowRequest; slow > 0 && took >= slow && a.Stream == nil {
		line = append(line, slog.Bool("slow", true))
	}
	some("client", clientAs(x.server.settings.LogClient, x.client.Addr))
	some("key", x.key.ID)
	if op := a.Operation; op != nil {
		some("operation", op.Name)
		some("operation_hash", op.Hash)
	}
	if x.trace.Valid() {
		line = append(line, slog.String("trace_id", x.trace.Trace()), slog.String("span_id", x.trace.Span()))
	}
	some("code", string(a.Code))
	some("cut", a.Cut())
	if a.Cause != nil {
		line = append(line, slog.String("cause", store.HideSecrets(a.Cause.Error())))
	}
	record := slog.NewRecord(ended, level, "request", 0)
	record.AddAttrs(line...)
	_ = handler.Handle(ctx, record) // a log that cannot be written has no one to tell
}

// pattern is the pattern of the route, as metrics and the log name it.
func (x *exchange) pattern() string {
	if x.route == nil {
		return "none"
	}
	return x.route.Pattern
}

// cacheResult says in a word how the answer came about.
func (x *exchange) cacheResult() string {
	switch {
	case x.cache == cacheHit:
		return "hit"
	case x.cache == cacheMiss:
		return "miss"
	case x.cache == cacheCollapsed:
		return "collapsed"
	case x.route != nil && x.route.Pinned && viewOf(x.key) != store.Public:
		return "bypass"
	default:
		return "none"
	}
}

// The bits of an address that name a network and not who is in it.
const (
	networkBits4 = 24
	networkBits6 = 48
)

// clientAs is what is told of an address: it is personal data, so usually no more than
// the network that it is in.
func clientAs(as settings.ClientAs, addr netip.Addr) string {
	switch {
	case !addr.IsValid() || as == settings.ClientNone:
		return ""
	case as == settings.ClientAddress:
		return addr.String()
	}
	bits := networkBits6
	if addr.Is4() {
		bits = networkBits4
	}
	network, err := addr.Prefix(bits)
	if err != nil { // no address has fewer bits
		return ""
	}
	return network.String()
}
