package server_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/purge"
	"alphanode/server"
	"alphanode/store/catalogue"
	"alphanode/store/live"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

// shelved is live with the releases beside it.
type shelved struct {
	onlyOne
	shelf *live.Others
}

func (l shelved) Others() *live.Others { return l.shelf }

// switched is a data directory before and after a switch.
type switched struct {
	before, after http.Handler
	plan          *purge.Plan
}

func switchTo(t *testing.T, before, after []*content.Post, o catalogue.ImportOptions) *switched {
	t.Helper()
	c := storetest.Catalogue(t, before...)
	o.Replace = true
	storetest.Publish(t, c, o, after...)
	shelf := live.NewOthers(c)
	var releases [2]*release.Release
	var handlers [2]http.Handler
	for i, name := range []string{"r1", "r2"} {
		r, err := c.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		releases[i], handlers[i] = r, serve(t, shelved{onlyOne{r}, shelf}, quiet, "tag-headers=Surrogate-Key,Cache-Groups")
	}
	t.Cleanup(func() {
		for _, end := range []func() error{shelf.Close, releases[0].Close, releases[1].Close} {
			if err := end(); err != nil {
				t.Error(err)
			}
		}
	})
	plan, err := purge.Compare(t.Context(), releases[0], releases[1], site())
	if err != nil {
		t.Fatal(err)
	}
	return &switched{handlers[0], handlers[1], plan}
}

// site tells the makers of plans of the server's addresses, as the command does.
func site() purge.Site {
	s := purge.Site{Groups: server.Groups}
	for _, a := range server.Addresses(nil) {
		s.Addresses = append(s.Addresses, purge.Address(a))
	}
	return s
}

