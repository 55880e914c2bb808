package server_test

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
)

// feedPosts are an archive with what feeds tell apart: dates of all kinds and none, posts
// that nobody reviewed, drafts, and slugs and titles that must be escaped.
func feedPosts(t testing.TB) []*content.Post {
	return append(archive(t),
		decode(t, `{"slug":"größe-&-<1>","title":"Größe & <b>\"x\"</b> ]]>","publishedAt":"2027-03-04T05:06:07+05:30","meta":{"summary":"a & b </summary>","tools":["Redis","a<b"]}}`),
		decode(t, `{"slug":"undated","title":"Undated","meta":{"tools":["Redis"]}}`),
		decode(t, `{"slug":"readme.md","title":"A slug like a file","publishedAt":"2026-01-01","meta":{"tools":["git"]}}`),
		decode(t, `{"slug":"readme","title":"The other","publishedAt":"2026-01-02","meta":{"tools":["git"]}}`),
		decode(t, `{"slug":"unreviewed","title":"Nobody looked","publishedAt":"2028-01-01","meta":{"tools":["Redis"],"flags":{"needsHumanReview":true}}}`),
		decode(t, `{"slug":"draft","title":"Not yet","publishedAt":"2028-01-02","meta":{"tools":["Redis"],"revision":{"status":"draft"}}}`))
}

// indexable are the posts that may be indexed, newest first; those with a tool where one is
// given.
func indexable(posts []*content.Post, tool string) []*content.Post {
	no := false
	f := &store.Filter{NeedsHumanReview: &no}
	if tool != "" {
		f.Tool = &store.TermFilter{Eq: &tool}
	}
	return storetest.NewModel(posts).Find(store.Public, f, store.DefaultOrder)
}

type sitemap struct {
	XMLName xml.Name
	URLs    []struct {
		Loc     string `xml:"loc"`
		Lastmod string `xml:"lastmod"`
	} `xml:"url"`
}

var w3cDate = regexp.MustCompile(`^[1-9][0-9]{3}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\.[0-9]+)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9]))?$`)

// TestSitemap holds the sitemap against the posts: each that may be indexed, with its date.
func TestSitemap(t *testing.T) {
	t.Parallel()
	posts := feedPosts(t)
	h := serve(t, onlyOne{storetest.Release(t, posts...)}, quiet, "public-url=https://archive.example.org/old/")
	r := get(t, h, "/sitemap.xml?utm_source=x")
	if r.status != 200 || r.header.Get("Content-Type") != "application/xml; charset=utf-8" {
		t.Fatalf("found %d %s", r.status, r.header.Get("Content-Type"))
	}
	var s sitemap
	if err := xml.Unmarshal([]byte(r.body), &s); err != nil || s.XMLName.Local != "urlset" || s.XMLName.Space != "http://www.sitemaps.org/schemas/sitemap/0.9" {
		t.Fatalf("found %v, %v", s.XMLName, err)
	}
	dates := map[string]string{}
	for _, p := range indexable(posts, "") {
		dates["https://archive.example.org/old/posts/"+url.PathEscape(p.Slug)] = p.Updated()
	}
	for _, u := range s.URLs {
		updated, ok := dates[u.Loc]
		if !ok || u.Lastmod != updated || updated != "" && !w3cDate.MatchString(u.Lastmod) {
			t.Errorf("found %s of %q, expected %q", u.Loc, u.Lastmod, updated)
		}
		delete(dates, u.Loc)
	}
	if len(dates) > 0 {
		t.Errorf("not found: %q", dates)
	}
	head := ask(t, h, "HEAD", "/sitemap.xml", "")
	tag := head.header.Get("Etag")
	if head.status != 200 || head.body != "" || tag != r.header.Get("Etag") || tag == "" {
		t.Errorf("HEAD: found %d with %q, expected %q", head.status, tag, r.header.Get("Etag"))
	}
	if same := get(t, h, "/sitemap.xml", "If-None-Match: "+tag); same.status != 304 {
		t.Errorf("If-None-Match: found %d", same.status)
	}
	if any := get(t, h, "/sitemap.xml", "Accept: image/png"); any.status != 200 {
		t.Errorf("whatever a robot accepts: found %d", any.status)
	}
	if part := get(t, h, "/sitemap-1.xml"); part.status != 404 {
		t.Errorf("a part of one file: found %d", part.status)
	}
	if part := get(t, h, "/sitemap-x.xml"); part.status != 400 {
		t.Errorf("a part without a number: found %d", part.status)
	}
	empty := get(t, serve(t, onlyOne{storetest.Release(t, decode(t, `{"slug":"d","title":"D","meta":{"revision":{"status":"draft"}}}`))}, quiet), "/sitemap.xml")
	if s = (sitemap{}); xml.Unmarshal([]byte(empty.body), &s) != nil || len(s.URLs) != 1 || s.URLs[0].Loc != "http://example.com/" {
		t.Errorf("of no posts: found %s", empty.body)
	}
}

