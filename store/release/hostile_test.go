package release_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/storetest"
)

// TestTermsWordedAlike: entities whose type:name is the same text, and names
// without a letter, must each get a slug, and the build must end.
func TestTermsWordedAlike(t *testing.T) {
	t.Parallel()
	r := storetest.Release(t, post("a", func(p *content.Post) {
		p.Meta.Entities = []content.Entity{{Type: "a:b", Name: "c"}, {Type: "a", Name: "b:c"}, {Type: "!", Name: "?"}}
		p.Meta.Tools = []string{"!!", "??", "c++", "cplusplus"}
	})).Reader(store.Public)
	for kind, want := range map[store.Kind]int{store.KindEntity: 3, store.KindTool: 4} {
		page, err := r.FindTerms(t.Context(), store.TermQuery{Kind: kind, Window: store.Window{First: ptr(10)}})
		if err != nil {
			t.Fatal(err)
		}
		slugs := map[string]bool{}
		for _, term := range page.Terms {
			slugs[term.Slug] = true
			if found, err := r.FindTerm(t.Context(), kind, term.Slug); err != nil || found.ID != term.ID {
				t.Errorf("%s %q is not found by its slug: %v", kind, term.Slug, err)
			}
		}
		if len(slugs) != want || slugs[""] {
			t.Errorf("%s: found the slugs %v, expected %d", kind, slugs, want)
		}
	}
}

// TestReferenceChain: a post that is left out keeps its old reference, so a
// post that claims it must be left out too.
func TestReferenceChain(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, post("a", reference("r1")), post("c", reference("r2")))
	b, err := c.Import(t.Context(), catalogue.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Discard()
	for i, p := range []*content.Post{post("b", reference("r1")), post("a", reference("r2")), post("d")} {
		if err := b.Add(content.Record{Post: p}, catalogue.Origin{File: "f", Line: i + 1}); err != nil {
			t.Fatal(err)
		}
	}
	m, err := b.Finish(t.Context()) // which judges by itself
	if err != nil || m.Changes != (store.Changes{Added: 1, Unchanged: 2}) {
		t.Errorf("found %+v, %v", m.Changes, err)
	}
}

func TestPostTooLarge(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, post("a"))
	b, err := c.Import(t.Context(), catalogue.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Discard()
	large := post("large")
	large.Body = []content.Block{content.Code{Source: strings.Repeat("\n", content.MaxPost/2)}} // two bytes each as JSON
	if err := b.Add(content.Record{Post: large}, catalogue.Origin{}); !errors.As(err, new(*catalogue.RejectedError)) {
		t.Errorf("found %v", err)
	}
}

// TestOddFolders: a release of another size, and one under another's name, are
// not opened.
func TestOddFolders(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, post("a"))
	folder := filepath.Join(c.Dir(), "releases", "r1")
	if err := os.CopyFS(filepath.Join(c.Dir(), "releases", "r7"), os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Open("r7"); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("a copied folder: found %v", err)
	}
	file := filepath.Join(folder, "release.db")
	bytes, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{0, 100, len(bytes) / 2, len(bytes) - 1, len(bytes) + 1} {
		if err := os.WriteFile(file, append(bytes, 0)[:size], 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Open("r1"); !errors.Is(err, store.ErrCorrupt) || strings.Contains(err.Error(), "goroutine") {
			t.Errorf("%d bytes of %d: found %v", size, len(bytes), err)
		}
	}
}

// TestFileCutShortWhileItIsRead must end in an error, not in the end of the
// process, and the release must still close.
func TestFileCutShortWhileItIsRead(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, post("a"), post("b"))
	r, err := c.Open("r1")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(c.Dir(), "releases", "r1", "release.db")
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(file, 0); err != nil {
		t.Fatal(err)
	}
	for range 100 { // more than there are transactions
		if _, err := r.Reader(store.Public).Lookup(t.Context(), "a"); !errors.Is(err, store.ErrCorrupt) {
			t.Fatalf("found %v", err)
		}
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

// TestReplaceMendsADamagedRelease: the way out that the error message names.
func TestReplaceMendsADamagedRelease(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, post("a"))
	file := filepath.Join(c.Dir(), "releases", "r1", "release.db")
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(file, 100); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Import(t.Context(), catalogue.ImportOptions{}); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("found %v", err)
	}
	m, err := buildOnto(t, c, catalogue.ImportOptions{Replace: true}, content.Record{Post: post("a")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Publish(m.Name, store.PublishOptions{}); err != nil {
		t.Error(err)
	}
}

// TestDamagedCurrent is mended by publishing, and what was current before is
// not forgotten.
func TestDamagedCurrent(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, post("a"))
	m, err := buildOnto(t, c, catalogue.ImportOptions{}, content.Record{Post: post("b")})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(c.Dir(), "CURRENT"), []byte("nonsense\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Current(); !errors.Is(err, store.ErrCorrupt) || !strings.Contains(err.Error(), "publish a release to set it") {
		t.Errorf("found %v", err)
	}
	p, err := c.Publish(m.Name, store.PublishOptions{})
	if err != nil || p.From != "r1" {
		t.Errorf("found %+v, %v", p, err)
	}
	if rolled, err := c.Rollback("", store.RollbackOptions{By: "test"}); err != nil || rolled.Release != "r1" {
		t.Errorf("found %+v, %v", rolled, err)
	}
}

