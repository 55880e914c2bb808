package server_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
)

func slugsOf(posts []*content.Post) []string {
	slugs := []string{}
	for _, p := range posts {
		slugs = append(slugs, p.Slug)
	}
	return slugs
}

// TestListsEqualScan holds lists, walked to their ends, against a plain scan.
func TestListsEqualScan(t *testing.T) {
	t.Parallel()
	posts := archive(t)
	h := serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)
	model := storetest.NewModel(posts)
	number := func(n int64) *int64 { return &n }
	truth := func(b bool) *bool { return &b }
	word := func(s string) *string { return &s }
	tests := []struct {
		query  string
		filter *store.Filter
		order  store.Order
	}{
		{"", nil, store.DefaultOrder},
		{"sort=title", nil, store.Order{Field: store.FieldTitle}},
		{"sort=-quality", nil, store.Order{Field: store.FieldQuality, Desc: true}},
		{"tool=git&tool=redis", &store.Filter{Tool: &store.TermFilter{In: []string{"git", "redis"}}}, store.DefaultOrder},
		{"tool.all=git&tool.not=c%2B%2B", &store.Filter{Tool: &store.TermFilter{All: []string{"git"}, None: []string{"c++"}}}, store.DefaultOrder},
		{"quality.gte=2&hasImages=true", &store.Filter{Quality: &store.NumberFilter{Gte: number(2)}, HasImages: truth(true)}, store.DefaultOrder},
		{"title.prefix=cach&sort=slug", &store.Filter{Title: &store.TextFilter{Prefix: word("cach")}}, store.Order{Field: store.FieldSlug}},
		{"status=draft", &store.Filter{Status: &store.TermFilter{In: []string{"draft"}}}, store.DefaultOrder},
		{"tool=none-such", &store.Filter{Tool: &store.TermFilter{In: []string{"none-such"}}}, store.DefaultOrder},
	}
	for _, tt := range tests {
		for _, base := range []string{"/v1/posts", "/v1/summaries"} {
			want := slugsOf(model.Find(store.Public, tt.filter, tt.order))
			start := base + "?limit=7&" + tt.query
			if got := walk(t, h, start, "next", len(want)); !slices.Equal(got, want) {
				t.Errorf("%s by cursor: found %v, expected %v", start, got, want)
			}
			if got := walk(t, h, start+"&page=1", "next", len(want)); !slices.Equal(got, want) {
				t.Errorf("%s by number: found %v, expected %v", start, got, want)
			}
		}
	}
}

var linkPattern = regexp.MustCompile(`<([^>]*)>; rel="(\w+)"`)

func links(r reply) map[string]string {
	found := map[string]string{}
	for _, m := range linkPattern.FindAllStringSubmatch(r.header.Get("Link"), -1) {
		found[m[2]] = m[1]
	}
	return found
}

// walk follows the links to the end of a list and back, and gives the slugs.
func walk(t *testing.T, h http.Handler, target, relation string, total int) []string {
	t.Helper()
	slugs := []string{}
	var lastPage string
	for target != "" {
		l, r := getList(t, h, target)
		if l.Page.Total != total || l.Page.Limit != 7 {
			t.Fatalf("%s: found %+v, expected a total of %d", target, l.Page, total)
		}
		slugs = append(slugs, l.slugs(t)...)
		lastPage, target = target, links(r)[relation]
		if target != "" && l.Page.After == nil || target == "" && l.Page.After != nil {
			t.Fatalf("%s: link %q and page.after %v do not agree", lastPage, target, l.Page.After)
		}
	}
	back := []string{}
	for target = lastPage; target != ""; {
		l, r := getList(t, h, target)
		back = append(l.slugs(t), back...)
		target = links(r)["prev"]
		if target == "" && l.Page.Before != nil {
			t.Fatal("no link to the previous page")
		}
	}
	if !slices.Equal(back, slugs) {
		t.Errorf("backwards: found %v, expected %v", back, slugs)
	}
	return slugs
}

func TestLinksKeepParameters(t *testing.T) {
	t.Parallel()
	h := serving(t)
	first, r := getList(t, h, "/v1/summaries?hasImages=true&tool=git&tool=logs&limit=1")
	after := url.QueryEscape(*first.Page.After)
	want := `</v1/summaries?hasImages=true&limit=1&tool=git&tool=logs&after=` + after + `>; rel="next", ` +
		`</v1/summaries?hasImages=true&limit=1&tool=git&tool=logs>; rel="first"`
	if got := r.header.Get("Link"); got != want {
		t.Errorf("found %s\nexpected %s", got, want)
	}
	far := links(get(t, h, "/v1/summaries?page=50&limit=100"))
	if far["prev"] != "/v1/summaries?limit=100&page=1" || far["next"] != "" {
		t.Errorf("far behind the end: found %v, expected the last page as the previous one", far)
	}
}

