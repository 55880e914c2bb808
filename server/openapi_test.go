package server_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

var update = flag.Bool("update", false, "write the golden files anew")

const golden = "testdata/openapi.json"

func TestDocument(t *testing.T) {
	t.Parallel()
	var indented bytes.Buffer
	if err := json.Indent(&indented, []byte(get(t, serving(t), "/openapi.json").body), "", "  "); err != nil {
		t.Fatal(err)
	}
	got := indented.String() + "\n"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("openapi.json is not %s; if the change is meant, run the test with -update and read the difference", golden)
	}
	public := get(t, serving(t, "public-url=https://archive.example.org/"), "/openapi.json").body
	if !strings.Contains(public, `"url":"https://archive.example.org"`) {
		t.Error("the document does not name the public address")
	}
}

// described is the part of the document that the tests go by.
type described struct {
	Paths      map[string]map[string]operation
	Components struct {
		Parameters map[string]parameter
		Responses  map[string]response
		Headers    map[string]struct{ Required bool }
	}
}

type operation struct {
	OperationID string
	Description string
	Parameters  []parameter
	Responses   map[string]response
}

type response struct {
	Ref     string `json:"$ref"`
	Content map[string]json.RawMessage
	Headers map[string]struct {
		Ref string `json:"$ref"`
	}
}

type parameter struct {
	Ref      string `json:"$ref"`
	Name, In string
	Schema   valueSchema
}

type valueSchema struct {
	Type     string
	Enum     []any
	Examples []any
	Minimum  json.Number
	Maximum  json.Number
	Items    *valueSchema
}

