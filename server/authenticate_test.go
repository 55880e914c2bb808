package server_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"alphanode/store"
	"alphanode/store/keys"
	"alphanode/store/storetest"
)

// bothFaces are one question, asked of each.
var bothFaces = []string{"/v1/releases/current", "/graphql?query=%7Brelease%7Bname%7D%7D"}

// TestAuthorization sends what is a key and what is not, to both faces.
func TestAuthorization(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t))
	revoked, key, err := keys.In(h.catalogue.Dir()).Add("gone", store.ScopeAdmin)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keys.In(h.catalogue.Dir()).Revoke(key.ID); err != nil {
		t.Fatal(err)
	}
	read := h.secret[store.ScopeRead]
	tests := []struct {
		name    string
		headers []string
		status  int
		caching string
		robots  string
	}{
		{"no key", nil, 200, "public, max-age=60" + stale, ""},
		{"read", h.as(store.ScopeRead), 200, "private, max-age=60", ""},
		{"preview", h.as(store.ScopePreview), 200, "private, no-store", "noindex"},
		{"admin", h.as(store.ScopeAdmin), 200, "private, no-store", "noindex"},
		{"scheme in small letters", []string{"Authorization: bearer " + read}, 200, "private, max-age=60", ""},
		{"nothing", []string{"Authorization: "}, 401, "no-store", ""},
		{"no scheme", []string{"Authorization: " + read}, 401, "no-store", ""},
		{"another scheme", []string{"Authorization: Basic " + read}, 401, "no-store", ""},
		{"no secret", []string{"Authorization: Bearer "}, 401, "no-store", ""},
		{"unknown", []string{"Authorization: Bearer alphanode_" + strings.Repeat("0", 64)}, 401, "no-store", ""},
		{"cut", []string{"Authorization: Bearer " + read[:len(read)-1]}, 401, "no-store", ""},
		{"longer", []string{"Authorization: Bearer " + read + "0"}, 401, "no-store", ""},
		{"in capitals", []string{"Authorization: Bearer " + strings.ToUpper(read)}, 401, "no-store", ""},
		{"twice", []string{"Authorization: Bearer " + read, "Authorization: Bearer " + read}, 401, "no-store", ""},
		{"revoked", []string{"Authorization: Bearer " + revoked}, 401, "no-store", ""},
	}
	for _, tt := range tests {
		for _, target := range append(bothFaces, "/v1/posts", "/v1/posts.ndjson", "/openapi.json", "/") {
			r := get(t, h, target, append(forPrograms(target), tt.headers...)...)
			pinned := target != "/" && target != "/openapi.json"
			if r.status != tt.status || r.header.Get("Cache-Control") != tt.caching || !strings.Contains(strings.Join(r.header.Values("Vary"), ", "), "Authorization") ||
				r.header.Get("X-Robots-Tag") != tt.robots && target != "/v1/posts.ndjson" && target != "/v1/posts" {
				t.Errorf("%s, %s: found %d %v", tt.name, target, r.status, r.header)
			}
			if pinned && r.status == 200 && r.header.Get("Release") != "r1" {
				t.Errorf("%s, %s: found the release %q", tt.name, target, r.header.Get("Release"))
			}
			if r.status == 401 && (r.header.Get("WWW-Authenticate") != "Bearer" || r.header.Get("Content-Type") != "application/problem+json" ||
				!strings.Contains(r.body, `"code":"UNAUTHENTICATED","retryable":false`) || strings.Contains(r.body, read[:20])) {
				t.Errorf("%s, %s: found %v %s", tt.name, target, r.header, r.body)
			}
		}
		for _, target := range []string{"/health", "/ready"} { // which are for who watches
			if r := get(t, h, target, tt.headers...); r.status != 200 || r.header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s, %s: found %d", tt.name, target, r.status)
			}
		}
	}
	for _, scope := range store.Scopes {
		if !strings.Contains(h.log.String(), `"key":"`+h.id[scope]+`"`) {
			t.Errorf("the log does not name the %s key", scope)
		}
	}
	h.keepsSecrets()
}

