package release_test

import (
	"testing"

	"alphanode/store"
	"alphanode/store/storetest"
)

// BenchmarkRead times reading the 20 posts of a page, whose ordinals lie all
// over the archive, in the forms that the faces need.
func BenchmarkRead(b *testing.B) {
	const n = 10_000
	r := storetest.Release(b, syntheticPosts(n)...).Reader(store.Preview)
	page := func(i int) []store.Ref {
		refs := make([]store.Ref, 20)
		for k := range refs {
			refs[k] = store.Ref((i*7919 + k*4001) % n)
		}
		return refs
	}
	pages := make([][]store.Ref, 500)
	for i := range pages {
		pages[i] = page(i)
	}
	for _, part := range []struct {
		name string
		part store.Part
	}{{"cards", store.Card}, {"posts", store.Whole}} {
		b.Run("rows/"+part.name, func(b *testing.B) {
			var arena []byte
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				_, used, err := r.Raw(b.Context(), pages[i%len(pages)], part.part, arena[:0])
				if err != nil {
					b.Fatal(err)
				}
				arena = used
			}
		})
		b.Run("JSON/"+part.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := r.PostsJSON(b.Context(), pages[i%len(pages)], part.part); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
