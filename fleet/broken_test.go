package fleet_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"alphanode/content"
	"alphanode/fleet"
	"alphanode/fleet/transport/transporttest"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/disk/disktest"
	"alphanode/store/storetest"
)

var errDisk = errors.New("the disk is full")

// TestCatchingUpBrokenOff: wherever catching up fails, or the process ends, the next one mends it,
// and nothing is left that was to go.
func TestCatchingUpBrokenOff(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"), post("gone"))
	publishes(t, m, post("b"))
	behind := w.writer("behind")
	if err := behind.Catalogue().CatchUp(); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Catalogue().Takedown(t.Context(), []string{"gone"}, store.TakedownOptions{By: "tester"}); err != nil {
		t.Fatal(err)
	}
	publishes(t, m, post("c"))
	if _, err := m.Catalogue().Prune(1, "tester"); err != nil {
		t.Fatal(err)
	}
	own := journal(t, m.Catalogue().Dir())
	for _, dead := range []bool{false, true} {
		for at := 1; ; at++ {
			if !dead && *rounds <= 24 { // which does more after it failed than a process that ended
				break
			}
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(behind.Catalogue().Dir())); err != nil {
				t.Fatal(err)
			}
			faulty := &disktest.FaultyDisk{At: at, Fault: errDisk, Dead: dead}
			c, err := catalogue.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			o := fleet.Options{Disk: faulty, Patience: 50 * time.Millisecond}
			_ = fleet.Join(t.Context(), w.net.Join("broken"), c.On(faulty), quiet, o).Catalogue().CatchUp()
			if faulty.Failed() == "" {
				break
			}
			healthy := w.join("broken", dir, fleet.Options{})
			if err := healthy.Catalogue().CatchUp(); err != nil {
				t.Errorf("dead %v, at %d, %s: found the error %v", dead, at, faulty.Failed(), err)
				continue
			}
			if got := journal(t, dir); got != own {
				t.Errorf("dead %v, at %d, %s: found the journal %s", dead, at, faulty.Failed(), got)
			}
			names, err := healthy.Catalogue().Names()
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range names {
				if _, err := healthy.Catalogue().Verify(t.Context(), name); err != nil {
					t.Errorf("dead %v, at %d, %s: %v", dead, at, faulty.Failed(), err)
				}
			}
			files := func(dir string) (n int) {
				found, err := filepath.Glob(filepath.Join(dir, "releases", "*", "*"))
				hidden, err2 := filepath.Glob(filepath.Join(dir, "releases", ".*"))
				if err != nil || err2 != nil {
					t.Fatal(err, err2)
				}
				return len(found) + len(hidden)
			}
			if found, expected := files(dir), files(m.Catalogue().Dir()); found != expected {
				t.Errorf("dead %v, at %d, %s: found %d files of releases, expected %d", dead, at, faulty.Failed(), found, expected)
			}
		}
	}
}

// TestActBrokenOff: wherever an act fails on this disk after it was agreed on, or the process ends,
// the directory is as the fleet after the next catching up.
func TestActBrokenOff(t *testing.T) {
	t.Parallel()
	for what, act := range map[string]func(*catalogue.Catalogue) error{
		"takedown": func(c *catalogue.Catalogue) error {
			_, err := c.Takedown(t.Context(), []string{"gone"}, store.TakedownOptions{})
			return err
		},
		"import": func(c *catalogue.Catalogue) error {
			b, err := c.Import(t.Context(), catalogue.ImportOptions{})
			if err != nil {
				return err
			}
			defer b.Discard()
			if err := b.Add(content.Record{Post: post("d")}, catalogue.Origin{File: "test", Line: 1}); err != nil {
				return err
			}
			_, err = b.Finish(t.Context())
			return err
		},
		"rollback": func(c *catalogue.Catalogue) error { _, err := c.Rollback("", store.RollbackOptions{}); return err },
		"prune":    func(c *catalogue.Catalogue) error { _, err := c.Prune(1, ""); return err },
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			stride := 5
			if *rounds > 24 {
				stride = 1
			}
			for at := 1; ; at += stride {
				w, m := newWorld(t, post("a"), post("gone"))
				publishes(t, m, post("b"))
				publishes(t, m, post("c"))
				faulty := &disktest.FaultyDisk{At: at, Fault: errDisk, Dead: at/stride%2 == 0}
				dir := m.Catalogue().Dir()
				c, err := catalogue.Open(dir)
				if err != nil {
					t.Fatal(err)
				}
				broken := fleet.Join(t.Context(), w.net.Join("writer"), c.On(faulty), quiet, fleet.Options{Disk: faulty, Patience: 50 * time.Millisecond})
				err = act(broken.Catalogue())
				if faulty.Failed() == "" {
					break
				}
				if err != nil && what == "takedown" && strings.Contains(err.Error(), "nothing was changed") && strings.Contains(journalOf(t, w), `"takedown"`) {
					t.Errorf("at %d, %s: found the error %v, though the fleet has taken it down", at, faulty.Failed(), err)
				}
				other := w.writer("other")
				if err := other.Catalogue().CatchUp(); err != nil {
					t.Errorf("at %d, %s: the other: %v", at, faulty.Failed(), err)
				}
				again := w.join("writer", dir, fleet.Options{})
				if err := again.Catalogue().CatchUp(); err != nil {
					t.Errorf("at %d, %s: %v", at, faulty.Failed(), err)
					continue
				}
				same(t, again, other)
			}
		})
	}
}

