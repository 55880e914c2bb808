package server_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"alphanode/content"
	"alphanode/server"
	"alphanode/store/catalogue"
	"alphanode/store/storetest"
)

// hiddenPosts are not for the public, each with words, terms and numbers that no public
// post has beside some that many have, and one much like a public post.
func hiddenPosts(t testing.TB) (hidden []*content.Post) {
	t.Helper()
	for i, status := range []string{"draft", "in-review", "archived", "draft", "draft"} {
		hidden = append(hidden, decode(t, fmt.Sprintf(`{"slug":"secret-plan-%d","title":"Xylophone secret %[1]d","intro":"Quagmire zeppelin %[1]d","publishedAt":"2031-0%[2]d-01",`+
			`"body":[{"type":"paragraph","text":"Unpublished kumquat cache hits git"}],"meta":{"topic":"Hushtopic","summary":"Kumquat","language":"is","stack":["Go","hushstack"],"tools":["Redis","hushtool","zed"],`+
			`"entities":[{"name":"PostgreSQL","type":"database"},{"name":"hushentity","type":"database"},{"name":"only","type":"hushtype"}],"codeLanguage":"hushcode","difficulty":"expert",`+
			`"score":{"quality":100,"freshness":100,"depth":100,"clarity":100},"viewCount":4242424242,"readingTime":777,"reference":"HUSH-%[1]d","urls":["/hush/%[1]d"],`+
			`"payload":{"scenario":"hushscenario","paragraphs":999},"revision":{"status":"%[3]s","lastReviewed":"2031-05-05"}}}`, i, i+1, status)))
	}
	again := decode(t, richPost)
	again.Slug, again.Title, again.Meta.Reference, again.Meta.Revision.Status = "secret-copy", "Measuring a cache again", "HUSH-9", "draft"
	return append(hidden, again)
}

// publicPosts are those of the archive that everybody sees.
func publicPosts(t testing.TB) []*content.Post {
	return slices.DeleteFunc(archive(t), func(p *content.Post) bool {
		return p.Meta.Revision != nil && p.Meta.Revision.Status != "" && p.Meta.Revision.Status != "reviewed"
	})
}

