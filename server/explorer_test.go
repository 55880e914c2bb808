package server_test

import (
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"alphanode/store/storetest"
)

// webPage is a page, read as a browser reads it.
type webPage struct{ *html.Node }

func pageAt(t testing.TB, r reply) webPage {
	t.Helper()
	if media := r.header.Get("Content-Type"); media != "text/html; charset=utf-8" {
		t.Fatalf("found %d %s: %.300s", r.status, media, r.body)
	}
	root, err := html.Parse(strings.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	return webPage{root}
}

// each gives all elements with this name, and with an attribute of this value where one
// is given.
func (d webPage) each(name string, attribute ...string) (all []webPage) {
	for n := range d.Descendants() {
		if n.Type == html.ElementNode && n.Data == name && (attribute == nil || slices.Contains(strings.Fields(webPage{n}.value(attribute[0])), attribute[1]) || webPage{n}.value(attribute[0]) == attribute[1]) {
			all = append(all, webPage{n})
		}
	}
	return all
}

func (d webPage) value(attribute string) string {
	for _, a := range d.Attr {
		if a.Key == attribute {
			return a.Val
		}
	}
	return ""
}

func (d webPage) has(attribute string) bool {
	return slices.ContainsFunc(d.Attr, func(a html.Attribute) bool { return a.Key == attribute })
}

func (d webPage) text() string {
	var w strings.Builder
	for n := range d.Descendants() {
		if n.Type == html.TextNode {
			w.WriteString(n.Data)
		}
	}
	return strings.Join(strings.Fields(w.String()), " ")
}

// searches are states of the search page.
var searches = []string{
	"/", "/?q=the", "/?tool=redis", "/?q=the&tool=redis&tool=git", "/?q=the&sort=title", "/?sort=-quality&page=2", "/?quality.gte=50&hasImages=true", "/?tool=none-such", "/?tool=redis&difficulty=none-such",
	"/?q=nothingsuch", "/?q=%22", "/?q=%F0%9F%9A%80&sort=title", "/?q=-x&tool=redis", "/?q=%27%22%60%24%28x%29%5C%0A%F0%9F%9A%80", "/?topic.contains=a&entity.not=area:backend", "/?aiGeneratedStyle=false&needsHumanReview=false", "/?slug=unsure&slug=measuring-a-cache", "/?search=the&q=a",
	"/?q=the&match=any", "/?q=the+cache&match=all&queryLanguage=pt_br&sort=title", "/?search=the+cache&search.match=any&search.language=en", "/?q=+&match=any&queryLanguage=en",
}

// TestSearchPageShowsWhatTheAPIGives: totals, posts in their order, and what could be
// chosen, a chosen value with no post included.
func TestSearchPageShowsWhatTheAPIGives(t *testing.T) {
	t.Parallel()
	h := serving(t)
	for _, target := range searches {
		page := pageAt(t, get(t, h, target))
		shown := page.each("section", "class", "request")[0].each("code")[0].text()
		at, ok := strings.CutPrefix(shown, "GET ")
		if !ok {
			t.Fatalf("%s: found the request %q", target, shown)
		}
		l, r := getList(t, h, at)
		if r.status != 200 {
			t.Fatalf("%s: %s gives %d %s", target, at, r.status, r.body)
		}
		var want []string
		for _, row := range l.Data {
			var found struct {
				Slug string
				Post struct{ Slug string }
			}
			if err := json.Unmarshal(row, &found); err != nil {
				t.Fatal(err)
			}
			want = append(want, found.Slug+found.Post.Slug)
		}
		var got []string
		for _, card := range page.each("ol", "class", "cards") {
			for _, title := range card.each("h3") {
				slug, err := url.PathUnescape(strings.TrimPrefix(title.each("a")[0].value("href"), "/posts/"))
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, slug)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: found the posts %q, and %s gives %q", target, got, at, want)
		}
		total := regexp.MustCompile(`^[\d,]+`).FindString(page.each("p", "role", "status")[0].text())
		if n, err := strconv.Atoi(strings.ReplaceAll(total, ",", "")); err != nil || n != l.Page.Total {
			t.Errorf("%s: found %q in all, and %s gives %d", target, total, at, l.Page.Total)
		}
		u, err := url.Parse(target)
		if err != nil {
			t.Fatal(err)
		}
		values := u.Query()
		values.Del("sort")
		values.Del("page")
		searched := strings.TrimSpace(values.Get("q")) != ""
		for name, filter := range map[string]string{"q": "search", "match": "search.match", "queryLanguage": "search.language"} {
			if given := values.Get(name); given != "" && searched {
				values.Add(filter, given)
			}
			values.Del(name)
		}
		if len(values["search"]) > 1 || strings.Contains(page.text(), "There is no word to look for") {
			continue // which the API does not take
		}
		values.Set("by", "tool")
		values.Set("own", "false")
		values.Set("limit", "40")
		var facets struct {
			Data []struct {
				Buckets []struct {
					Slug  string
					Value string
					Count int
				}
			}
		}
		if err := json.Unmarshal([]byte(get(t, h, "/v1/facets?"+values.Encode()).body), &facets); err != nil {
			t.Fatal(err)
		}
		counts := map[string]string{}
		for _, b := range facets.Data[0].Buckets {
			counts[b.Slug] = strconv.Itoa(b.Count)
		}
		chosen := 0
		for _, box := range page.each("input", "name", "tool") {
			if box.value("type") != "checkbox" { // the form for another release keeps the filters
				continue
			}
			label := webPage{box.Parent}
			count := label.each("data")[0].value("value")
			if box.has("checked") {
				chosen++
				if want, ok := counts[box.value("value")]; ok && want != count || !ok && count != "0" {
					t.Errorf("%s: the chosen tool %s has %s posts, expected %q", target, box.value("value"), count, want)
				}
				continue
			}
			if counts[box.value("value")] != count {
				t.Errorf("%s: tool %s has %s posts, and the API gives %q", target, box.value("value"), count, counts[box.value("value")])
			}
		}
		if want := len(slices.Compact(u.Query()["tool"])); chosen != want {
			t.Errorf("%s: found %d chosen tools, expected %d", target, chosen, want)
		}
	}
}

// TestPagesTakeWhatPeopleSend: marks of others and empty fields are passed over and are
// no part of what is kept; a value that is wrong is named, with the page without it.
func TestPagesTakeWhatPeopleSend(t *testing.T) {
	t.Parallel()
	h := serving(t)
	plain := get(t, h, "/?tool=redis")
	for _, target := range []string{"/?utm_source=x&tool=redis", "/?tool=redis&q=&sort=&release=&fbclid=1", "/?tool=redis&tool="} {
		r := get(t, h, target)
		if r.status != 200 || r.header.Get("ETag") != plain.header.Get("ETag") || r.header.Get("Cache-Status") != "alphanode; hit" {
			t.Errorf("%s: found %d %s, expected the page that is kept", target, r.status, r.header.Get("Cache-Status"))
		}
	}
	for target, want := range map[string]string{
		"/?tool=redis&quality.gte=abc": "/?tool=redis", "/?page=0": "/", "/?sort=nothing&q=a": "/?q=a", "/?release=r%3C": "/", "/?updated=2026-02-30": "/", "/?q=a&page=2": "/?q=a", "/?q=a&q=b": "/",
	} {
		r := get(t, h, target)
		page := pageAt(t, r)
		link := page.each("div", "class", "box")[0].each("a")[0].value("href")
		if r.status != 400 || link != want || r.header.Get("Cache-Control") != "no-store" || !strings.Contains(page.text(), "expected") && !strings.Contains(target, "release") {
			t.Errorf("%s: found %d with %s, expected 400 with %s: %s", target, r.status, link, want, page.text())
		}
	}
}

// TestErrorsArePagesForPeople: of pages always, and of addresses that are not there where
// a browser asks. Programs get what they got.
func TestErrorsArePagesForPeople(t *testing.T) {
	t.Parallel()
	h := serving(t)
	const browser = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	for _, tt := range []struct {
		target, accept, media string
		status                int
	}{
		{"/nowhere", browser, "text/html; charset=utf-8", 404}, {"/nowhere", "Accept: */*", "application/problem+json", 404}, {"/v1/posts/none", browser, "application/problem+json", 404},
		{"/?release=r99", browser, "text/html; charset=utf-8", 404}, {"/?release=r99", "Accept: */*", "text/html; charset=utf-8", 404}, {"/compare/r1/r9", browser, "text/html; charset=utf-8", 404},
		{"/releases", "Accept: application/json", "application/problem+json", 406}, {"/?x=1", "Accept: application/json", "application/problem+json", 400},
	} {
		if r := get(t, h, tt.target, tt.accept); r.status != tt.status || r.header.Get("Content-Type") != tt.media {
			t.Errorf("%s with %s: found %d %s, expected %d %s", tt.target, tt.accept, r.status, r.header.Get("Content-Type"), tt.status, tt.media)
		}
	}
}

// TestNoPageHoldsAnothersHost: where the server is asked stands in links, so it is part
// of what is kept; and what is no host stands nowhere.
func TestNoPageHoldsAnothersHost(t *testing.T) {
	t.Parallel()
	h := serving(t)
	at := func(host string) reply {
		r := httptest.NewRequest("GET", "/?tool=redis", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return reply{w.Code, w.Header(), w.Body.String()}
	}
	for _, host := range []string{"evil.example", "archive.example:8080", "127.0.0.1:1", "[::1]:8080", "evil.example"} {
		r := at(host)
		if r.status != 200 || !strings.Contains(r.body, `"http://`+host+`/v1/summaries?tool=redis"`) {
			t.Errorf("%s: found %d", host, r.status)
		}
		if host != "evil.example" && strings.Contains(r.body, "evil") {
			t.Errorf("%s: found the host of another reader", host)
		}
	}
	for _, host := range []string{"a b", "a'b", `a"><script>`, "a/b", "a@b", "a?b", strings.Repeat("a", 300), "a:b"} {
		if r := at(host); r.status != 400 || strings.Contains(r.body, "<script>") {
			t.Errorf("%q: found %d", host, r.status)
		}
	}
	fixed := serving(t, "public-url=https://example.org/archive/")
	r := get(t, fixed, "/?tool=redis")
	page := pageAt(t, r)
	for _, a := range append(page.each("a"), page.each("link")...) {
		href := a.value("href")
		if !strings.HasPrefix(href, "/archive/") && !strings.HasPrefix(href, "https://example.org/archive/") && href != "#main" {
			t.Errorf("found the link %s outside of the public URL", href)
		}
	}
	if action := page.each("form")[0].value("action"); !strings.HasPrefix(action, "/archive/") {
		t.Errorf("found a form for %s", action)
	}
	if strings.Contains(r.body, "example.com") {
		t.Error("found the host of the request beside a public URL")
	}
}

// TestPinnedPages keep the pin in every link, in the forms and in the requests they show,
// and are not kept.
func TestPinnedPages(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t))
	h.publish(h.build("one-more"))
	plain := get(t, h, "/?tool=redis")
	if strings.Contains(plain.body, "r1") && strings.Contains(plain.body, "Release r") {
		t.Error("a page names the release that it is from, which every switch changes")
	}
	if told := plain.header.Get("Server-Timing"); !strings.Contains(told, `, release;desc="r2", pin;desc="r1"`) {
		t.Errorf("found %s", told)
	}
	for _, accept := range []string{"text/markdown", "application/json", "text/html"} {
		r := get(t, h, "/posts/measuring-a-cache?release=r1", "Accept: "+accept)
		if r.status != 200 || r.header.Get("Release") != "r1" || !strings.HasPrefix(r.header.Get("X-Robots-Tag"), "noindex") {
			t.Errorf("a post as %s: found %d, robots %q", accept, r.status, r.header.Get("X-Robots-Tag"))
		}
	}
	for _, target := range []string{"/?tool=redis&release=r1", "/releases?release=r1", "/compare/r1/r2?release=r1"} {
		for range 2 {
			r := get(t, h, target)
			page := pageAt(t, r)
			if r.status != 200 || r.header.Get("Release") != "r1" || r.header.Get("Cache-Status") == "alphanode; hit" || !strings.HasPrefix(r.header.Get("X-Robots-Tag"), "noindex") {
				t.Fatalf("%s: found %d %v", target, r.status, r.header)
			}
			for _, a := range page.each("a") {
				href := a.value("href")
				u, err := url.Parse(href)
				if err != nil {
					t.Fatal(err)
				}
				api := strings.HasPrefix(u.Path, "/v1/") || strings.Contains(u.Path, ".") || href == "#main"
				if release := u.Query().Get("release"); !api && release != "r1" && a.text() != "Go on with what is current" && a.text() != "posts" {
					t.Errorf("%s: the link %s (%s) has no pin", target, href, a.text())
				}
			}
			if strings.Contains(r.body, `data-copy="http`) || strings.Contains(r.body, `href="/v1/`) {
				t.Errorf("%s: found an address of the API, which cannot say the pin", target)
			}
			for _, code := range page.each("pre") {
				if text := code.text(); !strings.Contains(strings.ToLower(text), "release") {
					t.Errorf("%s: found a request without the pin: %s", target, text)
				}
			}
		}
	}
}

