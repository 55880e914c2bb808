package release_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/keys"
	"alphanode/store/live"
)

// irregulars put something that is no file in a place.
var irregulars = []struct {
	name string
	put  func(path string) error
}{
	{"a named pipe", func(path string) error { return syscall.Mkfifo(path, 0o600) }},
	{"a directory", func(path string) error { return os.Mkdir(path, 0o700) }},
	{"a device", func(path string) error { return os.Symlink("/dev/zero", path) }},
	{"a socket", func(path string) error {
		l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
		if err != nil {
			return err
		}
		l.SetUnlinkOnClose(false)
		return l.Close()
	}},
}

// reading is all that is done with a data directory, and what of it reads each of its
// files.
var reading = []struct {
	name string
	do   func(context.Context, *catalogue.Catalogue) error
	fail string // the files without which it cannot be done
}{
	{"list", func(_ context.Context, c *catalogue.Catalogue) error { _, err := c.List(); return err }, "journal.ndjson"},
	{"current", func(_ context.Context, c *catalogue.Catalogue) error { _, err := c.Current(); return err }, "CURRENT"},
	{"open", func(_ context.Context, c *catalogue.Catalogue) error {
		r, err := c.Open("r4")
		if err != nil {
			return err
		}
		return r.Close()
	}, "journal.ndjson takedowns.json releases/r4/manifest.json releases/r4/release.db"},
	{"verify", func(ctx context.Context, c *catalogue.Catalogue) error { _, err := c.Verify(ctx, "r4"); return err },
		"journal.ndjson takedowns.json releases/r4/manifest.json releases/r4/release.db"},
	{"keys", func(_ context.Context, c *catalogue.Catalogue) error {
		_, err := keys.In(c.Dir()).List()
		return err
	}, "keys.json"},
	{"takedowns", func(_ context.Context, c *catalogue.Catalogue) error { _, err := c.Takedowns(); return err }, "takedowns.json"},
	{"key add", func(_ context.Context, c *catalogue.Catalogue) error {
		_, _, err := keys.In(c.Dir()).Add("another", store.ScopeRead)
		return err
	}, "keys.json keys.lock"},
	{"prune", func(_ context.Context, c *catalogue.Catalogue) error { _, err := c.Prune(9, "me"); return err },
		"CURRENT journal.ndjson lock"},
	{"takedown", func(ctx context.Context, c *catalogue.Catalogue) error {
		_, err := c.Takedown(ctx, []string{"nothing"}, store.TakedownOptions{})
		return err
	}, "journal.ndjson takedowns.json lock releases/r4/manifest.json releases/r4/release.db releases/r4/rejects.ndjson"},
	{"follow", func(ctx context.Context, c *catalogue.Catalogue) error {
		l, k := live.Follow(ctx, c, slog.New(slog.DiscardHandler)), keys.In(c.Dir()).Follow(ctx, slog.New(slog.DiscardHandler))
		problem := l.Problem() + k.Problem()
		if err := errors.Join(l.Close(), k.Close()); err != nil || problem == "" {
			return err
		}
		return errors.New(problem)
	}, "CURRENT journal.ndjson takedowns.json keys.json releases/r4/manifest.json releases/r4/release.db"},
}

// TestWhatIsNoFile puts pipes and other things in the place of each file of a data
// directory. Nothing waits for them, and what cannot be done says why.
func TestWhatIsNoFile(t *testing.T) {
	t.Parallel()
	before, _ := stage(t)
	for _, irregular := range irregulars {
		for _, file := range []string{
			"CURRENT", "journal.ndjson", "takedowns.json", "keys.json", "keys.lock", "lock",
			"releases/r4/manifest.json", "releases/r4/release.db", "releases/r4/rejects.ndjson",
		} {
			t.Run(file+" is "+irregular.name, func(t *testing.T) {
				t.Parallel()
				c := copied(t, before)
				path := filepath.Join(c.Dir(), filepath.FromSlash(file))
				if err := errors.Join(os.RemoveAll(path), irregular.put(path)); err != nil {
					t.Fatal(err)
				}
				for _, act := range reading {
					done := make(chan error, 1)
					go func() { done <- act.do(t.Context(), c) }()
					select {
					case err := <-done:
						if must := strings.Contains(" "+act.fail+" ", " "+file+" "); must && err == nil || !must && err != nil {
							t.Errorf("%s: found %v", act.name, err)
						} else if must && act.name != "follow" && !strings.Contains(err.Error(), "is "+irregular.name+", expected a regular file") {
							t.Errorf("%s: found %v, which does not say what was found", act.name, err)
						}
					case <-time.After(20 * time.Second):
						t.Fatalf("%s: hangs", act.name)
					}
				}
			})
		}
	}
}

// TestKeysAfterAPipe: what follows the keys goes on when a file is there again.
func TestKeysAfterAPipe(t *testing.T) {
	t.Parallel()
	c := emptyCatalogue(t)
	path := filepath.Join(c.Dir(), "keys.json")
	secret, _, err := keys.In(c.Dir()).Add("first", store.ScopeRead)
	if err != nil {
		t.Fatal(err)
	}
	k := keys.In(c.Dir()).Follow(t.Context(), slog.New(slog.DiscardHandler))
	defer k.Close()
	if err := errors.Join(os.Rename(path, path+".good"), syscall.Mkfifo(path, 0o600)); err != nil {
		t.Fatal(err)
	}
	within(t, "a pipe is no problem", func() bool { return k.Problem() != "" })
	if _, ok := k.Find(secret); !ok {
		t.Error("the last good keys are not in force")
	}
	if err := os.Rename(path+".good", path); err != nil {
		t.Fatal(err)
	}
	within(t, "the file is not read", func() bool { return k.Problem() == "" })
}
