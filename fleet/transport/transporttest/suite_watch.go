package transporttest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"alphanode/fleet/transport"
)

// watcher is what one Watch was told, as who uses it sees it: the newest of each key.
type watcher struct {
	mu      sync.Mutex
	newest  map[string]transport.Event
	settled map[string]transport.Event // newest, at that time; nil before
	within  atomic.Int32
	err     chan error
	stop    context.CancelFunc
}

// watch begins to watch, on a goroutine that ends with the test.
func (f *fleet) watch(t *testing.T, m transport.Transport, prefix string) *watcher {
	ctx, cancel := context.WithCancel(f.ctx)
	w := &watcher{newest: map[string]transport.Event{}, err: make(chan error, 1), stop: cancel}
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.err <- m.Watch(ctx, prefix, func(e transport.Event) {
			if w.within.Add(1) != 1 {
				t.Error("told of two events at once")
			}
			w.see(t, prefix, e)
			w.within.Add(-1)
		})
		w.within.Add(1) // so that an event behind the end is seen
	}()
	t.Cleanup(func() { cancel(); <-done })
	return w
}

func (w *watcher) see(t *testing.T, prefix string, e transport.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case e.Settled:
		if w.settled != nil {
			t.Error("told twice that all was told of")
		}
		w.settled = map[string]transport.Event{}
		for key, e := range w.newest {
			w.settled[key] = e
		}
	case e.Revision == 0:
		t.Errorf("an event of %q without a revision", e.Key)
	case !transport.Under(prefix, e.Key):
		t.Errorf("a watch of %q is told of %q", prefix, e.Key)
	case e.Revision > w.newest[e.Key].Revision:
		w.newest[e.Key] = e
	case e.Revision == w.newest[e.Key].Revision && string(e.Data) != string(w.newest[e.Key].Data):
		t.Errorf("%s has two values at revision %d", e.Key, e.Revision)
	}
}

// settles waits until a watch has told of what was there, and holds it against what must be.
func (w *watcher) settles(t *testing.T, f *fleet, expected map[string]string) {
	t.Helper()
	f.eventually(t, func() error {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.settled == nil {
			return errors.New("not settled")
		}
		return nil
	})
	w.mu.Lock()
	defer w.mu.Unlock()
	if found := present(w.settled); fmt.Sprint(found) != fmt.Sprint(expected) {
		t.Fatalf("found %v, expected %v", found, expected)
	}
}

// sees waits until a watch has told of these values.
func (w *watcher) sees(t *testing.T, f *fleet, expected map[string]string) {
	t.Helper()
	f.eventually(t, func() error {
		w.mu.Lock()
		defer w.mu.Unlock()
		if found := present(w.newest); fmt.Sprint(found) != fmt.Sprint(expected) {
			return fmt.Errorf("saw %v, expected %v", found, expected)
		}
		return nil
	})
}

func present(events map[string]transport.Event) map[string]string {
	values := map[string]string{}
	for key, e := range events {
		if !e.Removed {
			values[key] = string(e.Data)
		}
	}
	return values
}

func watchedChanges(t *testing.T, f *fleet) {
	a, b, c := f.key("a"), f.key("b"), f.key("c")
	first := f.set(t, f.writer(), a, "1", 0)
	f.set(t, f.writer(), b, "1", 0)
	f.set(t, f.writer(), c, "1", 0)
	expect(t, "remove", f.writer().Remove(f.ctx, c), nil)
	w := f.watch(t, f.reader(), f.word)
	w.settles(t, f, map[string]string{a: "1", b: "1"})
	f.set(t, f.writer(), a, "2", first)
	w.sees(t, f, map[string]string{a: "2", b: "1"})
	expect(t, "remove", f.writer().Remove(f.ctx, b), nil)
	w.sees(t, f, map[string]string{a: "2"})
	f.set(t, f.writer(), b, "", 0)
	f.set(t, f.writer(), c, "3", 0)
	w.sees(t, f, map[string]string{a: "2", b: "", c: "3"})
	w.mu.Lock()
	defer w.mu.Unlock()
	for key, data := range map[string]string{a: "2", b: "", c: "3"} {
		f.has(t, f.writer(), key, data, w.newest[key].Revision)
	}
}

