package server_test

import (
	"encoding/json"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
)

// namedTerms are posts whose terms go by several names.
func namedTerms() []*content.Post {
	entity := func(typ, name string) content.Entity { return content.Entity{Type: typ, Name: name} }
	return []*content.Post{
		{Slug: "one", Title: "One", Meta: content.Meta{Tools: []string{"C++", "Apache Kafka", "ci/cd", "node.js", "pgbench"},
			Entities: []content.Entity{entity("database", "PostgreSQL"), entity("stack", "Python"), entity("a:b", "c")}}},
		{Slug: "two", Title: "Two", Meta: content.Meta{Tools: []string{"c++"}, Entities: []content.Entity{entity("language", "python"), entity("language", "Go")}}},
		{Slug: "three", Title: "Three", Meta: content.Meta{Entities: []content.Entity{entity("language", "Python"), entity("Database", "Redis")}}},
		{Slug: "draft", Title: "Draft", Meta: content.Meta{Tools: []string{"secret tool"}, Entities: []content.Entity{entity("hidden", "redis"), entity("hidden", "secret")},
			Revision: &content.Revision{Status: "draft"}}},
	}
}

// TestTermsByTheirNames asks for terms by what filters take in place of slugs. The answer
// is that of the slug, and says where it belongs.
func TestTermsByTheirNames(t *testing.T) {
	t.Parallel()
	s := serve(t, onlyOne{storetest.Release(t, namedTerms()...)}, quiet, "tag-headers=Surrogate-Key")
	for _, tt := range []struct{ asked, slug string }{
		{"/v1/tools/C%2B%2B", "/v1/tools/cplusplus"}, {"/v1/tools/c++", "/v1/tools/cplusplus"}, {"/v1/tools/C%2b+", "/v1/tools/cplusplus"},
		{"/v1/tools/ci%2Fcd", "/v1/tools/ci-cd"}, {"/v1/tools/CI%2fCD", "/v1/tools/ci-cd"},
		{"/v1/tools/APACHE%20%20kafka", "/v1/tools/apache-kafka"}, {"/v1/tools/%E2%80%8BNode.JS", "/v1/tools/nodedotjs"},
		{"/v1/entities/postgresql", "/v1/entities/database-postgresql"}, {"/v1/entities/Database:PostgreSQL", "/v1/entities/database-postgresql"},
		{"/v1/entities/a:b:c", "/v1/entities/a-b-c"}, {"/v1/entities/C", "/v1/entities/a-b-c"}, {"/v1/entities/language:PYTHON", "/v1/entities/language-python"},
		{"/v1/entities/redis", "/v1/entities/database-redis"}, // the other has drafts alone
	} {
		for _, below := range []string{"", "?include=scores,related", "/posts", "/posts?limit=1&sort=slug", "/posts?sort=slug&limit=1", "/related", "/related?limit=3&kind=tool"} {
			want := get(t, s, tt.slug+below)
			got := get(t, s, tt.asked+below)
			if got.status != 200 || want.status != 200 || got.body != want.body || got.header.Get("Etag") != want.header.Get("Etag") || got.header.Get("Link") != want.header.Get("Link") {
				t.Errorf("%s: found %d %s %v\nexpected %s %v", tt.asked+below, got.status, got.body, got.header, want.body, want.header)
			}
			path, query, _ := strings.Cut(tt.slug+below, "?")
			values, err := url.ParseQuery(query)
			if err != nil {
				t.Fatal(err)
			}
			if len(values["include"]) > 0 {
				values["include"] = strings.Split(values.Get("include"), ",")
			}
			if query = values.Encode(); query != "" {
				path += "?" + query
			}
			if at := got.header.Get("Content-Location"); at != path {
				t.Errorf("%s: found Content-Location %q, expected %q", tt.asked+below, at, path)
			}
			if at, ok := want.header["Content-Location"]; ok {
				t.Errorf("%s: found Content-Location %q of its own address", tt.slug+below, at)
			}
			for key := range strings.FieldsSeq(want.header.Get("Surrogate-Key")) {
				if !slices.Contains(strings.Fields(got.header.Get("Surrogate-Key")), key) {
					t.Errorf("%s: found keys %q, expected %s among them", tt.asked+below, got.header.Get("Surrogate-Key"), key)
				}
			}
			again := get(t, s, tt.asked+below, "If-None-Match: "+want.header.Get("Etag"))
			if again.status != 304 || again.header.Get("Content-Location") != path || again.header.Get("Cache-Status") != "alphanode; hit" {
				t.Errorf("%s: found %d, %q, expected that it is kept and not sent again", tt.asked+below, again.status, again.header.Get("Cache-Status"))
			}
		}
		kind, field := "tool", `{ slug name postCount }`
		if strings.HasPrefix(tt.asked, "/v1/entities/") {
			kind = "entity"
		}
		asked, err := url.PathUnescape(tt.asked[strings.LastIndexByte(tt.asked, '/')+1:])
		if err != nil {
			t.Fatal(err)
		}
		both := faces{t, s}.graphql(`query($a: String!, $s: String!) { asked: `+kind+`(slug: $a) `+field+` own: `+kind+`(slug: $s) `+field+` }`,
			map[string]any{"a": asked, "s": tt.slug[strings.LastIndexByte(tt.slug, '/')+1:]})
		if asJSON(t, both["asked"]) != asJSON(t, both["own"]) || both["own"] == nil {
			t.Errorf("%s %q: found %s", kind, asked, asJSON(t, both))
		}
	}
}