type atom struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Author  []struct {
		Name string `xml:"name"`
	} `xml:"author"`
	Links   []atomLink `xml:"link"`
	Entries []struct {
		ID       string     `xml:"id"`
		Title    string     `xml:"title"`
		Updated  string     `xml:"updated"`
		Summary  string     `xml:"summary"`
		Links    []atomLink `xml:"link"`
		Category []struct {
			Term string `xml:"term,attr"`
		} `xml:"category"`
	} `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type jsonFeed struct {
	Version string `json:"version"`
	Title   string `json:"title"`
	Home    string `json:"home_page_url"`
	Self    string `json:"feed_url"`
	Items   []struct {
		ID, URL, Title string
		Text           string   `json:"content_text"`
		Modified       string   `json:"date_modified"`
		Tags           []string `json:"tags"`
	} `json:"items"`
}

// TestFeeds holds both forms of each feed against the posts and against what the formats ask
// for.
func TestFeeds(t *testing.T) {
	t.Parallel()
	posts := feedPosts(t)
	h := serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)
	const origin = "http://example.com"
	for _, f := range []struct{ asked, at, home, tool string }{
		{"/", "/", "/", ""}, {"/tools/redis/", "/tools/redis/", "/tools/redis", "redis"}, {"/tools/REDIS/", "/tools/redis/", "/tools/redis", "redis"},
	} {
		want := slices.DeleteFunc(indexable(posts, f.tool), func(p *content.Post) bool { return p.Updated() == "" })
		want = want[:min(len(want), 50)]
		a, j := get(t, h, f.asked+"feed.atom"), get(t, h, f.asked+"feed.json")
		if got := a.header.Get("Content-Location"); f.asked != f.at && got != f.at+"feed.atom" {
			t.Errorf("%s: found it at %q", f.asked, got)
		}
		var feed atom
		if err := xml.Unmarshal([]byte(a.body), &feed); err != nil || a.header.Get("Content-Type") != "application/atom+xml; charset=utf-8" {
			t.Fatalf("%s: found %d %s, %v", f.asked, a.status, a.header.Get("Content-Type"), err)
		}
		var items jsonFeed
		if err := json.Unmarshal([]byte(j.body), &items); err != nil || j.header.Get("Content-Type") != "application/feed+json" {
			t.Fatalf("%s: found %d %s, %v", f.asked, j.status, j.header.Get("Content-Type"), err)
		}
		if !slices.Contains(feed.Links, atomLink{"self", "application/atom+xml", origin + f.at + "feed.atom"}) || !slices.Contains(feed.Links, atomLink{"alternate", "text/html", origin + f.home}) ||
			feed.ID != origin+f.at+"feed.atom" || len(feed.Author) != 1 || feed.Author[0].Name == "" || feed.Title == "" || feed.Updated != feed.Entries[0].Updated {
			t.Errorf("%s: found %+v", f.asked, feed)
		}
		if items.Version != "https://jsonfeed.org/version/1.1" || items.Self != origin+f.at+"feed.json" || items.Home != origin+f.home || items.Title != feed.Title {
			t.Errorf("%s: found %.300s", f.asked, j.body)
		}
		if len(feed.Entries) != len(want) || len(items.Items) != len(want) {
			t.Fatalf("%s: found %d and %d entries, expected %d", f.asked, len(feed.Entries), len(items.Items), len(want))
		}
		for i, p := range want {
			e, item, page := feed.Entries[i], items.Items[i], origin+"/posts/"+url.PathEscape(p.Slug)
			at, _ := content.ParseDate(p.Updated())
			told, err := time.Parse(time.RFC3339, e.Updated)
			if err != nil || !told.Equal(at) || item.Modified != e.Updated {
				t.Errorf("%s: found the dates %q and %q, expected %q", p.Slug, e.Updated, item.Modified, p.Updated())
			}
			if e.ID != page || item.ID != page || item.URL != page || e.Title != p.Title || item.Title != p.Title || e.Summary != p.Meta.Summary || item.Text == "" {
				t.Errorf("found %+v and %+v, expected %s", e, item, page)
			}
			asMarkdown := page + ".md"
			if p.Slug == "readme" { // there another post stands
				asMarkdown = page
			}
			if !slices.Equal(e.Links, []atomLink{{"alternate", "text/html", page}, {"alternate", "text/markdown", asMarkdown}}) || len(e.Category) != len(p.Meta.Tools) || !slices.Equal(item.Tags, p.Meta.Tools) && len(item.Tags)+len(p.Meta.Tools) > 0 {
				t.Errorf("%s: found %+v and %q", p.Slug, e, item.Tags)
			}
		}
	}
	for accept, media := range map[string]string{
		"application/rss+xml, application/xml;q=0.4": "application/xml; charset=utf-8", "text/xml": "text/xml; charset=utf-8", "*/*": "application/atom+xml; charset=utf-8",
	} {
		if r := get(t, h, "/feed.atom", "Accept: "+accept); r.header.Get("Content-Type") != media {
			t.Errorf("%s: found %s, expected %s", accept, r.header.Get("Content-Type"), media)
		}
	}
	none := get(t, h, "/tools/none-such/feed.json")
	if none.status != 404 {
		t.Errorf("of no tool: found %d", none.status)
	}
	var feed atom
	empty := get(t, serve(t, onlyOne{storetest.Release(t, decode(t, `{"slug":"a","title":"A"}`))}, quiet), "/feed.atom")
	if err := xml.Unmarshal([]byte(empty.body), &feed); err != nil || len(feed.Entries) != 0 || feed.Updated == "" {
		t.Errorf("of no dates: found %s, %v", empty.body, err)
	}
}

// TestFeedIDsStay when a title changes.
func TestFeedIDsStay(t *testing.T) {
	t.Parallel()
	ids := func(title string) (ids []string) {
		r := get(t, serve(t, onlyOne{storetest.Release(t, decode(t, `{"slug":"a","title":"`+title+`","publishedAt":"2026-01-01"}`))}, quiet), "/feed.json")
		var f jsonFeed
		if err := json.Unmarshal([]byte(r.body), &f); err != nil {
			t.Fatal(err)
		}
		for _, item := range f.Items {
			ids = append(ids, item.ID)
		}
		return ids
	}
	if was, is := ids("One"), ids("Two"); len(was) != 1 || !slices.Equal(was, is) {
		t.Errorf("found %q and %q", was, is)
	}
}

// TestFormsOfAPost: which form of a post who asks gets, each with a tag of its own.
func TestFormsOfAPost(t *testing.T) {
	t.Parallel()
	h := serve(t, onlyOne{storetest.Release(t, feedPosts(t)...)}, quiet)
	const markdown, json = "text/markdown; charset=utf-8", "application/json"
	tags := map[string]string{}
	for _, tt := range []struct{ target, accept, media, says string }{
		{"/posts/measuring-a-cache", "text/markdown", markdown, "# Measuring a cache\n"},
		{"/posts/measuring-a-cache", "application/json", json, `"title":"Measuring a cache"`},
		{"/posts/measuring-a-cache", "text/markdown;q=0.4, application/json;q=0.5", json, `"title":"Measuring a cache"`},
		{"/posts/measuring-a-cache", "application/json;q=0.4, text/markdown;q=0.5, text/html;q=0.1", markdown, "# Measuring a cache\n"},
		{"/posts/measuring-a-cache.md", "*/*", markdown, "# Measuring a cache\n"},
		{"/posts/measuring-a-cache.md?utm_source=x", "text/html, */*;q=0.1", markdown, "# Measuring a cache\n"},
		{"/posts/readme", "text/markdown", markdown, "# The other\n"}, // its address with .md is another post's
		{"/posts/readme.md", "text/markdown", markdown, "# A slug like a file\n"},
		{"/posts/readme.md", "application/json", json, `"title":"A slug like a file"`},
		{"/posts/readme.md.md", "*/*", markdown, "# A slug like a file\n"},
		{"/posts/gr%C3%B6%C3%9Fe-&-%3C1%3E.md", "*/*", markdown, "# Größe & \\<b>\"x\"\\</b> \\]\\]>\n"},
	} {
		r := get(t, h, tt.target, "Accept: "+tt.accept)
		if r.status != 200 || r.header.Get("Content-Type") != tt.media || !strings.Contains(r.body, tt.says) {
			t.Errorf("%s as %s: found %d %s: %.200s", tt.target, tt.accept, r.status, r.header.Get("Content-Type"), r.body)
		}
		if !strings.Contains(r.header.Get("Vary"), "Accept") {
			t.Errorf("%s: found Vary %q", tt.target, r.header.Get("Vary"))
		}
		if at := r.header.Get("Link"); tt.media == markdown && !strings.HasSuffix(at, `; rel="canonical"`) {
			t.Errorf("%s: found Link %q", tt.target, at)
		}
		tag := r.header.Get("Etag")
		if other, ok := tags[tag]; ok && other != tt.media || tag == "" {
			t.Errorf("%s as %s: found the tag %s of %s", tt.target, tt.accept, tag, other)
		}
		tags[tag] = tt.media
		if same := get(t, h, tt.target, "Accept: "+tt.accept, "If-None-Match: "+tag); same.status != 304 {
			t.Errorf("%s as %s: found %d for its tag", tt.target, tt.accept, same.status)
		}
		if again := get(t, h, tt.target, "Accept: "+tt.accept); again.header.Get("Cache-Status") != "alphanode; hit" || again.body != r.body {
			t.Errorf("%s as %s: found %s", tt.target, tt.accept, again.header.Get("Cache-Status"))
		}
	}
	if json, v1 := get(t, h, "/posts/measuring-a-cache?fields=title", "Accept: application/json"), get(t, h, "/v1/posts/measuring-a-cache?fields=title"); json.body != v1.body {
		t.Errorf("found %s, expected %s", json.body, v1.body)
	}
	unreviewed := get(t, h, "/posts/unreviewed.md")
	if unreviewed.header.Get("X-Robots-Tag") != "noindex" || !strings.Contains(unreviewed.body, "**Needs human review.**") {
		t.Errorf("found %q\n%s", unreviewed.header.Get("X-Robots-Tag"), unreviewed.body)
	}
	for _, target := range []string{"/posts/draft.md", "/posts/none-such.md", "/posts/.md"} {
		if r := get(t, h, target); r.status != 404 {
			t.Errorf("%s: found %d", target, r.status)
		}
	}
	if r := get(t, h, "/posts/readme", "Accept: image/png"); r.status != 406 {
		t.Errorf("found %d", r.status)
	}
	for slug, where := range map[string]string{"readme": "/posts/readme", "readme.md": "/posts/readme.md.md"} {
		if r := get(t, h, "/posts/"+slug); !strings.Contains(r.body, `<link rel="alternate" type="text/markdown" href="`+where+`"`) {
			t.Errorf("the page of %s does not say that it is Markdown at %s:\n%.2000s", slug, where, r.body)
		}
	}
}

// TestGuides: robots.txt and llms.txt name where things are, and nothing that is switched
// off.
func TestGuides(t *testing.T) {
	t.Parallel()
	posts := feedPosts(t)
	h := serve(t, onlyOne{storetest.Release(t, posts...)}, quiet, "public-url=https://archive.example.org/old", "without=graphql,search,streams")
	robots := get(t, h, "/robots.txt", "Accept: text/html")
	for _, line := range []string{"User-agent: *\n", "\nDisallow: /old/?\n", "\nDisallow: /old/v1/\n", "\nDisallow: /old/ops\n", "\nSitemap: https://archive.example.org/old/sitemap.xml\n"} {
		if !strings.Contains(robots.body, line) {
			t.Errorf("robots.txt has no %q:\n%s", line, robots.body)
		}
	}
	guide := get(t, h, "/llms.txt")
	if !strings.HasPrefix(guide.body, "# alphanode\n\n> ") || guide.header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("llms.txt: found %s\n%.200s", guide.header.Get("Content-Type"), guide.body)
	}
	const base = "https://archive.example.org/old"
	for _, m := range regexp.MustCompile(`\]\(([^)]*)\)`).FindAllStringSubmatch(guide.body, -1) {
		path, ok := strings.CutPrefix(m[1], base)
		if r := get(t, h, path); !ok || r.status != 200 {
			t.Errorf("llms.txt names %s: found %d", m[1], r.status)
		}
	}
	for _, name := range []string{"/sitemap.xml", "/feed.json", "/feed.atom", "/openapi.json", "/posts/readme.md.md"} {
		if !strings.Contains(guide.body, base+name) {
			t.Errorf("llms.txt does not name %s", name)
		}
	}
	for _, hidden := range []string{"graphql", "search", "ndjson", "/posts/draft", "/posts/unreviewed", "Not yet", "Nobody looked"} {
		if strings.Contains(guide.body, hidden) {
			t.Errorf("llms.txt names %s", hidden)
		}
	}
}

// fedBy are the addresses of feeds, and of a post as Markdown.
func fedBy(slug string) []string {
	return []string{"/sitemap.xml", "/feed.json", "/feed.atom", "/tools/git/feed.json", "/tools/git/feed.atom", "/llms.txt", "/posts/" + slug + ".md"}
}

// TestFeedsForget: a post that is taken down is gone from all of them at once, and so is a
// draft from those of who may see it.
func TestFeedsForget(t *testing.T) {
	t.Parallel()
	h := openHouse(t, []*content.Post{
		decode(t, `{"slug":"quetzal","title":"Quetzal","publishedAt":"2026-01-01","meta":{"tools":["git"]}}`), decode(t, `{"slug":"kept","title":"Kept","publishedAt":"2026-01-02","meta":{"tools":["git"]}}`),
		decode(t, `{"slug":"hushed","title":"Hushed","publishedAt":"2026-01-03","meta":{"tools":["git"],"revision":{"status":"draft"}}}`),
	})
	shows := func(word string, headers ...string) (n int) {
		for _, target := range fedBy("quetzal") {
			if r := get(t, h, target, headers...); r.status == 200 && strings.Contains(strings.ToLower(r.body), word) {
				n++
			}
		}
		return n
	}
	if n := shows("quetzal"); n != len(fedBy("")) {
		t.Fatalf("found it in %d", n)
	}
	if n := shows("hushed", h.as(store.ScopePreview)...); n != 0 {
		t.Errorf("found a draft in %d of those of who may see it", n)
	}
	if _, err := h.catalogue.Takedown(t.Context(), []string{"quetzal"}, store.TakedownOptions{}); err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); shows("quetzal") > 0; time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			t.Fatalf("found it still in %d", shows("quetzal"))
		}
	}
	if n := shows("kept"); n < len(fedBy(""))-2 {
		t.Errorf("found the other in %d", n)
	}
}

// TestFeedsHoldNoOthersHost: absolute links are of where the reader asks.
func TestFeedsHoldNoOthersHost(t *testing.T) {
	t.Parallel()
	h := serve(t, onlyOne{storetest.Release(t, feedPosts(t)...)}, quiet)
	for _, target := range append(fedBy("readme"), "/robots.txt") {
		for _, host := range []string{"evil.example", "archive.example:8080", "evil.example"} {
			r := httptest.NewRequest("GET", target, nil)
			r.Host = host
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if body := w.Body.String(); w.Code != 200 || !strings.Contains(body+w.Header().Get("Link"), "http://"+host+"/") || host != "evil.example" && strings.Contains(body, "evil") {
				t.Errorf("%s at %s: found %d %.200s", target, host, w.Code, body)
			}
		}
		r := httptest.NewRequest("GET", target, nil)
		r.Host = `a"><script>`
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != http.StatusBadRequest {
			t.Errorf("%s at no host: found %d", target, w.Code)
		}
	}
}

