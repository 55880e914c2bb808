package server

import (
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"alphanode/server/settings"
)

func TestReadNetError(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"http: TLS handshake error from 203.0.113.7:4711: EOF\n":                               "tls 203.0.113.7 EOF",
		"http: TLS handshake error from [2001:db8::1]:4711: tls: first record is odd":          "tls 2001:db8::1 tls: first record is odd",
		"http: TLS handshake error from [fe80::1%eth0]:4711: EOF":                              "tls fe80::1 EOF",
		"http: TLS handshake error from @: EOF":                                                "tls invalid IP EOF",
		"http: Accept error: accept tcp: too many open files; retrying in 5ms":                 "accept invalid IP Accept error: accept tcp: too many open files; retrying in 5ms",
		"http: panic serving 203.0.113.7:4711: runtime error: index out of range\ngoroutine 7": "panic invalid IP runtime error: index out of range\ngoroutine 7",
		"http2: panic serving [2001:db8::1]:4711: index out of range\ngoroutine 7":             "panic invalid IP index out of range\ngoroutine 7",
		"http: superfluous response.WriteHeader call":                                          "other invalid IP superfluous response.WriteHeader call",
		"": "other invalid IP ",
	} {
		kind, addr, said := readNetError(line)
		if found := fmt.Sprintf("%s %s %s", kind, addr, said); found != want {
			t.Errorf("%q: found %q, expected %q", line, found, want)
		}
	}
	if _, addr, _ := readNetError("http: TLS handshake error from [::ffff:203.0.113.7]:1: EOF"); addr != netip.MustParseAddr("203.0.113.7") {
		t.Errorf("found %s", addr)
	}
}

// TestNetErrorsDoNotFlood: whoever connects and says nothing sensible, as often as they
// like, gets a few lines in the log, and is counted each time.
func TestNetErrorsDoNotFlood(t *testing.T) {
	t.Parallel()
	var log LogLines
	e := newNetErrors(&settings.Settings{LogClient: settings.ClientNetwork}, slog.New(slog.NewTextHandler(&log, nil)))
	now := time.Unix(1000, 0)
	e.now = func() time.Time { return now }
	out := e.logger()
	fail := func(n int) {
		for i := range n {
			out.Printf("http: TLS handshake error from 203.0.113.%d:4711: %s", i%250, strings.Repeat("what a client sent\n", 100))
		}
	}
	fail(1000)
	if found := strings.Count(log.String(), "\n"); found != netErrorLines {
		t.Errorf("found %d lines, expected %d", found, netErrorLines)
	}
	if found := len(log.String()); found > netErrorLines*500 {
		t.Errorf("found %d bytes", found)
	}
	now = now.Add(netErrorTime)
	fail(1)
	if text := log.String(); !strings.Contains(text, "left_out=995") || !strings.Contains(text, "client=203.0.113.0/24") || strings.Contains(text, "4711") {
		t.Errorf("found %s", text)
	}
	if found := testutil.ToFloat64(e.counts.WithLabelValues("tls")); found != 1001 {
		t.Errorf("counted %v, expected 1001", found)
	}
}

// TestNetErrorsHideNoOthers: what clients bring about, as often as they like, takes no line
// from what is a fault of the program or of the machine.
func TestNetErrorsHideNoOthers(t *testing.T) {
	t.Parallel()
	const tls, panicked, accept = "TLS handshake error from 203.0.113.7:1: EOF", "panic serving 203.0.113.7:1: out of range\ngoroutine 7", "Accept error: too many open files"
	for _, tt := range []struct{ flood, then string }{{tls, panicked}, {tls, accept}, {"superfluous WriteHeader", panicked}, {accept, panicked}, {panicked, accept}} {
		var log LogLines
		out := newNetErrors(&settings.Settings{}, slog.New(slog.NewTextHandler(&log, nil))).logger()
		for range 100 {
			out.Print("http: " + tt.flood)
		}
		out.Print("http: " + tt.then)
		if text, kind := log.String(), map[string]string{panicked: "panic", accept: "accept"}[tt.then]; strings.Count(text, "kind="+kind) != 1 || strings.Contains(text, "left_out") {
			t.Errorf("%q behind many of %q: found %s", tt.then, tt.flood, text)
		}
		for range 100 {
			out.Print("http: " + tt.then)
		}
		if found := strings.Count(log.String(), "connection"); found != 2*netErrorLines {
			t.Errorf("found %d lines, expected %d", found, 2*netErrorLines)
		}
	}
}

// TestNetErrorsTellNoAddress: nothing of a client is told that is not to be.
func TestNetErrorsTellNoAddress(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"http: TLS handshake error from 203.0.113.7:4711: read tcp 10.0.0.1:443->203.0.113.7:4711: i/o timeout",
		"http: TLS handshake error from [2001:db8::7]:4711: read tcp [2001:db8::1]:443->[2001:db8::7]:4711: read: connection reset by peer",
		"http2: server connection error from [fe80::7%eth0]:4711: connection error: PROTOCOL_ERROR",
	} {
		for as, told := range map[settings.ClientAs]bool{settings.ClientNetwork: false, settings.ClientNone: false, settings.ClientAddress: true} {
			var log LogLines
			newNetErrors(&settings.Settings{LogClient: as}, slog.New(slog.NewTextHandler(&log, nil))).logger().Print(line)
			if text := log.String(); strings.Contains(text, "4711") != told {
				t.Errorf("%s: found %s", as, text)
			}
		}
	}
}

// WritePair is writePair for tests outside of the package.
var WritePair = writePair
