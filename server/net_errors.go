package server

import (
	"context"
	"log"
	"log/slog"
	"net/netip"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"alphanode/server/route"
	"alphanode/server/settings"
)

// What net/http tells of connections on which there was no request: whoever can connect
// can bring it to tell something, as often as they like. All of it is counted, and a few
// lines of each kind logged in a while: handshakes that fail must not hide a panic.
const (
	netErrorTime  = 10 * time.Second
	netErrorLines = 5
)

// netErrors takes the lines of net/http's own log.
type netErrors struct {
	log    *slog.Logger
	client settings.ClientAs
	counts *prometheus.CounterVec
	now    func() time.Time

	mu    sync.Mutex
	kinds map[string]*allowance // the few that readNetError tells apart
}

// allowance is what may be logged of one kind.
type allowance struct {
	since   time.Time // when the first of the lines was logged that count now
	lines   int
	leftOut int // lines that were not logged, and that nobody was told of
}

func newNetErrors(s *settings.Settings, log *slog.Logger) *netErrors {
	return &netErrors{log: log, client: s.LogClient, now: time.Now, kinds: map[string]*allowance{}, counts: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "alphanode_connection_errors_total", Help: "What net/http told of connections: handshakes of TLS that failed (tls), connections that could not be taken (accept), faults of the program (panic), and the rest (other).",
	}, []string{"kind"})}
}

// logger gives what net/http logs to.
func (e *netErrors) logger() *log.Logger { return log.New(e, "", 0) }

// Write takes one line.
func (e *netErrors) Write(line []byte) (int, error) {
	kind, addr, said := readNetError(string(line))
	e.counts.WithLabelValues(kind).Inc()
	leftOut, ok := e.admit(kind)
	if !ok {
		return len(line), nil
	}
	level := slog.LevelWarn
	if kind == "panic" {
		level = slog.LevelError
	} else {
		if e.client != settings.ClientAddress {
			said = anAddress.ReplaceAllString(said, "(address)")
		}
		said = route.Shorten(said)
	}
	attrs := []any{slog.String("kind", kind), slog.String("error", said)}
	if client := clientAs(e.client, addr); client != "" {
		attrs = append(attrs, slog.String("client", client))
	}
	if leftOut > 0 {
		attrs = append(attrs, slog.Int("left_out", leftOut))
	}
	e.log.Log(context.Background(), level, "connection", attrs...)
	return len(line), nil
}

// admit reports whether a line of a kind is to be logged, and how many before it were not.
func (e *netErrors) admit(kind string) (leftOut int, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	a := e.kinds[kind]
	if a == nil {
		a = new(allowance)
		e.kinds[kind] = a
	}
	now := e.now()
	if now.Sub(a.since) >= netErrorTime {
		a.since, a.lines = now, 0
	}
	if a.lines == netErrorLines {
		a.leftOut++
		return 0, false
	}
	a.lines++
	leftOut, a.leftOut = a.leftOut, 0
	return leftOut, true
}

// anAddress is one as net/http writes it within what it says, of either side.
var anAddress = regexp.MustCompile(`\[[0-9A-Fa-f:.]+(%[^\]]*)?\]:[0-9]+|[0-9]+(\.[0-9]+){3}:[0-9]+`)

// readNetError takes a line apart: what it is about, whom, and what it says.
func readNetError(line string) (kind string, addr netip.Addr, said string) {
	line = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(line, "http: "), "http2: "))
	if rest, ok := strings.CutPrefix(line, "TLS handshake error from "); ok {
		from, why, _ := strings.Cut(rest, ": ")
		peer, _ := netip.ParseAddrPort(from) // else nobody is named
		return "tls", peer.Addr().Unmap().WithZone(""), why
	}
	switch {
	case strings.HasPrefix(line, "Accept error"):
		return "accept", addr, line
	case strings.HasPrefix(line, "panic serving"):
		_, said, _ = strings.Cut(line, ": ")
		return "panic", addr, said
	default:
		return "other", addr, line
	}
}
