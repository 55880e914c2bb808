package release_test

import (
	"fmt"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

// sumOf gives the sum of a selection, and checks that it is known then.
func sumOf(t *testing.T, r *release.Release, view store.View, filter *store.Filter) uint64 {
	t.Helper()
	reader := r.Reader(view)
	selection, err := reader.Select(t.Context(), filter)
	if err != nil {
		t.Fatal(err)
	}
	sum, err := selection.Sum(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	calls, _ := reader.Stats()
	if known, ok := reader.KnownSum(filter); !ok || known != sum {
		t.Errorf("found the known sum %x, %t, expected %x", known, ok, sum)
	}
	if after, _ := reader.Stats(); after != calls {
		t.Error("what is known was asked of the store")
	}
	return sum
}

// TestSums holds the sums of random selections in many releases against the posts that
// they select.
func TestSums(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	posts := storetest.RandomPosts(rnd, 60)
	filters := []*store.Filter{nil}
	for range storetest.Times(30) {
		filters = append(filters, storetest.RandomFilter(rnd, 2))
	}
	sums, selected := map[uint64]string{}, map[string]uint64{}
	for range 8 {
		posts[rnd.IntN(len(posts))].Title = fmt.Sprint("Title ", rnd.IntN(3))
		i := rnd.IntN(len(posts))
		posts[i].Meta.Revision = &content.Revision{Status: []string{content.StatusDraft, content.StatusReviewed}[rnd.IntN(2)]}
		release, model := storetest.Release(t, posts...), storetest.NewModel(posts)
		for _, view := range []store.View{store.Public, store.Preview} {
			for _, filter := range filters {
				var all []byte
				for _, p := range model.Find(view, filter, store.Order{Field: store.FieldSlug}) {
					all = append(p.AppendJSON(all), '\n')
				}
				sum := sumOf(t, release, view, filter)
				if known, ok := sums[sum]; ok && known != string(all) {
					t.Fatalf("two selections have the sum %x", sum)
				}
				if known, ok := selected[string(all)]; ok && known != sum {
					t.Fatalf("the same posts have the sums %x and %x", known, sum)
				}
				sums[sum], selected[string(all)] = string(all), sum
			}
		}
	}
}

// TestSumsWithoutHashes: in releases that have none the sum is of the file.
func TestSumsWithoutHashes(t *testing.T) {
	t.Parallel()
	c := emptyCatalogue(t)
	build := func(slugs ...string) *release.Release {
		t.Helper()
		b, err := c.Import(t.Context(), catalogue.ImportOptions{Replace: true, Unhashed: true})
		if err != nil {
			t.Fatal(err)
		}
		defer b.Discard()
		for _, slug := range slugs {
			if err := b.Add(content.Record{Post: post(slug)}, catalogue.Origin{}); err != nil {
				t.Fatal(err)
			}
		}
		m, err := b.Finish(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		r, err := c.Open(m.Name)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = r.Close() })
		return r
	}
	a := "a"
	seen := map[uint64]bool{}
	for _, r := range []*release.Release{build("a", "b"), build("a", "c")} {
		for _, filter := range []*store.Filter{nil, {Slug: &store.SlugFilter{Eq: &a}}} {
			sum := sumOf(t, r, store.Public, filter)
			if seen[sum] || sumOf(t, r, store.Public, filter) != sum {
				t.Errorf("found %x twice, or not again", sum)
			}
			seen[sum] = true
		}
	}
}