// TestPrivateTags: conditional requests work with every key.
func TestPrivateTags(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t))
	for _, scope := range append([]store.Scope{""}, store.Scopes...) {
		for _, target := range []string{"/v1/posts", "/v1/posts.ndjson", "/graphql?query=%7Bposts%7BtotalCount%7D%7D"} {
			first := get(t, h, target, h.as(scope)...)
			again := get(t, h, target, append(h.as(scope), "If-None-Match: "+first.header.Get("ETag"))...)
			if first.status != 200 || again.status != 304 || again.header.Get("Cache-Control") != first.header.Get("Cache-Control") {
				t.Errorf("%q, %s: found %d, then %d %v", scope, target, first.status, again.status, again.header)
			}
			other := get(t, h, target, append(h.as(store.ScopePreview), "If-None-Match: "+first.header.Get("ETag"))...)
			if previews := scope == store.ScopePreview || scope == store.ScopeAdmin; (other.status == 304) != previews {
				t.Errorf("%q, %s: its tag gives who sees all %d", scope, target, other.status)
			}
		}
	}
}

// TestViews asks both faces random questions with the key of each scope, and
// holds the answers against a scan over the posts that it may see.
func TestViews(t *testing.T) {
	t.Logf("run again with -args -seed=%d", *seed)
	rnd := rand.New(rand.NewPCG(*seed, 8))
	posts := storetest.RandomPosts(rnd, 600)
	for _, p := range posts {
		p.Settle()
	}
	model := storetest.NewModel(posts)
	h := openHouse(t, posts)
	for _, scope := range append([]store.Scope{""}, store.Scopes...) {
		view := store.Public
		if scope == store.ScopePreview || scope == store.ScopeAdmin {
			view = store.Preview
		}
		f := faces{t, h.holding(scope)}
		for range 12 {
			order, filter := storetest.RandomOrder(rnd), storetest.RandomFilter(rnd, 1)
			matched := model.Find(view, filter, order)
			w := walker{faces: f, want: postSlugs(matched), limit: 20 + rnd.IntN(81)}
			w.rest(restQuery(filter, order))
			w.graphql(filter, order)
			q := restQuery(filter, order)
			q.Del("sort")
			q.Set("fields", "slug")
			var slugs []string
			for _, line := range getLines(t, f.handler, q.Encode()) {
				var p struct{ Slug string }
				if err := json.Unmarshal([]byte(line), &p); err != nil {
					t.Fatal(err)
				}
				slugs = append(slugs, p.Slug)
			}
			if !slices.Equal(slugs, postSlugs(model.Find(view, filter, store.Order{Field: store.FieldSlug}))) {
				t.Errorf("%q: the stream has %q", scope, slugs)
			}
			q.Del("fields")
			agree(t, "scores", f.rest("/v1/scores?" + q.Encode())["data"],
				f.graphql(`query($f: PostFilter) { scores(filter: $f) { ...stats } } `+statsFields, map[string]any{"f": filter})["scores"], wantStats(matched))
			f.tools(q, filter, model.Facet(view, matched, store.KindTool))
			f.found(q, filter, model, view)
			if t.Failed() {
				t.Fatalf("%q: order %+v, filter %s", scope, order, asJSON(t, filter))
			}
		}
		for _, p := range posts {
			visible := view == store.Preview || p.Public()
			status, _ := f.ask("GET", "/v1/posts/"+url.PathEscape(p.Slug), nil)
			found := f.graphql(`query($s: String!, $r: String!) { post(slug: $s) { slug } postByReference(reference: $r) { slug } }`,
				map[string]any{"s": p.Slug, "r": p.Meta.Reference})
			byReference := visible && p.Meta.Reference != ""
			if (status == 200) != visible || status != 200 && status != 404 || (found["post"] != nil) != visible || (found["postByReference"] != nil) != byReference {
				t.Errorf("%q: %s, public %t: found %d, %v", scope, p.Slug, p.Public(), status, found)
			}
		}
	}
}

// tools holds the facet of tools, as both faces give it, against what it should
// be.
func (f faces) tools(q url.Values, filter *store.Filter, want []store.Bucket) {
	f.t.Helper()
	rest := f.rest("/v1/facets?by=tool&limit=100&" + q.Encode())["data"].([]any)[0]
	graphql := f.graphql(`query($f: PostFilter) { facets(filter: $f, by: [TOOL], first: 100) { distinct buckets { slug count } } }`,
		map[string]any{"f": filter})["facets"].([]any)[0]
	var expected []string
	for _, b := range want[:min(len(want), 100)] {
		expected = append(expected, fmt.Sprint(b.Slug, b.Count))
	}
	for face, facet := range map[string]any{"REST": rest, "GraphQL": graphql} {
		var found []string
		for _, b := range at(facet, "buckets").([]any) {
			found = append(found, fmt.Sprint(at(b, "slug"), at(b, "count")))
		}
		if !slices.Equal(found, expected) || fmt.Sprint(at(facet, "distinct")) != fmt.Sprint(len(want)) {
			f.t.Errorf("%s: found the tools %q, expected %q", face, found, expected)
		}
	}
}

