package release_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
)

// inOrder are titles, or names, as they are listed. No two of them are one name.
var inOrder = []string{
	"…", "😀", "10", "9", "“apfel”", "apple", "Ärger", "Banana", "c#", "c++", "Éclair", "łąka", "Lamm", "o", "øre", "“Quoted”", "ss-a", "Straße", "Zebra", "Елка", "ёлка", "ель", "かな", "ガナ", "漢字",
}

func postsOfNames(names []string) (posts []*content.Post) {
	for i, name := range names {
		p := &content.Post{Slug: fmt.Sprintf("p-%d", i*7%len(names)), Title: name}
		p.Meta.Tools = []string{name}
		p.Meta.Entities = []content.Entity{{Type: "area", Name: name}}
		p.Settle()
		posts = append(posts, p)
	}
	return posts
}

// TestNamesInOrder lists titles and names in both directions, and counts that tie.
func TestNamesInOrder(t *testing.T) {
	t.Parallel()
	r := storetest.Release(t, postsOfNames(inOrder)...).Reader(store.Public)
	ctx, first := t.Context(), 100
	for _, desc := range []bool{false, true} {
		want := slices.Clone(inOrder)
		if desc {
			slices.Reverse(want)
		}
		found := map[string][]string{}
		page, err := r.Find(ctx, store.PostQuery{Order: store.Order{Field: store.FieldTitle, Desc: desc}, Window: store.Window{First: &first}})
		if err != nil {
			t.Fatal(err)
		}
		posts, err := r.Posts(ctx, page.Refs, store.Whole)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range posts {
			found["titles"] = append(found["titles"], p.Title)
		}
		for _, kind := range []store.Kind{store.KindTool, store.KindEntity} {
			terms, err := r.FindTerms(ctx, store.TermQuery{Kind: kind, Order: store.TermOrder{Desc: desc}, Window: store.Window{First: &first}})
			if err != nil {
				t.Fatal(err)
			}
			for _, term := range terms.Terms {
				found[string(kind)] = append(found[string(kind)], term.Name)
			}
			facets, err := r.Facets(ctx, store.FacetQuery{By: []store.Kind{kind}, First: first})
			if err != nil {
				t.Fatal(err)
			}
			what := "counts of " + string(kind)
			for _, b := range facets[0].Buckets {
				found[what] = append(found[what], b.Value)
			}
			if desc {
				slices.Reverse(found[what])
			}
		}
		for what, names := range found {
			if !slices.Equal(names, want) {
				t.Errorf("%s, descending %v:\nfound    %q\nexpected %q", what, desc, names, want)
			}
		}
	}
}

// TestBeginningsOfTitles: accents, case and kinds of apostrophes do not matter, nor do signs
// that nobody types.
func TestBeginningsOfTitles(t *testing.T) {
	t.Parallel()
	r := storetest.Release(t, postsOfNames([]string{"Éclair", "“Eclipse”", "L’été", "l'eau", "Straße", "Łódź", ".NET", "Netz", "ёлка", "カナ", "ガナ", "ﬁn"})...).Reader(store.Public)
	ctx, first := t.Context(), 100
	for prefix, want := range map[string]string{
		"e": "Éclair “Eclipse”", "ECL": "Éclair “Eclipse”", "éc": "Éclair “Eclipse”", "“é": "“Eclipse”", "l‘E": "l'eau L’été", "strass": "Straße", "lo": "Łódź", "straß": "Straße",
		".n": ".NET", "net": ".NET Netz", "елк": "ёлка", "カ": "カナ", "ｶﾞ": "ガナ", "fi": "ﬁn", "eclairs": "", "z": "",
	} {
		page, err := r.Find(ctx, store.PostQuery{Filter: &store.Filter{Title: &store.TextFilter{Prefix: &prefix}}, Order: store.Order{Field: store.FieldTitle}, Window: store.Window{First: &first}})
		if err != nil {
			t.Fatal(err)
		}
		posts, err := r.Posts(ctx, page.Refs, store.Whole)
		if err != nil {
			t.Fatal(err)
		}
		titles := []string{}
		for _, p := range posts {
			titles = append(titles, p.Title)
		}
		if found := strings.Join(titles, " "); found != want || page.Total != len(titles) {
			t.Errorf("%q: found %q of %d, expected %q", prefix, found, page.Total, want)
		}
	}
}

// TestTitlesGoOnAcrossReleases: a cursor points at the place where its post would stand,
// though another release has other titles.
func TestTitlesGoOnAcrossReleases(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	before, after := storetest.RandomPosts(rnd, 200), storetest.RandomPosts(rnd, 300)
	long := strings.Repeat("é", 990) // and more than the order is made of
	before[0].Title, after[1].Title, after[2].Title = long+"b", long+"a", long+"c"
	first, second := storetest.Release(t, before...).Reader(store.Preview), storetest.Release(t, after...).Reader(store.Preview)
	for _, desc := range []bool{false, true} {
		q := store.PostQuery{Order: store.Order{Field: store.FieldTitle, Desc: desc}, Cursors: store.AllCursors, Window: store.Window{First: ptr(100)}}
		was := storetest.NewModel(before).Find(store.Preview, nil, q.Order)
		for offset := 0; offset < len(was); offset += 100 {
			q.Window = store.Window{First: ptr(100), Offset: &offset}
			page, err := first.Find(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			for i := rnd.IntN(9); i < len(page.Cursors); i += 9 {
				p := was[offset+i]
				both := storetest.NewModel(append(slices.Clone(after), p)).Find(store.Preview, nil, q.Order)
				at := slices.Index(both, p)
				behind := store.PostQuery{Order: q.Order, Window: store.Window{First: ptr(5), After: page.Cursors[i]}}
				found, err := second.Find(t.Context(), behind)
				if err != nil {
					t.Fatal(err)
				}
				posts, err := second.Posts(t.Context(), found.Refs, store.Whole)
				if err != nil {
					t.Fatal(err)
				}
				want := slices.DeleteFunc(slices.Clone(both[at+1:]), func(o *content.Post) bool {
					return o.Slug == p.Slug && content.Identity(o.Title) == content.Identity(p.Title)
				})
				for j, o := range want[:min(5, len(want))] {
					if j >= len(posts) || posts[j].Slug != o.Slug {
						t.Fatalf("descending %v, behind %q: post %d is not %s, %q", desc, p.Title, j, o.Slug, o.Title)
					}
				}
			}
		}
	}
}
