package release_test

import (
	"slices"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/storetest"
)

// TestAddressesEqualScan asks for addresses where posts stood, and holds what is found
// against a scan over all posts.
func TestAddressesEqualScan(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	for _, n := range []int{1, 8, 300} {
		posts := storetest.RandomPosts(rnd, n)
		for i := range posts[:n/2] { // addresses of their own
			posts[i].Meta.URLs = append(posts[i].Meta.URLs, "/own/"+posts[i].Slug)
		}
		model, r := storetest.NewModel(posts), storetest.Release(t, posts...)
		asked := slices.Clone(storetest.RandomAddresses)
		for _, p := range posts {
			asked = append(asked, "HTTPS://any.example/own/"+p.Slug+"/?utm_medium=x", "/own/"+p.Slug+"/more", p.Slug)
		}
		for _, address := range append(asked, "", "mailto:a@b.example", "/\x00", "/%00") {
			for _, view := range []store.View{store.Public, store.Preview} {
				reader := r.Reader(view)
				ref, err := reader.LookupAddress(t.Context(), address)
				if err != nil {
					t.Fatal(err)
				}
				var found []store.Ref
				if ref != store.NoRef {
					found = append(found, ref)
				}
				var want []*content.Post
				if p := model.At(view, address); p != nil {
					want = append(want, p)
				}
				if got, want := slugsOf(t, reader, found), wanted(want); !slices.Equal(got, want) {
					t.Errorf("%s of %d posts, %q: found %q, expected %q", view.Name(), n, address, got, want)
				}
			}
		}
	}
}

// TestAddressesInManyRuns builds with so little memory that addresses are sorted on disk:
// the file must be the same.
func TestAddressesInManyRuns(t *testing.T) {
	t.Parallel()
	posts := storetest.RandomPosts(random(t), 200)
	var sums []string
	for _, memory := range []int{0, 4 << 10} {
		o := catalogue.ImportOptions{}
		o.Memory.Records = memory
		sums = append(sums, storetest.ReleaseOf(t, o, posts...).Manifest().SHA256)
	}
	if sums[0] != sums[1] {
		t.Errorf("found %q", sums)
	}
}