// TestFeedCallBudgets: how often each reads the store.
func TestFeedCallBudgets(t *testing.T) {
	t.Parallel()
	h := serve(t, onlyOne{storetest.Release(t, feedPosts(t)...)}, quiet, "cache-size=0")
	for target, most := range map[string]int{
		"/robots.txt": 0, "/llms.txt": 3, "/feed.json": 3, "/feed.atom": 3, "/tools/git/feed.json": 4, "/tools/Git/feed.atom": 4, "/posts/readme.md.md": 2, "/posts/measuring-a-cache.md": 2, "/sitemap.xml": 5,
	} {
		told := toldCalls.FindStringSubmatch(get(t, h, target).header.Get("Server-Timing"))
		if told == nil {
			t.Fatalf("%s: not told", target)
		}
		if n, err := strconv.Atoi(told[1]); err != nil || n > most {
			t.Errorf("%s: %d reads of the store, expected at most %d", target, n, most)
		}
	}
	if r := get(t, h, "/posts/measuring-a-cache", "Accept: text/markdown"); !strings.Contains(r.header.Get("Server-Timing"), `"2 calls"`) {
		t.Errorf("found %s", r.header.Get("Server-Timing"))
	}
}

// TestWithoutFeeds: a server without pages has none of them.
func TestWithoutFeeds(t *testing.T) {
	t.Parallel()
	h := serving(t, "without=pages")
	for _, target := range append(fedBy("measuring-a-cache"), "/robots.txt") {
		if r := get(t, h, target); r.status != 404 {
			t.Errorf("%s: found %d", target, r.status)
		}
	}
}