func data(t *testing.T, r reply) string {
	t.Helper()
	var envelope struct{ Data json.RawMessage }
	if err := json.Unmarshal([]byte(r.body), &envelope); err != nil || r.status != 200 {
		t.Fatalf("status %d, %v in %s", r.status, err, r.body)
	}
	return string(envelope.Data)
}

func TestPost(t *testing.T) {
	t.Parallel()
	h := serving(t)
	whole := strings.TrimSuffix(richPost, "}") + `,"updated":"2026-03-01T09:30:00Z","updatedDay":"2026-03-01","publishedDay":"2026-02-01","lastReviewedDay":"2026-03-01"}`
	tests := []struct{ target, want string }{
		{"/v1/posts/measuring-a-cache", whole},
		{"/v1/posts/measuring-a-cache?fields=title,slug", `{"slug":"measuring-a-cache","title":"Measuring a cache"}`},
		{"/v1/posts/measuring-a-cache?fields=meta.extra,updated", `{"meta":{"extra":{"exact":1.50,"large":123456789012345678901234567890}},"updated":"2026-03-01T09:30:00Z"}`},
		{"/v1/posts/measuring-a-cache?fields=meta.score.depth,meta.viewCount,meta.score.depth", `{"meta":{"viewCount":9007199254740993,"score":{"depth":77}}}`},
		{"/v1/posts/measuring-a-cache?fields=meta.score.depth,meta.score", `{"meta":{"score":{"quality":84,"freshness":61,"depth":77,"clarity":90}}}`},
		{"/v1/posts/unsure?fields=intro,meta.score.depth", `{"meta":{}}`},
	}
	for _, tt := range tests {
		if got := data(t, get(t, h, tt.target)); got != tt.want {
			t.Errorf("%s: found\n%s\nexpected\n%s", tt.target, got, tt.want)
		}
	}
	if got := get(t, h, "/v1/posts/unsure").header.Get("X-Robots-Tag"); got != "noindex" {
		t.Errorf("a post that needs review: found X-Robots-Tag %q, expected noindex", got)
	}
	if got := get(t, h, "/v1/posts/unsure?fields=title").header.Get("X-Robots-Tag"); got != "noindex" {
		t.Errorf("a part of a post that needs review: found X-Robots-Tag %q, expected noindex", got)
	}
	if got := get(t, h, "/v1/posts/measuring-a-cache").header.Values("X-Robots-Tag"); got != nil {
		t.Errorf("any other post: found X-Robots-Tag %q, expected none", got)
	}
}

// TestFieldsOfCards holds rows made from cards against rows made from whole
// posts: naming one field more must not change the others.
func TestFieldsOfCards(t *testing.T) {
	t.Parallel()
	h := serving(t)
	for fields, more := range map[string]string{
		"slug,title,updated,meta.summary,meta.readingTime,meta.difficulty,meta.score,meta.tools": ",meta.hash",
		"updated,title":                 ",intro",
		"publishedDay,updatedDay,title": ",intro",
		"lastReviewedDay,title":         ",intro",
		"slug":                          ",intro",
	} {
		fromCards, _ := getList(t, h, "/v1/posts?limit=100&fields="+fields)
		fromPosts, _ := getList(t, h, "/v1/posts?limit=100&fields="+fields+more)
		seen := 0
		for i, row := range fromCards.Data {
			whole := string(fromPosts.Data[i])
			if !strings.Contains(whole, `"hash"`) && !strings.Contains(whole, `"intro"`) && string(row) != whole {
				t.Errorf("found %s\nexpected %s", row, whole)
			}
			seen++
		}
		if seen < 50 {
			t.Errorf("found %d rows, expected the whole archive", seen)
		}
	}
	score, _ := getList(t, h, "/v1/posts?slug=measuring-a-cache&fields=meta.score.depth")
	if got := string(score.Data[0]); got != `{"meta":{"score":{"depth":77}}}` {
		t.Errorf("found %s", got)
	}
}

