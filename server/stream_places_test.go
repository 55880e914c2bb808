package server

import (
	"net/http"
	"net/netip"
	"testing"

	"alphanode/apierror"
	"alphanode/server/quota"
	"alphanode/store"
)

func TestReaderOf(t *testing.T) {
	t.Parallel()
	address := func(addr string) quota.Reader { return quota.OfAddress(netip.MustParseAddr(addr)) }
	for _, tt := range []struct {
		key, addr string
		want      quota.Reader
	}{
		{"k1", "192.0.2.1:80", quota.OfKey("k1")},
		{"", "192.0.2.1:80", address("192.0.2.1")},
		{"", "192.0.2.1:81", address("192.0.2.1")},
		{"", "[::ffff:192.0.2.1]:80", address("192.0.2.1")},
		{"", "[2001:db8:1:2:3:4:5:6]:80", address("2001:db8:1:2::")},
		{"", "[2001:db8:1:2:ffff::]:80", address("2001:db8:1:2::")},
		{"", "[2001:db8:1:3::1]:80", address("2001:db8:1:3::")},
		{"", "[fe80::1%eth0]:80", address("fe80::")},
		{"", "pipe", quota.Reader{}},
	} {
		if got := readerOf(store.Key{ID: tt.key}, &http.Request{RemoteAddr: tt.addr}); got != tt.want {
			t.Errorf("%+v: found %v", tt, got)
		}
	}
	for _, other := range []quota.Reader{address("192.0.2.2"), address("2001:db8:1:3::"), quota.OfKey("192.0.2.1"), {}} {
		if other == address("192.0.2.1") || other == address("2001:db8:1:2::") {
			t.Errorf("%v is taken for another", other)
		}
	}
}

// TestStreamPlaces: however many one reader asks for, another gets one.
func TestStreamPlaces(t *testing.T) {
	t.Parallel()
	p := newStreamPlaces(4, 3)
	code := func(reader string) (func(), apierror.Code) {
		leave, err := p.take(quota.OfKey(reader))
		if err != nil {
			return nil, apierror.From(err).Code
		}
		return leave, ""
	}
	var ends []func()
	for range 3 {
		leave, refused := code("a")
		if refused != "" {
			t.Fatalf("found %s", refused)
		}
		ends = append(ends, leave)
	}
	for range 10 {
		if _, refused := code("a"); refused != apierror.RateLimited {
			t.Errorf("found %q", refused)
		}
	}
	leave, refused := code("b")
	if refused != "" {
		t.Fatalf("found %s", refused)
	}
	if _, refused := code("c"); refused != apierror.Overloaded {
		t.Errorf("found %q", refused)
	}
	ends[0]()
	if p.taken() != 3 {
		t.Errorf("found %d places taken", p.taken())
	}
	if again, refused := code("a"); refused != "" {
		t.Errorf("found %s", refused)
	} else {
		ends[0] = again
	}
	for _, end := range append(ends, leave) {
		end()
	}
	if p.taken() != 0 || len(p.held) != 0 {
		t.Errorf("found %d places taken, by %v", p.taken(), p.held)
	}
}
