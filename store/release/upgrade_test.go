package release_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/disk/disktest"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

// olderFixtures are releases that can be upgraded. That in format4 is from before there
// were a table of leaves and hashes of posts, that in format5 from before it was listed where
// words of names begin; names and slugs of format4-odd hold what does not show.
var olderFixtures = []string{"testdata/format4", "testdata/format4-leaves", "testdata/format5", "testdata/format5-beginnings", "testdata/format6", "testdata/format4-odd"}

// olderCatalogue is a data directory whose r1, r2 … are older fixtures, published one after
// the other.
func olderCatalogue(t *testing.T, fixtures ...string) *catalogue.Catalogue {
	t.Helper()
	c := fixtureCatalogue(t, fixtures[0], func(*store.Manifest) {})
	var journal strings.Builder
	before := ""
	for i, fixture := range fixtures {
		name := fmt.Sprintf("r%d", i+1)
		other := fixtureCatalogue(t, fixture, func(m *store.Manifest) { m.Name, m.Parent, m.Note = name, before, "a note" })
		folder := filepath.Join(c.Dir(), "releases", name)
		if err := errors.Join(os.RemoveAll(folder), os.Rename(filepath.Join(other.Dir(), "releases", "r1"), folder)); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&journal, `{"time":"2026-11-28T10:0%d:00Z","action":"build","release":%q}`+"\n", i, name)
		fmt.Fprintf(&journal, `{"time":"2026-11-28T10:0%d:01Z","action":"publish","release":%q,"from":%q}`+"\n", i, name, before)
		before = name
	}
	for name, text := range map[string]string{"journal.ndjson": journal.String(), "CURRENT": before + "\n"} {
		if err := os.WriteFile(filepath.Join(c.Dir(), name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// everyFile gives what each file of a data directory holds, but the lock.
func everyFile(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == "lock" {
			return err
		}
		held, err := os.ReadFile(path)
		files[path] = string(held)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func sortedLines(text string) string {
	return strings.Join(slices.Sorted(strings.Lines(text)), "")
}

func upgraded(t *testing.T, c *catalogue.Catalogue, o store.UpgradeOptions, releases string) store.Upgrade {
	t.Helper()
	o.By, o.Tool = "me", "test"
	done, err := c.Upgrade(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range done.Releases {
		names = append(names, r.Release)
	}
	if got := strings.Join(names, " "); got != releases || done.Format != store.FormatVersion || len(done.Failed) > 0 {
		t.Errorf("found %+v, expected %s", done, releases)
	}
	return done
}

// TestUpgrade upgrades releases of the format before. Each must be the file that an import
// of its posts makes, byte by byte.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	c := olderCatalogue(t, olderFixtures...)
	before := everyFile(t, c.Dir())
	const run = "run alphanode upgrade"
	for name, act := range map[string]func() error{
		"open":     func() error { _, err := c.Open("r6"); return err },
		"publish":  func() error { _, err := c.Publish("r5", store.PublishOptions{Force: true}); return err },
		"rollback": func() error { _, err := c.Rollback("", store.RollbackOptions{By: "me"}); return err },
		"import":   func() error { _, err := c.Import(t.Context(), catalogue.ImportOptions{}); return err },
		"replace":  func() error { _, err := c.Import(t.Context(), catalogue.ImportOptions{Replace: true}); return err },
		"verify":   func() error { _, err := c.Verify(t.Context(), "r6"); return err },
	} {
		if err := act(); err == nil || !strings.Contains(err.Error(), run) {
			t.Errorf("%s: found %v, expected %s", name, err, run)
		}
	}
	told := upgraded(t, c, store.UpgradeOptions{DryRun: true}, "r6 r5 r4 r3 r2 r1")
	if diff := cmp.Diff(before, everyFile(t, c.Dir())); diff != "" {
		t.Errorf("a dry run changed something: %s", diff)
	}
	done := upgraded(t, c, store.UpgradeOptions{}, "r6 r5 r4 r3 r2 r1")
	if diff := cmp.Diff(told, done); diff != "" {
		t.Errorf("a dry run told something else: %s", diff)
	}
	for i, fixture := range olderFixtures {
		name := fmt.Sprintf("r%d", i+1)
		var was store.Manifest
		if err := json.Unmarshal(readFixture(t, fixture, "manifest.json"), &was); err != nil {
			t.Fatal(err)
		}
		is := manifest(t, c, name)
		want := was
		want.Format, want.Name, want.Note, want.Tool, want.Parent = store.FormatVersion, name, "a note", "test", is.Parent
		want.File, want.Size, want.SHA256, want.Identity, want.Public = is.File, is.Size, is.SHA256, is.Identity, is.Public
		if diff := cmp.Diff(want, is); diff != "" {
			t.Errorf("%s: the manifest differs: %s", name, diff)
		}
		posts := string(readFixture(t, fixture, "posts.ndjson"))
		exported := export(t, c, name)
		for _, post := range done.Releases[len(olderFixtures)-1-i].Renamed {
			posts = strings.Replace(posts, `{"slug":"`+post.From+`",`, `{"slug":"`+post.To+`",`, 1)
		}
		if diff := cmp.Diff(sortedLines(posts), exported); diff != "" {
			t.Errorf("%s: the posts differ: %.2000s", name, diff)
		}
		fresh := storetest.Catalogue(t, decoded(t, exported)...)
		if sum := manifest(t, fresh, "r1").SHA256; sum != is.SHA256 {
			t.Errorf("%s is not the file that an import of its posts makes", name)
		}
		if _, err := c.Verify(t.Context(), name); err != nil {
			t.Error(err)
		}
	}
	upgraded(t, c, store.UpgradeOptions{}, "") // there is nothing left to do
	if p, err := c.Rollback("", store.RollbackOptions{By: "me"}); err != nil || p.Release != "r5" {
		t.Errorf("found %+v, %v", p, err)
	}
	journal, err := os.ReadFile(filepath.Join(c.Dir(), "journal.ndjson"))
	if n := strings.Count(string(journal), `"action":"upgrade","by":"me","release":"r`); err != nil || n != len(olderFixtures) {
		t.Errorf("found %s, %v", journal, err)
	}
}

// TestUpgradeMovesSlugs tells which posts and terms have another address by it.
func TestUpgradeMovesSlugs(t *testing.T) {
	t.Parallel()
	c := fixtureCatalogue(t, "testdata/format4-odd", func(m *store.Manifest) {
		m.TakenDown = []store.TakenDown{{Slug: "go\u200bne"}}
	})
	done := upgraded(t, c, store.UpgradeOptions{}, "r1").Releases[0]
	hashed := func(slug, of string) string {
		sum := sha256.Sum256([]byte(of))
		return strings.TrimPrefix(slug+"-"+hex.EncodeToString(sum[:4]), "-")
	}
	want := []store.Moved{
		{From: "cafe\u0301", To: hashed("caf\u00e9", "cafe\u0301")}, // another post has that
		{From: "soft\u00adhyphen", To: "softhyphen"},
		{From: "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", To: "\u0645\u06cc\u062e\u0648\u0627\u0647\u0645"},
		{From: "\u200b", To: hashed("", "\u200b")}, // of which nothing shows
	}
	if diff := cmp.Diff(want, done.Renamed); diff != "" {
		t.Errorf("renamed: %s", diff)
	}
	want = []store.Moved{
		{Kind: store.KindEntity, From: hashed("stack-redis", "stack:redis"), To: "stack-redis"},
		{Kind: store.KindEntity, From: hashed("stack-redis", "stack:redis\u00ad"), To: "stack-redis"},
		{Kind: store.KindStack, From: hashed("cplusplus", "cplusplus"), To: "cplusplus"},
		{Kind: store.KindTool, From: hashed("", "\u200b"), To: hashed("", "")},
		{Kind: store.KindTool, From: hashed("git", "git"), To: "git"},
		{Kind: store.KindTool, From: hashed("git", "git\u200b"), To: "git"},
		{Kind: store.KindTool, From: "nodedotjs\ufe0f", To: "nodedotjs"},
		{Kind: store.KindTool, From: "\u0645\u06cc-\u062e\u0648\u0627\u0647\u0645", To: "\u0645\u06cc\u062e\u0648\u0627\u0647\u0645"},
		{Kind: store.KindTool, From: "\ufe0f", To: hashed("", "\u2764")},
		{Kind: store.KindTopic, From: "cafe\u034f\u0301", To: "caf\u00e9"},
	}
	if diff := cmp.Diff(want, done.Moved); diff != "" {
		t.Errorf("moved: %s", diff)
	}
	if taken := manifest(t, c, "r1").TakenDown; len(taken) != 1 || taken[0].Slug != "gone" {
		t.Errorf("found %+v", taken)
	}
}

// TestUpgradeEveryFault makes each operation on the disk fail, with and without the
// process ending there. The release is then as it was or upgraded, and trying again
// upgrades it.
func TestUpgradeEveryFault(t *testing.T) {
	t.Parallel()
	before, clean := olderCatalogue(t, "testdata/format4-odd"), &disktest.FaultyDisk{}
	whole := copied(t, before)
	if _, err := whole.On(clean).Upgrade(t.Context(), store.UpgradeOptions{}); err != nil {
		t.Fatal(err)
	}
	want := export(t, whole, "r1")
	t.Logf("%d operations", clean.Operations())
	for n := 1; n <= clean.Operations(); n++ {
		for _, d := range []*disktest.FaultyDisk{{At: n, Fault: syscall.ENOSPC}, {At: n, Fault: syscall.EIO, Dead: true}} {
			c := copied(t, before)
			_, err := c.On(d).Upgrade(t.Context(), store.UpgradeOptions{})
			if err != nil && !errors.Is(err, d.Fault) {
				t.Errorf("the error does not say what failed: %v", err)
			}
			r, openErr := release.OpenOlder(c.ReleaseDir("r1"))
			if openErr != nil {
				t.Fatalf("operation %d, %q, failed with %v (dead: %t): found %v", n, d.Failed(), d.Fault, d.Dead, openErr)
			}
			_ = r.Close()
			if _, err := c.Upgrade(t.Context(), store.UpgradeOptions{}); err != nil {
				t.Errorf("trying again: %v", err)
			}
			// The next act clears what was left.
			if _, err := c.Prune(10, "me"); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(want, export(t, c, "r1")); diff != "" {
				t.Errorf("the posts differ: %.2000s", diff)
			}
			if files, err := filepath.Glob(filepath.Join(c.ReleaseDir("r1"), "*.db")); err != nil || len(files) != 1 {
				t.Errorf("found %q, %v", files, err)
			}
			if remains, err := filepath.Glob(filepath.Join(c.Dir(), "releases", ".*")); err != nil || len(remains) > 0 {
				t.Errorf("found %q, %v", remains, err)
			}
			if t.Failed() {
				t.Fatalf("operation %d, %q, failed with %v (dead: %t)", n, d.Failed(), d.Fault, d.Dead)
			}
		}
	}
}

// TestUpgradeThatCannot says which releases stay as they were, and does the others.
func TestUpgradeThatCannot(t *testing.T) {
	t.Parallel()
	c := olderCatalogue(t, olderFixtures...)
	if err := os.Truncate(filepath.Join(c.Dir(), "releases", "r2", "release.db"), 9); err != nil {
		t.Fatal(err)
	}
	done, err := c.Upgrade(t.Context(), store.UpgradeOptions{})
	if err == nil || !strings.Contains(err.Error(), "r2 could not be made anew and stays as it was") || len(done.Releases) != 5 || strings.Join(done.Failed, " ") != "r2" {
		t.Errorf("found %+v, %v", done, err)
	}
	b, err := c.Import(t.Context(), catalogue.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Discard()
	if _, err := c.Upgrade(t.Context(), store.UpgradeOptions{}); !errors.Is(err, store.ErrBusy) {
		t.Errorf("while another builds: found %v", err)
	}
}

// TestUpgradeFinishesTakedowns takes down a post of which releases of an older format
// cannot be rid before they are upgraded.
func TestUpgradeFinishesTakedowns(t *testing.T) {
	t.Parallel()
	c := olderCatalogue(t, olderFixtures...)
	_, err := c.Takedown(t.Context(), []string{"soft\u00adhyphen"}, store.TakedownOptions{})
	if err == nil || !strings.Contains(err.Error(), "run alphanode upgrade") {
		t.Errorf("found %v", err)
	}
	upgraded(t, c, store.UpgradeOptions{}, "r6 r5 r4 r3 r2 r1")
	all, err := c.Takedowns()
	if err != nil || len(all) != 1 || all[0].Slug != "softhyphen" || all[0].FinishedAt == nil {
		t.Errorf("found %+v, %v", all, err)
	}
	if strings.Contains(export(t, c, "r6"), "Soft hyphen") {
		t.Error("the post is there still")
	}
}

// TestUpgradeAfterFinishedTakedowns: a takedown that was finished, because no release had a
// post by that slug, holds for one that gets the slug by the upgrade; in whichever of its
// forms it was recorded.
func TestUpgradeAfterFinishedTakedowns(t *testing.T) {
	t.Parallel()
	const finished = `[{"slug":%q,"time":"2026-11-28T09:00:00Z","finishedAt":"2026-11-28T09:00:01Z"}]`
	for name, tt := range map[string]struct {
		recorded, slug, title string
		left                  int // of the twelve posts of r3
	}{
		"in the form of today":   {"softhyphen", "softhyphen", "Soft hyphen", 11},
		"as the post had it":     {"soft\u00adhyphen", "softhyphen", "Soft hyphen", 11},
		"in another form still":  {"soft\u200bhyphen", "softhyphen", "Soft hyphen", 11},
		"of a post that is none": {"soft-hyphen", "soft-hyphen", "", 12},
	} {
		c := olderCatalogue(t, olderFixtures...)
		if err := os.WriteFile(filepath.Join(c.Dir(), "takedowns.json"), fmt.Appendf(nil, finished, tt.recorded), 0o600); err != nil {
			t.Fatal(err)
		}
		told := upgraded(t, c, store.UpgradeOptions{DryRun: true}, "r6 r5 r4 r3 r2 r1")
		if diff := cmp.Diff(told, upgraded(t, c, store.UpgradeOptions{}, "r6 r5 r4 r3 r2 r1")); diff != "" {
			t.Errorf("%s: a dry run told something else: %s", name, diff)
		}
		exported := export(t, c, "r6")
		if n := strings.Count(exported, "\n"); n != tt.left || tt.title != "" && strings.Contains(exported, tt.title) || strings.Contains(exported, `"slug":"`+tt.slug+`"`) {
			t.Errorf("%s: found %d posts, expected %d: %s", name, n, tt.left, exported)
		}
		m := manifest(t, c, "r6")
		if m.Posts != tt.left || len(m.TakenDown) != 12-tt.left || len(m.TakenDown) > 0 && m.TakenDown[0].Slug != tt.slug {
			t.Errorf("%s: found %+v", name, m)
		}
		all, err := c.Takedowns()
		if err != nil || len(all) != 1 || all[0].Slug != tt.slug || all[0].FinishedAt == nil {
			t.Errorf("%s: found %+v, %v", name, all, err)
		}
		if _, err := c.Verify(t.Context(), "r6"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		upgraded(t, c, store.UpgradeOptions{}, "") // there is nothing left to do
	}
}

// TestUpgradeWhileServed serves an upgraded release as soon as there is one, and until
// then says what to run.
func TestUpgradeWhileServed(t *testing.T) {
	t.Parallel()
	c := olderCatalogue(t, olderFixtures...)
	l := storetest.Live(t, c)
	if _, err := l.Acquire(); !errors.Is(err, store.ErrNotReady) || !strings.Contains(l.Problem(), "run alphanode upgrade") {
		t.Errorf("found %v, %q", err, l.Problem())
	}
	upgraded(t, c, store.UpgradeOptions{}, "r6 r5 r4 r3 r2 r1")
	for deadline := time.Now().Add(20 * time.Second); l.Problem() != ""; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(l.Problem())
		}
	}
	served(t, l, "r6")
	for i := range olderFixtures {
		r, err := l.Pin(t.Context(), fmt.Sprintf("r%d", i+1), store.PinOptions{Any: true})
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Close()
	}
}