// TestPagesRunNothing: no page has a script but the files of the server, nor a style, nor
// what runs when something happens, whatever posts say.
func TestPagesRunNothing(t *testing.T) {
	t.Parallel()
	nasty := []string{"</script><script>alert(1)</script>", "<!--", "{{.}}", `" onclick="x`, "javascript:alert(1)", "خطة 🚀 \u202e", strings.Repeat("x", 1000)}
	posts := archive(t)
	for i, text := range nasty {
		p := decode(t, richPost)
		p.Slug, p.Title, p.Meta.Summary, p.Meta.Reference = "nasty-"+strconv.Itoa(i), text, text, ""
		p.Meta.Tools, p.Meta.Difficulty, p.Meta.CodeLanguage = []string{text + strconv.Itoa(i)}, text, text
		p.Meta.Images[0].URL = "javascript:alert(1)"
		posts = append(posts, p)
	}
	h := serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)
	targets := append(slices.Clone(searches), "/?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/releases", "/compare/r1/r1", "/nowhere%3Cscript%3E")
	for _, text := range nasty {
		targets = append(targets, "/?q="+url.QueryEscape(text), "/?difficulty="+url.QueryEscape(strings.TrimSpace(text)), "/?title.prefix="+url.QueryEscape(text))
	}
	for _, target := range targets {
		r := get(t, h, target, "Accept: text/html")
		page := pageAt(t, r)
		for n := range page.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			e := webPage{n}
			if n.Data == "script" && !strings.HasPrefix(e.value("src"), "/assets/") || n.Data == "style" || n.Data == "iframe" {
				t.Errorf("%s: found %s %v", target, n.Data, n.Attr)
			}
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
					t.Errorf("%s: found %s=%q", target, a.Key, a.Val)
				}
				if scheme, _, ok := strings.Cut(a.Val, ":"); ok && (a.Key == "href" || a.Key == "src") && scheme != "http" && scheme != "https" && !strings.HasPrefix(a.Val, "/") {
					t.Errorf("%s: found %s=%q", target, a.Key, a.Val)
				}
			}
		}
		if policy := r.header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'; ") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "data:") {
			t.Errorf("%s: found the policy %q", target, policy)
		}
		if len(r.body) > 200<<10 {
			t.Errorf("%s: found %d bytes", target, len(r.body))
		}
	}
}

