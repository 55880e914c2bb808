package release_test

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/compare"
	"alphanode/store/storetest"
)

// edited gives an archive after some random edits: posts that are added, that
// leave, that change in one place or in many, and that become public or hidden.
func edited(r *rand.Rand, posts []*content.Post, added int) []*content.Post {
	fresh := storetest.RandomPosts(r, added)
	var after []*content.Post
	taken := map[string]bool{}
	for _, p := range posts {
		changed := *p
		switch r.IntN(10) {
		case 0:
			continue
		case 1:
			changed.Title += "!"
		case 2:
			changed.Meta.Tools = append(slices.Clone(p.Meta.Tools), "new tool")
		case 3:
			changed.Meta.Revision = &content.Revision{Status: []string{"draft", "reviewed", "archived"}[r.IntN(3)]}
		case 4:
			changed.Meta.Extra = content.Extra{"n": json.RawMessage(`1.0`)}
			changed.Meta.Score = nil
		}
		after = append(after, &changed)
		taken[p.Slug] = true
	}
	for _, p := range fresh {
		p.Meta.Reference = ""
		if !taken[p.Slug] {
			after = append(after, p)
		}
	}
	return after
}

// diffOf is what a diff tells, all of it.
func diffOf(t *testing.T, c *catalogue.Catalogue, before, after string, v store.View) (store.ChangeCounts, []store.Change) {
	t.Helper()
	a, err := c.Open(before)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := c.Open(after)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	d, err := compare.NewDiff(t.Context(), a, b, v)
	if err != nil {
		t.Fatal(err)
	}
	var changes []store.Change
	if err := d.Each(t.Context(), func(c store.Change) error { changes = append(changes, c); return nil }); err != nil {
		t.Fatal(err)
	}
	return d.ChangeCounts, changes
}

// sameChanges compares changes but for what means nothing outside a release.
var sameChanges = cmp.Options{cmpopts.IgnoreFields(store.Change{}, "Ref", "Cursor"), cmpopts.EquateEmpty()}

func TestDiffEqualsScan(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	for range 6 {
		archives := [][]*content.Post{storetest.RandomPosts(rnd, 1+rnd.IntN(400))}
		archives = append(archives, edited(rnd, archives[0], rnd.IntN(40)), storetest.RandomPosts(rnd, rnd.IntN(50)))
		c := storetest.Catalogue(t, archives[0]...)
		names := []string{"r1", "", ""}
		for i, posts := range archives[1:] {
			names[i+1] = storetest.Publish(t, c, catalogue.ImportOptions{Replace: true}, append(posts, post("always"))...)
			archives[i+1] = append(posts, post("always"))
		}
		for i := range archives {
			for j := range archives {
				for _, view := range []store.View{store.Public, store.Preview} {
					counts, got := diffOf(t, c, names[i], names[j], view)
					want := storetest.Changes(view, storetest.NewModel(archives[i]), storetest.NewModel(archives[j]), nil)
					if diff := cmp.Diff(want, got, sameChanges); diff != "" || counts.Total() != len(want) {
						t.Fatalf("%s to %s, view %v, %+v:\n%s", names[i], names[j], view, counts, diff)
					}
				}
			}
		}
	}
}

// TestDiffAcrossDictionaries compares releases that pack the same posts with
// different dictionaries.
func TestDiffAcrossDictionaries(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	posts := storetest.RandomPosts(rnd, 200)
	c := storetest.Catalogue(t, posts...)
	changed := *posts[0]
	changed.Title = "Another"
	storetest.Publish(t, c, catalogue.ImportOptions{Replace: true}, append([]*content.Post{&changed}, posts[1:]...)...)
	counts, got := diffOf(t, c, "r1", "r2", store.Preview)
	if counts != (store.ChangeCounts{Changed: 1}) || len(got) != 1 || got[0].Slug != changed.Slug {
		t.Errorf("found %+v, %+v", counts, got)
	}
}

func TestDiffOfDamage(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	c := storetest.Catalogue(t, storetest.RandomPosts(rnd, 300)...)
	storetest.Publish(t, c, catalogue.ImportOptions{}, post("more"))
	a, err := c.Open("r1")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := c.Open("r2")
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := compare.NewDiff(ended, a, b, store.Public); !errors.Is(err, context.Canceled) {
		t.Errorf("found %v", err)
	}
	path := filepath.Join(c.Dir(), "releases", "r1", "release.db")
	if err := errors.Join(os.Chmod(path, 0o644), os.Truncate(path, 4096)); err != nil {
		t.Fatal(err)
	}
	if _, err := compare.NewDiff(t.Context(), a, b, store.Public); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("found %v", err)
	}
}