// TestTermsThatAreNotThere says what may have been meant, never by the name of a draft's
// term, and under a name that several have, which those are.
func TestTermsThatAreNotThere(t *testing.T) {
	t.Parallel()
	s := serve(t, onlyOne{storetest.Release(t, namedTerms()...)}, quiet)
	type problem struct {
		Status       int
		Code, Detail string
		Errors       []struct{ Location, Value, Expected string }
		Suggestions  []struct {
			Kind, Value string
			Nearest     []string
		}
	}
	for _, tt := range []struct {
		asked, detail, expected string
		nearest                 []string
	}{
		{"/v1/tools/pgbensh", `There is no tool with the slug or the name "pgbensh".`, "the slug or the name of a tool; did you mean pgbench?", []string{"pgbench"}},
		{"/v1/tools/kafka", `There is no tool with the slug or the name "kafka".`, "the slug or the name of a tool; did you mean Apache Kafka?", []string{"Apache Kafka"}},
		{"/v1/tools/secret%20tol", `There is no tool with the slug or the name "secret tol".`, "the slug or the name of a tool", nil},
		{"/v1/tools/nothing-like-it", `There is no tool with the slug or the name "nothing-like-it".`, "the slug or the name of a tool", nil},
		{"/v1/entities/postgres", `There is no entity with the slug or the name "postgres".`, "the slug of an entity, its name or type:name; did you mean PostgreSQL?", []string{"PostgreSQL"}},
		{"/v1/entities/pyton", `There is no entity with the slug or the name "pyton".`, "the slug of an entity, its name or type:name; did you mean language:Python?", []string{"language:Python", "stack:Python"}},
		{"/v1/tools/c++%20", `There is no tool with the slug or the name "c++ ".`, "the slug or the name of a tool without spaces at its ends, where %2B is a plus", nil},
		{"/v1/tools/c%20%20", `There is no tool with the slug or the name "c  ".`, "the slug or the name of a tool without spaces at its ends, where %2B is a plus", nil},
		{"/v1/entities/%20go", `There is no entity with the slug or the name " go".`, "the slug of an entity, its name or type:name without spaces at its ends, where %2B is a plus", nil},
		{"/v1/entities/stack:pythonn", `There is no entity with the slug or the name "stack:pythonn".`, "the slug of an entity, its name or type:name; did you mean language:Python?", []string{"language:Python", "stack:Python"}},
		{"/v1/entities/python", `2 entities have the name "python".`, "the slug of one of them, or type:name; did you mean language:Python?", []string{"language:Python", "stack:Python"}},
		{"/v1/tools/c++,ci%2Fcd", `There is no tool with the slug or the name "c++,ci/cd".`, "the slug or the name of a tool; did you mean C++ or ci/cd?", []string{"C++", "ci/cd"}},
		{"/v1/entities/python,postgresql", `There is no entity with the slug or the name "python,postgresql".`, "the slug of an entity, its name or type:name; did you mean language:Python, stack:Python or PostgreSQL?", []string{"language:Python", "stack:Python", "PostgreSQL"}},
		{"/v1/entities/secret", `There is no entity with the slug or the name "secret".`, "the slug of an entity, its name or type:name", nil},
	} {
		for _, below := range []string{"", "/posts", "/related"} {
			r := get(t, s, tt.asked+below)
			var p problem
			if err := json.Unmarshal([]byte(r.body), &p); err != nil {
				t.Fatal(err)
			}
			var nearest []string
			for _, suggested := range p.Suggestions {
				nearest = append(nearest, suggested.Nearest...)
			}
			if r.status != 404 || p.Code != "NOT_FOUND" || p.Detail != tt.detail || len(p.Errors) != 1 || p.Errors[0].Location != "path.slug" || p.Errors[0].Expected != tt.expected || !slices.Equal(nearest, tt.nearest) {
				t.Errorf("%s: found %d %s", tt.asked+below, r.status, r.body)
			}
			if found := r.header.Get("Cache-Control"); found != "no-store" {
				t.Errorf("%s: found Cache-Control %q", tt.asked+below, found)
			}
		}
	}
	if data := (faces{t, s}).graphql(`{ tool(slug: "secret tool") { slug } entity(slug: "python") { slug } }`, nil); data["tool"] != nil || data["entity"] != nil {
		t.Errorf("found %s, expected nothing that is hidden or of several", asJSON(t, data))
	}
}

