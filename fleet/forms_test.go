package fleet_test

import (
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/fleet"
	"alphanode/fleet/transport/transporttest"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/disk/disktest"
	"alphanode/store/storetest"
)

// older is a release of an older format.
const older = "../store/release/testdata/format6"

// TestFormsOfARelease: an upgrade puts a release beside its older form, and a takedown leaves
// none that has the post, whoever could still read it.
func TestFormsOfARelease(t *testing.T) {
	t.Parallel()
	w := &world{t, transporttest.NewNet(1)}
	m := w.join("writer", storetest.Older(t, older), fleet.Options{})
	if _, err := m.Found(t.Context()); err != nil {
		t.Fatal(err)
	}
	blocks := func(expected int, when string) {
		t.Helper()
		found := 0
		for _, name := range w.net.Files() {
			if strings.HasPrefix(name, "blocks/") {
				found++
			}
		}
		if found != expected {
			t.Errorf("%s: found %d blocks, expected %d", when, found, expected)
		}
	}
	blocks(1, "a release of less than a block")
	if _, err := m.Catalogue().Upgrade(t.Context(), store.UpgradeOptions{By: "tester"}); err != nil {
		t.Fatal(err)
	}
	blocks(2, "after an upgrade")
	a := w.replica("a")
	known(t, m, 1)
	posts := a.slugs(t)
	if _, err := m.Catalogue().Takedown(t.Context(), posts[:1], store.TakedownOptions{By: "tester"}); err != nil {
		t.Fatal(err)
	}
	waits(t, m)
	if got := a.slugs(t); len(got) != len(posts)-1 {
		t.Errorf("found %d posts, expected one less than %d", len(got), len(posts))
	}
	blocks(1, "after a takedown")
}

// TestWhoMakesAnOlderFormatIsRefused: what an alphanode makes that was not upgraded, those that were
// could not read.
func TestWhoMakesAnOlderFormatIsRefused(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"))
	staged := storetest.Stage(t, m.Catalogue(), catalogue.ImportOptions{}, post("b"))
	net := w.net.Join("newer")
	v, err := net.Get(t.Context(), "head")
	if err != nil {
		t.Fatal(err)
	}
	var head map[string]any
	if err := json.Unmarshal(v.Data, &head); err != nil {
		t.Fatal(err)
	}
	for _, r := range head["releases"].([]any) { // as a newer alphanode upgrades them
		r := r.(map[string]any)
		newer := maps.Clone(r["forms"].([]any)[0].(map[string]any))
		newer["format"] = store.FormatVersion + 1
		r["forms"] = append(r["forms"].([]any), newer)
	}
	data, err := json.Marshal(head)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := net.CompareAndSet(t.Context(), "head", data, v.Revision); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Catalogue().Publish(staged, store.PublishOptions{By: "tester"}); err != nil {
		t.Errorf("found the error %v, expected that what both read is published", err)
	}
	b, err := m.Catalogue().Import(t.Context(), catalogue.ImportOptions{By: "tester"})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Discard()
	if err := b.Add(content.Record{Post: post("c")}, catalogue.Origin{File: "test", Line: 1}); err != nil {
		t.Fatal(err)
	}
	var refused *store.RefusedError
	if _, err := b.Finish(t.Context()); !errors.As(err, &refused) || !strings.Contains(err.Error(), "run the newer one") {
		t.Errorf("found the error %v", err)
	}
	if _, err := m.Catalogue().Takedown(t.Context(), []string{"b"}, store.TakedownOptions{By: "tester"}); err == nil || !strings.Contains(err.Error(), "run the newer one") {
		t.Errorf("found the error %v", err)
	}
}

// TestUpgradeBrokenOff: wherever an upgrade fails on this disk, or the process ends, it goes on.
func TestUpgradeBrokenOff(t *testing.T) {
	t.Parallel()
	stride := 7
	if *rounds > 24 {
		stride = 1
	}
	for at := 1; ; at += stride {
		w := &world{t, transporttest.NewNet(1)}
		dir := storetest.Older(t, older)
		m := w.join("writer", dir, fleet.Options{})
		if _, err := m.Found(t.Context()); err != nil {
			t.Fatal(err)
		}
		faulty := &disktest.FaultyDisk{At: at, Fault: errDisk, Dead: at/stride%2 == 0}
		c, err := catalogue.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		broken := fleet.Join(t.Context(), w.net.Join("writer"), c.On(faulty), quiet, fleet.Options{Disk: faulty})
		_, _ = broken.Catalogue().Upgrade(t.Context(), store.UpgradeOptions{})
		if faulty.Failed() == "" {
			return
		}
		again := w.join("writer", dir, fleet.Options{})
		if done, err := again.Catalogue().Upgrade(t.Context(), store.UpgradeOptions{}); err != nil {
			t.Errorf("at %d, %s: found %+v, %v", at, faulty.Failed(), done, err)
			continue
		}
		other := w.writer("other")
		if err := other.Catalogue().CatchUp(); err != nil {
			t.Errorf("at %d, %s: %v", at, faulty.Failed(), err)
			continue
		}
		same(t, again, other)
	}
}
