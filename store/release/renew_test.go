package release_test

import (
	"testing"
	"time"

	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

// TestPinFresh takes a post down behind the back of a server that does not look: who
// is told that the release was withdrawn gets it as it is on disk, whether it is the
// current one or is pinned.
func TestPinFresh(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, post("a"), post("secret", marked))
	storetest.Publish(t, c, catalogue.ImportOptions{}, post("b"))
	l := followByEvents(t, c)
	defer l.Close()
	served(t, l, "r2")
	old := map[string]*release.Release{}
	for _, name := range []string{"r1", "r2"} {
		r, err := l.Pin(t.Context(), name, store.PinOptions{Any: true})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		old[name] = r
	}
	time.Sleep(20 * time.Millisecond) // so that no event of before is left
	takedown(t, c, "r2 r1", "secret")
	for _, name := range []string{"r2", "r1", "r2"} {
		r, err := l.Pin(t.Context(), name, store.PinOptions{Any: true, Fresh: true})
		if err != nil {
			t.Fatal(err)
		}
		found, err := r.Reader(store.Public).Lookup(t.Context(), "secret", "a")
		if err != nil || found[0] != store.NoRef || found[1] == store.NoRef || r == old[name] {
			t.Errorf("%s: found %v, %v", name, found, err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}