// TestFacesAgreeOnCompletion completes names over both faces, and holds both against a
// scan; and so with the types of entities.
func TestFacesAgreeOnCompletion(t *testing.T) {
	t.Parallel()
	t.Logf("run again with -args -seed=%d", *seed)
	rnd := rand.New(rand.NewPCG(*seed, 15))
	posts := storetest.RandomPosts(rnd, 200)
	for _, p := range posts {
		p.Meta.Tools = append(p.Meta.Tools, storetest.RandomName(rnd))
		p.Meta.Entities = append(p.Meta.Entities, content.Entity{Type: []string{"Kind", "kind", "other"}[rnd.IntN(3)], Name: storetest.RandomName(rnd)})
	}
	model := storetest.NewModel(posts)
	f := faces{t, serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)}
	for _, typed := range []string{"kafka", "Ka", "js", ".n", "net", "c", "c++", "cd", "/cd", "東", "設計", "strass", "apache k", "nothing", " beta", "(", "stat"} {
		for kind, plural := range map[store.Kind]string{store.KindTool: "tools", store.KindEntity: "entities"} {
			q := store.TermQuery{Kind: kind, Prefix: typed, Order: store.TermOrder{ByPostCount: rnd.IntN(2) == 0, Desc: rnd.IntN(2) == 0}}
			sort, order := "name", "NAME"
			if q.Order.ByPostCount {
				sort, order = "postCount", "POST_COUNT"
			}
			direction := "ASC"
			if q.Order.Desc {
				sort, direction = "-"+sort, "DESC"
			}
			var want []string
			all := model.Terms(store.Public, q)
			for _, b := range all[:min(30, len(all))] {
				want = append(want, b.Slug)
			}
			body := f.rest("/v1/" + plural + "?" + url.Values{"q": {typed}, "sort": {sort}, "limit": {"30"}}.Encode())
			data := f.graphql(`query($q: String!) { list: `+plural+`(query: $q, first: 30, orderBy: {field: `+order+`, direction: `+direction+`}) { totalCount nodes { slug } } }`, map[string]any{"q": typed})
			for face, rows := range map[string]any{"REST": body["data"], "GraphQL": at(data["list"], "nodes")} {
				var found []string
				for _, row := range rows.([]any) {
					found = append(found, at(row, "slug").(string))
				}
				if !slices.Equal(found, want) {
					t.Errorf("%s %s %q by %s: found %q, expected %q", face, plural, typed, sort, found, want)
				}
			}
			if found := asJSON(t, []any{at(body["page"], "total"), at(data["list"], "totalCount")}); found != "["+strconv.Itoa(len(all))+","+strconv.Itoa(len(all))+"]" {
				t.Errorf("%s %q: found totals %s, expected %d", plural, typed, found, len(all))
			}
		}
	}
	for _, first := range []int{1, 3, 100} {
		want := []map[string]any{}
		for i, typ := range model.EntityTypes(store.Public) {
			if i < first {
				want = append(want, map[string]any{"type": typ.Type, "entityCount": typ.EntityCount})
			}
		}
		found := f.rest("/v1/entity-types?limit=" + strconv.Itoa(first))["data"]
		data := f.graphql(`query($n: Int) { entityTypes(first: $n) { type entityCount } }`, map[string]any{"n": first})["entityTypes"]
		agree(t, "the types of entities", found, data, want)
	}
}

