package release_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

// namedPosts are posts with names that complete in many ways.
func namedPosts(rnd *rand.Rand, n int) []*content.Post {
	posts := storetest.RandomPosts(rnd, n)
	for i, p := range posts {
		p.Meta.Tools = append(p.Meta.Tools, fmt.Sprintf("T%04d", i), fmt.Sprintf("t%04d", rnd.IntN(n)), storetest.RandomName(rnd))
		p.Meta.Entities = append(p.Meta.Entities, content.Entity{Name: storetest.RandomName(rnd), Type: storetest.RandomName(rnd)})
	}
	return posts
}

// TestTermsByPrefixEqualScan walks the terms of which a word of the name begins with a
// text, forward and backward, few of many and most of them.
func TestTermsByPrefixEqualScan(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	posts := namedPosts(rnd, storetest.Times(1500))
	model := storetest.NewModel(posts)
	r := storetest.ReleaseOf(t, catalogue.ImportOptions{}, posts...)
	for _, view := range []store.View{store.Public, store.Preview} {
		for _, kind := range []store.Kind{store.KindTool, store.KindEntity} {
			all := model.Facet(view, model.Visible(view), kind)
			prefixes := []string{"", "t", "T0", "t01", "t012", "t0123", "none", "c", "\u200b", " kafka", "node.js", ".js", "js", "+", "c+", "ci/", "/cd",
				"apache ka", "設", "データ", "straß", "STRASS", "ecl", "É", "l‘e", "quo", "“q", "елк", "ガ", "\x00"}
			for range storetest.Times(25) {
				prefixes = append(prefixes, partOf(rnd, all[rnd.IntN(len(all))].Value))
			}
			for _, prefix := range prefixes {
				q := store.TermQuery{Kind: kind, Prefix: prefix, Order: store.TermOrder{ByPostCount: rnd.IntN(2) == 0, Desc: rnd.IntN(2) == 0}}
				if kind == store.KindEntity && rnd.IntN(2) == 0 {
					q.Type = all[rnd.IntN(len(all))].Type
				}
				checkTermList(t, r.Reader(view), q, model.Terms(view, q))
			}
		}
	}
}

// partOf cuts some letters out of a name.
func partOf(rnd *rand.Rand, name string) string {
	letters := []rune(name)
	from := rnd.IntN(len(letters))
	return string(letters[from : from+1+rnd.IntN(len(letters)-from)])
}

// checkTermList walks a list of terms, forward and backward.
func checkTermList(t *testing.T, r *release.Reader, q store.TermQuery, want []store.Bucket) {
	t.Helper()
	slugs := []string{}
	for _, b := range want {
		slugs = append(slugs, b.Slug)
	}
	ask := func(w store.Window) (page *store.TermPage, slugs []string) {
		q.Window = w
		page, err := r.FindTerms(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if page.Total != len(want) {
			t.Fatalf("%+v: found a total of %d, expected %d", q, page.Total, len(want))
		}
		for _, term := range page.Terms {
			slugs = append(slugs, term.Slug)
		}
		return page, slugs
	}
	forward, backward := []string{}, []string{}
	for w := (store.Window{First: ptr(70)}); ; {
		page, more := ask(w)
		forward = append(forward, more...)
		if !page.HasNext {
			break
		}
		w.After = page.Cursors[len(page.Cursors)-1]
	}
	for w := (store.Window{Last: ptr(70)}); ; {
		page, more := ask(w)
		backward = append(more, backward...)
		if !page.HasPrevious {
			break
		}
		w.Before = page.Cursors[0]
	}
	if !slices.Equal(forward, slugs) || !slices.Equal(backward, slugs) {
		t.Fatalf("%+v:\nforward  %q\nbackward %q\nexpected %q", q, forward, backward, slugs)
	}
}

// TestEntityTypesEqualScan holds the types of entities against a scan.
func TestEntityTypesEqualScan(t *testing.T) {
	t.Parallel()
	posts := namedPosts(random(t), 400)
	r, model := storetest.Release(t, posts...), storetest.NewModel(posts)
	for _, view := range []store.View{store.Public, store.Preview} {
		want := model.EntityTypes(view)
		for _, first := range []int{0, 1, 7, 100} {
			found, err := r.Reader(view).EntityTypes(t.Context(), first)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(found, want[:min(first, len(want))]) {
				t.Fatalf("view %d, first %d: found %v, expected %v", view, first, found, want)
			}
		}
		if _, err := r.Reader(view).EntityTypes(t.Context(), 101); err == nil {
			t.Error("found no error for 101 types")
		}
	}
}