func document(t testing.TB, body string) described {
	t.Helper()
	var d described
	if err := json.Unmarshal([]byte(body), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// validator holds bodies against the document's schemas.
type validator struct {
	compiler *jsonschema.Compiler
	others   map[form]validator
}

// form is what an address asks for that the document says in words: only some fields of
// posts, or summaries in place of whole posts.
type form struct{ parts, summaries bool }

func newValidator(t *testing.T, body string) validator {
	t.Helper()
	v := validator{others: map[form]validator{}}
	for _, f := range []form{{}, {parts: true}, {summaries: true}, {true, true}} {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		shapes := at(doc, "components", "schemas").(map[string]any)
		if f.summaries {
			shapes["Post"] = shapes["Summary"]
		}
		if f.parts {
			requireNothing(shapes["Post"])
			requireNothing(shapes["Summary"])
		}
		c := jsonschema.NewCompiler()
		c.AssertFormat()
		if err := c.AddResource("openapi.json", doc); err != nil {
			t.Fatal(err)
		}
		v.others[f] = validator{compiler: c}
	}
	v.compiler = v.others[form{}].compiler
	return v
}

// requireNothing requires no field of an object and those in it. Lists are whole.
func requireNothing(shape any) {
	object := shape.(map[string]any)
	delete(object, "required")
	fields, _ := object["properties"].(map[string]any)
	for _, field := range fields {
		requireNothing(field)
	}
}

// of gives what holds the answer of an address against the document, and what that says
// in words of the parameters fields and as.
func (v validator) of(target string) validator {
	u, err := url.Parse(target)
	if err != nil {
		return v
	}
	return v.others[form{u.Query().Has("fields"), u.Query().Get("as") == "summary"}]
}

// check holds a body against the schema of one answer of one operation.
func (v validator) check(t *testing.T, pattern, method string, status int, media, body string) {
	t.Helper()
	escape := strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D", "+", "%2B").Replace
	at := fmt.Sprintf("openapi.json#/paths/%s/%s/responses/%d/content/%s/schema", escape(pattern), method, status, escape(media))
	switch {
	case pattern == "": // of no operation
		at = "openapi.json#/components/schemas/Problem"
	case status >= 400:
		at = fmt.Sprintf("openapi.json#/components/responses/%d/content/%s/schema", status, escape(media))
	}
	schema, err := v.compiler.Compile(at)
	if err != nil {
		t.Errorf("%s %s: no schema for %d %s: %v", method, pattern, status, media, err)
		return
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
	if err != nil {
		t.Errorf("%s %s: %v in %s", method, pattern, err, body)
		return
	}
	if err := schema.Validate(value); err != nil {
		t.Errorf("%s %s: %v\n%s", method, pattern, err, body)
	}
}

// TestAnswersFitDocument asks for every kind of answer and holds it against the
// document.
func TestAnswersFitDocument(t *testing.T) {
	t.Parallel()
	h := serving(t)
	body := get(t, h, "/openapi.json").body
	v, d := newValidator(t, body), document(t, body)
	asked := map[string]bool{}
	for _, tt := range []struct{ pattern, target string }{
		{"/v1/posts", "/v1/posts?limit=100"},
		{"/v1/posts", "/v1/posts?limit=100&fields=meta.score.depth,title,meta.extra,meta.payload.seed"},
		{"/v1/posts", "/v1/posts?limit=3&page=2"},
		{"/v1/posts", "/v1/posts?slug=none-such"},
		{"/v1/posts", "/v1/posts?limit=0"},
		{"/v1/posts", "/v1/posts?as=summary"},
		{"/v1/posts", "/v1/posts?as=summary&fields=slug,image.url&include=similar&similar.limit=2"},
		{"/v1/posts", "/v1/posts?include=html,text,anchors,similar&limit=100"},
		{"/v1/posts", "/v1/posts?include=html&fields=slug,meta.tools"},
		{"/v1/posts.ndjson", "/v1/posts.ndjson"},
		{"/v1/posts.ndjson", "/v1/posts.ndjson?fields=meta.score.depth,title"},
		{"/v1/posts.ndjson", "/v1/posts.ndjson?limit=1"},
		{"/v1/posts/{slug}", "/v1/posts/measuring-a-cache"},
		{"/v1/posts/{slug}", "/v1/posts/measuring-a-cache?include=similar"},
		{"/v1/posts/{slug}", "/v1/posts/measuring-a-cache?fields=body,meta.images&include=similar"},
		{"/v1/posts/{slug}", "/v1/posts/measuring-a-cache?include=html,text&include=similar&similar.diversity=0.5"},
		{"/v1/posts/{slug}", "/v1/posts/none-such"},
		{"/v1/posts/{slug}/similar", "/v1/posts/measuring-a-cache/similar?limit=100"},
		{"/v1/posts/{slug}/meta.html", "/v1/posts/measuring-a-cache/meta.html?include=similar"},
		{"/v1/posts/{slug}/meta.html", "/v1/posts/none-such/meta.html"},
		{"/v1/resolve", "/v1/resolve?url=https%3A%2F%2Fnew.example%2F2014%2F09%2F15%2Fmeasuring"},
		{"/v1/resolve", "/v1/resolve?url=/none"},
		{"/v1/resolve", "/v1/resolve?url=mailto:a@b.example"},
		{"/v1/similar", "/v1/similar?tool=redis&diversity=0.5"},
		{"/v1/similar", "/v1/similar?tool=redis&tool=rediz&entity=none-such"},
		{"/v1/similar", "/v1/similar"},
		{"/v1/summaries", "/v1/summaries?limit=100"},
		{"/v1/summaries", "/v1/summaries?fields=image.url"},
		{"/v1/summaries", "/v1/summaries?include=similar"},
		{"/v1/summaries", "/v1/summaries?include=terms"},
		{"/v1/posts/{slug}", "/v1/posts/measuring-a-cache?include=terms&fields=title"},
		{"/v1/entities", "/v1/entities"},
		{"/v1/posts/{slug}/explain", "/v1/posts/measuring-a-cache/explain?q=measure+the+cache"},
		{"/v1/suggest", "/v1/suggest?q=me"},
		{"/v1/suggest", "/v1/suggest?q=%20"},
		{"/v1/entity-types", "/v1/entity-types?limit=2"},
		{"/v1/entities/{slug}", "/v1/entities/POSTGRESQL"},
		{"/v1/tools/{slug}", "/v1/tools/rediss"},
		{"/v1/entities/{slug}", "/v1/entities/database-postgresql"},
		{"/v1/entities/{slug}", "/v1/entities/database-postgresql?include=related,scores"},
		{"/v1/entities/{slug}/related", "/v1/entities/database-postgresql/related?limit=100"},
		{"/v1/entities/{slug}/related", "/v1/entities/none-such/related"},
		{"/v1/entities/{slug}/posts", "/v1/entities/database-postgresql/posts"},
		{"/v1/search", "/v1/search?q=cache"},
		{"/v1/search", "/v1/search?q=measuring%20redis&limit=1"},
		{"/v1/search", "/v1/search?q=nowhere"},
		{"/v1/search", "/v1/search"},
		{"/v1/tools", "/v1/tools?limit=1"},
		{"/v1/tools/{slug}", "/v1/tools/redis"},
		{"/v1/tools/{slug}", "/v1/tools/redis?include=scores"},
		{"/v1/tools/{slug}/related", "/v1/tools/redis/related?kind=entity"},
		{"/v1/tools/{slug}/posts", "/v1/tools/redis/posts?fields=slug"},
		{"/v1/tools/{slug}/posts", "/v1/tools/redis/posts?as=summary"},
		{"/v1/facets", "/v1/facets"},
		{"/v1/facets", "/v1/facets?by=entity,tool&limit=3&tool=redis"},
		{"/v1/facets", "/v1/facets?by=tool,title"},
		{"/v1/ranges", "/v1/ranges"},
		{"/v1/ranges", "/v1/ranges?by=quality,updated&quality.bounds=10,50&updated.interval=quarter&tool=redis"},
		{"/v1/ranges", "/v1/ranges?by=updated&slug=none-such"},
		{"/v1/ranges", "/v1/ranges?by=title"},
		{"/v1/scores", "/v1/scores"},
		{"/v1/scores", "/v1/scores?tool=none-such"},
		{"/v1/scores", "/v1/scores?by=entity&limit=3"},
		{"/v1/scores", "/v1/scores?limit=3"},
		{"/v1/releases/current", "/v1/releases/current"},
		{"/v1/releases", "/v1/releases"},
		{"/v1/releases/{a}/diff/{b}", "/v1/releases/r1/diff/r1"},
		{"/v1/releases/{a}/diff/{b}", "/v1/releases/r1/diff/r9"},
		{"/v1/changes", "/v1/changes?since=r1"},
		{"/v1/changes", "/v1/changes"},
		{"/graphql", "/graphql?query=%7B__typename%7D"},
		{"/graphql", "/graphql?query=%7Bnone%7D"},
		{"/", "/"},
		{"/openapi.json", "/openapi.json"},
		{"/schema.graphqls", "/schema.graphqls"},
		{"/health", "/health"},
		{"/ready", "/ready"},
	} {
		asked[tt.pattern] = true
		r := get(t, h, tt.target, forPrograms(tt.target)...)
		media, _, _ := strings.Cut(r.header.Get("Content-Type"), ";")
		bodies := []string{r.body}
		if media == "application/x-ndjson" {
			bodies = strings.Split(strings.TrimSpace(r.body), "\n")
		}
		if media == "text/plain" || media == "text/html" {
			quoted, err := json.Marshal(r.body)
			if err != nil {
				t.Fatal(err)
			}
			bodies = []string{string(quoted)}
		}
		for _, body := range bodies {
			v.of(tt.target).check(t, tt.pattern, "get", r.status, media, body)
		}
	}
	for pattern, methods := range d.Paths {
		if _, read := methods["get"]; read && !asked[pattern] {
			t.Errorf("%s was not asked for", pattern)
		}
	}
	posted := ask(t, h, "POST", "/graphql", `{"query":"{__typename}","variables":null}`, "Content-Type: application/json")
	v.check(t, "/graphql", "post", posted.status, "application/json", posted.body)
	for _, r := range []reply{get(t, h, "/nowhere"), ask(t, h, "PUT", "/v1/posts", ""), get(t, h, "/v1/posts", "Accept: text/html")} {
		v.check(t, "", "", r.status, "application/problem+json", r.body)
	}
}

// TestSchemasAreClosed proves that the check above would find a field too many.
func TestSchemasAreClosed(t *testing.T) {
	t.Parallel()
	var walk func(at string, v any)
	walk = func(at string, v any) {
		switch v := v.(type) {
		case []any:
			for i := range v {
				walk(fmt.Sprintf("%s/%d", at, i), v[i])
			}
		case map[string]any:
			if _, has := v["properties"]; has && v["additionalProperties"] != false {
				t.Errorf("%s is open", at)
			}
			for name := range v {
				walk(at+"/"+name, v[name])
			}
		}
	}
	var doc any
	if err := json.Unmarshal([]byte(get(t, serving(t), "/openapi.json").body), &doc); err != nil {
		t.Fatal(err)
	}
	walk("#", doc)
}

// TestParametersAreTaken sends each parameter the document names, with a value
// that its schema allows, and one that it does not.
func TestParametersAreTaken(t *testing.T) {
	t.Parallel()
	h := serving(t)
	d := document(t, get(t, h, "/openapi.json").body)
	slugs := strings.NewReplacer("/posts/{slug}", "/posts/measuring-a-cache", "/tools/{slug}", "/tools/redis", "/entities/{slug}", "/entities/database-postgresql",
		"{a}", "r1", "{b}", "r1")
	sent := 0
	for pattern, methods := range d.Paths {
		if pattern == "/graphql" {
			continue // it reads its parameters itself
		}
		target := slugs.Replace(pattern)
		for _, p := range methods["get"].Parameters {
			if p.Ref != "" {
				p = d.Components.Parameters[strings.TrimPrefix(p.Ref, "#/components/parameters/")]
			}
			if p.In != "query" {
				continue
			}
			sent++
			if r := get(t, h, target+"?"+url.Values{p.Name: {"\xff"}}.Encode()); r.status != 400 || !strings.Contains(r.body, `"query.`) {
				t.Errorf("%s: %s=\\xff: found %d %s", pattern, p.Name, r.status, r.body)
			}
			if slices.Contains([]string{"after", "before"}, p.Name) {
				continue // only an answer has one
			}
			for _, value := range p.Schema.values() {
				given := url.Values{p.Name: {value}}
				if slices.Contains([]string{"/v1/search", "/v1/suggest", "/v1/posts/{slug}/explain"}, pattern) && p.Name != "q" {
					given.Set("q", "cache") // there is nothing else to look for
				}
				if pattern == "/v1/scores" && slices.Contains([]string{"limit", "page", "minCount", "sort"}, p.Name) {
					given.Set("by", "tool") // there is nothing else to list
				}
				if strings.HasPrefix(p.Name, "similar.") {
					given.Set("include", "similar") // there is nothing else that they are about
				}
				if p.Name == "fields" && inSummaries(d, value) && slices.ContainsFunc(methods["get"].Parameters, func(p parameter) bool { return p.Name == "as" }) {
					given.Set("as", "summary")
				}
				if strings.HasPrefix(p.Name, "search.") {
					given.Set("search", "cache") // they say how it is meant
				}
				if strings.HasSuffix(p.Name, ".interval") {
					given.Set("slug", "measuring-a-cache") // others are from many days
				}
				if pattern == "/v1/changes" {
					given.Set("since", "r1") // what changed must be since something
				}
				if pattern == "/v1/similar" && !given.Has("stack") {
					given.Set("stack", "Go") // posts must be compared with something
				}
				expected := 200
				if pattern == "/v1/resolve" {
					expected = 404 // no post of the archive stood elsewhere before
				}
				if r := get(t, h, target+"?"+given.Encode()); r.status != expected {
					t.Errorf("%s: %s=%s: found %d %s", pattern, p.Name, value, r.status, r.body)
				}
			}
		}
	}
	if sent < 400 {
		t.Errorf("found %d parameters in all, expected the filters on every list of posts", sent)
	}
}

// inSummaries reports whether a name of fields= is of a summary alone.
func inSummaries(d described, path string) bool {
	ofPosts := d.Paths["/v1/posts/{slug}"]["get"].Parameters
	i := slices.IndexFunc(ofPosts, func(p parameter) bool { return p.Name == "fields" })
	return !slices.Contains(ofPosts[i].Schema.values(), path)
}

// TestAnswersAreDescribedWhole: what takes fields= is described as what it gives without.
func TestAnswersAreDescribedWhole(t *testing.T) {
	t.Parallel()
	body := get(t, serving(t), "/openapi.json").body
	if strings.Contains(body, "Partial") {
		t.Error("found a shape of which no field is required")
	}
	var doc any
	if err := json.Unmarshal([]byte(body), &doc); err != nil {
		t.Fatal(err)
	}
	whole := 0
	for pattern, methods := range document(t, body).Paths {
		for method, o := range methods {
			if !slices.ContainsFunc(o.Parameters, func(p parameter) bool { return p.Name == "fields" }) {
				continue
			}
			whole++
			for media := range o.Responses["200"].Content {
				shape := at(doc, "paths", pattern, method, "responses", "200", "content", media, "schema")
				if text := asJSON(t, shape); strings.Contains(text, "anyOf") || strings.Contains(text, "oneOf") || strings.Count(text, `schemas/Post"`)+strings.Count(text, `schemas/Summary"`)+strings.Count(text, `schemas/Change"`) != 1 {
					t.Errorf("%s: found %s, expected the whole type", pattern, text)
				}
			}
		}
	}
	if whole < 7 {
		t.Errorf("found %d addresses that take fields", whole)
	}
	for name, required := range map[string]string{"Post": `["slug","title","body","meta"]`, "Summary": `["slug","title","tools"]`} {
		if found := asJSON(t, at(doc, "components", "schemas", name, "required")); found != required {
			t.Errorf("%s: found %s required, expected %s", name, found, required)
		}
	}
}

// values are some that the schema allows.
func (s valueSchema) values() []string {
	if s.Items != nil {
		return s.Items.values()
	}
	var all []string
	for _, v := range append(s.Enum, s.Examples...) {
		all = append(all, fmt.Sprint(v))
	}
	switch {
	case s.Minimum != "" && s.Type == "integer":
		all = append(all, s.Minimum.String(), s.Maximum.String())
	case s.Minimum != "":
		all = append(all, s.Minimum.String())
	case s.Type == "boolean":
		all = append(all, "true", "false")
	case len(all) == 0:
		all = append(all, "x")
	}
	return all
}

// TestDocumentIsSound holds the document against itself: every reference
// leads somewhere, every component is referred to, every operation has a name of its own.
func TestDocumentIsSound(t *testing.T) {
	t.Parallel()
	for _, flags := range [][]string{nil, {"without=graphql"}, {"without=search"}, {"without=streams"}, {"without=introspection"}, {"without=graphql,search,streams"}} {
		t.Run(fmt.Sprint(flags), func(t *testing.T) { documentIsSound(t, get(t, serving(t, flags...), "/openapi.json").body) })
	}
}

func documentIsSound(t *testing.T, body string) {
	var doc map[string]any
	decoder := json.NewDecoder(bytes.NewReader([]byte(body)))
	if err := decoder.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	for _, part := range strings.Split(body, `"$ref":"#/`)[1:] {
		pointer, _, _ := strings.Cut(part, `"`)
		var at any = doc
		for _, step := range strings.Split(pointer, "/") {
			object, _ := at.(map[string]any)
			at = object[step]
		}
		if at == nil {
			t.Errorf("%s leads nowhere", pointer)
		}
	}
	for kind, named := range doc["components"].(map[string]any) {
		for name := range named.(map[string]any) {
			if !strings.Contains(body, `"#/components/`+kind+"/"+name+`"`) && kind != "securitySchemes" {
				t.Errorf("nothing refers to %s/%s", kind, name)
			}
		}
	}
	names := map[string]bool{}
	for pattern, methods := range document(t, body).Paths {
		for _, o := range methods {
			if o.OperationID == "" || names[o.OperationID] {
				t.Errorf("%s: the name %q is missing or taken", pattern, o.OperationID)
			}
			if o.Description == "" || !strings.HasSuffix(o.Description, ".") {
				t.Errorf("%s: %s has no description", pattern, o.OperationID)
			}
			names[o.OperationID] = true
		}
	}
}