// found holds what is found by a word, and what is similar to the first post of
// all, against what it should be.
func (f faces) found(q url.Values, filter *store.Filter, model *storetest.Model, view store.View) {
	f.t.Helper()
	const typed = "caching "
	var words, likes []string
	for _, hit := range model.Search(view, store.Search{Text: typed}, filter) {
		words = append(words, hit.Post.Slug)
	}
	slug := model.Visible(view)[0].Slug
	for _, hit := range model.Similar(view, slug, filter) {
		likes = append(likes, hit.Post.Slug)
	}
	q.Set("limit", "100")
	search := f.rest("/v1/search?q=" + url.QueryEscape(typed) + "&" + q.Encode())
	similar := f.rest("/v1/posts/" + url.PathEscape(slug) + "/similar?" + q.Encode())
	answer := f.graphql(`query($q: String!, $s: String!, $f: PostFilter) {
		search(query: $q, filter: $f, first: 100) { totalCount nodes { slug } }
		similarPosts(to: {post: $s}, filter: $f, first: 100) { totalCount nodes { slug } }
	}`, map[string]any{"q": typed, "s": slug, "f": filter})
	var hits []any
	for _, row := range search["data"].([]any) {
		hits = append(hits, at(row, "post"))
	}
	for _, tt := range []struct {
		what  string
		rows  any
		total any
		want  []string
	}{
		{"REST finds", append([]any{}, hits...), at(search, "page", "total"), words},
		{"GraphQL finds", at(answer, "search", "nodes"), at(answer, "search", "totalCount"), words},
		{"similar over REST", similar["data"], at(similar, "page", "total"), likes},
		{"similar over GraphQL", at(answer, "similarPosts", "nodes"), at(answer, "similarPosts", "totalCount"), likes},
	} {
		want := append([]string{}, tt.want[:min(len(tt.want), 100)]...)
		if got := slugsIn(tt.rows); !slices.Equal(got, want) || fmt.Sprint(tt.total) != fmt.Sprint(len(tt.want)) {
			f.t.Errorf("%s: found %v of %v, expected %v of %d", tt.what, got, tt.total, want, len(tt.want))
		}
	}
}

// TestDraftIsNowhere looks for one draft in every kind of answer.
func TestDraftIsNowhere(t *testing.T) {
	t.Parallel()
	posts := append(archive(t), decode(t, `{"slug":"zyxwv-draft","title":"Zyxwv","intro":"zyxwv","meta":{"topic":"zyxwv","tools":["zyxwv","redis"],`+
		`"entities":[{"name":"zyxwv","type":"thing"}],"stack":["Go"],"reference":"zyxwv","difficulty":"zyxwv","revision":{"status":"draft"}}}`))
	h := openHouse(t, posts)
	for _, target := range []string{
		"/v1/posts?limit=100", "/v1/posts?title=zyxwv", "/v1/posts?search=zyxwv", "/v1/posts.ndjson", "/v1/summaries?limit=100", "/v1/search?q=zyxwv",
		"/v1/tools?limit=100", "/v1/tools/zyxwv", "/v1/tools/redis/posts?limit=100", "/v1/tools/redis/related?limit=100", "/v1/entities?limit=100",
		"/v1/entities/thing-zyxwv", "/v1/facets?limit=100", "/v1/scores?by=tool&limit=100", "/v1/similar?tool=redis&limit=100", "/v1/posts/zyxwv-draft",
		"/v1/posts/zyxwv-draft/similar", "/v1/posts/measuring-a-cache/similar?limit=100", "/v1/posts/measuring-a-cache?include=similar", "/v1/posts/measuring-a-cache",
		"/graphql?query=" + url.QueryEscape(`{ posts(first: 100) { nodes { slug } } }`),
		"/graphql?query=" + url.QueryEscape(`{ search(query: "zyxwv") { nodes { slug } } }`),
		"/graphql?query=" + url.QueryEscape(`{ facets(by: [TOOL, DIFFICULTY], first: 100) { buckets { value } } }`),
		"/graphql?query=" + url.QueryEscape(`{ tools(first: 100) { nodes { name } } entities(first: 100) { nodes { name } } }`),
		"/graphql?query=" + url.QueryEscape(`{ similarPosts(to: {terms: {tools: ["redis"]}}, first: 100) { nodes { slug } } }`),
		"/graphql?query=" + url.QueryEscape(`{ post(slug: "zyxwv-draft") { title } tool(slug: "zyxwv") { name } }`),
	} {
		told := func(scope store.Scope) bool {
			r := get(t, h, target, h.as(scope)...)
			// A word that was not found is repeated, beside what may have been meant.
			text := strings.ReplaceAll(unpack(t, r), `"value":"zyxwv","nearest"`, "")
			return r.status == 200 && strings.Contains(text, "yxwv")
		}
		shows := !strings.HasSuffix(target, "/measuring-a-cache")
		if target == "/v1/posts/zyxwv-draft/similar" { // a post is not similar to itself
			if r := get(t, h, target, h.as(store.ScopePreview)...); r.status != 200 {
				t.Errorf("%s: found %d", target, r.status)
			}
			shows = told(store.ScopePreview)
		}
		for scope, want := range map[store.Scope]bool{"": false, store.ScopeRead: false, store.ScopePreview: shows, store.ScopeAdmin: shows} {
			if told(scope) != want {
				t.Errorf("%s as %q: found it %t", target, scope, !want)
			}
		}
	}
}