func TestSummaries(t *testing.T) {
	t.Parallel()
	h := serving(t)
	const card = `{"slug":"measuring-a-cache","title":"Measuring a cache","summary":"How to count hits.","readingTime":3,"difficulty":"intermediate",` +
		`"score":{"quality":84,"freshness":61,"depth":77,"clarity":90},"tools":["Redis","C++"],` +
		`"image":{"source":"own","url":"https://images.example.org/bench.jpg","caption":"A bench","alt":"A long bench","width":1200,"height":800},"updated":"2026-03-01T09:30:00Z","updatedDay":"2026-03-01","publishedDay":"2026-02-01"}`
	for target, want := range map[string]string{
		"/v1/summaries?slug=measuring-a-cache":                               card,
		"/v1/summaries?slug=measuring-a-cache&fields=image.url,score.depth":  `{"score":{"depth":77},"image":{"url":"https://images.example.org/bench.jpg"}}`,
		"/v1/posts?slug=measuring-a-cache&fields=slug,meta.flags.imageHeavy": `{"slug":"measuring-a-cache","meta":{"flags":{"imageHeavy":false}}}`,
		"/v1/posts?entity=database:postgresql&fields=slug":                   `{"slug":"measuring-a-cache"}`,
		"/v1/tools/redis/posts?slug.prefix=measuring&fields=slug":            `{"slug":"measuring-a-cache"}`,
		"/v1/entities/database-postgresql/posts?fields=slug&quality.gte=80":  `{"slug":"measuring-a-cache"}`,
		"/v1/entities?type=database":                                         `{"slug":"database-postgresql","name":"PostgreSQL","type":"database","postCount":1}`,
		"/v1/entities?q=postgre":                                             `{"slug":"database-postgresql","name":"PostgreSQL","type":"database","postCount":1}`,
		"/v1/tools?q=red":                                                    `{"slug":"redis","name":"Redis","postCount":2}`,
	} {
		l, _ := getList(t, h, target)
		if len(l.Data) != 1 || string(l.Data[0]) != want {
			t.Errorf("%s: found %s\nexpected %s", target, l.Data, want)
		}
	}
}

func TestTerms(t *testing.T) {
	t.Parallel()
	h := serving(t)
	for _, kind := range []string{"entities", "tools"} {
		up, _ := getList(t, h, "/v1/"+kind+"?limit=100&sort=name")
		down, _ := getList(t, h, "/v1/"+kind+"?limit=100&sort=-postCount")
		if len(up.Data) < 4 || len(up.Data) != len(down.Data) || up.Page.Total != len(up.Data) {
			t.Fatalf("%s: found %d and %d rows", kind, len(up.Data), len(down.Data))
		}
		most := 1 << 30
		for _, row := range down.Data {
			var term struct {
				Slug      string
				PostCount int
			}
			if err := json.Unmarshal(row, &term); err != nil {
				t.Fatal(err)
			}
			if term.PostCount > most || term.PostCount == 0 {
				t.Errorf("%s: %s has %d posts after one with %d", kind, term.Slug, term.PostCount, most)
			}
			most = term.PostCount
			if got := data(t, get(t, h, "/v1/"+kind+"/"+url.PathEscape(term.Slug))); got != string(row) {
				t.Errorf("found %s alone, %s in the list", got, row)
			}
			posts, _ := getList(t, h, "/v1/"+kind+"/"+url.PathEscape(term.Slug)+"/posts")
			if posts.Page.Total != term.PostCount {
				t.Errorf("%s: %s has %d posts, expected %d", kind, term.Slug, posts.Page.Total, term.PostCount)
			}
		}
	}
}

