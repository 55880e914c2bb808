package fleet_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"alphanode/content"
	"alphanode/fleet"
	"alphanode/fleet/transport"
	"alphanode/store/catalogue"
)

// whole fails where the fleet lacks a file, or has blocks that nothing needs.
func whole(t *testing.T, m *fleet.Member) {
	t.Helper()
	if a, err := m.Audit(t.Context(), time.Second); err != nil || len(a.Missing) > 0 || a.Unneeded.Files > 0 {
		t.Errorf("found %+v, %v", a, err)
	}
}

// TestClear: what nothing needs is counted, and deleted, and nothing else is.
func TestClear(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"))
	publishes(t, m, post("b"))
	before := w.net.Files()
	for _, name := range leftBlocks {
		if err := w.net.Join("dead").Put(t.Context(), name, 5, strings.NewReader("block")); err != nil {
			t.Fatal(err)
		}
	}
	want := fleet.Cleared{Files: 2, Bytes: 10}
	if a, err := m.Audit(t.Context(), time.Second); err != nil || a.Unneeded != want {
		t.Errorf("found %+v, %v", a, err)
	}
	if done, err := m.Clear(t.Context()); err != nil || done != want {
		t.Errorf("found %+v, %v", done, err)
	}
	if after := w.net.Files(); strings.Join(after, " ") != strings.Join(before, " ") {
		t.Errorf("found the files %v, expected %v", after, before)
	}
	if done, err := m.Clear(t.Context()); err != nil || done.Files > 0 {
		t.Errorf("found %+v, %v", done, err)
	}
	a := w.replica("a")
	known(t, m, 1)
	if a.serves() != "r2" {
		t.Errorf("found %q", a.serves())
	}
}

// TestClearWithoutAParcel: where it is not known which blocks a release has, none is deleted.
func TestClearWithoutAParcel(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"))
	other := w.writer("other") // which has no copy to mend it with
	for _, file := range w.net.Files() {
		if strings.HasPrefix(file, "papers/") {
			w.net.Corrupt(file)
		}
	}
	before := len(w.net.Files())
	if done, err := other.Clear(t.Context()); err == nil || len(w.net.Files()) != before {
		t.Errorf("found %+v, %v, expected that nothing is deleted", done, err)
	}
	if a, err := other.Audit(t.Context(), time.Second); err != nil || a.Unneeded.Files > 0 {
		t.Errorf("found %+v, %v", a, err)
	}
	if _, err := m.Mend(t.Context()); err != nil {
		t.Fatal(err)
	}
	whole(t, m)
}

// TestClearWhileSomebodySends: blocks that were sent for an act which is about to be agreed on are
// sent again where they were cleared away.
func TestClearWhileSomebodySends(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"))
	sender, hook := w.hookedWriter("sender")
	cleared := fleet.Cleared{}
	hook.beforeSet = func(key string) {
		if key != "head" {
			return
		}
		hook.beforeSet = nil
		var err error
		if cleared, err = m.Clear(t.Context()); err != nil {
			t.Error(err)
		}
	}
	publishes(t, sender, post("b"))
	if cleared.Files == 0 {
		t.Error("nothing was cleared")
	}
	whole(t, m)
}

// TestWhoWasAsleep: who falls asleep in the middle of deleting what a fleet does not need any more
// deletes nothing, when he wakes, that was put anew meanwhile.
func TestWhoWasAsleep(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, m := newWorld(t, post("a"))
		dead := w.net.Join("dead")
		for _, name := range leftBlocks {
			if err := dead.Put(t.Context(), name, 1, strings.NewReader("x")); err != nil {
				t.Fatal(err)
			}
		}
		sleeper, hook := w.hookedWriter("sleeper")
		hook.afterDelete = func() {
			hook.afterDelete = nil
			time.Sleep(time.Hour)
		}
		done := make(chan error, 1)
		go func() {
			_, err := sleeper.Clear(t.Context())
			done <- err
		}()
		time.Sleep(time.Minute)
		publishes(t, m, post("b")) // which waits for what is to be deleted, and so does it
		for _, name := range w.net.Files() {
			if slices.Contains(leftBlocks, name) {
				t.Errorf("%s is there", name)
			}
		}
		if err := dead.Put(t.Context(), leftBlocks[1], 1, strings.NewReader("x")); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		if !slices.Contains(w.net.Files(), leftBlocks[1]) {
			t.Error("what was put anew is gone")
		}
	})
}

// TestBlockThatNobodyTakes: who sends to a fleet that answers no more gives up, and lets go of the
// lock of the data directory.
func TestBlockThatNobodyTakes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, _ := newWorld(t, post("a"))
		sender, hook := w.hookedWriter("sender")
		hook.beforePut = func(string) { w.net.Cut("sender") }
		b, err := sender.Catalogue().Import(t.Context(), catalogue.ImportOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Add(content.Record{Post: post("b")}, catalogue.Origin{File: "test", Line: 1}); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Finish(t.Context()); !errors.Is(err, transport.ErrUnavailable) {
			t.Errorf("found the error %v", err)
		}
		hook.beforePut = nil
		w.net.Heal("sender")
		publishes(t, sender, post("b"))
	})
}

// leftBlocks are two that nothing needs, in the order in which they are deleted.
var leftBlocks = []string{"blocks/" + strings.Repeat("0", 64), "blocks/" + strings.Repeat("1", 64)}