// questions ask every route that can be cached, by its pattern.
func (s *switched) questions(t *testing.T, r *rand.Rand, posts []*content.Post) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	ask := func(pattern string, targets ...string) { all[pattern] = append(all[pattern], targets...) }
	const lists = "?limit=3 ?limit=100 ?page=2&limit=5 ?sort=title&limit=7 ?quality.gte=50 ?tool=git ?tool.not=git ?search=cache ?hasImages=true ?sort=-quality&fields=title"
	for query := range strings.SplitSeq(" "+lists, " ") {
		for _, pattern := range []string{"/v1/posts", "/v1/summaries"} {
			ask(pattern, pattern+query)
		}
	}
	for _, query := range []string{"", "?tool=git", "?fields=slug,title"} {
		ask("/v1/posts.ndjson", "/v1/posts.ndjson"+query)
	}
	for _, pattern := range []string{"/v1/facets", "/v1/ranges", "/v1/scores"} {
		ask(pattern, pattern, pattern+"?tool=git", pattern+"?quality.lt=40")
	}
	ask("/v1/facets", "/v1/facets?by=tool&limit=50", "/v1/facets?by=tool,difficulty&own=false&tool=git&difficulty=beginner")
	ask("/v1/scores", "/v1/scores?by=entity", "/v1/scores?by=tool", "/v1/scores?by=tool&sort=-quality.mean&minCount=2&limit=3")
	for _, word := range []string{"cache", "again", "caches", "new", "post", "git"} {
		ask("/v1/search", "/v1/search?q="+word)
		ask("/v1/posts/{slug}/explain", "/v1/posts/"+url.PathEscape(posts[r.IntN(len(posts))].Slug)+"/explain?q="+word)
	}
	for _, typed := range []string{"c", "g", "ne", "%C3%A9"} {
		ask("/v1/suggest", "/v1/suggest?q="+typed, "/v1/suggest?limit=2&q="+typed)
	}
	for _, address := range append([]string{"/none"}, storetest.RandomAddresses...) {
		ask("/v1/resolve", "/v1/resolve?url="+url.QueryEscape(address))
	}
	ask("/v1/similar", "/v1/similar?tool=git", "/v1/similar?tool=git&stack=Go&limit=5", "/v1/similar?tool=none-such", "/v1/similar?tool=git&diversity=0.5")
	slugs := map[string]bool{"none-such": true}
	for _, p := range posts {
		slugs[p.Slug] = true
	}
	for slug := range slugs {
		at := "/v1/posts/" + url.PathEscape(slug)
		ask("/v1/posts/{slug}", at, at+"?include=similar", at+"?include=terms", at+"?fields=title", at+"?fields=meta.tools")
		ask("/posts/{slug}", strings.TrimPrefix(at, "/v1"))
		ask("/v1/posts/{slug}/similar", at+"/similar", at+"/similar?tool=git&limit=3")
		ask("/v1/posts/{slug}/meta.html", at+"/meta.html", at+"/meta.html?include=similar&link=/a/%7Bslug%7D")
	}
	for _, list := range []string{"/v1/entities", "/v1/tools"} {
		ask(list, list, list+"?limit=100", list+"?sort=-postCount&limit=5", list+"?q=g")
		terms := map[string]bool{"none-such": true}
		for _, h := range []http.Handler{s.before, s.after} {
			l, _ := getList(t, h, list+"?limit=100")
			for _, slug := range l.slugs(t) {
				terms[slug] = true
			}
		}
		for slug := range terms {
			at := list + "/" + url.PathEscape(slug)
			ask(list+"/{slug}", at, at+"?include=scores", at+"?include=scores,related")
			ask(list+"/{slug}/related", at+"/related", at+"/related?kind=tool&limit=3")
			ask(list+"/{slug}/posts", at+"/posts", at+"/posts?limit=2&sort=slug&fields=title")
		}
		for _, name := range []string{"Git", "C++", "quux-Q", "QUUX Q", "öl", "swap", "X", "t:x", "Python", "stack:PYTHON", "node.js"} {
			at := list + "/" + url.PathEscape(name)
			ask(list+"/{name}", at, at+"?include=scores", at+"/posts?limit=2", at+"/related")
		}
	}
	for _, query := range []string{"", "?q=cache", "?tool=git", "?tool=git&sort=title", "?quality.gte=50&page=2"} {
		ask("/", "/"+query)
	}
	for _, page := range []string{"/posts", "/entities", "/tools"} { // those of what the API was asked for above
		for _, target := range all["/v1"+page+"/{slug}"] {
			if !strings.Contains(target, "?") {
				ask(page+"/{slug}", strings.TrimPrefix(target, "/v1"))
			}
		}
	}
	ask("/entities", "/entities", "/entities?q=g")
	ask("/tools", "/tools", "/tools?sort=-postCount")
	ask("/releases", "/releases")
	ask("/compare/{a}/{b}", "/compare/r1/r2")
	ask("/v1/entity-types", "/v1/entity-types", "/v1/entity-types?limit=2")
	ask("/v1/releases", "/v1/releases", "/v1/releases?limit=1")
	ask("/v1/releases/current", "/v1/releases/current")
	ask("/v1/releases/{a}/diff/{b}", "/v1/releases/r1/diff/r2", "/v1/releases/r2/diff/r1?limit=2")
	ask("/v1/changes", "/v1/changes?since=r1", "/v1/changes?since=r2", "/v1/changes?since=r2&tool=git&fields=title")
	for _, document := range []string{
		`{release{name}}`, `{posts(first:5){totalCount nodes{title similar(first:2){nodes{slug}}}}}`, `{tools(first:100){nodes{slug postCount}}}`,
		fmt.Sprintf(`{post(slug:%q){title meta{tools{name postCount}}}}`, posts[r.IntN(len(posts))].Slug), `{changes(since:"r1"){totalCount}}`,
	} {
		ask("/graphql", "/graphql?query="+url.QueryEscape(document))
	}
	for _, news := range []string{"/sitemap.xml", "/feed.json", "/feed.atom", "/llms.txt"} {
		ask(news, news)
	}
	for slug := range slugs {
		ask("/posts/{slug}", "/posts/"+url.PathEscape(slug)+".md")
	}
	for _, list := range []string{"/entities", "/tools"} {
		for _, target := range all["/v1"+list+"/{slug}"] {
			if at, _, query := strings.Cut(target, "?"); !query {
				ask(list+"/{slug}/feed", strings.TrimPrefix(at, "/v1")+"/feed.json", strings.TrimPrefix(at, "/v1")+"/feed.atom")
			}
		}
	}
	for _, still := range []string{"/", "/openapi.json", "/schema.graphqls"} {
		ask(still, still)
	}
	for pattern, targets := range all { // and the pages behind the first, by cursor
		for _, target := range targets {
			var l list
			if first := get(t, s.before, target); json.Unmarshal([]byte(first.body), &l) == nil && l.Page.After != nil && !strings.Contains(target, "page=") {
				sign := "?"
				if strings.Contains(target, "?") {
					sign = "&"
				}
				all[pattern] = append(all[pattern], target+sign+"after="+url.QueryEscape(*l.Page.After))
			}
		}
	}
	return all
}