// TestKeysWhileServing adds, revokes and damages keys under a running server.
func TestKeysWhileServing(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t))
	status := func(secret string) int {
		return get(t, h, "/v1/posts/hidden", "Authorization: Bearer "+secret).status
	}
	secret, key, err := keys.In(h.catalogue.Dir()).Add("a desk", store.ScopePreview)
	if err != nil {
		t.Fatal(err)
	}
	until(t, "the new key is known", func() bool { return status(secret) == 200 })
	file := filepath.Join(h.catalogue.Dir(), "keys.json")
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, damage := range []string{"", "{", `{"keys":null}`, string(good) + "x", strings.Replace(string(good), `"scope": "preview"`, `"scope": "everything"`, 1),
		`{"keys":[],"secret":"` + secret + `"}`} {
		if err := os.WriteFile(file, []byte(damage), 0o600); err != nil {
			t.Fatal(err)
		}
		until(t, "the damage is noticed", func() bool {
			return strings.Contains(get(t, h, "/ready").body, `"problem":"keys.json cannot be read; the last good keys stay in force"`)
		})
		if got := status(secret); got != 200 {
			t.Errorf("damaged to %.20q: found %d, expected the last good keys", damage, got)
		}
		for _, err := range []error{second(keys.In(h.catalogue.Dir()).List()), second(keys.In(h.catalogue.Dir()).Revoke(key.ID)), third(keys.In(h.catalogue.Dir()).Add("x", store.ScopeRead))} {
			if err == nil || !strings.Contains(err.Error(), "damaged keys: "+file) || strings.Contains(err.Error(), secret) {
				t.Errorf("damaged to %.20q: found %v", damage, err)
			}
		}
		if now, err := os.ReadFile(file); err != nil || string(now) != damage {
			t.Errorf("the damaged file was written over: %q, %v", now, err)
		}
		if err := os.WriteFile(file, good, 0o600); err != nil {
			t.Fatal(err)
		}
		until(t, "the good file is read again", func() bool { return get(t, h, "/ready").body == `{"ok":true,"release":"r1"}` })
	}
	if !strings.Contains(h.log.String(), "cannot read the API keys") {
		t.Error("the log does not tell of the damage")
	}
	if _, err := keys.In(h.catalogue.Dir()).Revoke(key.ID); err != nil {
		t.Fatal(err)
	}
	until(t, "the key is refused", func() bool { return status(secret) == 401 })
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	until(t, "no key is known", func() bool { return status(h.secret[store.ScopeAdmin]) == 401 })
	h.secret["a desk"] = secret
	h.keepsSecrets()
}

func second[A any](_ A, err error) error        { return err }
func third[A, B any](_ A, _ B, err error) error { return err }
