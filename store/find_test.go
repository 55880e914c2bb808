package store_test

import (
	"encoding/json"
	"flag"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
)

var seed = flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the random tests; a failure prints its own")

func random(t *testing.T) *rand.Rand {
	t.Logf("run again with -args -seed=%d", *seed)
	return rand.New(rand.NewPCG(*seed, 1))
}

// slugsOf reads the slugs of a page.
func slugsOf(t *testing.T, r *store.Reader, refs []store.Ref) []string {
	t.Helper()
	posts, err := r.Posts(t.Context(), refs, store.Card)
	if err != nil {
		t.Fatal(err)
	}
	slugs := []string{}
	for _, p := range posts {
		slugs = append(slugs, p.Slug)
	}
	return slugs
}

func wanted(posts []*content.Post) []string {
	slugs := []string{}
	for _, p := range posts {
		slugs = append(slugs, p.Slug)
	}
	return slugs
}

// TestFindEqualsScan holds random questions, walked page by page in both
// directions and by number, against a scan over all posts.
func TestFindEqualsScan(t *testing.T) {
	rnd := random(t)
	for _, size := range []int{0, 1, 70, 1500} {
		posts := storetest.RandomPosts(rnd, size)
		release := storetest.Release(t, posts...)
		model := storetest.NewModel(posts)
		for range 150 {
			view := store.View(rnd.IntN(2))
			filter, order := storetest.RandomFilter(rnd, 3), storetest.RandomOrder(rnd)
			if rnd.IntN(4) == 0 {
				filter = nil
			}
			want := wanted(model.Find(view, filter, order))
			walk(t, rnd, release.Reader(view), filter, order, want)
			if t.Failed() {
				t.Fatalf("%d posts, view %d, order %+v, filter %s", size, view, order, asJSON(t, filter))
			}
		}
	}
}

func asJSON(t *testing.T, v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// walk reads a list in every way there is and holds it against what it should
// be.
func walk(t *testing.T, rnd *rand.Rand, r *store.Reader, f *store.Filter, o store.Order, want []string) {
	t.Helper()
	// Small pages of a long list would take long and show nothing new.
	limit := 1 + rnd.IntN(20) + len(want)/20
	limit = min(limit, store.MaxLimit)
	find := func(w store.Window) *store.Page {
		t.Helper()
		page, err := r.Find(t.Context(), store.PostQuery{Filter: f, Order: o, Window: w})
		if err != nil {
			t.Fatal(err)
		}
		checkCursorNeeds(t, r, store.PostQuery{Filter: f, Order: o, Window: w}, page.Cursors)
		if page.Total != len(want) {
			t.Errorf("total: found %d, expected %d", page.Total, len(want))
		}
		return page
	}
	check := func(page *store.Page, start, end int) {
		t.Helper()
		start, end = max(start, 0), min(end, len(want))
		got := slugsOf(t, r, page.Refs)
		if asJSON(t, got) != asJSON(t, append([]string{}, want[min(start, end):end]...)) {
			t.Errorf("from %d to %d of %d:\nfound    %q\nexpected %q", start, end, len(want), got, want[min(start, end):end])
		}
		if len(got) > 0 && (page.HasPrevious != (start > 0) || page.HasNext != (end < len(want))) {
			t.Errorf("from %d to %d of %d: found previous %t, next %t", start, end, len(want), page.HasPrevious, page.HasNext)
		}
	}
	after := ""
	for start := 0; ; start += limit {
		page := find(store.Window{First: &limit, After: after})
		check(page, start, start+limit)
		if !page.HasNext || t.Failed() {
			break
		}
		after = page.Cursors[len(page.Cursors)-1]
	}
	before := ""
	for end := len(want); ; end -= limit {
		page := find(store.Window{Last: &limit, Before: before})
		check(page, end-limit, end)
		if !page.HasPrevious || t.Failed() {
			break
		}
		before = page.Cursors[0]
	}
	offset := rnd.IntN(len(want) + 2)
	check(find(store.Window{First: &limit, Offset: &offset}), offset, offset+limit)
}

// checkCursorNeeds holds the pages of a query that needs fewer cursors against
// all of them.
func checkCursorNeeds(t *testing.T, r *store.Reader, q store.PostQuery, all []string) {
	t.Helper()
	none := make([]string, len(all))
	ends := slices.Clone(none)
	if n := len(all); n > 0 {
		ends[0], ends[n-1] = all[0], all[n-1]
	}
	for need, want := range map[store.CursorNeed][]string{store.EndCursors: ends, store.NoCursors: none} {
		q.Cursors = need
		page, err := r.Find(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(page.Cursors, want) {
			t.Errorf("cursors, need %d: found %q, expected %q", need, page.Cursors, want)
		}
	}
}