// check holds the plan against the answers: what a cache holds and would get
// otherwise now has a tag of the plan, and no post or term has one for nothing.
func (s *switched) check(t *testing.T, asked map[string][]string) {
	t.Helper()
	differ := map[string]bool{}
	for pattern, targets := range asked {
		for _, target := range targets {
			held, now := get(t, s.before, target), get(t, s.after, target)
			path, _, query := strings.Cut(target, "?")
			listed := slices.Contains(s.plan.URLs, path)
			if held.status == now.status && held.body == now.body {
				continue
			}
			differ[path] = true
			if !strings.HasPrefix(held.header.Get("Cache-Control"), "public") {
				if held.status == 200 {
					t.Errorf("%s: found Cache-Control %q: it is not a question about caches", target, held.header.Get("Cache-Control"))
				}
				continue
			}
			tags := strings.Fields(held.header.Get("Surrogate-Key"))
			if !s.plan.All && !slices.ContainsFunc(tags, func(tag string) bool { return slices.Contains(s.plan.Tags, tag) }) {
				t.Errorf("%s is another answer, and of its keys %q none is in the plan %q", target, tags, s.plan.Tags)
			}
			if !query && !listed && !s.plan.All && !weighed(pattern) {
				t.Errorf("%s is another answer, and not among the addresses %q", target, s.plan.URLs)
			}
			groups := strings.Split(strings.Trim(held.header.Get("Cache-Groups"), `"`), `", "`)
			if !s.plan.All && !slices.ContainsFunc(groups, func(group string) bool { return slices.Contains(s.plan.Groups, group) }) {
				t.Errorf("%s is another answer, and of its groups %q none is in the plan %q", target, groups, s.plan.Groups)
			}
		}
	}
	for _, tag := range s.plan.Tags {
		kind, slug, _ := strings.Cut(tag, ":")
		at := map[string]string{"post": "/v1/posts/", "entity": "/v1/entities/", "tool": "/v1/tools/"}[kind] + slug
		if at != slug && slug != "" && !differ[at] && s.members(t, s.before, at) == s.members(t, s.after, at) {
			t.Errorf("the plan has %s, but its page and its posts are as they were", tag)
		}
	}
}

// weighed reports whether the answers of a route are what posts and terms are like,
// which any post can change: where they do is not listed, nor are the pages that show
// them beside what they are about, or link terms, of which a newcomer may take the slug. Nor are addresses that have a
// term's name in place of its slug, which has many spellings.
func weighed(pattern string) bool {
	page := pattern == "/posts/{slug}" || pattern == "/entities/{slug}" || pattern == "/tools/{slug}" || strings.HasPrefix(pattern, "/compare/") || strings.HasSuffix(pattern, "/meta.html")
	return page || strings.HasSuffix(pattern, "/{name}") || strings.HasSuffix(pattern, "/similar") || strings.HasSuffix(pattern, "/related") || strings.HasSuffix(pattern, "/diff/{b}")
}

// members are the slugs of the posts of a term.
func (s *switched) members(t *testing.T, h http.Handler, at string) string {
	t.Helper()
	return get(t, h, at+"/posts?limit=100&sort=slug&fields=slug").body
}