// journalOf gives the journal of a fleet, as one who joins finds it.
func journalOf(t *testing.T, w *world) string {
	t.Helper()
	m := w.writer("looker")
	if err := m.Catalogue().CatchUp(); err != nil {
		t.Fatal(err)
	}
	return journal(t, m.Catalogue().Dir())
}

// same expects that two directories have the same.
func same(t *testing.T, a, b *fleet.Member) {
	t.Helper()
	x, err := a.Catalogue().Commons()
	if err != nil {
		t.Fatal(err)
	}
	y, err := b.Catalogue().Commons()
	if err != nil {
		t.Fatal(err)
	}
	if string(x.Journal) != string(y.Journal) || x.Current != y.Current || string(x.Takedowns) != string(y.Takedowns) || strings.Join(x.Releases, " ") != strings.Join(y.Releases, " ") {
		t.Errorf("found\n%+v\nand\n%+v", x, y)
	}
	for _, name := range x.Releases {
		p, err := a.Catalogue().Stated(name)
		q, err2 := b.Catalogue().Stated(name)
		if err != nil || err2 != nil || string(p) != string(q) {
			t.Errorf("%s: found other manifests: %v, %v", name, err, err2)
		}
	}
}

// TestStatusWhileAFileIsMissing: who only looks at a fleet is told what a replica lacks.
func TestStatusWhileAFileIsMissing(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"))
	w.replica("a")
	known(t, m, 1)
	w.net.Cut("a") // which would fetch it before it is missing
	b := storetest.Stage(t, m.Catalogue(), catalogue.ImportOptions{}, post("b"))
	for _, file := range w.net.Files() {
		if strings.HasPrefix(file, "papers/") {
			w.net.Drop(file)
		}
	}
	if _, err := m.Catalogue().Publish(b, store.PublishOptions{}); err != nil {
		t.Fatal(err)
	}
	w.net.Heal("a")
	looker := fleet.Observe(t.Context(), w.net.Join("looker"), quiet)
	eventually(t, "it says what is missing", func() bool {
		roll, err := looker.Status(t.Context(), time.Second)
		return err == nil && len(roll.Replicas) == 1 && roll.Replicas[0].Lacks != ""
	})
}

