package release_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

// copiesOf makes posts with the same tools.
func copiesOf(name string, n int, tools ...string) (posts []*content.Post) {
	for i := range n {
		posts = append(posts, post(fmt.Sprintf("%s-%02d", name, i), func(p *content.Post) { p.Meta.Tools = tools }))
	}
	return posts
}

func similarSlugs(t *testing.T, r *release.Reader, to string, q store.SimilarQuery) (slugs []string, page *store.SimilarPage) {
	t.Helper()
	refs, err := r.Lookup(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	if page, err = r.Similar(t.Context(), refs[0], q); err != nil {
		t.Fatal(err)
	}
	for _, hit := range page.Hits {
		slugs = append(slugs, slugsOf(t, r, []store.Ref{hit.Ref})...)
	}
	return slugs, page
}

// TestCopiesDoNotFillADiverseList has ten copies of a post, and two posts that
// share less with it, each another half.
func TestCopiesDoNotFillADiverseList(t *testing.T) {
	t.Parallel()
	posts := slices.Concat(copiesOf("copy", 11, "a", "b", "c", "d"), copiesOf("left", 2, "a", "b"), copiesOf("right", 2, "c", "d"))
	r := storetest.Release(t, posts...).Reader(store.Public)
	plain, _ := similarSlugs(t, r, "copy-00", store.SimilarQuery{First: 3})
	diverse, page := similarSlugs(t, r, "copy-00", store.SimilarQuery{First: 3, Diversity: 0.7})
	if want := []string{"copy-01", "copy-02", "copy-03"}; !slices.Equal(plain, want) {
		t.Errorf("plain: found %q, expected %q", plain, want)
	}
	if want := []string{"copy-01", "left-00", "right-00"}; !slices.Equal(diverse, want) || page.Total != 14 {
		t.Errorf("diverse: found %q of %d, expected %q", diverse, page.Total, want)
	}
	if page.Hits[1].Similarity >= 1 || len(page.Hits[1].Shared) != 2 {
		t.Errorf("found %+v: the similarity is that to the post asked about", page.Hits[1])
	}
}

func TestDiverseListIsBounded(t *testing.T) {
	t.Parallel()
	posts := copiesOf("copy", 30, "a", "b")
	r := storetest.Release(t, slices.Concat(posts, copiesOf("other", 1, "a"))...).Reader(store.Public)
	if _, page := similarSlugs(t, r, "copy-00", store.SimilarQuery{First: 100, Diversity: 0.2}); page.Total != 21 || len(page.Hits) != 21 || page.HasNext {
		t.Errorf("found %d of %d: twenty posts of a set, and the other", len(page.Hits), page.Total)
	}
	for i := range 250 {
		posts = append(posts, copiesOf(fmt.Sprint("set-", i), 1, "a", fmt.Sprint("only-", i))...)
	}
	r = storetest.Release(t, posts...).Reader(store.Public)
	q := store.SimilarQuery{First: 100, Diversity: 0.2}
	_, page := similarSlugs(t, r, "copy-00", q)
	q.After = page.Hits[99].Cursor
	if _, page = similarSlugs(t, r, "copy-00", q); page.Total != 200 || len(page.Hits) != 100 || page.HasNext {
		t.Errorf("found %d of %d", len(page.Hits), page.Total)
	}
}

// TestDiverseWalkGoesOnInAnotherRelease goes on behind a post that is still
// there, and at its place where it is not.
func TestDiverseWalkGoesOnInAnotherRelease(t *testing.T) {
	t.Parallel()
	posts := slices.Concat(copiesOf("to", 1, "a", "b", "c"), copiesOf("x", 3, "a", "b"), copiesOf("y", 3, "b", "c"), copiesOf("z", 3, "a"))
	old := storetest.Release(t, posts...).Reader(store.Public)
	whole, _ := similarSlugs(t, old, "to-00", store.SimilarQuery{First: 100, Diversity: 0.4})
	q := store.SimilarQuery{First: 4, Diversity: 0.4}
	_, page := similarSlugs(t, old, "to-00", q)
	q.After = page.Hits[3].Cursor

	one := copiesOf("aa", 1, "a", "b", "c") // as similar as can be: it stands in front
	added := storetest.Release(t, slices.Concat(posts, one)...).Reader(store.Public)
	q.First = 100
	list, _ := similarSlugs(t, added, "to-00", store.SimilarQuery{First: 100, Diversity: 0.4})
	got, _ := similarSlugs(t, added, "to-00", q)
	if want := list[slices.Index(list, whole[3])+1:]; !slices.Equal(got, want) {
		t.Errorf("with one more: found %q, expected %q of %q", got, want, list)
	}

	gone := slices.DeleteFunc(slices.Clone(posts), func(p *content.Post) bool { return p.Slug == whole[3] })
	less := storetest.Release(t, gone...).Reader(store.Public)
	list, _ = similarSlugs(t, less, "to-00", store.SimilarQuery{First: 100, Diversity: 0.4})
	if got, _ = similarSlugs(t, less, "to-00", q); !slices.Equal(got, list[3:]) {
		t.Errorf("without the post: found %q, expected %q", got, list[3:])
	}
}

func TestDiversityThatIsWrong(t *testing.T) {
	t.Parallel()
	r := storetest.Release(t, copiesOf("copy", 3, "a")...).Reader(store.Public)
	_, plain := similarSlugs(t, r, "copy-00", store.SimilarQuery{First: 1})
	_, diverse := similarSlugs(t, r, "copy-00", store.SimilarQuery{First: 1, Diversity: 0.5})
	for _, q := range []store.SimilarQuery{
		{Diversity: -0.1}, {Diversity: 1.1}, {Diversity: math.NaN()}, {Diversity: math.Inf(1)},
		{After: diverse.Hits[0].Cursor}, {Diversity: 0.5, After: plain.Hits[0].Cursor}, {Diversity: 0.4, After: diverse.Hits[0].Cursor},
	} {
		refs, err := r.Lookup(t.Context(), "copy-00")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Similar(t.Context(), refs[0], q); !errors.As(err, new(*store.ArgumentError)) {
			t.Errorf("%+v: found %v", q, err)
		}
	}
}
