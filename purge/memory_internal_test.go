package purge

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"alphanode/store"
	"alphanode/store/release"
	"alphanode/webhook"
)

// TestTakenOverBeforeTheNextWrite has the file of a server written while debts of
// another, which has ended, are taken over. They are in the one file or in the other,
// however the two meet.
func TestTakenOverBeforeTheNextWrite(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "told")
	start := func() *Notifier {
		return NewNotifier(Options{
			Endpoints: []webhook.Endpoint{{Name: "a"}}, State: state, Log: slog.New(slog.DiscardHandler),
			Open: func(string) (*release.Release, error) { return nil, store.ErrNotFound },
		})
	}
	ended, running := start(), start()
	running.Serving(store.Served{Release: "r2"})
	ended.Serving(store.Served{Release: "r1"})
	if err := ended.Close(); err != nil {
		t.Fatal(err)
	}

	done := make(chan struct{}, 2)
	running.mu.Lock() // for which both wait on their way
	go func() { running.adopt(); done <- struct{}{} }()
	time.Sleep(20 * time.Millisecond) // that they do; else less is tested
	go func() { running.memory.write(running.remembered); done <- struct{}{} }()
	time.Sleep(20 * time.Millisecond)
	running.mu.Unlock()
	<-done
	<-done

	paths, err := running.memory.paths()
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, path := range paths {
		r, err := readRemembered(path + jsonEnd)
		if err != nil {
			t.Error(err)
		}
		for _, s := range r["a"] {
			found = append(found, s.Release)
		}
	}
	if all := strings.Join(found, " "); !strings.Contains(all, "r1") || !strings.Contains(all, "r2") {
		t.Errorf("found %q, expected r1 and r2: what the ended server owed is nowhere on disk", all)
	}
	if err := running.Close(); err != nil {
		t.Error(err)
	}
}
