package fleet_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"alphanode/fleet"
	"alphanode/fleet/transport/transporttest"
	"alphanode/store"
	"alphanode/store/storetest"
)

// TestDamagedCopy: a replica whose copy of the current release is damaged fetches it anew, and
// serves it again.
func TestDamagedCopy(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"))
	publishes(t, m, post("b"))
	a := w.replica("a")
	known(t, m, 1)
	a.damage(t, "r2")
	a = w.replicaIn("a", a.dir, fleet.ReplicaOptions{})
	eventually(t, "the damaged copy is mended", func() bool { return a.serves() == "r2" && a.live.Damage().From == "" })
	waits(t, m)
	if _, err := a.member.Catalogue().Verify(t.Context(), "r2"); err != nil {
		t.Error(err)
	}
}

// TestMissingBlock: what one replica needs and the fleet has lost is put anew by who waits for it.
func TestMissingBlock(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"))
	for _, file := range w.net.Files() {
		if strings.HasPrefix(file, "blocks/") {
			w.net.Drop(file)
		}
	}
	a := w.replica("a")
	eventually(t, "the replica is known", func() bool {
		roll, err := m.Status(t.Context(), time.Second)
		return err == nil && len(roll.Replicas) == 1
	})
	if a.serves() != "" {
		t.Errorf("found %s served of which there is no block", a.serves())
	}
	waits(t, m)
	if a.serves() != "r1" {
		t.Errorf("found %q", a.serves())
	}
}

// TestMend: every file that is damaged is found, and put anew where somebody has it.
func TestMend(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"), post("b"))
	if _, _, err := m.Keys().Add("reader", store.ScopeRead); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Catalogue().Takedown(t.Context(), []string{"b"}, store.TakedownOptions{}); err != nil {
		t.Fatal(err)
	}
	files := w.net.Files()
	for i, file := range files {
		if i%2 == 0 {
			w.net.Corrupt(file)
		} else {
			w.net.Drop(file)
		}
	}
	d, err := m.Mend(t.Context())
	if err != nil || len(d.Mended) != len(files) || len(d.Lost) > 0 {
		t.Errorf("found %+v, %v, expected that all of %v were mended", d, err, files)
	}
	if d, err = m.Mend(t.Context()); err != nil || len(d.Mended) > 0 || d.Looked != len(files) {
		t.Errorf("found %+v, %v, expected nothing to mend", d, err)
	}
}

// TestLostState: a fleet that has lost all is not taken for a new one; its replicas serve on, and
// it gets its state back from the member that is furthest ahead.
func TestLostState(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"))
	publishes(t, m, post("b"))
	a := w.replica("a")
	known(t, m, 1)
	w.net.Wipe()
	eventually(t, "the replica says so", func() bool { return strings.Contains(a.Warning(), "lost its state") })
	if a.serves() != "r2" || a.Unready() != "" {
		t.Errorf("found %q served, unready %q", a.serves(), a.Unready())
	}
	var lost *fleet.NoHeadError
	if _, err := m.Catalogue().Rollback("", store.RollbackOptions{}); !errors.As(err, &lost) || !lost.Lost {
		t.Errorf("found the error %v", err)
	}
	if founded, err := m.Found(t.Context()); err != nil || founded.Current != "r2" || len(founded.Releases) != 2 {
		t.Fatalf("found %+v, %v", founded, err)
	}
	if _, err := m.Catalogue().Rollback("", store.RollbackOptions{}); err != nil {
		t.Fatal(err)
	}
	known(t, m, 1)
	if a.serves() != "r1" {
		t.Errorf("found %q", a.serves())
	}
	var refused *store.RefusedError
	if _, err := m.Found(t.Context()); !errors.As(err, &refused) {
		t.Errorf("found the error %v, expected that a fleet which is well is left alone", err)
	}
}

// TestLostStateOfTheLastAct: who has done what was done last can give it back at once, and those
// who have seen it follow.
func TestLostStateOfTheLastAct(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"))
	a := w.replica("a")
	for _, slug := range []string{"b", "c", "d"} {
		publishes(t, m, post(slug))
	}
	if _, err := m.Catalogue().Takedown(t.Context(), []string{"a"}, store.TakedownOptions{}); err != nil { // one act for each release
		t.Fatal(err)
	}
	if err := m.Settle(); err != nil {
		t.Fatal(err)
	}
	known(t, m, 1)
	w.net.Wipe()
	if _, err := m.Found(t.Context()); err != nil {
		t.Fatal(err)
	}
	known(t, m, 1)
	if a.serves() != "r4" || a.Warning() != "" {
		t.Errorf("found %q served, warning %q", a.serves(), a.Warning())
	}
}

