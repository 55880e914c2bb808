package release_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

// marker is a text that stands in one post alone.
const marker = "quetzalcoatlus"

// marked makes a post say what no other does, wherever a post can say something.
func marked(p *content.Post) {
	p.Title, p.Intro = "Title "+marker, "Intro "+marker
	p.Body = []content.Block{content.Paragraph{Text: strings.Repeat("Body "+marker+". ", 50)}}
	p.Meta.Topic, p.Meta.Tools, p.Meta.Reference = marker, []string{marker, "git"}, marker
	p.Meta.Stack = []string{marker}
}

// takedown takes posts down and expects that the releases had one, and that those
// behind a plus were packed anew.
func takedown(t *testing.T, c *catalogue.Catalogue, releases string, slugs ...string) {
	t.Helper()
	releases, repacked, _ := strings.Cut(releases, " +")
	w, err := c.Takedown(t.Context(), slugs, store.TakedownOptions{By: "me", Reason: "asked to", Tool: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(w.Releases, " "); got != releases || strings.Join(w.Repacked, " ") != repacked || len(w.Posts) != len(slugs) || len(w.Failed) > 0 {
		t.Errorf("found %+v, expected %s", w, releases)
	}
}

// gone checks that a text stands nowhere in a data directory: in no file as it is,
// and in no post of a release.
func gone(t *testing.T, c *catalogue.Catalogue, text string) {
	t.Helper()
	err := filepath.WalkDir(c.Dir(), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		held, err := os.ReadFile(path)
		if bytes.Contains(bytes.ToLower(held), []byte(text)) {
			t.Errorf("%s holds %s", path, text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range releaseNames(t, c) {
		if strings.Contains(strings.ToLower(export(t, c, name)), text) {
			t.Errorf("%s holds %s", name, text)
		}
		files, err := filepath.Glob(filepath.Join(c.Dir(), "releases", name, "*.db"))
		if err != nil || len(files) != 1 {
			t.Errorf("%s: found %q, %v", name, files, err)
		}
		if _, err := c.Verify(t.Context(), name); err != nil {
			t.Error(err)
		}
	}
}

// without leaves a post out of an export.
func without(exported, slug string) string {
	var left strings.Builder
	for line := range strings.Lines(exported) {
		if !strings.HasPrefix(line, `{"slug":"`+slug+`"`) {
			left.WriteString(line)
		}
	}
	return left.String()
}

func manifest(t *testing.T, c *catalogue.Catalogue, name string) store.Manifest {
	t.Helper()
	entries, err := c.List()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(entries, func(e store.Entry) bool { return e.Name == name })
	if i < 0 || entries[i].Problem != "" {
		t.Fatalf("%s: found %+v", name, entries)
	}
	return entries[i].Manifest
}

// TestTakedown takes a post out of many releases. Each must be the file that an
// import of its other posts makes, byte by byte: then nothing of the post is left in
// it, however it is packed.
func TestTakedown(t *testing.T) {
	t.Parallel()
	for _, kind := range []struct {
		name   string
		change []func(*content.Post)
	}{{"public", []func(*content.Post){marked}}, {"a draft", []func(*content.Post){marked, draft}}} {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			posts := storetest.RandomPosts(random(t), 200)
			c := storetest.Catalogue(t, append(posts, post("secret", kind.change...))...)
			storetest.Publish(t, c, catalogue.ImportOptions{Note: "a note", Owner: "desk"}, post("second"))
			storetest.Publish(t, c, catalogue.ImportOptions{Replace: true}, posts[:50]...)
			storetest.Publish(t, c, catalogue.ImportOptions{Onto: "r2"}, post("fourth"))
			if _, err := buildOnto(t, c, catalogue.ImportOptions{}, content.Record{Post: post("staged")}); err != nil {
				t.Fatal(err)
			}
			before, exported := map[string]store.Manifest{}, map[string]string{}
			for _, name := range releaseNames(t, c) {
				before[name], exported[name] = manifest(t, c, name), export(t, c, name)
			}
			takedown(t, c, "r4 r5 r2 r1 +r3", "secret")
			gone(t, c, marker)
			for name, was := range before {
				is, want := manifest(t, c, name), was
				want.File, want.Size, want.SHA256, want.Identity, want.Tool = is.File, is.Size, is.SHA256, is.Identity, "test"
				if name != "r3" {
					want.Posts, want.Public, want.TakenDown = was.Posts-1, is.Public, is.TakenDown
					if len(is.TakenDown) != 1 || is.TakenDown[0].Slug != "secret" {
						t.Errorf("%s: found %+v", name, is)
					}
				}
				if fmt.Sprintf("%+v", is) != fmt.Sprintf("%+v", want) {
					t.Errorf("%s: found\n%+v, expected\n%+v", name, is, want)
				}
				left := without(exported[name], "secret")
				if got := export(t, c, name); got != left {
					t.Errorf("%s: the other posts are not as they were", name)
				}
				fresh := storetest.Catalogue(t, decoded(t, left)...)
				if sum := manifest(t, fresh, "r1").SHA256; sum != is.SHA256 {
					t.Errorf("%s is not the file that an import of its posts makes", name)
				}
			}
			// A takedown that is finished says so, and does nothing again.
			takedown(t, c, "", "secret")
			if all, err := c.Takedowns(); err != nil || len(all) != 1 || all[0].FinishedAt == nil || all[0].By != "me" || all[0].Reason != "asked to" {
				t.Errorf("found %+v, %v", all, err)
			}
			for _, act := range []func() (store.Published, error){
				func() (store.Published, error) { return c.Publish("r5", store.PublishOptions{}) },
				func() (store.Published, error) { return c.Rollback("", store.RollbackOptions{By: "me"}) },
				func() (store.Published, error) { return c.Rollback("r1", store.RollbackOptions{By: "me"}) },
			} {
				if p, err := act(); err != nil {
					t.Errorf("found %+v, %v", p, err)
				}
			}
		})
	}
}

func decoded(t *testing.T, exported string) (posts []*content.Post) {
	t.Helper()
	for line := range strings.Lines(exported) {
		r, faults := content.Decode([]byte(strings.TrimSpace(line)))
		if faults != nil {
			t.Fatal(faults)
		}
		posts = append(posts, r.Post)
	}
	return posts
}

// TestTakedownOfAll empties an archive.
func TestTakedownOfAll(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, post("a", marked), post("b"))
	takedown(t, c, "r1", "a", "b", "never there")
	gone(t, c, marker)
	if got := export(t, c, "r1"); got != "" {
		t.Errorf("found %s", got)
	}
	if name := storetest.Publish(t, c, catalogue.ImportOptions{}, post("c")); name != "r2" {
		t.Errorf("found %s", name)
	}
}

// TestTakenDownStaysOut imports a post that is taken down, under each of the names
// by which it can come.
func TestTakenDownStaysOut(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, post("a"), post("secret", marked), post("b"))
	storetest.Publish(t, c, catalogue.ImportOptions{}, post("c"))
	takedown(t, c, "r2 r1", "secret")
	expect := 4
	for _, tt := range []struct {
		name    string
		options catalogue.ImportOptions
		given   *content.Post
		leftOut int
	}{
		{"by its slug", catalogue.ImportOptions{}, post("secret"), 1},
		{"by its reference", catalogue.ImportOptions{}, &content.Post{Title: "Otherwise", Meta: content.Meta{Reference: marker}}, 1},
		{"by its title", catalogue.ImportOptions{}, &content.Post{Title: "Secret"}, 1},
		{"in place of all", catalogue.ImportOptions{Replace: true}, post("secret"), 1},
		{"onto another", catalogue.ImportOptions{Onto: "r1"}, post("secret"), 1},
		{"where all are expected", catalogue.ImportOptions{ExpectPosts: &expect}, post("secret"), 1},
		{"another post of its reference", catalogue.ImportOptions{}, post("other", reference(marker)), 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var told []string
			tt.options.DryRun = true
			tt.options.TakenDown = func(slug string, from catalogue.Origin) { told = append(told, slug+" "+from.String()) }
			m, err := buildOnto(t, c, tt.options, content.Record{Post: tt.given}, content.Record{Post: post("new")})
			if err != nil || m.Changes.TakenDown != tt.leftOut || m.Changes.Added != 2-tt.leftOut || len(told) != tt.leftOut {
				t.Errorf("found %+v, %q, %v", m, told, err)
			}
			if tt.leftOut > 0 && !slices.Equal(told, []string{"secret given:1"}) {
				t.Errorf("told %q", told)
			}
		})
	}
	// The same slug twice is left out twice: what is left out repeats nothing.
	m, err := buildOnto(t, c, catalogue.ImportOptions{}, content.Record{Post: post("secret")}, content.Record{Post: post("secret")}, content.Record{Removed: "secret"})
	if err != nil || m.Name != "" || m.Changes.TakenDown != 2 {
		t.Errorf("found %+v, %v", m, err)
	}
	if err := c.Lift([]string{"secret"}, store.TakedownOptions{By: "me"}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(export(t, c, "r2"), "secret") {
		t.Error("lifting brought the post back")
	}
	if m, err := buildOnto(t, c, catalogue.ImportOptions{}, content.Record{Post: post("secret")}); err != nil || m.Name != "r3" || m.Changes.Added != 1 {
		t.Errorf("found %+v, %v", m, err)
	}
	err = c.Lift([]string{"secret"}, store.TakedownOptions{})
	if !errors.As(err, new(*store.RefusedError)) {
		t.Errorf("found %v", err)
	}
	takedown(t, c, "r3", "secret")
	journal, err := os.ReadFile(filepath.Join(c.Dir(), "journal.ndjson"))
	for _, want := range []string{`"action":"takedown","by":"me","post":"secret","reason":"asked to"}`, `"action":"lift","by":"me","post":"secret"}`} {
		if err != nil || !strings.Contains(string(journal), want) {
			t.Errorf("found %s, %v, expected %s", journal, err, want)
		}
	}
}

// TestExpectedPostsOfATakedown publishes a release that had as many posts as were
// expected until some were taken down.
func TestExpectedPostsOfATakedown(t *testing.T) {
	t.Parallel()
	expect := 2
	c, err := catalogue.Make(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := buildOnto(t, c, catalogue.ImportOptions{ExpectPosts: &expect}, content.Record{Post: post("a")}, content.Record{Post: post("b")}); err != nil {
		t.Fatal(err)
	}
	takedown(t, c, "r1", "b")
	if _, err := c.Publish("r1", store.PublishOptions{}); err != nil {
		t.Error(err)
	}
}

// unfinished records a takedown that was killed before it changed a release.
func unfinished(t *testing.T, c *catalogue.Catalogue, slug string) {
	t.Helper()
	text := fmt.Sprintf(`[{"slug":%q,"time":"2026-01-01T00:00:00Z"}]`, slug)
	if err := os.WriteFile(filepath.Join(c.Dir(), "takedowns.json"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestUnfinishedTakedown leaves what a takedown leaves that is killed.
func TestUnfinishedTakedown(t *testing.T) {
	t.Parallel()
	broken := func(t *testing.T) *catalogue.Catalogue {
		t.Helper()
		c := storetest.Catalogue(t, post("a"), post("secret", marked))
		storetest.Publish(t, c, catalogue.ImportOptions{}, post("b"))
		storetest.Publish(t, c, catalogue.ImportOptions{Replace: true}, post("a"))
		unfinished(t, c, "secret")
		return c
	}
	t.Run("nothing opens what holds the post", func(t *testing.T) {
		t.Parallel()
		c := broken(t)
		for name, act := range map[string]func() error{
			"open":     func() error { _, err := c.Open("r1"); return err },
			"publish":  func() error { _, err := c.Publish("r2", store.PublishOptions{Force: true}); return err },
			"rollback": func() error { _, err := c.Rollback("r1", store.RollbackOptions{By: "me"}); return err },
			"verify":   func() error { _, err := c.Verify(t.Context(), "r1"); return err },
		} {
			err := act()
			if _, ok := errors.AsType[*store.UnfinishedTakedownError](err); !ok || !strings.Contains(err.Error(), "alphanode takedown secret") {
				t.Errorf("%s: found %v", name, err)
			}
		}
		if r, err := c.Open("r3"); err != nil {
			t.Error(err)
		} else if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	for name, finish := range map[string]func(*testing.T, *catalogue.Catalogue){
		"itself again": func(t *testing.T, c *catalogue.Catalogue) { takedown(t, c, "r2 r1 +r3", "secret") },
		"another":      func(t *testing.T, c *catalogue.Catalogue) { takedown(t, c, "r3 r2 r1", "a") },
		"a build": func(t *testing.T, c *catalogue.Catalogue) {
			if _, err := buildOnto(t, c, catalogue.ImportOptions{Onto: "r2"}, content.Record{Post: post("z")}); err != nil {
				t.Error(err)
			}
		},
		"a server": func(t *testing.T, c *catalogue.Catalogue) {
			w, err := c.FinishTakedowns(t.Context(), store.TakedownOptions{})
			if err != nil || !slices.Equal(w.Releases, []string{"r2", "r1"}) {
				t.Errorf("found %+v, %v", w, err)
			}
			if w, err := c.FinishTakedowns(t.Context(), store.TakedownOptions{}); err != nil || len(w.Releases) > 0 {
				t.Errorf("found %+v, %v", w, err)
			}
		},
	} {
		t.Run("finished by "+name, func(t *testing.T) {
			t.Parallel()
			c := broken(t)
			finish(t, c)
			gone(t, c, marker)
			all, err := c.Takedowns()
			if err != nil || slices.ContainsFunc(all, func(d store.Takedown) bool { return d.FinishedAt == nil }) {
				t.Errorf("found %+v, %v", all, err)
			}
		})
	}
	t.Run("files that no manifest names", func(t *testing.T) {
		t.Parallel()
		c := broken(t)
		takedown(t, c, "r2 r1 +r3", "secret")
		for _, stray := range []string{"r1/release.db", "r2/release-0123456789abcdef.db", ".building-1/posts.tmp", ".pruned-r9/release.db"} {
			path := filepath.Join(c.Dir(), "releases", stray)
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(marker), 0o644)); err != nil {
				t.Fatal(err)
			}
		}
		takedown(t, c, "", "secret")
		gone(t, c, marker)
	})
}

// TestTakedownWithADamagedRelease does what it can, and says what it cannot.
func TestTakedownWithADamagedRelease(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, post("a"), post("secret", marked))
	storetest.Publish(t, c, catalogue.ImportOptions{}, post("b"))
	storetest.Publish(t, c, catalogue.ImportOptions{}, post("c"))
	if err := os.WriteFile(filepath.Join(c.Dir(), "releases", "r2", "release.db"), []byte("short"), 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second finds r2 alone as it was
		w, err := c.Takedown(t.Context(), []string{"secret"}, store.TakedownOptions{})
		if err == nil || !strings.Contains(err.Error(), "r2 could not be made anew") || !slices.Equal(w.Failed, []string{"r2"}) {
			t.Errorf("found %+v, %v", w, err)
		}
	}
	for _, name := range []string{"r1", "r3"} {
		if strings.Contains(export(t, c, name), marker) {
			t.Errorf("%s holds the post", name)
		}
	}
	storetest.Publish(t, c, catalogue.ImportOptions{}, post("d")) // is not kept from being built
	if err := os.RemoveAll(filepath.Join(c.Dir(), "releases", "r2")); err != nil {
		t.Fatal(err)
	}
	takedown(t, c, " +r4", "secret")
	gone(t, c, marker)
}

func TestTakedownsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, post("a"))
	path := filepath.Join(c.Dir(), "takedowns.json")
	if err := os.WriteFile(path, []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Open("r1"); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("found %v", err)
	}
	if _, err := c.Import(t.Context(), catalogue.ImportOptions{Replace: true}); err == nil {
		t.Error("a build began")
	}
}

func TestTakedownWaitsForNobody(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, post("a"))
	b, err := c.Import(t.Context(), catalogue.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Discard()
	if _, err := c.Takedown(t.Context(), []string{"a"}, store.TakedownOptions{}); !errors.Is(err, store.ErrBusy) {
		t.Errorf("found %v", err)
	}
	if err := c.Lift([]string{"a"}, store.TakedownOptions{}); !errors.Is(err, store.ErrBusy) {
		t.Errorf("found %v", err)
	}
}

// TestTakedownClearsRejects removes what rejects say was found, of which nobody
// knows in what post.
func TestTakedownClearsRejects(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, post("a"))
	b, err := c.Import(t.Context(), catalogue.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Discard()
	if err := b.Add(content.Record{Post: post("b")}, catalogue.Origin{}); err != nil {
		t.Fatal(err)
	}
	const rejects = `{"file":"in","line":3,"field":"title","found":%q,"expected":"less"}` + "\n"
	f, err := b.Rejects()
	if err != nil {
		t.Fatal(err)
	}
	other := strings.Repeat("no reject, ", 100_000) + marker // longer than any
	if _, err := fmt.Fprintf(f, rejects+"%s\n\n"+rejects+"%s", marker, other, marker, other); errors.Join(err, f.Close()) != nil {
		t.Fatal(err)
	}
	if _, err := b.Finish(t.Context()); err != nil {
		t.Fatal(err)
	}
	takedown(t, c, " +r2", "secret")
	gone(t, c, marker)
	path := filepath.Join(c.Dir(), "releases", "r2", "rejects.ndjson")
	left, err := os.ReadFile(path)
	if want := fmt.Sprintf(rejects, "a value that was removed when a post was taken down"); err != nil || string(left) != want+want {
		t.Errorf("found %s, %v", left, err)
	}
	// What is clear already is not written again.
	written, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Takedown(t.Context(), []string{"another"}, store.TakedownOptions{}); err != nil {
		t.Fatal(err)
	}
	if again, err := os.Stat(path); err != nil || !os.SameFile(written, again) {
		t.Errorf("it was written again, %v", err)
	}
}

// TestTakedownWhileServed holds what a server reads against the archive: the
// release that is served, those beside it, one that is pinned, and a walk over all
// posts that has begun.
func TestTakedownWhileServed(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	c := storetest.Catalogue(t, post("a"), post("secret", marked), post("z"))
	storetest.Publish(t, c, catalogue.ImportOptions{}, post("b"), post("secret", marked, reference("changed")))
	l := storetest.Live(t, c)
	served(t, l, "r2")
	switches := make(chan store.Switch, 8)
	l.OnSwitch(func(s store.Switch) { switches <- s })
	old, err := l.Acquire()
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	pinned, err := l.Pin(ctx, "r1", store.PinOptions{Any: true})
	if err != nil {
		t.Fatal(err)
	}
	defer pinned.Close()
	changed := func(r *release.Release) string {
		page, err := r.Reader(store.Public).WithOthers(l.Others()).Changes(ctx, store.ChangeQuery{Since: "r1", First: 10})
		if err != nil {
			t.Fatal(err)
		}
		var slugs []string
		for _, change := range page.Changes {
			slugs = append(slugs, string(change.Kind)+" "+change.Slug)
		}
		return strings.Join(slugs, ", ")
	}
	if got := changed(old); got != "ADDED b, CHANGED secret" {
		t.Errorf("found %s", got)
	}
	if page, err := l.Others().Published(10, ""); err != nil || page.Releases[0].Posts != 4 {
		t.Errorf("found %+v, %v", page, err)
	}
	walk, err := old.Reader(store.Public).Select(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	refs := make([]store.Ref, 1)
	if n, err := walk.Next(ctx, refs); err != nil || n != 1 {
		t.Fatalf("found %d, %v", n, err)
	}

	takedown(t, c, "r2 r1", "secret")
	done := time.Now()
	told := store.Served{Release: "r2", SHA256: old.Manifest().SHA256}
	next := func() {
		s := <-switches
		if s.Before != told || s.After == told || s.After.Release != "r2" || !s.Withdraws() {
			t.Errorf("found %+v, expected one from %+v", s, told)
		}
		told = s.After
	}
	for told.SHA256 == old.Manifest().SHA256 { // that it was recorded may be told first
		next()
	}
	t.Logf("served after %s", time.Since(done))
	if _, err := walk.Next(ctx, refs); !errors.Is(err, store.ErrWithdrawn) {
		t.Errorf("found %v", err)
	}
	now, err := l.Acquire()
	if err != nil {
		t.Fatal(err)
	}
	defer now.Close()
	lacks := func(r *release.Release) bool {
		found, err := r.Reader(store.Preview).Lookup(ctx, "secret")
		if err != nil {
			t.Fatal(err)
		}
		return found[0] == store.NoRef
	}
	if !lacks(now) {
		t.Error("the post is served")
	}
	if got := changed(now); got != "ADDED b, REMOVED secret" { // for who has a copy
		t.Errorf("found %s", got)
	}
	if page, err := l.Others().Published(10, ""); err != nil || page.Releases[0].Posts != 3 || page.Releases[1].Posts != 2 {
		t.Errorf("found %+v, %v", page, err)
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		again, err := l.Pin(ctx, "r1", store.PinOptions{Any: true})
		if err != nil {
			t.Fatal(err)
		}
		clean := lacks(again)
		if err := again.Close(); err != nil {
			t.Error(err)
		}
		if clean {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the pinned release still holds the post")
		}
	}
	want, err := c.TakedownsID()
	if err != nil {
		t.Fatal(err)
	}
	for told.Takedowns != want { // when no release has it
		next()
	}
	select {
	case s := <-switches:
		t.Errorf("told of %+v", s)
	case <-time.After(300 * time.Millisecond):
	}
}

// TestServedUntilSwapped serves on while a takedown is not finished, and opens none
// that holds the post.
func TestServedUntilSwapped(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, post("a"), post("secret", marked))
	storetest.Publish(t, c, catalogue.ImportOptions{}, post("b"))
	l := storetest.Live(t, c)
	served(t, l, "r2")
	unfinished(t, c, "secret")
	if _, err := l.Pin(t.Context(), "r1", store.PinOptions{Any: true}); err == nil {
		t.Error("a release that holds the post was opened")
	}
	time.Sleep(250 * time.Millisecond)
	served(t, l, "r2")
	if problem := l.Problem(); problem != "" {
		t.Error(problem)
	}
	if late := storetest.Live(t, c); late.Problem() == "" {
		t.Error("a server that begins now serves the post")
	}
}