// TestSlugsThatAreNotThere says which slugs begin as one does that no post has, never a
// draft's.
func TestSlugsThatAreNotThere(t *testing.T) {
	t.Parallel()
	posts := []*content.Post{
		{Slug: "measuring-a-cache", Title: "One"}, {Slug: "measuring-a-cat", Title: "Two"}, {Slug: "zebra", Title: "Three"}, {Slug: "привет", Title: "Four"},
		{Slug: "measuring-a-cachf", Title: "Draft", Meta: content.Meta{Revision: &content.Revision{Status: "draft"}}},
	}
	s := serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)
	for asked, nearest := range map[string]string{
		"measuring-a-cachee": `["measuring-a-cache","measuring-a-cat"]`, "measuring-a-cahce": `["measuring-a-cache","measuring-a-cat"]`,
		"measuring-a": `["measuring-a-cache","measuring-a-cat"]`, "zzzz": "", "a": "", "zebra%2Fx": `["zebra"]`, "ж": "", "приве": `["привет"]`,
	} {
		for _, below := range []string{"", "/similar", "?include=similar"} {
			r := get(t, s, "/v1/posts/"+asked+below)
			if r.status != 404 || nearest == "" && strings.Contains(r.body, "suggestions") || !strings.Contains(r.body, nearest) || strings.Contains(r.body, "cachf") {
				t.Errorf("%s: found %d %s, expected %s", asked+below, r.status, r.body, nearest)
			}
		}
	}
}

// TestTermsOfPosts asks for the terms of posts beside them, and holds them against what
// GraphQL gives and against a scan.
func TestTermsOfPosts(t *testing.T) {
	t.Parallel()
	t.Logf("run again with -args -seed=%d", *seed)
	posts := storetest.RandomPosts(rand.New(rand.NewPCG(*seed, 16)), 150)
	model := storetest.NewModel(posts)
	key := func(kind store.Kind, typ, name string) string {
		return string(kind) + "\x00" + content.Identity(typ) + "\x00" + content.Identity(name)
	}
	known := map[string]map[string]any{}
	for _, kind := range []store.Kind{store.KindTool, store.KindEntity, store.KindStack} {
		for _, b := range model.Facet(store.Public, model.Visible(store.Public), kind) {
			term := map[string]any{"slug": b.Slug, "name": b.Value, "postCount": b.Count}
			if kind == store.KindEntity {
				term["type"] = b.Type
			}
			known[key(kind, b.Type, b.Value)] = term
		}
	}
	want := map[string]any{}
	for _, p := range model.Visible(store.Public) {
		tools, entities, stack := []any{}, []any{}, []any{}
		for _, name := range p.Meta.Tools {
			tools = append(tools, known[key(store.KindTool, "", name)])
		}
		for _, e := range p.Meta.Entities {
			entities = append(entities, known[key(store.KindEntity, e.Type, e.Name)])
		}
		for _, name := range p.Meta.Stack {
			stack = append(stack, known[key(store.KindStack, "", name)])
		}
		want[p.Slug] = map[string]any{"tools": tools, "entities": entities, "stack": stack}
	}
	s := serve(t, onlyOne{storetest.Release(t, posts...)}, quiet, "tag-headers=Surrogate-Key")
	f := faces{t, s}
	for _, list := range []string{"/v1/posts?include=terms", "/v1/posts?include=terms&fields=slug", "/v1/posts?include=terms&fields=slug,meta.tools",
		"/v1/posts?include=terms&fields=slug,body", "/v1/posts?include=terms&as=summary", "/v1/posts?include=similar,terms,text", "/v1/summaries?include=terms", "/v1/summaries?include=terms&include=similar"} {
		for _, post := range f.rest(list + "&limit=60&sort=slug")["data"].([]any) {
			slug := at(post, "slug").(string)
			if found, expected := asJSON(t, at(post, "terms")), asJSON(t, want[slug]); !sameJSON(t, found, expected) {
				t.Errorf("%s, %s: found %s\nexpected %s", list, slug, found, expected)
			}
		}
	}
	for slug, expected := range want {
		for _, query := range []string{"?include=terms", "?include=terms&fields=title", "?include=html,terms"} {
			r := get(t, s, "/v1/posts/"+url.PathEscape(slug)+query)
			var answer struct{ Data map[string]json.RawMessage }
			if err := json.Unmarshal([]byte(r.body), &answer); err != nil {
				t.Fatal(err)
			}
			if !sameJSON(t, string(answer.Data["terms"]), asJSON(t, expected)) || !slices.Contains(strings.Fields(r.header.Get("Surrogate-Key")), "posts") {
				t.Errorf("%s%s: found %s, %q\nexpected %s", slug, query, answer.Data["terms"], r.header.Get("Surrogate-Key"), asJSON(t, expected))
			}
		}
		data := f.graphql(`query($s: String!) { post(slug: $s) { meta { tools { slug name postCount } entities { slug name type postCount } } } }`, map[string]any{"s": slug})
		for _, kind := range []string{"tools", "entities"} {
			if found, of := asJSON(t, at(data["post"], "meta", kind)), asJSON(t, at(expected, kind)); !sameJSON(t, found, of) {
				t.Errorf("%s over GraphQL: found %s, expected %s", slug, found, of)
			}
		}
		if len(want) > 40 {
			delete(want, slug) // some are enough, one by one
		}
	}
}
