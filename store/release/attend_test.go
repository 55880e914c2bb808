package release_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/live"
	"alphanode/store/storetest"
)

// attendant notes what it is told, and which release answers while it is.
type attendant struct {
	live *live.Live

	mu    sync.Mutex
	calls []string
	last  store.Served
}

func (a *attendant) note(what string, s store.Served) {
	answers := ""
	if r, err := a.live.Acquire(); err == nil {
		answers = r.Manifest().Name
		_ = r.Close()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls = append(a.calls, fmt.Sprintf("%s %s while %s answers", what, s.Release, answers))
	a.last = s
}

func (a *attendant) Serving(s store.Served)   { a.note("serving", s) }
func (a *attendant) Switching(s store.Switch) { a.note("switching to", s.After) }
func (a *attendant) Switched(s store.Switch)  { a.note("switched to", s.After) }

func (a *attendant) told() (calls []string, last store.Served) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.calls), a.last
}

// TestAttend holds what is told, and when, against which release answers: what comes is
// told before it answers anyone.
func TestAttend(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, post("a"))
	l := storetest.Live(t, c)
	a := &attendant{live: l}
	l.Attend(a)
	storetest.Publish(t, c, catalogue.ImportOptions{}, post("b"))
	served(t, l, "r2")
	want := []string{"serving r1 while r1 answers", "switching to r2 while r1 answers", "switched to r2 while r2 answers"}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		calls, last := a.told()
		if slices.Equal(calls, want) && last == servedOf(t, c, "r2") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("found %s, last %+v\nexpected %s", strings.Join(calls, ", "), last, strings.Join(want, ", "))
		}
	}
}

// TestServedIsKnownByContent looks at what is served before and after acts while no
// server runs: whatever changed what anyone can be answered, it is another.
func TestServedIsKnownByContent(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, post("a"), post("old"), post("older"), post("gone"))
	storetest.Publish(t, c, catalogue.ImportOptions{Replace: true}, post("a"), post("gone"))
	now := func() store.Served {
		l := storetest.Live(t, c)
		a := &attendant{live: l}
		l.Attend(a)
		_, last := a.told()
		if last.Release != "r2" {
			t.Fatalf("found %+v, expected that r2 is served", last)
		}
		return last
	}
	before := now()
	if again := now(); again != before {
		t.Errorf("found %+v, expected %+v", again, before)
	}
	takedown := func(slug string) {
		if _, err := c.Takedown(t.Context(), []string{slug}, store.TakedownOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	for _, act := range []struct {
		name string
		do   func()
		made bool // the release itself is made anew
	}{
		{"a post that it has", func() { takedown("gone") }, true},
		{"a post that only an earlier one has", func() { takedown("old") }, false},
		{"one that is lifted at once", func() {
			takedown("older")
			if err := c.Lift([]string{"older"}, store.TakedownOptions{}); err != nil {
				t.Fatal(err)
			}
		}, false},
		{"one that is broken off", func() { unfinished(t, c, "never-there") }, false},
		{"one that is finished by an import", func() {
			storetest.Publish(t, c, catalogue.ImportOptions{}, post("b"))
			if _, err := c.Rollback("r2", store.RollbackOptions{By: "test"}); err != nil {
				t.Fatal(err)
			}
		}, false},
	} {
		act.do()
		after := now()
		if after == before || act.made != (after.SHA256 != before.SHA256) || !(store.Switch{Before: before, After: after}).Withdraws() {
			t.Errorf("%s: found %+v, before %+v", act.name, after, before)
		}
		before = after
	}
}