// TestAssets last, are small enough, and lie where pages say.
func TestAssets(t *testing.T) {
	t.Parallel()
	h := serving(t)
	page := pageAt(t, get(t, h, "/"))
	for _, tt := range []struct {
		at   string
		most int
	}{
		{page.each("link", "rel", "stylesheet")[0].value("href"), 12000}, {page.each("script")[0].value("src"), 8000}, {page.each("link", "rel", "icon")[0].value("href"), 1000},
	} {
		r := get(t, h, tt.at, "Accept: */*")
		if r.status != 200 || len(r.body) > tt.most || r.header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s: found %d, %d bytes, %s; expected at most %d bytes", tt.at, r.status, len(r.body), r.header.Get("Cache-Control"), tt.most)
		}
		if changed := get(t, h, tt.at+"x"); changed.status != 404 {
			t.Errorf("%sx: found %d", tt.at, changed.status)
		}
	}
	sheet := get(t, h, page.each("link", "rel", "stylesheet")[0].value("href")).body
	for _, m := range regexp.MustCompile(`url\(([^)]*)\)`).FindAllStringSubmatch(sheet, -1) {
		if r := get(t, h, "/assets/"+m[1]); !strings.HasPrefix(m[1], "#") && r.status != 200 {
			t.Errorf("the sheet names %s: found %d", m[1], r.status)
		}
	}
}