// crawled are questions that have to do with what is hidden: word stands for something that
// only hidden posts have, or for what no post has.
func crawled(slug, word string) (targets []string) {
	q := url.QueryEscape
	for _, path := range []string{
		"/", "/openapi.json", "/v1/releases/current", "/v1/posts", "/v1/posts?sort=-quality", "/v1/posts?sort=-updated&limit=3", "/v1/posts?sort=-viewCount&limit=1", "/v1/posts?sort=title&page=2",
		"/v1/posts?tool=redis", "/v1/posts?entity=postgresql&sort=-clarity", "/v1/posts?stack=go", "/v1/posts?quality.gte=99", "/v1/posts?updated.gte=2031-01-01", "/v1/posts?viewCount.gt=4242424241", "/v1/posts?paragraphs.gt=900",
		"/v1/posts?status=draft", "/v1/posts?status=in-review", "/v1/posts?status=archived", "/v1/summaries?sort=-depth", "/v1/posts.ndjson", "/v1/posts.ndjson?tool=redis",
		"/v1/tools", "/v1/tools?sort=-postCount", "/v1/tools/redis", "/v1/tools/redis/posts", "/v1/tools/redis/related", "/v1/tools/zed", "/v1/entities", "/v1/entities?type=database", "/v1/entities/database-postgresql", "/v1/entities/database-postgresql/related",
		"/v1/scores", "/v1/scores?by=tool", "/v1/facets?by=tool,difficulty,status,language,topic,scenario,codeLanguage", "/v1/ranges?by=quality,updated,viewCount,readingTime",
		"/v1/posts/measuring-a-cache", "/v1/posts/measuring-a-cache/similar?limit=100", "/v1/posts/measuring-a-cache?include=similar", "/v1/posts?include=html,text,similar&limit=50", "/v1/summaries?include=similar&similar.limit=100", "/v1/similar?entity=postgresql&tool=redis&limit=50",
		"/v1/search?q=cache", "/v1/search?q=cache+hits+git", "/v1/search?q=measuring+again", "/v1/suggest?q=red", "/v1/suggest?q=me", "/v1/changes?since=r1",
		"/posts/{slug}", "/posts/{slug}s", "/posts/unsure", "/posts/odd", "/v1/posts/{slug}", "/v1/posts/{slug}?fields=slug", "/v1/posts/{slug}/similar", "/v1/posts/{slug}/explain?q=cache", "/v1/posts?slug={slug}", "/v1/posts?slug={slug}&slug=measuring-a-cache", "/v1/posts?slug={slug}&slug=unsure&limit=0", "/v1/summaries?slug=unsure&slug={slug}&limit=1", "/v1/posts?slug.prefix={slug}", "/v1/posts/measuring-a-cache/similar?exclude={slug}",
		"/v1/search?q={word}", "/v1/search?q={word}+cache&match=any", "/v1/search?q=%22{word}%22", "/v1/search?q=cache+-{word}", "/v1/search?q=cach+{word}&correct=auto", "/v1/posts?search={word}", "/v1/posts/measuring-a-cache/explain?q={word}", "/v1/suggest?q={word}",
		"/v1/posts?tool={word}", "/v1/posts?tool.not={word}", "/v1/posts?tool.all=redis&tool.all={word}", "/v1/posts?entity={word}", "/v1/posts?stack={word}", "/v1/posts?topic={word}", "/v1/posts?scenario={word}", "/v1/posts?codeLanguage={word}",
		"/v1/posts?title.contains={word}", "/v1/posts?title.prefix={word}", "/v1/posts?reference={word}", "/v1/posts?reference.contains={word}", "/v1/posts?topic.contains={word}", "/v1/resolve?url=%2F{word}",
		"/v1/tools/{word}", "/v1/tools/{word}/posts", "/v1/tools/{word}/related", "/v1/tools?q={word}", "/v1/entities/database-{word}", "/v1/entities?q={word}", "/v1/entities?type={word}", "/v1/facets?by=tool&tool={word}", "/v1/scores?tool={word}", "/v1/similar?tool={word}", "/v1/similar?tool=redis&tool={word}",
		"/sitemap.xml", "/sitemap-1.xml", "/robots.txt", "/llms.txt", "/feed.json", "/feed.atom", "/tools/redis/feed.json", "/entities/database-postgresql/feed.atom", "/tools/{word}/feed.atom", "/entities/database-{word}/feed.json",
		"/posts/{slug}", "/posts/{slug}.md", "/posts/measuring-a-cache.md",
		"/tools", "/tools/redis", "/tools/zed", "/tools/{word}", "/tools?q={word}", "/entities", "/entities/database-postgresql?sort=-viewCount", "/entities/database-{word}", "/entities?type={word}", "/entities?q={word}",
	} {
		targets = append(targets, strings.NewReplacer("{slug}", slug, "{word}", word).Replace(path))
	}
	id := base64.RawURLEncoding.EncodeToString([]byte("Post:" + slug))
	for _, query := range []string{
		`{post(slug:"{slug}"){id title}}`, `{node(id:"{id}"){id}}`, `{nodes(ids:["{id}"]){id}}`, `{postByReference(reference:"{word}"){id}}`, `{postByUrl(url:"/{word}"){id}}`,
		`{posts(filter:{slug:{prefix:"{slug}"}}){totalCount nodes{slug}}}`, `{posts(filter:{slug:{in:["{slug}","unsure"]}},first:0){totalCount pageInfo{hasNextPage}}}`, `{posts(filter:{not:{tool:{eq:"{word}"}}}){totalCount}}`, `{posts(filter:{tool:{in:["{word}","redis"]}}){totalCount}}`,
		`{search(query:"{word}"){totalCount edges{score}}}`, `{explainSearch(slug:"{slug}",query:"cache"){score}}`, `{suggest(query:"{word}"){text}}`, `{similarPosts(to:{post:"{slug}"}){totalCount}}`,
		`{tool(slug:"{word}"){id postCount}}`, `{entity(slug:"database-{word}"){id}}`, `{tools(query:"{word}"){totalCount}}`, `{tools{totalCount nodes{id name slug postCount related(first:5){tool{name}}}}}`,
		`{facets(by:[STATUS,TOOL,LANGUAGE]){distinct buckets{value count}}}`, `{scores{count quality{min max mean p99}}}`, `{release{name}}`, `{posts(first:100){totalCount nodes{slug similar(first:3){nodes{slug}}}}}`,
	} {
		targets = append(targets, "/graphql?query="+q(strings.NewReplacer("{slug}", slug, "{word}", word, "{id}", id).Replace(query))+"&extensions="+q(`{"cost":true}`))
	}
	return targets
}

// told is all that a reader can see of an answer, as text, and what it cost.
func told(h http.Handler, target string, line *lastLine) string {
	r := httptest.NewRequest("GET", target, nil)
	r.Header.Set("Request-Id", "same")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var text strings.Builder
	fmt.Fprintln(&text, w.Code)
	_ = w.Result().Header.Write(&text) // in the order of names
	fmt.Fprintf(&text, "cost %d\n\n%s", line.cost, w.Body)
	return text.String()
}

// crawler serves an archive on a clock that stands, so that all that is told of time and of
// what is left of a budget is the same where the answers are.
func crawler(t testing.TB, posts []*content.Post) (*server.Server, *lastLine) {
	line := &lastLine{}
	return serve(t, onlyOne{storetest.Release(t, posts...)}, slog.New(line), "address-budget=1000000000", "tag-headers=Surrogate-Key, Cache-Tag, Cache-Groups"), line
}

// whereTheyPart says where two texts part.
func whereTheyPart(a, b string) string {
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	from := max(0, at-200)
	return fmt.Sprintf("…%.400s\n---\n…%.400s", a[from:], b[from:])
}