func watchedWords(t *testing.T, f *fleet) {
	a, under, beside, dash := f.key("a"), f.key("a.b"), f.key("ab"), f.key("a-b")
	for _, key := range []string{a, under, beside, dash, f.key("b.a")} {
		f.set(t, f.writer(), key, "1", 0)
	}
	f.watch(t, f.reader(), a).settles(t, f, map[string]string{a: "1", under: "1"})
	f.watch(t, f.reader(), under).settles(t, f, map[string]string{under: "1"})
	w := f.watch(t, f.reader(), f.key("none"))
	w.settles(t, f, nil)
	f.set(t, f.writer(), f.key("nonesuch"), "1", 0)
	f.set(t, f.writer(), f.key("none.such"), "1", 0)
	w.sees(t, f, map[string]string{f.key("none.such"): "1"})
}

func watchedAll(t *testing.T, f *fleet) {
	a, b := f.key("a"), f.key("b")
	f.set(t, f.writer(), a, "1", 0)
	w := f.watch(t, f.reader(), "")
	f.set(t, f.writer(), b, "1", 0)
	f.eventually(t, func() error {
		w.mu.Lock()
		defer w.mu.Unlock()
		if seen := present(w.newest); w.settled == nil || w.settled[a].Revision == 0 || seen[b] != "1" {
			return fmt.Errorf("saw %v", seen)
		}
		return nil
	})
}

func watchedByTwo(t *testing.T, f *fleet) {
	a := f.key("a")
	revision := f.set(t, f.writer(), a, "1", 0)
	var all []*watcher
	for _, m := range append(f.machines, f.reader()) {
		all = append(all, f.watch(t, m, f.word))
	}
	for _, w := range all {
		w.settles(t, f, map[string]string{a: "1"})
	}
	all[0].stop()
	expect(t, "a watch that was ended", <-all[0].err, context.Canceled)
	f.set(t, f.writer(), a, "2", revision)
	for _, w := range all[1:] {
		w.sees(t, f, map[string]string{a: "2"})
	}
}

// watchedFromBefore holds that what one machine has set is there when another begins to
// watch: a takedown that was confirmed is not missed by who comes later.
func watchedFromBefore(t *testing.T, f *fleet) {
	key := f.key("a")
	var revision uint64
	for i := range 8 {
		value := fmt.Sprint(i)
		revision = f.set(t, f.machines[i%len(f.machines)], key, value, revision)
		w := f.watch(t, f.machines[(i+1)%len(f.machines)], key)
		w.settles(t, f, map[string]string{key: value})
		w.stop()
	}
}

func watchedToTheLast(t *testing.T, f *fleet) {
	w := f.watch(t, f.reader(), f.word)
	expected := map[string]string{}
	revisions := map[string]uint64{}
	for i := range 60 {
		key := f.key(fmt.Sprint("of-", i%7))
		if i%5 == 4 && revisions[key] > 0 {
			expect(t, "remove", f.writer().Remove(f.ctx, key), nil)
			delete(expected, key)
			revisions[key] = 0
			continue
		}
		expected[key] = fmt.Sprint(i)
		revisions[key] = f.set(t, f.writer(), key, expected[key], revisions[key])
	}
	w.sees(t, f, expected)
}

func endedWatch(t *testing.T, f *fleet) {
	w := f.watch(t, f.reader(), f.word)
	w.settles(t, f, nil)
	w.stop()
	expect(t, "a watch that was ended", <-w.err, context.Canceled)
	f.set(t, f.writer(), f.key("a"), "1", 0)
	late := f.watch(t, f.reader(), f.word)
	late.settles(t, f, map[string]string{f.key("a"): "1"})
	if len(w.newest) > 0 {
		t.Fatalf("a watch that was ended is told of %v", w.newest)
	}
}