// TestPurgePlanIsEnough asks every route before and after switches of many kinds.
func TestPurgePlanIsEnough(t *testing.T) {
	t.Parallel()
	t.Logf("-seed %d", *seed)
	rnd := rand.New(rand.NewPCG(*seed, 11))
	posts := archive(t)[:40]
	posts = append(posts, decode(t, richPost), decode(t, `{"slug":"hidden","title":"Hidden","meta":{"tools":["Redis"],"revision":{"status":"draft"}}}`),
		decode(t, `{"slug":"one","title":"One","meta":{"tools":["Quux Q"],"entities":[{"name":"X","type":"t"}]}}`),
		decode(t, `{"slug":"two","title":"Two","meta":{"tools":["Swap"]}}`), decode(t, `{"slug":"three","title":"Three"}`),
		decode(t, `{"slug":"größe-1","title":"Größe","meta":{"tools":["Öl"]}}`))
	with := func(lines ...string) []*content.Post {
		after := slices.Clone(posts)
		for _, line := range lines {
			p := decode(t, line)
			if i := slices.IndexFunc(after, func(q *content.Post) bool { return q.Slug == p.Slug }); i >= 0 {
				after[i] = p
			} else {
				after = append(after, p)
			}
		}
		return after
	}
	type scene struct {
		name  string
		after []*content.Post
		o     catalogue.ImportOptions
		tags  []string // those of the plan; nil for any
	}
	scenes := []scene{
		{name: "a title", after: with(strings.Replace(richPost, `"title":"Measuring a cache"`, `"title":"Measuring caches"`, 1)),
			tags: []string{"post:measuring-a-cache", "posts", "release"}},
		{name: "a draft", after: with(`{"slug":"hidden","title":"Hidden again","meta":{"tools":["Redis","Git"],"revision":{"status":"draft"}}}`),
			tags: []string{"release"}},
		{name: "a spelling", after: with(`{"slug":"one","title":"One","meta":{"tools":["quux q"],"entities":[{"name":"X","type":"t"}]}}`),
			tags: []string{"post:one", "posts", "release", "tool:quux-q"}},
		{name: "an entity's post", after: with(`{"slug":"one","title":"One again","meta":{"tools":["Quux Q"],"entities":[{"name":"X","type":"t"}]}}`),
			tags: []string{"post:one", "posts", "release"}},
		{name: "an entity of a name that another has", after: with(`{"slug":"three","title":"Three","meta":{"entities":[{"name":"x","type":"other"}]}}`)},
		{name: "a slug that two terms would have", after: with(`{"slug":"three","title":"Three","meta":{"tools":["Quux-Q"]}}`)},
		{name: "posts that swap a term", after: with(`{"slug":"two","title":"Two"}`, `{"slug":"three","title":"Three","meta":{"tools":["Swap"]}}`),
			tags: []string{"post:three", "post:two", "posts", "release", "tool:swap"}},
		{name: "a post that is published", after: with(`{"slug":"hidden","title":"Hidden","meta":{"tools":["Only Hidden"]}}`)},
		{name: "other stems", after: posts, o: catalogue.ImportOptions{Stemming: "none"}, tags: []string{"posts", "release"}},
		{name: "letters that are escaped", after: with(`{"slug":"größe-1","title":"Größe!","meta":{"tools":["Öl","Fuß"]}}`)},
	}
	for i := range 4 {
		scenes = append(scenes, scene{name: fmt.Sprintf("edit %d", i), after: edit(rnd, posts, i)})
	}
	for _, sc := range scenes {
		r := rand.New(rand.NewPCG(rnd.Uint64(), 1))
		t.Run(sc.name, func(t *testing.T) {
			t.Parallel()
			s := switchTo(t, posts, sc.after, sc.o)
			if sc.tags != nil && !slices.Equal(s.plan.Tags, sc.tags) {
				t.Errorf("found tags %q\nexpected %q", s.plan.Tags, sc.tags)
			}
			asked := s.questions(t, r, append(slices.Clone(posts), sc.after...))
			s.check(t, asked)
			var document struct {
				Paths map[string]map[string]json.RawMessage
			}
			if err := json.Unmarshal([]byte(get(t, s.before, "/openapi.json").body), &document); err != nil {
				t.Fatal(err)
			}
			for pattern, methods := range document.Paths {
				if _, reads := methods["get"]; reads && asked[pattern] == nil && pattern != "/health" && pattern != "/ready" {
					t.Errorf("%s was not asked: a plan may not be enough for it", pattern)
				}
			}
		})
	}
}
