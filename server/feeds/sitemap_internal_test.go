package feeds

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/server/route"
	"alphanode/store"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

// asked gives the sitemap, or one of its parts, as it is sent.
func asked(t testing.TB, f *Feeds, r *release.Release, part int) string {
	t.Helper()
	q := &route.Request{Query: &route.Query{}, Ctx: t.Context(), Reader: r.Reader(store.Public), HTTP: httptest.NewRequest("GET", "/sitemap.xml", nil), Site: route.Site{Origin: "https://example.org"}}
	handle := f.sitemap
	if part > 0 {
		q.Page, handle = part, f.sitemapPart
	}
	a, err := handle(q)
	if err != nil {
		t.Fatal(err)
	}
	if a.Stream == nil {
		return string(a.Body)
	}
	defer a.Stream.Close()
	a.Stream.Pay = free
	var w bytes.Buffer
	if err := a.Stream.Write(t.Context(), &w); err != nil {
		t.Fatal(err)
	}
	return w.String()
}

func locations(t testing.TB, source string) (all []string) {
	t.Helper()
	var s struct {
		Rows []struct {
			Loc string `xml:"loc"`
		} `xml:",any"`
	}
	if err := xml.Unmarshal([]byte(source), &s); err != nil {
		t.Fatalf("%v: %.300s", err, source)
	}
	for _, row := range s.Rows {
		all = append(all, row.Loc)
	}
	return all
}

// TestSitemapParts: the parts have each post once, in the order of slugs, and none more than
// may be in one.
func TestSitemapParts(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 9, 10, 11, 20, 21, 700} {
		var posts []*content.Post
		var want []string
		for i := range n * 4 / 3 {
			p := &content.Post{Slug: fmt.Sprintf("p-%04d", i), Title: "P"}
			if p.Meta.Flags.NeedsHumanReview = i%4 == 1; !p.Meta.Flags.NeedsHumanReview {
				want = append(want, "https://example.org/posts/"+p.Slug)
			}
			posts = append(posts, p)
		}
		posts = append(posts, &content.Post{Slug: "p-0000-draft", Title: "D", Meta: content.Meta{Revision: &content.Revision{Status: "draft"}}})
		r := storetest.Release(t, posts...)
		f := New(noPlace, nil)
		f.mostURLs = 10
		found := locations(t, asked(t, f, r, 0))
		if len(want) > f.mostURLs {
			parts := found
			found = nil
			for i, part := range parts {
				if part != fmt.Sprintf("https://example.org/sitemap-%d.xml", i+1) {
					t.Errorf("found the part %s", part)
				}
				these := locations(t, asked(t, f, r, i+1))
				if len(these) == 0 || len(these) > f.mostURLs {
					t.Errorf("found %d posts in %s", len(these), part)
				}
				found = append(found, these...)
			}
		}
		if !slices.Equal(found, want) {
			t.Errorf("of %d posts: found %q, expected %q", n, found, want)
		}
	}
}

func free(context.Context, int) error { return nil }

func noPlace(*route.Request) (func(), error) { return func() {}, nil }

// TestLastmod: dates are given as they are, where XML Schema takes them.
func TestLastmod(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"2026-01-02": "2026-01-02", "2026-01-02T03:04:05.678+05:30": "2026-01-02T03:04:05.678+05:30", "": "", "0000-02-03": "",
		"2026-01-02T03:04:05+15:00": "2026-01-01T12:04:05Z", "2026-01-02T03:04:05Z": "2026-01-02T03:04:05Z",
	} {
		if got := lastmod(given); got != want {
			t.Errorf("%q: found %q, expected %q", given, got, want)
		}
	}
}

// TestLongAddressesAreLeftOut, for the protocol has no place for them.
func TestLongAddressesAreLeftOut(t *testing.T) {
	t.Parallel()
	u := urls{site: route.Site{Origin: "https://example.org", Prefix: "/" + strings.Repeat("x", 600)}}
	u.url(route.PostPath(strings.Repeat("ß", 256)), "")
	u.url("/posts/short", "")
	if u.written != 1 || strings.Contains(u.text.String(), "%C3") {
		t.Errorf("found %s", u.text.String())
	}
}

// BenchmarkSitemap prints what a file of 50,000 posts costs, and what it allocates.
func BenchmarkSitemap(b *testing.B) {
	var posts []*content.Post
	for i := range 5000 {
		posts = append(posts, &content.Post{Slug: fmt.Sprintf("a-post-of-usual-length-about-something-%06d", i), Title: "A post of usual length", PublishedAt: "2026-01-02"})
	}
	r := storetest.Release(b, posts...)
	f := New(noPlace, nil)
	b.ReportAllocs()
	for b.Loop() {
		asked(b, f, r, 0)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(posts)), "ns/post")
}