// TestDraftsAreNotThere: whoever has no key gets the same bytes, headers and costs of an
// archive with posts that are not public and of one without them, for every question of
// both faces.
func TestDraftsAreNotThere(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		public := append(publicPosts(t), decode(t, `{"slug":"odd","title":"Odd","meta":{"tools":["zed!"]}}`))
		without, lineWithout := crawler(t, public)
		with, lineWith := crawler(t, append(slices.Clone(public), hiddenPosts(t)...))
		var targets []string
		for i, word := range []string{"hushtool", "hushentity", "hushstack", "hushtopic", "hushcode", "hushscenario", "hushtype", "kumquat", "xylophone", "HUSH-1", "hush%2F1", "kumq", "zed"} {
			targets = append(targets, crawled(fmt.Sprintf("secret-plan-%d", i%5), word)...)
		}
		targets = append(targets, crawled("secret-copy", "again")...)
		for _, target := range targets {
			for range 2 { // made, then kept
				if a, b := told(without, target, lineWithout), told(with, target, lineWith); a != b {
					t.Errorf("%s: without and with drafts:\n%s", target, whereTheyPart(a, b))
				}
			}
		}
	})
}

// TestDraftsAreLikeWhatIsNotThere: the slug of a draft gets what another gets that is as long
// and not there. Its words are held against an archive without it, in TestDraftsAreNotThere.
func TestDraftsAreLikeWhatIsNotThere(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, line := crawler(t, append(archive(t), hiddenPosts(t)...))
		const slug, noSlug = "secret-plan-1", "qwvxyz-qzvx-1"
		id := func(slug string) string { return base64.RawURLEncoding.EncodeToString([]byte("Post:" + slug)) }
		there, not := crawled(slug, "cache"), crawled(noSlug, "cache")
		for i := range there {
			if there[i] == not[i] {
				continue
			}
			a, b := told(h, there[i], line), told(h, not[i], line)
			same := strings.NewReplacer(noSlug, slug, id(noSlug), id(slug))
			a, b = maskTag(a), maskTag(same.Replace(b)) // the tag is that of other bytes
			// What is left of the budget depends on what was asked before.
			if a, b = maskLeft(a), maskLeft(b); a != b {
				t.Errorf("%s and %s:\n%s", there[i], not[i], whereTheyPart(a, b))
			}
		}
	})
}

func maskTag(text string) string { return maskLine(text, "Etag: ") }

func maskLeft(text string) string { return maskLine(text, "Ratelimit: ") }

func maskLine(text, name string) string {
	before, after, ok := strings.Cut(text, name)
	if !ok {
		return text
	}
	_, rest, _ := strings.Cut(after, "\n")
	return before + name + "…\n" + rest
}

// TestDraftsInReleases: what is told of releases, and of what differs between them, has
// nothing of what the public never saw.
func TestDraftsInReleases(t *testing.T) {
	t.Parallel()
	public := publicPosts(t)
	h := openHouse(t, append(slices.Clone(public), hiddenPosts(t)[:3]...), "address-budget=0")
	storetest.Publish(t, h.catalogue, catalogue.ImportOptions{}, append(slices.Clone(public), hiddenPosts(t)...)...)
	h.served("r2")
	for _, target := range []string{"/v1/releases", "/v1/releases/current", "/v1/releases/r1/diff/r2", "/v1/changes?since=r1", "/graphql?query=" + url.QueryEscape(`{changes(since:"r1"){edges{kind slug}}}`), "/v1/posts.ndjson", "/ready", "/v1/tools?limit=100", "/v1/entities?limit=100"} {
		r := get(t, h, target)
		all := fmt.Sprint(r.header) + r.body
		for _, secret := range []string{"secret", "hush", "ylophone", "uagmire", "umquat", "4242424242", "HUSH"} {
			if strings.Contains(all, secret) {
				t.Errorf("%s: found %s in %.500s", target, secret, all)
			}
		}
		if strings.HasPrefix(target, "/v1/releases/r1/diff") || strings.HasPrefix(target, "/v1/changes") {
			var list struct{ Data json.RawMessage }
			if err := json.Unmarshal([]byte(r.body), &list); err != nil || r.status != 200 {
				t.Errorf("%s: found %d %.300s", target, r.status, r.body)
			}
		}
	}
}

// BenchmarkDraftOrNothing times, in turns, the slug of a draft and one that is not there.
func BenchmarkDraftOrNothing(b *testing.B) {
	h := serve(b, onlyOne{storetest.Release(b, append(archive(b), hiddenPosts(b)...)...)}, quiet, "cache-size=0", "address-budget=0")
	rnd := rand.New(rand.NewPCG(1, 2))
	slugs := [2]string{"secret-plan-1", "qwvxyz-qzvx-1"}
	var times [2][]time.Duration
	for b.Loop() {
		i := rnd.IntN(2)
		r := httptest.NewRequest("GET", "/v1/posts/"+slugs[i], nil)
		began := time.Now()
		h.ServeHTTP(httptest.NewRecorder(), r)
		times[i] = append(times[i], time.Since(began))
	}
	for i, name := range []string{"draft", "nothing"} {
		if slices.Sort(times[i]); len(times[i]) > 0 {
			b.ReportMetric(float64(times[i][len(times[i])/2].Nanoseconds()), name+"-p50-ns")
			b.ReportMetric(float64(times[i][len(times[i])*9/10].Nanoseconds()), name+"-p90-ns")
		}
	}
}
