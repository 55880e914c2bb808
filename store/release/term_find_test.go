package release_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
)

// TestTermsByPrefixEqualScan walks the terms whose names begin alike, forward and
// backward, few of many and most of them.
func TestTermsByPrefixEqualScan(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	posts := storetest.RandomPosts(rnd, 1500)
	for i, p := range posts {
		p.Meta.Tools = append(p.Meta.Tools, fmt.Sprintf("T%04d", i), fmt.Sprintf("t%04d", rnd.IntN(1500)))
	}
	release, model := storetest.Release(t, posts...), storetest.NewModel(posts)
	for _, view := range []store.View{store.Public, store.Preview} {
		r := release.Reader(view)
		all := model.Facet(view, model.Visible(view), store.KindTool)
		for _, prefix := range []string{"", "t", "T0", "t01", "t012", "t0123", "none", "c"} {
			for _, order := range []store.TermOrder{{}, {Desc: true}, {ByPostCount: true}, {ByPostCount: true, Desc: true}} {
				want := slices.DeleteFunc(slices.Clone(all), func(b store.Bucket) bool {
					return !strings.HasPrefix(content.Identity(b.Value), content.Identity(prefix))
				})
				slices.SortFunc(want, func(a, b store.Bucket) int {
					c := strings.Compare(content.Identity(a.Value), content.Identity(b.Value))
					if order.ByPostCount {
						c = cmp.Compare(a.Count, b.Count)
					}
					if order.Desc {
						c = -c
					}
					return cmp.Or(c, strings.Compare(a.Slug, b.Slug))
				})
				var slugs []string
				for _, b := range want {
					slugs = append(slugs, b.Slug)
				}
				ask := func(w store.Window) *store.TermPage {
					page, err := r.FindTerms(t.Context(), store.TermQuery{Kind: store.KindTool, Prefix: prefix, Order: order, Window: w})
					if err != nil {
						t.Fatal(err)
					}
					return page
				}
				var forward, backward []string
				for w := (store.Window{First: ptr(70)}); ; {
					page := ask(w)
					for _, term := range page.Terms {
						forward = append(forward, term.Slug)
					}
					if page.Total != len(want) {
						t.Fatalf("view %d, prefix %q, %+v: found a total of %d, expected %d", view, prefix, order, page.Total, len(want))
					}
					if !page.HasNext {
						break
					}
					w.After = page.Cursors[len(page.Cursors)-1]
				}
				for w := (store.Window{Last: ptr(70)}); ; {
					page := ask(w)
					var before []string
					for _, term := range page.Terms {
						before = append(before, term.Slug)
					}
					backward = append(before, backward...)
					if !page.HasPrevious {
						break
					}
					w.Before = page.Cursors[0]
				}
				if !slices.Equal(forward, slugs) || !slices.Equal(backward, slugs) {
					t.Fatalf("view %d, prefix %q, %+v:\nforward  %q\nbackward %q\nexpected %q", view, prefix, order, forward, backward, slugs)
				}
			}
		}
	}
}
