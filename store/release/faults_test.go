package release_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/build"
	"alphanode/store/catalogue"
	"alphanode/store/disk/disktest"
	"alphanode/store/keys"
	"alphanode/store/storetest"
)

// act is something that changes a data directory, in which r1 to r4 were
// published one after the other, r4 is current and r5 is staged.
type act struct {
	name string
	do   func(context.Context, *catalogue.Catalogue, *keys.File) error
	// What is current after it, and the releases and keys that there are.
	current  string
	releases []string
	keys     int
}

var acts = []act{
	{"import", importOne, "r4", []string{"r1", "r2", "r3", "r4", "r5", "r6"}, 1},
	{"publish", publishStaged, "r5", []string{"r1", "r2", "r3", "r4", "r5"}, 1},
	{"rollback", rollBackToThird, "r3", []string{"r1", "r2", "r3", "r4", "r5"}, 1},
	{"prune", pruneAll, "r4", []string{"r3", "r4", "r5"}, 1},
	{"key add", addKey, "r4", []string{"r1", "r2", "r3", "r4", "r5"}, 2},
}

func importOne(ctx context.Context, c *catalogue.Catalogue, _ *keys.File) error {
	b, err := c.Import(ctx, catalogue.ImportOptions{Memory: build.Memory{Records: 1, Words: 1, Lexicon: 1}})
	if err != nil {
		return err
	}
	defer b.Discard()
	for i, slug := range []string{"x", "y"} {
		if err := b.Add(content.Record{Post: post(slug)}, catalogue.Origin{Line: i + 1}); err != nil {
			return err
		}
	}
	_, err = b.Finish(ctx)
	return err
}

func publishStaged(_ context.Context, c *catalogue.Catalogue, _ *keys.File) error {
	_, err := c.Publish("r5", store.PublishOptions{By: "me"})
	return err
}

// rollBackToThird is tried again like a publish where it was done: a rollback
// would go further back.
func rollBackToThird(_ context.Context, c *catalogue.Catalogue, _ *keys.File) error {
	current, err := c.Current()
	if err != nil {
		return err
	}
	if current == "r3" {
		_, err = c.Publish("r3", store.PublishOptions{By: "me", Force: true})
	} else {
		_, err = c.Rollback("", store.RollbackOptions{By: "me"})
	}
	return err
}

func pruneAll(_ context.Context, c *catalogue.Catalogue, _ *keys.File) error {
	_, err := c.Prune(1, "me")
	return err
}

// addKey is not done twice: who tries again looks at the list first.
func addKey(_ context.Context, _ *catalogue.Catalogue, k *keys.File) error {
	keys, err := k.List()
	if err != nil || len(keys) == 2 {
		return err
	}
	_, _, err = k.Add("second", store.ScopeRead)
	return err
}