// TestEmptiedArchive has no post left, and is as sound as any.
func TestEmptiedArchive(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, storetest.RandomPosts(random(t), 200)...)
	m, err := buildOnto(t, c, catalogue.ImportOptions{Replace: true})
	if err != nil || m.Posts != 0 {
		t.Fatalf("found %+v, %v", m, err)
	}
	if _, err := c.Verify(t.Context(), m.Name); err != nil {
		t.Error(err)
	}
}

// TestFewPublicPostsBehindManyDrafts walks past the drafts.
func TestFewPublicPostsBehindManyDrafts(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	posts := storetest.RandomPosts(rnd, 600)
	for i, p := range posts {
		p.Meta.Revision = nil
		if i%100 != 0 {
			draft(p)
		}
	}
	model := storetest.NewModel(posts)
	release := storetest.Release(t, posts...)
	for _, view := range []store.View{store.Public, store.Preview} {
		for range 12 {
			order := storetest.RandomOrder(rnd)
			walk(t, rnd, release.Reader(view), nil, order, wanted(model.Find(view, nil, order)))
			if t.Failed() {
				t.Fatalf("view %d, order %+v", view, order)
			}
		}
	}
}

func TestCostIsBoundedBeforeItRuns(t *testing.T) {
	t.Parallel()
	r := storetest.Release(t, post("a")).Reader(store.Public)
	contains := func(n int) *store.Filter {
		f := &store.Filter{}
		for range n {
			f.Or = append(f.Or, store.Filter{Title: &store.TextFilter{Contains: ptr("x")}})
		}
		return f
	}
	deep := &store.Filter{}
	for range 600 {
		deep = &store.Filter{Not: deep}
	}
	for _, tt := range []struct {
		filter *store.Filter
		fits   bool
	}{
		{contains(9), true}, {contains(10), false}, {deep, false},
		{&store.Filter{Tool: &store.TermFilter{In: make([]string, 400)}}, true},
		{&store.Filter{Tool: &store.TermFilter{In: make([]string, 500)}}, false},
		{&store.Filter{Entity: &store.TermFilter{Eq: ptr(strings.Repeat(":", 1<<20))}}, true},
	} {
		_, err := r.Find(t.Context(), store.PostQuery{Filter: tt.filter, Order: store.DefaultOrder, Window: store.Window{First: ptr(1)}})
		if errors.Is(err, store.ErrTooComplex) == tt.fits || tt.fits && err != nil {
			t.Errorf("fits %t: found %v", tt.fits, err)
		}
	}
	left, leave := context.WithCancel(t.Context())
	leave()
	if _, err := r.Find(left, store.PostQuery{Order: store.DefaultOrder, Window: store.Window{First: ptr(1)}}); !errors.Is(err, context.Canceled) {
		t.Errorf("found %v", err)
	}
}

// TestEveryWindowThatIsWrong is refused with its argument.
func TestEveryWindowThatIsWrong(t *testing.T) {
	t.Parallel()
	r := storetest.Release(t, post("a"), post("b")).Reader(store.Public)
	query := func(w store.Window) store.PostQuery {
		return store.PostQuery{Order: store.Order{Field: store.FieldSlug}, Window: w}
	}
	page, err := r.Find(t.Context(), query(store.Window{First: ptr(1)}))
	if err != nil {
		t.Fatal(err)
	}
	cursor := page.Cursors[0]
	other := query(store.Window{First: ptr(1), After: cursor})
	other.Order.Desc = true
	for name, q := range map[string]store.PostQuery{
		"first":  query(store.Window{First: ptr(101)}),
		"last":   query(store.Window{First: ptr(1), Last: ptr(1)}),
		"offset": query(store.Window{First: ptr(1), Offset: ptr(1), After: cursor}),
		"after":  other,
		"before": query(store.Window{Last: ptr(1), Before: cursor[:len(cursor)-4]}),
	} {
		wrong := (*store.ArgumentError)(nil)
		if _, err := r.Find(t.Context(), q); !errors.As(err, &wrong) && name != "before" || wrong != nil && wrong.Name != name {
			t.Errorf("%s: found %v", name, err)
		}
	}
	for _, tampered := range []string{"x", "AAAA", cursor + "!", strings.Repeat("A", 100), fmt.Sprint(cursor, cursor)} {
		if _, err := r.Find(t.Context(), query(store.Window{First: ptr(1), After: tampered})); err != nil && !errors.As(err, new(*store.ArgumentError)) {
			t.Errorf("%q: found %v", tampered, err)
		}
	}
	if _, err := r.Similar(t.Context(), store.NoRef, store.SimilarQuery{First: 1}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("found %v", err)
	}
}