func TestSimilar(t *testing.T) {
	t.Parallel()
	h := serving(t)
	all, r := getList(t, h, "/v1/posts/measuring-a-cache/similar?limit=100")
	if slugs := all.slugs(t); !slices.Contains(slugs, "unsure") || slices.Contains(slugs, "measuring-a-cache") || slices.Contains(slugs, "hidden") {
		t.Errorf("found %v, expected other public posts alone", slugs)
	}
	if all.Page.Before != nil || links(r)["prev"] != "" {
		t.Error("the list goes backwards")
	}
	var best struct {
		Similarity float64
		Shared     []struct {
			Kind, Name   string
			Contribution float64
		}
	}
	if err := json.Unmarshal(all.Data[0], &best); err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, s := range best.Shared {
		sum += s.Contribution
	}
	if best.Similarity <= 0 || sum < best.Similarity-1e-8 || sum > best.Similarity+1e-8 || best.Shared[0].Kind != "tool" {
		t.Errorf("found %+v, expected contributions that add up", best)
	}
	// Page by page is the same.
	var walked []json.RawMessage
	for target := "/v1/posts/measuring-a-cache/similar?limit=1"; target != ""; {
		l, r := getList(t, h, target)
		walked = append(walked, l.Data...)
		target = links(r)["next"]
	}
	if !slices.EqualFunc(walked, all.Data, slices.Equal) {
		t.Errorf("page by page: found %s, expected %s", walked, all.Data)
	}
	included := data(t, get(t, h, "/v1/posts/measuring-a-cache?include=similar&fields=slug"))
	rows, _ := getList(t, h, "/v1/posts/measuring-a-cache/similar")
	joined, err := json.Marshal(rows.Data)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"slug":"measuring-a-cache","similar":` + string(joined) + `}`; included != want {
		t.Errorf("found %s\nexpected %s", included, want)
	}
	fewer, _ := getList(t, h, "/v1/posts/measuring-a-cache/similar?limit=100&exclude=unsure&exclude=none-such&minSimilarity=0.01&tool=redis")
	if len(fewer.Data) != 0 {
		t.Errorf("found %s, expected nothing but what was excluded", fewer.Data)
	}
}

func TestRelease(t *testing.T) {
	t.Parallel()
	posts := archive(t)
	release := storetest.Release(t, posts...)
	h := serve(t, onlyOne{release}, quiet)
	public := release.Manifest().Public
	var got struct {
		Data struct {
			Name, PublishedAt                 string
			PostCount, EntityCount, ToolCount int
		}
	}
	r := get(t, h, "/v1/releases/current")
	if err := json.Unmarshal([]byte(r.body), &got); err != nil {
		t.Fatal(err)
	}
	if d := got.Data; d.Name != "r1" || d.PublishedAt == "" || d.PostCount != public.Posts || d.EntityCount != public.Entities ||
		d.ToolCount != public.Tools || d.PostCount != len(storetest.NewModel(posts).Visible(store.Public)) {
		t.Errorf("found %s, expected %+v", r.body, public)
	}
	l, _ := getList(t, h, "/v1/tools?limit=100")
	if l.Page.Total != public.Tools {
		t.Errorf("found %d tools, expected %d", l.Page.Total, public.Tools)
	}
}

// TestHidden asks for what must not be seen in every way there is.
func TestHidden(t *testing.T) {
	t.Parallel()
	h := serving(t)
	for _, target := range []string{"/v1/posts/hidden", "/v1/posts/hidden/similar", "/v1/posts/hidden?include=similar"} {
		hidden, none := get(t, h, target), get(t, h, strings.Replace(target, "hidden", "nobody", 1))
		if hidden.status != 404 || strings.ReplaceAll(hidden.body, "hidden", "nobody") != none.body {
			t.Errorf("%s: found %d %s, expected the same as for no post", target, hidden.status, hidden.body)
		}
	}
	for _, target := range []string{"/v1/posts?slug=hidden", "/v1/summaries?title=hidden", "/v1/tools/redis/posts?slug=hidden", "/v1/posts?status=draft"} {
		if l, _ := getList(t, h, target); l.Page.Total != 0 || len(l.Data) != 0 {
			t.Errorf("%s: found %s, expected nothing", target, l.Data)
		}
	}
}

func TestGraphQL(t *testing.T) {
	t.Parallel()
	h := serving(t)
	const want = `{"data":{"post":{"title":"Measuring a cache"}}}`
	const query = `{ post(slug: "measuring-a-cache") { title } }`
	asked := get(t, h, "/graphql?query="+url.QueryEscape(query))
	if asked.status != 200 || asked.body != want || asked.header.Get("Cache-Control") != "public, max-age=60"+stale || asked.header.Get("ETag") == "" {
		t.Errorf("GET: found %d %s %v", asked.status, asked.body, asked.header)
	}
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	posted := ask(t, h, "POST", "/graphql", string(body), "Content-Type: application/json", "If-None-Match: "+asked.header.Get("ETag"))
	if posted.status != 200 || posted.body != want || posted.header.Get("Cache-Control") != "no-store" || posted.header.Get("Release") != "r1" {
		t.Errorf("POST: found %d %s %v", posted.status, posted.body, posted.header)
	}
	if got := asked.header.Values("Vary"); !slices.Equal(got, []string{varied}) {
		t.Errorf("found Vary %v", got)
	}
	if calls := posted.header.Get("Server-Timing"); !regexp.MustCompile(`^total;dur=[\d.]+, store;dur=[\d.]+;desc="[1-9]\d* calls?"$`).MatchString(calls) {
		t.Errorf("found Server-Timing %s", calls)
	}
}
