package fleet_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"alphanode/fleet"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/storetest"
)

// TestPublishAndBack: what one machine publishes is served by all, and what it takes back too;
// all have one journal.
func TestPublishAndBack(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"), post("b"))
	a, b := w.replica("a"), w.replica("b")
	known(t, m, 2)
	if name := publishes(t, m, post("c")); name != "r2" {
		t.Fatalf("found %s", name)
	}
	roll := waits(t, m)
	if len(roll.Replicas) != 2 || a.serves() != "r2" || b.serves() != "r2" || roll.Last != "tester on writer published r2" {
		t.Errorf("found %+v", roll)
	}
	if _, err := m.Catalogue().Rollback("", store.RollbackOptions{By: "tester"}); err != nil {
		t.Fatal(err)
	}
	waits(t, m)
	if a.serves() != "r1" || b.serves() != "r1" {
		t.Errorf("found %s and %s, expected r1", a.serves(), b.serves())
	}
	own := journal(t, m.Catalogue().Dir())
	for _, r := range []*replica{a, b} {
		if got := journal(t, r.dir); got != own {
			t.Errorf("%s: found the journal\n%s, expected\n%s", r.name, got, own)
		}
	}
}

// TestOnlyWhatIsLackingTravels: a release that is on a disk but for some blocks is not fetched
// whole, and one that is there is not fetched at all.
func TestOnlyWhatIsLackingTravels(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"))
	a := w.replica("a")
	known(t, m, 1)
	publishes(t, m, post("b"))
	waits(t, m)
	before := a.State().Fetched
	if _, err := m.Catalogue().Rollback("", store.RollbackOptions{}); err != nil {
		t.Fatal(err)
	}
	waits(t, m)
	if after := a.State().Fetched; after != before {
		t.Errorf("a rollback had %d bytes travel", after-before)
	}
}

// TestTwoPublishers: of two that publish at once one wins; the other is told who, and nothing
// of it is in the journal.
func TestTwoPublishers(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"))
	other := w.writer("other")
	one := storetest.Stage(t, m.Catalogue(), catalogue.ImportOptions{}, post("b"))
	two := storetest.Stage(t, other.Catalogue(), catalogue.ImportOptions{}, post("c"))
	if one != "r2" || two != "r3" {
		t.Fatalf("found %s and %s, expected two names", one, two)
	}
	var errs [2]error
	var both sync.WaitGroup
	both.Go(func() { _, errs[0] = m.Catalogue().Publish(one, store.PublishOptions{By: "one"}) })
	both.Go(func() { _, errs[1] = other.Catalogue().Publish(two, store.PublishOptions{By: "two"}) })
	both.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("found the errors %v and %v, expected one", errs[0], errs[1])
	}
	if err := errors.Join(errs[:]...); !strings.Contains(err.Error(), "is current") && !strings.Contains(err.Error(), " published r") {
		t.Errorf("found the error %v, expected one that says what was published", err)
	}
	if err := m.Catalogue().CatchUp(); err != nil {
		t.Fatal(err)
	}
	if err := other.Catalogue().CatchUp(); err != nil {
		t.Fatal(err)
	}
	if a, b := journal(t, m.Catalogue().Dir()), journal(t, other.Catalogue().Dir()); a != b || strings.Count(a, `"publish"`) != 2 {
		t.Errorf("found the journals\n%s and\n%s", a, b)
	}
}

// TestTakedown: a post is gone from every replica when the takedown is done, also from one
// that was away, before it serves.
func TestTakedown(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"), post("gone"))
	a, b := w.replica("a"), w.replica("b")
	known(t, m, 2)
	b.end()
	if _, err := m.Catalogue().Takedown(t.Context(), []string{"gone"}, store.TakedownOptions{By: "tester"}); err != nil {
		t.Fatal(err)
	}
	roll, err := m.Wait(t.Context(), fleet.All, soon/30)
	if err != nil {
		t.Fatal(err)
	}
	if roll.Enough() || roll.Serving() != 1 {
		t.Errorf("found %+v, expected that b is told of", roll.Replicas)
	}
	if got := a.slugs(t); len(got) != 1 {
		t.Errorf("a serves %d posts, expected 1", len(got))
	}
	w.net.Cut("b")
	b = w.replicaIn("b", b.dir, fleet.ReplicaOptions{})
	eventually(t, "b says why it serves nothing", func() bool { return strings.Contains(b.live.Problem(), "has not learned") })
	if b.serves() != "" {
		t.Errorf("b serves %s before it has learned what was taken down", b.serves())
	}
	w.net.Heal("b")
	waits(t, m)
	if got := b.slugs(t); len(got) != 1 {
		t.Errorf("b serves %d posts, expected 1", len(got))
	}
}

// TestKeys: a key that is added or revoked is so everywhere.
func TestKeys(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"))
	a := w.replica("a")
	known(t, m, 1)
	secret, key, err := m.Keys().Add("reader", store.ScopePreview)
	if err != nil {
		t.Fatal(err)
	}
	waits(t, m)
	if _, ok := a.keys.Find(secret); !ok {
		t.Error("the key opens nothing")
	}
	other := w.writer("other")
	if _, err := other.Keys().Revoke(key.ID); err != nil {
		t.Fatal(err)
	}
	waits(t, other)
	if _, ok := a.keys.Find(secret); ok {
		t.Error("the key opens something after it was revoked")
	}
}

// TestAlone: who acts in a directory that others share, and does not name the fleet, is refused.
func TestAlone(t *testing.T) {
	t.Parallel()
	_, m := newWorld(t, post("a"))
	c, err := catalogue.Open(m.Catalogue().Dir())
	if err != nil {
		t.Fatal(err)
	}
	var refused *store.RefusedError
	if _, err := c.Rollback("", store.RollbackOptions{}); !errors.As(err, &refused) || !strings.Contains(err.Error(), "--fleet") {
		t.Errorf("found the error %v", err)
	}
}