// TestPageCallBudgets: how often a page reads the store is bounded, whatever it finds.
func TestPageCallBudgets(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t), "cache-size=0")
	h.publish(h.build("one-more"))
	for target, most := range map[string]int{
		"/": 9, "/?q=the": 15, "/?q=the&tool=redis": 15, "/?tool=none-such": 8, "/releases": 0, "/compare/r1/r2": 5,
	} {
		told := toldCalls.FindStringSubmatch(get(t, h, target).header.Get("Server-Timing"))
		if told == nil {
			t.Fatalf("%s: not told", target)
		}
		if n, err := strconv.Atoi(told[1]); err != nil || n > most {
			t.Errorf("%s: %d reads of the store, expected at most %d", target, n, most)
		}
	}
}

// TestWithoutPages: a server without them answers as if there were none.
func TestWithoutPages(t *testing.T) {
	t.Parallel()
	h := serving(t, "without=pages")
	for _, target := range []string{"/releases", "/compare/r1/r1", "/nowhere"} {
		if r := get(t, h, target, "Accept: text/html,*/*;q=0.1"); r.status != 404 || r.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: found %d %s", target, r.status, r.header.Get("Content-Type"))
		}
	}
	if r := get(t, h, "/"); r.status != 200 || r.header.Get("Content-Type") != "application/json" {
		t.Errorf("/: found %d %s", r.status, r.header.Get("Content-Type"))
	}
}