// TestStranger: a directory with a history of its own does not join, nor does one of another fleet.
func TestStranger(t *testing.T) {
	t.Parallel()
	w, _ := newWorld(t, post("a"))
	_, other := newWorld(t, post("b"))
	stranger := w.join("stranger", other.Catalogue().Dir(), fleet.Options{})
	if err := stranger.Catalogue().CatchUp(); err == nil || !strings.Contains(err.Error(), "belongs to fleet") {
		t.Errorf("found the error %v", err)
	}
	if err := os.Remove(filepath.Join(other.Catalogue().Dir(), store.SharedFile)); err != nil {
		t.Fatal(err)
	}
	if err := stranger.Catalogue().CatchUp(); err == nil || !strings.Contains(err.Error(), "releases of its own") {
		t.Errorf("found the error %v", err)
	}
}

// TestNoRoom: a release that would not leave on the disk what is to be left is not fetched, and
// what is served is served on.
func TestNoRoom(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"))
	full := w.join("full", t.TempDir(), fleet.Options{Reserve: 1 << 60})
	err := full.Catalogue().CatchUp()
	var room *fleet.NoRoomError
	if !errors.As(err, &room) {
		t.Errorf("found the error %v", err)
	}
	if name, err := full.Catalogue().Current(); err != nil || name != "" {
		t.Errorf("found %q, %v", name, err)
	}
	_ = m
}

// TestDrain: a replica that is drained says so, until it is not.
func TestDrain(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"))
	a := w.replica("a")
	known(t, m, 1)
	if err := m.Drain(t.Context(), "a", true); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is drained", func() bool { return strings.Contains(a.Unready(), "drained") })
	if err := m.Drain(t.Context(), "a", false); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is not any more", func() bool { return a.Unready() == "" })
	if err := m.Drain(t.Context(), "nobody", true); !errors.Is(err, fleet.ErrNoReplica) {
		t.Errorf("found the error %v", err)
	}
	a.end()
	if err := m.Forget(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if roll := waits(t, m); len(roll.Replicas) != 0 {
		t.Errorf("found %+v", roll.Replicas)
	}
}

// TestLag: a replica that is cut off is not ready after as long as it may be behind, and serves.
func TestLag(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"))
	a := w.replicaIn("a", t.TempDir(), fleet.ReplicaOptions{MaxLag: 300 * time.Millisecond})
	known(t, m, 1)
	eventually(t, "it is ready", func() bool { return a.Unready() == "" && a.serves() == "r1" })
	w.net.Cut("a")
	eventually(t, "it is not", func() bool {
		return strings.Contains(a.Unready(), "behind") && strings.Contains(a.Warning(), "does not answer")
	})
	if a.serves() != "r1" {
		t.Errorf("found %q", a.serves())
	}
	w.net.Heal("a")
	eventually(t, "it is again", func() bool { return a.Unready() == "" && a.Warning() == "" })
}

// TestForms: while machines are brought to another format a release is there in both, and the
// older one goes when nobody needs it.
func TestForms(t *testing.T) {
	t.Parallel()
	w := &world{t, transporttest.NewNet(1)}
	m := w.join("writer", storetest.Older(t, older), fleet.Options{})
	if _, err := m.Found(t.Context()); err != nil {
		t.Fatal(err)
	}
	a := w.replica("a")
	eventually(t, "it says what is to be done", func() bool { return strings.Contains(a.live.Problem(), "alphanode upgrade") })
	before := len(w.net.Files())
	if _, err := m.Catalogue().Upgrade(t.Context(), store.UpgradeOptions{Tool: "test"}); err != nil {
		t.Fatal(err)
	}
	known(t, m, 1)
	if a.serves() != "r1" {
		t.Errorf("found %q", a.serves())
	}
	both := len(w.net.Files())
	if both <= before {
		t.Errorf("found %d files, expected more than %d: the older form is there for others", both, before)
	}
	if behind, err := m.DropOlder(t.Context(), soon); err != nil || len(behind) > 0 {
		t.Errorf("found %v, %v", behind, err)
	}
	if after := len(w.net.Files()); after >= both {
		t.Errorf("found %d files, expected fewer than %d", after, both)
	}
	if d, err := m.Mend(t.Context()); err != nil || len(d.Mended)+len(d.Lost) > 0 {
		t.Errorf("found %+v, %v", d, err)
	}
}

// TestPartedHistories: who has seen what the fleet does not know any more, because it got its
// state from a member that was behind, is not moved to the other history.
func TestPartedHistories(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"))
	behind := w.writer("behind")
	if err := behind.Catalogue().CatchUp(); err != nil {
		t.Fatal(err)
	}
	publishes(t, m, post("b"))
	w.net.Wipe()
	if _, err := behind.Found(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, slug := range []string{"c", "d"} {
		publishes(t, behind, post(slug))
		var refused *store.RefusedError
		if err := m.Catalogue().CatchUp(); !errors.As(err, &refused) {
			t.Errorf("found the error %v, expected that it is refused", err)
		}
	}
	if got := journal(t, m.Catalogue().Dir()); strings.Count(got, `"publish"`) != 2 {
		t.Errorf("found the journal %s, expected that it is as it was", got)
	}
}