// TestMendedAfterARollback: a replica that mends its copy of a release does not have the fleet go
// to it, which has left it meanwhile.
func TestMendedAfterARollback(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"))
	publishes(t, m, post("b"))
	a := w.replica("a")
	known(t, m, 1)
	a.damage(t, "r2")
	for _, file := range w.net.Files() {
		w.net.Corrupt(file)
	}
	a = w.replicaIn("a", a.dir, fleet.ReplicaOptions{})
	eventually(t, "it wants the release anew", func() bool { return strings.Contains(a.Warning(), "r2") })
	if _, err := m.Catalogue().Rollback("", store.RollbackOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Mend(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the copy is mended", func() bool { _, err := a.member.Catalogue().Verify(t.Context(), "r2"); return err == nil })
	time.Sleep(time.Second) // in which it would be published
	waits(t, m)
	if got := journalOf(t, w); strings.Count(got, `"publish"`) != 2 || a.serves() != "r1" {
		t.Errorf("found the journal %s and %s served, expected that nobody has published anything", got, a.serves())
	}
}

// TestPartedHistoriesChangeNothing: a directory of another history loses nothing.
func TestPartedHistoriesChangeNothing(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"), post("gone"))
	behind := w.writer("behind")
	if err := behind.Catalogue().CatchUp(); err != nil {
		t.Fatal(err)
	}
	publishes(t, m, post("b"))
	publishes(t, m, post("c"))
	if _, err := m.Catalogue().Takedown(t.Context(), []string{"gone"}, store.TakedownOptions{}); err != nil {
		t.Fatal(err)
	}
	before, err := m.Catalogue().Commons()
	if err != nil {
		t.Fatal(err)
	}
	w.net.Wipe()
	if _, err := behind.Found(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, slug := range []string{"d", "e", "f", "g", "h", "i"} {
		publishes(t, behind, post(slug))
	}
	var refused *store.RefusedError
	if err := m.Catalogue().CatchUp(); !errors.As(err, &refused) {
		t.Errorf("found the error %v, expected that it is refused", err)
	}
	after, err := m.Catalogue().Commons()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(after.Releases, " ") != strings.Join(before.Releases, " ") || string(after.Takedowns) != string(before.Takedowns) {
		t.Errorf("found %v and %s, expected %v and %s as before", after.Releases, after.Takedowns, before.Releases, before.Takedowns)
	}
}

// TestFoundingWithATornJournal: a journal whose last line was broken off is everybody's, and its founder's.
func TestFoundingWithATornJournal(t *testing.T) {
	t.Parallel()
	w := &world{t, transporttest.NewNet(1)}
	c := storetest.Catalogue(t, post("a"))
	f, err := os.OpenFile(filepath.Join(c.Dir(), "journal.ndjson"), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"time":"2026-`); err != nil {
		t.Fatal(err)
	}
	f.Close()
	m := w.join("writer", c.Dir(), fleet.Options{})
	if _, err := m.Found(t.Context()); err != nil {
		t.Fatal(err)
	}
	publishes(t, m, post("b"))
	if err := m.Catalogue().CatchUp(); err != nil {
		t.Fatal(err)
	}
	other := w.writer("other")
	if err := other.Catalogue().CatchUp(); err != nil {
		t.Fatal(err)
	}
	same(t, m, other)
	if target, err := other.Catalogue().RollbackTarget(); err != nil || target != "r1" {
		t.Errorf("found that a rollback goes to %q, %v", target, err)
	}
}

// TestFoundingBrokenOff: who was stopped while he founded a fleet founds it again.
func TestFoundingBrokenOff(t *testing.T) {
	t.Parallel()
	for at := 1; ; at++ {
		w := &world{t, transporttest.NewNet(1)}
		c := storetest.Catalogue(t, post("a"))
		faulty := &disktest.FaultyDisk{At: at, Fault: errDisk, Dead: true}
		_, err := fleet.Join(t.Context(), w.net.Join("writer"), c.On(faulty), quiet, fleet.Options{Disk: faulty}).Found(t.Context())
		if faulty.Failed() == "" {
			return
		}
		if err == nil {
			continue
		}
		m := w.join("writer", c.Dir(), fleet.Options{})
		var refused *store.RefusedError
		if _, err := m.Found(t.Context()); err != nil && !errors.As(err, &refused) {
			t.Errorf("at %d, %s: %v", at, faulty.Failed(), err)
		}
		if err := m.Catalogue().CatchUp(); err != nil {
			t.Errorf("at %d, %s: %v", at, faulty.Failed(), err)
		}
	}
}

// TestTakedownOfWhatIsNotHere: a takedown is not finished while the fleet has a release that
// could not be brought here, and may hold the post.
func TestTakedownOfWhatIsNotHere(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"))
	staged := storetest.Stage(t, m.Catalogue(), catalogue.ImportOptions{}, post("gone"))
	other := w.writer("other")
	if err := other.Catalogue().CatchUp(); err != nil {
		t.Fatal(err)
	}
	third := w.writer("third")
	for _, file := range w.net.Files() { // all: what the third needs of r1 is put anew by the mend below
		w.net.Corrupt(file)
	}
	if err := os.RemoveAll(m.Catalogue().ReleaseDir(staged)); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Mend(t.Context()); err != nil { // which has r1 alone
		t.Fatal(err)
	}
	if _, err := third.Catalogue().Takedown(t.Context(), []string{"gone"}, store.TakedownOptions{}); err == nil {
		t.Error("found no error, expected that the takedown is not finished")
	}
	if d, err := other.Mend(t.Context()); err != nil || len(d.Lost) > 0 {
		t.Fatal(d, err)
	}
	if _, err := third.Catalogue().Takedown(t.Context(), []string{"gone"}, store.TakedownOptions{}); err != nil {
		t.Error(err)
	}
	if err := other.Catalogue().CatchUp(); err != nil {
		t.Fatal(err)
	}
	if r, err := other.Catalogue().Open(staged); err != nil {
		t.Error(err)
	} else if err := r.Close(); err != nil {
		t.Error(err)
	}
}

// TestLiftedWhileAway: a release from before a takedown that was lifted since does not show the post
// again on a disk that has not got it anew yet.
func TestLiftedWhileAway(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"), post("gone"))
	publishes(t, m, post("b"))
	away := w.writer("away")
	if err := away.Catalogue().CatchUp(); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Catalogue().Takedown(t.Context(), []string{"gone"}, store.TakedownOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := m.Catalogue().Lift([]string{"gone"}, store.TakedownOptions{}); err != nil {
		t.Fatal(err)
	}
	away = w.join("away", away.Catalogue().Dir(), fleet.Options{Later: true})
	var lacking *fleet.LackingError
	if err := away.Catalogue().CatchUp(); !errors.As(err, &lacking) || lacking.Release != "r2" {
		t.Fatalf("found the error %v, expected that it is to fetch r2", err)
	}
	if r, err := away.Catalogue().Open("r1"); err == nil {
		defer r.Close()
		if held, err := r.Holds(t.Context(), []string{"gone"}); err != nil || len(held) > 0 {
			t.Errorf("found %v in r1, %v", held, err)
		}
	}
}

// TestPruneWhatIsLost: a release that is neither in the fleet nor on any disk does not stay for ever.
func TestPruneWhatIsLost(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"))
	storetest.Stage(t, m.Catalogue(), catalogue.ImportOptions{}, post("lost"))
	for _, file := range w.net.Files() {
		w.net.Drop(file)
	}
	if err := os.RemoveAll(m.Catalogue().ReleaseDir("r2")); err != nil {
		t.Fatal(err)
	}
	if d, err := m.Mend(t.Context()); err != nil || len(d.Lost) == 0 {
		t.Fatal(d, err)
	}
	publishes(t, m, post("c"))
	publishes(t, m, post("d"))
	p, err := m.Catalogue().Prune(1, "tester")
	if err != nil || strings.Join(p.Dropped, " ") != "r1 r2" && strings.Join(p.Dropped, " ") != "r2" {
		t.Errorf("found %+v, %v, expected r2 to be dropped", p, err)
	}
	if _, err := m.Catalogue().Takedown(t.Context(), []string{"lost"}, store.TakedownOptions{}); err != nil {
		t.Error(err)
	}
}

// TestLongReasons: acts that say much leave room for those that follow.
func TestLongReasons(t *testing.T) {
	t.Parallel()
	_, m := newWorld(t, post("a"))
	reason := strings.Repeat("because ", 2000)
	for i := range 40 {
		if _, err := m.Catalogue().Takedown(t.Context(), []string{"post-" + strings.Repeat("x", i+1)}, store.TakedownOptions{Reason: reason}); err != nil {
			t.Fatal(i, err)
		}
	}
}

// TestKeysOfItsOwn: a directory that joins a fleet does not lose the keys that it has.
func TestKeysOfItsOwn(t *testing.T) {
	t.Parallel()
	w, _ := newWorld(t, post("a"))
	m := w.writer("other")
	dir := m.Catalogue().Dir()
	if err := os.WriteFile(filepath.Join(dir, "keys.json"), []byte("{\"keys\": []}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var refused *store.RefusedError
	if err := m.Catalogue().CatchUp(); !errors.As(err, &refused) {
		t.Errorf("found the error %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "keys.json")); err != nil {
		t.Error(err)
	}
}
