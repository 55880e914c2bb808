package release_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"alphanode/store"
	"alphanode/store/live"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

// oneServed serves a data directory of one release, and gives that.
func oneServed(t *testing.T) (*live.Live, *release.Release) {
	t.Helper()
	l := storetest.Live(t, storetest.Catalogue(t, post("a")))
	r, err := l.Acquire()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return l, r
}

// TestReadThatFailsOnce is made again and answered, and condemns nothing.
func TestReadThatFailsOnce(t *testing.T) {
	t.Parallel()
	l, r := oneServed(t)
	reads := 0
	got, err := r.Reader(store.Public).Read(t.Context(), func() (int, error) {
		if reads++; reads == 1 {
			return 0, fmt.Errorf("%w: a bit", store.ErrCorrupt)
		}
		return 7, nil
	})
	if got != 7 || err != nil || reads != 2 {
		t.Errorf("found %d, %v after %d reads", got, err, reads)
	}
	if d := l.Damage(); d != (live.Damage{Passed: 1}) || r.Damaged() {
		t.Errorf("found %+v", d)
	}
}

// TestReadThatKeepsFailing in a file that is what was built, as a fault of the program
// does, condemns nothing, and is not proven again and again.
func TestReadThatKeepsFailing(t *testing.T) {
	t.Parallel()
	l, r := oneServed(t)
	fail := func() {
		t.Helper()
		_, err := r.Reader(store.Public).Read(t.Context(), func() (int, error) { panic("a fault") })
		if !errors.Is(err, store.ErrCorrupt) {
			t.Fatalf("found %v", err)
		}
	}
	for deadline := time.Now().Add(20 * time.Second); l.Damage().Refuted == 0; time.Sleep(time.Millisecond) {
		if fail(); time.Now().After(deadline) {
			t.Fatal("it is not proven")
		}
	}
	for range 100 {
		fail()
	}
	if d := l.Damage(); d != (live.Damage{Refuted: 1}) || r.Damaged() || l.Problem() != "" {
		t.Errorf("found %+v, %q", d, l.Problem())
	}
}
