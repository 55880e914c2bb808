package release_test

import (
	"testing"

	"alphanode/store"
	"alphanode/store/storetest"
)

// BenchmarkLookup times finding a post by its slug, where it is there and where it is
// not, and opening the release.
func BenchmarkLookup(b *testing.B) {
	const n = 10_000
	posts := syntheticPosts(n)
	c := storetest.Catalogue(b, posts...)
	release, err := c.Open("r1")
	if err != nil {
		b.Fatal(err)
	}
	defer release.Close()
	r := release.Reader(store.Public)
	for _, of := range []struct{ name, behind string }{{"present", ""}, {"absent", "-"}} {
		b.Run(of.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := r.Lookup(b.Context(), posts[i*7919%n].Slug+of.behind); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			r, err := c.Open("r1")
			if err != nil {
				b.Fatal(err)
			}
			if err := r.Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
