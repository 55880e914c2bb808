package server

import (
	"net/netip"
	"testing"

	"alphanode/apierror"
	"alphanode/server/client"
	"alphanode/store"
)

func TestReaderOf(t *testing.T) {
	t.Parallel()
	behind := client.Client{Addr: netip.MustParseAddr("2001:db8:1:2:3:4:5:6")}
	if got := readerOf(store.Key{ID: "k1"}, behind); got != "key k1" {
		t.Errorf("found %s", got)
	}
	if got := readerOf(store.Key{}, behind); got != "2001:db8:1:2::/64" {
		t.Errorf("found %s", got)
	}
}

// TestStreamPlaces: however many one reader asks for, another gets one.
func TestStreamPlaces(t *testing.T) {
	t.Parallel()
	p := newStreamPlaces(4, 3)
	code := func(reader string) (func(), apierror.Code) {
		leave, err := p.take(reader)
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