// stage makes the data directory that acts change, with the remains of others, and
// tells what each release holds, r6 too.
func stage(t *testing.T) (c *catalogue.Catalogue, holds map[string]string) {
	t.Helper()
	c = emptyCatalogue(t)
	holds = map[string]string{}
	for i, slug := range []string{"a", "b", "c", "d", "e"} {
		m, err := buildOnto(t, c, catalogue.ImportOptions{}, content.Record{Post: post(slug)})
		if err != nil {
			t.Fatal(err)
		}
		holds[m.Name] = holds[fmt.Sprintf("r%d", i)] + string(post(slug).AppendJSON(nil)) + "\n"
		if i == 4 {
			break
		}
		if _, err := c.Publish(m.Name, store.PublishOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	holds["r6"] = holds["r4"] + string(post("x").AppendJSON(nil)) + "\n" + string(post("y").AppendJSON(nil)) + "\n"
	if _, _, err := keys.In(c.Dir()).Add("first", store.ScopeRead); err != nil {
		t.Fatal(err)
	}
	for _, remains := range []string{".building-1", ".pruned-r0"} {
		if err := os.Mkdir(filepath.Join(c.Dir(), "releases", remains), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return c, holds
}

// copied gives a data directory of the same bytes.
func copied(t *testing.T, c *catalogue.Catalogue) *catalogue.Catalogue {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(c.Dir())); err != nil {
		t.Fatal(err)
	}
	setModes(t, dir, 0o700, 0o600) // as they were: a copy is for everyone
	again, err := catalogue.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

// TestEveryFault makes each operation on the disk fail in each act, with and
// without the process ending there. The act is then done or not done and never
// done by half, what is current can be served, the error says what failed, and
// trying again works.
func TestEveryFault(t *testing.T) {
	t.Parallel()
	before, holds := stage(t)
	for _, a := range acts {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			clean := &disktest.FaultyDisk{}
			c := copied(t, before)
			if err := a.do(t.Context(), c.On(clean), keys.In(c.Dir()).On(clean)); err != nil {
				t.Fatal(err)
			}
			a.check(t, c, holds, nil)
			t.Logf("%d operations", clean.Operations())
			for n := 1; n <= clean.Operations(); n++ {
				a.fail(t, copied(t, before), holds, &disktest.FaultyDisk{At: n, Fault: syscall.ENOSPC})
				a.fail(t, copied(t, before), holds, &disktest.FaultyDisk{At: n, Fault: syscall.EIO, Dead: true})
			}
		})
	}
}

// fail does the act on a disk that fails, and again on one that does not.
func (a act) fail(t *testing.T, c *catalogue.Catalogue, holds map[string]string, d *disktest.FaultyDisk) {
	t.Helper()
	err := a.do(t.Context(), c.On(d), keys.In(c.Dir()).On(d))
	defer func() {
		if t.Failed() {
			t.Fatalf("operation %d, %q, failed with %v (dead: %t); the act gave: %v", d.At, d.Failed(), d.Fault, d.Dead, err)
		}
	}()
	switch {
	case d.Failed() == "":
		t.Fatal("nothing failed")
	case err != nil && !errors.Is(err, d.Fault):
		t.Errorf("the error does not say what failed: %v", err)
	case errors.Is(err, store.ErrNotSwitched), errors.Is(err, store.ErrNotSynced):
		if current, readErr := c.Current(); readErr != nil || (current == "r4") != errors.Is(err, store.ErrNotSwitched) {
			t.Errorf("found %q current, %v, which is not what the error says", current, readErr)
		}
	case err != nil && a.current != "r4" && d.At > 1: // the first takes the lock
		t.Error("the error does not say what is current")
	}
	a.recovers(t, c, holds, err)
}

// recovers checks a data directory in which the act gave an error, or was killed,
// and does it again.
func (a act) recovers(t *testing.T, c *catalogue.Catalogue, holds map[string]string, err error) {
	t.Helper()
	a.check(t, c, holds, err)
	if err := a.do(t.Context(), c, keys.In(c.Dir())); err != nil {
		t.Errorf("trying again: %v", err)
	}
	a.checkDone(t, c)
	// Whatever was left, the next import and change of keys clear it.
	if name := storetest.Publish(t, c, catalogue.ImportOptions{}, post("z")); slices.Contains(a.releases, name) {
		t.Errorf("found a second %s", name)
	}
	if _, _, err := keys.In(c.Dir()).Add("last", store.ScopeRead); err != nil {
		t.Error(err)
	}
	for _, pattern := range []string{"*.new", ".*", filepath.Join("releases", ".*")} {
		if remains, err := filepath.Glob(filepath.Join(c.Dir(), pattern)); err != nil || len(remains) > 0 {
			t.Errorf("found %q, %v", remains, err)
		}
	}
}

// check holds a data directory against what it is before the act and after it;
// without an error it must be what it is after.
func (a act) check(t *testing.T, c *catalogue.Catalogue, holds map[string]string, err error) {
	t.Helper()
	if err == nil {
		a.checkDone(t, c)
	}
	entries, err := c.List()
	if err != nil {
		t.Fatal(err)
	}
	current, err := c.Current()
	if err != nil || current != "r4" && current != a.current {
		t.Errorf("found %q current, %v, expected r4 or %s", current, err, a.current)
	}
	if target, err := c.RollbackTarget(); err != nil || target != map[string]string{"r3": "r2", "r4": "r3", "r5": "r4"}[current] {
		t.Errorf("found %q to roll back to from %s, %v", target, current, err)
	}
	for _, e := range entries {
		state := store.StatePrevious
		switch {
		case e.Name == current:
			state = store.StateCurrent
		case e.Name == "r5" || e.Name == "r6":
			state = store.StateStaged
		}
		if e.State != state || e.Problem != "" {
			t.Errorf("%s: found it %s, expected %s; %s", e.Name, e.State, state, e.Problem)
			continue
		}
		if got := export(t, c, e.Name); got != holds[e.Name] {
			t.Errorf("%s: found %s, expected %s", e.Name, got, holds[e.Name])
		}
		if e.Name == current || e.Name == "r6" {
			if _, err := c.Verify(t.Context(), e.Name); err != nil {
				t.Error(err)
			}
		}
	}
	for _, name := range []string{"r3", "r4", "r5"} { // which no act drops
		if !slices.ContainsFunc(entries, func(e store.Entry) bool { return e.Name == name }) {
			t.Errorf("%s is gone", name)
		}
	}
	if keys, err := keys.In(c.Dir()).List(); err != nil || len(keys) != 1 && len(keys) != a.keys {
		t.Errorf("found the keys %v, %v", keys, err)
	}
}

// checkDone holds a data directory against what it is after the act. A build that
// is done again may have made one more release.
func (a act) checkDone(t *testing.T, c *catalogue.Catalogue) {
	t.Helper()
	names := slices.DeleteFunc(releaseNames(t, c), func(name string) bool { return name == "r7" })
	current, err := c.Current()
	keys, keysErr := keys.In(c.Dir()).List()
	if err := errors.Join(err, keysErr); err != nil || current != a.current || !slices.Equal(names, a.releases) || len(keys) != a.keys {
		t.Errorf("found %s current of %s, and %d keys, %v; expected %s of %s, and %d keys",
			current, strings.Join(names, " "), len(keys), err, a.current, strings.Join(a.releases, " "), a.keys)
	}
}
