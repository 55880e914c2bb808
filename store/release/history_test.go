package release_test

import (
	"os"
	"path/filepath"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/live"
	"alphanode/store/storetest"
)

// TestPublishThatWasNotDone: a journal entry whose act was not done, as a crash or
// a full disk leaves it, has published nothing.
func TestPublishThatWasNotDone(t *testing.T) {
	t.Parallel()
	c := emptyCatalogue(t)
	for _, slug := range []string{"a", "b"} {
		storetest.Publish(t, c, catalogue.ImportOptions{}, post(slug))
	}
	for _, slug := range []string{"c", "d"} {
		if _, err := buildOnto(t, c, catalogue.ImportOptions{}, content.Record{Post: post(slug)}); err != nil {
			t.Fatal(err)
		}
	}
	journal, err := os.OpenFile(filepath.Join(c.Dir(), "journal.ndjson"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer journal.Close()
	if _, err := journal.WriteString(`{"time":"2026-01-02T03:04:05Z","action":"publish","release":"r3","from":"r2"}` + "\n"); err != nil {
		t.Fatal(err)
	}
	shelf := live.NewOthers(c)
	t.Cleanup(func() { _ = shelf.Close() })
	check := func(want store.State) {
		t.Helper()
		page, err := shelf.Published(10, "")
		if err != nil {
			t.Fatal(err)
		}
		listed := false
		for _, r := range page.Releases {
			listed = listed || r.Name == "r3"
		}
		if listed != (want != store.StateStaged) {
			t.Errorf("r3 is told of: %v, expected it %s", listed, want)
		}
		entries, err := c.List()
		if err != nil {
			t.Fatal(err)
		}
		if entries[2].State != want {
			t.Errorf("r3 is %s, expected %s", entries[2].State, want)
		}
	}
	publish := func(name string, canRollBack bool) {
		t.Helper()
		if p, err := c.Publish(name, store.PublishOptions{By: "me", Force: true}); err != nil || p.CanRollBack != canRollBack {
			t.Fatalf("publish %s: %+v, %v", name, p, err)
		}
	}
	check(store.StateStaged)
	publish("r4", true)
	check(store.StateStaged)
	publish("r3", true)
	check(store.StateCurrent)
	if back, err := c.Rollback("", store.RollbackOptions{By: "me"}); err != nil || back.Release != "r4" {
		t.Errorf("rolled back to %s, expected r4: %v", back.Release, err)
	}
	check(store.StatePrevious)
	// What was published first only later is no way back.
	publish("r2", false)
}
