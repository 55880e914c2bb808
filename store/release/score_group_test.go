package release_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"alphanode/store"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

// TestGroupsEqualScan walks the lists of groups of scores in every order, forward,
// backward and by number, and holds every page against a scan over all posts.
func TestGroupsEqualScan(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	for _, size := range []int{0, 1, 70, 2500} {
		posts := storetest.RandomPosts(rnd, size)
		for i, p := range posts { // some of a kind of which there are more than a tally has
			if i%4 == 0 {
				p.Meta.Topic = fmt.Sprintf("Topic %d", rnd.IntN(400))
			}
		}
		opened := storetest.Release(t, posts...)
		model := storetest.NewModel(posts)
		for _, field := range store.GroupFields {
			for _, desc := range []bool{false, true} {
				w := groupWalk{t: t, rnd: rnd, of: opened.Reader(store.View(rnd.IntN(2)))}
				filter := facetFilter(rnd)
				w.q = store.ScoreGroupQuery{
					By: store.Kinds[rnd.IntN(len(store.Kinds))], Filter: filter, Order: store.GroupOrder{Field: field, Desc: desc}, MinCount: []int{0, 1, 2, 30}[rnd.IntN(4)]}
				w.want = model.ScoreGroups(w.of.View(), model.Find(w.of.View(), filter, store.DefaultOrder), w.q.By, w.q.Order, w.q.MinCount)
				w.walk()
			}
		}
	}
}

// groupWalk walks one list of groups.
type groupWalk struct {
	t    *testing.T
	rnd  *rand.Rand
	of   *release.Reader
	q    store.ScoreGroupQuery
	want []store.ScoreGroup
}

func (w *groupWalk) walk() {
	limit := 1 + w.rnd.IntN(store.MaxLimit)
	after := ""
	for at := 0; ; at += limit {
		page := w.page(store.Window{First: &limit, After: after}, at, min(at+limit, len(w.want)))
		if !page.HasNext {
			break
		}
		after = page.Cursors[len(page.Cursors)-1]
	}
	before := ""
	for end := len(w.want); ; end -= limit {
		page := w.page(store.Window{Last: &limit, Before: before}, max(0, end-limit), end)
		if !page.HasPrevious {
			break
		}
		before = page.Cursors[0]
	}
	for range 3 {
		offset := w.rnd.IntN(len(w.want) + 3)
		w.page(store.Window{First: &limit, Offset: &offset}, min(offset, len(w.want)), min(offset+limit, len(w.want)))
	}
}

// page asks for the groups from low to just before high.
func (w *groupWalk) page(window store.Window, low, high int) *store.ScoreGroupPage {
	w.t.Helper()
	q := w.q
	q.Window = window
	page, err := w.of.ScoreGroups(w.t.Context(), q)
	if err != nil {
		w.t.Fatal(err)
	}
	found := append([]store.ScoreGroup{}, page.Groups...)
	if asJSON(w.t, found) != asJSON(w.t, w.want[low:high]) || page.Total != len(w.want) ||
		page.HasNext != (high < len(w.want)) || page.HasPrevious != (low > 0) || len(page.Cursors) != len(found) {
		w.t.Fatalf("%s, %+v, from %d of %d (total %d, next %v, previous %v):\nfound    %s\nexpected %s", asJSON(w.t, w.q), window, low, len(w.want), page.Total,
			page.HasNext, page.HasPrevious, asJSON(w.t, found), asJSON(w.t, w.want[low:high]))
	}
	return page
}

// TestGroupsGoOnAcrossReleases: a cursor points at the place where its group would stand,
// though another release has other groups and other scores.
func TestGroupsGoOnAcrossReleases(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	before, after := storetest.RandomPosts(rnd, 300), storetest.RandomPosts(rnd, 400)
	for i, p := range before {
		p.Meta.Topic = fmt.Sprintf("topic %d", i%90)
	}
	for i, p := range after {
		p.Meta.Topic = fmt.Sprintf("topic %d", i%120)
	}
	first, second := storetest.Release(t, before...).Reader(store.Public), storetest.Release(t, after...).Reader(store.Public)
	model := storetest.NewModel(after)
	for _, field := range store.GroupFields {
		q := store.ScoreGroupQuery{By: store.KindTopic, Order: store.GroupOrder{Field: field, Desc: rnd.IntN(2) == 0}, Window: store.Window{First: ptr(20)}}
		page, err := first.ScoreGroups(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		last := page.Groups[len(page.Groups)-1]
		// The group as it was, among those that are now.
		both := append(model.ScoreGroups(store.Public, model.Visible(store.Public), store.KindTopic, q.Order, 1), last)
		model.SortGroups(both, q.Order)
		at := slices.IndexFunc(both, func(g store.ScoreGroup) bool { return g.Scores == last.Scores })
		want := []string{}
		for _, g := range both[at+1:] {
			want = append(want, g.Slug)
		}
		q.Window = store.Window{First: ptr(100), After: page.Cursors[len(page.Cursors)-1]}
		if page, err = second.ScoreGroups(t.Context(), q); err != nil {
			t.Fatal(err)
		}
		found := []string{}
		for _, g := range page.Groups {
			found = append(found, g.Slug)
		}
		if !slices.Equal(found, want[:min(100, len(want))]) {
			t.Errorf("%+v behind %s:\nfound    %q\nexpected %q", q.Order, last.Slug, found, want)
		}
	}
}

// TestGroupsRefuse: what cannot be answered says which argument is at fault.
func TestGroupsRefuse(t *testing.T) {
	t.Parallel()
	r := storetest.Release(t, post("a"), post("b")).Reader(store.Public)
	ask := func(q store.ScoreGroupQuery) (*store.ScoreGroupPage, error) {
		if q.By == "" {
			q.By = store.KindDifficulty
		}
		if q.Order.Field == "" {
			q.Order = store.DefaultGroupOrder
		}
		if q.Window == (store.Window{}) {
			q.Window.First = ptr(5)
		}
		return r.ScoreGroups(t.Context(), q)
	}
	for name, q := range map[string]store.ScoreGroupQuery{
		"sort":     {Order: store.GroupOrder{Field: "quality"}},
		"sort ":    {Order: store.GroupOrder{Field: "quality.p51"}},
		"minCount": {MinCount: -1},
		"last":     {Window: store.Window{First: ptr(1), Last: ptr(1)}},
		"offset":   {Window: store.Window{First: ptr(1), Offset: ptr(-1)}},
		"after":    {Window: store.Window{First: ptr(1), After: "nonsense"}},
		"before":   {Window: store.Window{Last: ptr(1), Before: "nonsense"}},
	} {
		var bad *store.ArgumentError
		if _, err := ask(q); !errors.As(err, &bad) || bad.Name != name[:len(bad.Name)] {
			t.Errorf("%s: found %v", name, err)
		}
	}
}
