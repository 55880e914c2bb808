package server

import (
	"net/netip"
	"testing"

	"alphanode/apierror"
	"alphanode/server/client"
	"alphanode/server/quota"
	"alphanode/store"
)

func TestReaderOf(t *testing.T) {
	t.Parallel()
	at := func(addr string) client.Client { return client.Client{Addr: netip.MustParseAddr(addr)} }
	one := readerOf(store.Key{}, at("2001:db8:1:2:3:4:5:6"))
	for _, tt := range []struct {
		name  string
		other quota.Reader
		same  bool
	}{
		{"an address of the same network", readerOf(store.Key{}, at("2001:db8:1:2:ffff::")), true},
		{"of another", readerOf(store.Key{}, at("2001:db8:1:3::")), false},
		{"with a key", readerOf(store.Key{ID: "k1"}, at("2001:db8:1:2:3:4:5:6")), false},
		{"without an address", readerOf(store.Key{}, client.Client{}), false},
	} {
		if got := one == tt.other; got != tt.same {
			t.Errorf("%s is the same reader: %t", tt.name, got)
		}
	}
	if readerOf(store.Key{ID: "k1"}, at("192.0.2.1")) != readerOf(store.Key{ID: "k1"}, at("192.0.2.2")) {
		t.Error("who has a key is another reader at another address")
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
