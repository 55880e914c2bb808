package server_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"alphanode/store/storetest"
)

// TestListsInEitherForm: a list may be given by comma, repeated, or both, and is one
// question, with one answer, in whichever form.
func TestListsInEitherForm(t *testing.T) {
	t.Parallel()
	h := serving(t)
	for _, forms := range [][]string{
		{"/v1/posts?fields=slug,title,meta.topic&limit=3", "/v1/posts?fields=slug&fields=title&fields=meta.topic&limit=3",
			"/v1/posts?fields=slug%2Ctitle&limit=3&fields=meta.topic"},
		{"/v1/summaries?fields=slug,tools", "/v1/summaries?fields=slug&fields=tools"},
		{"/v1/posts/measuring-a-cache?fields=slug,title&include=similar", "/v1/posts/measuring-a-cache?include=similar&fields=slug&fields=title"},
		{"/v1/tools/redis?include=scores,related", "/v1/tools/redis?include=scores&include=related"},
		{"/v1/facets?by=tool,stack,status", "/v1/facets?by=tool&by=stack&by=status", "/v1/facets?by=tool,stack&by=status"},
		{"/v1/ranges?by=quality,updated&quality.bounds=10,50,90", "/v1/ranges?by=quality&by=updated&quality.bounds=10&quality.bounds=50&quality.bounds=90",
			"/v1/ranges?quality.bounds=10&quality.bounds=50,90&by=quality&by=updated"},
		{"/v1/ranges?by=updated&updated.bounds=2026-01-01,2026-03-01", "/v1/ranges?by=updated&updated.bounds=2026-01-01&updated.bounds=2026-03-01"},
		{"/v1/changes?since=r1&fields=slug,title", "/v1/changes?since=r1&fields=slug&fields=title"},
	} {
		first := get(t, h, forms[0])
		if first.status != 200 {
			t.Errorf("%s: found %d %s", forms[0], first.status, first.body)
		}
		for _, form := range forms[1:] {
			r := get(t, h, form)
			if r.status != 200 || r.body != first.body || r.header.Get("ETag") != first.header.Get("ETag") || r.header.Get("Link") != first.header.Get("Link") {
				t.Errorf("%s: found %d %s, Link %s, expected what %s gives: %s, Link %s", form, r.status, r.body, r.header.Get("Link"), forms[0], first.body, first.header.Get("Link"))
			}
			if status := r.header.Get("Cache-Status"); status != "alphanode; hit" && !strings.HasPrefix(form, "/v1/changes") { // which is kept for no one here
				t.Errorf("%s: found Cache-Status %q, expected that it is kept with %s", form, status, forms[0])
			}
		}
	}
	stream := get(t, h, "/v1/posts.ndjson?fields=slug,title")
	if r := get(t, h, "/v1/posts.ndjson?fields=slug&fields=title"); r.body != stream.body || r.header.Get("ETag") != stream.header.Get("ETag") {
		t.Errorf("streams: found %s, expected %s", r.body, stream.body)
	}
	for _, target := range []string{
		"/v1/posts?fields=", "/v1/posts?fields=slug,", "/v1/posts?fields=slug&fields=", "/v1/posts?fields=slug&fields=nothing",
		"/v1/facets?by=tool&by=tool", "/v1/facets?by=tool,tool", "/v1/ranges?by=quality&quality.bounds=1&quality.bounds=x",
		"/v1/ranges?by=updated&quality.bounds=1&quality.bounds=5", "/v1/scores?by=tool&by=entity", "/v1/scores?by=tool,entity",
	} {
		if r := get(t, h, target); r.status != 400 || !strings.Contains(r.body, `"location":"query.`) {
			t.Errorf("%s: found %d %s, expected 400", target, r.status, r.body)
		}
	}
}

type suggested struct {
	Kind, Value string
	Nearest     []string
	Instead     string
}

func suggestionsOf(t *testing.T, r reply) []suggested {
	t.Helper()
	var body struct{ Suggestions []suggested }
	if err := json.Unmarshal([]byte(r.body), &body); err != nil || r.status != 200 {
		t.Fatalf("found %d %s (%v)", r.status, r.body, err)
	}
	return body.Suggestions
}

// TestTermsByComma: a value that lists terms by comma finds nothing, for a name may hold
// commas; the answer says how to ask for them, wherever a filter is taken.
func TestTermsByComma(t *testing.T) {
	t.Parallel()
	named := decode(t, `{"slug":"commas","title":"Commas","meta":{"tools":["a, b","git","C++"],"entities":[{"name":"Git","type":"tool"},{"name":"C","type":"language"}],
		"stack":["Go","C++"],"difficulty":"hard","codeLanguage":"go","language":"pt-BR","topic":"Caching","revision":{"status":"reviewed"},"payload":{"scenario":"outage"}}}`)
	hidden := decode(t, `{"slug":"hidden","title":"Hidden","meta":{"tools":["secret"],"revision":{"status":"draft"}}}`)
	h := serve(t, onlyOne{storetest.Release(t, named, hidden)}, quiet)
	for parameter, want := range map[string]struct{ value, nearest, instead string }{
		"tool":         {"git,c++", "git|C++", "git|c++"},
		"entity":       {"tool:git, language:c", "Git|C", "tool:git|language:c"},
		"stack":        {"Go,Rust", "Go", "Go|Rust"},
		"difficulty":   {"easy,hard", "hard", "easy|hard"},
		"codeLanguage": {"go,,js", "go", "go|js"},
		"language":     {"en,pt-br", "pt-BR", "en|pt-br"},
		"status":       {"reviewed,draft", "reviewed", "reviewed|draft"},
		"scenario":     {"outage,drill", "outage", "outage|drill"},
		"topic":        {"caching,queues", "Caching", "caching|queues"},
	} {
		for _, suffix := range []string{"", ".all", ".not"} {
			var pairs []string
			for _, part := range strings.Split(want.instead, "|") {
				pairs = append(pairs, parameter+suffix+"="+url.QueryEscape(part))
			}
			instead := strings.Join(pairs, "&")
			for _, list := range []string{"/v1/posts?", "/v1/posts?fields=slug&", "/v1/posts?fields=slug,meta.topic&", "/v1/summaries?", "/v1/summaries?fields=tools&", "/v1/tools/git/posts?", "/v1/entities/tool-git/posts?",
				"/v1/search?q=commas&", "/v1/posts/commas/similar?", "/v1/similar?stack=go&", "/v1/facets?", "/v1/ranges?", "/v1/scores?", "/v1/scores?by=tool&", "/v1/changes?since=r1&"} {
				if suffix == "" && list == "/v1/similar?stack=go&" && (parameter == "tool" || parameter == "entity" || parameter == "stack") {
					list = "/v1/similar?" // these are no filters there
				}
				target := list + url.Values{parameter + suffix: {want.value}}.Encode()
				found := suggestionsOf(t, get(t, h, target))
				if len(found) != 1 || found[0].Value != want.value || strings.Join(found[0].Nearest, "|") != want.nearest || found[0].Instead != instead {
					t.Errorf("%s: found %+v, expected the nearest %s and %s", target, found, want.nearest, instead)
				}
				r := get(t, h, list+instead)
				if r.status != 200 || strings.Contains(r.body, `"instead"`) {
					t.Errorf("%s: found %d %s, expected that it can be asked", list+instead, r.status, r.body)
				}
			}
		}
	}
	// A name that holds commas is one name; values of which no part is a name have no parts; drafts have no names.
	for query, want := range map[string]string{
		"tool=a,+b": "null", "tool=git": "null", "tool=git&tool=C%2B%2B": "null", "topic.contains=a,b": "null", "title=git,c": "null",
		"tool=x,y":       `[{"Kind":"tool","Value":"x,y","Nearest":[],"Instead":""}]`,
		"tool=secret,no": `[{"Kind":"tool","Value":"secret,no","Nearest":[],"Instead":""}]`,
		"tool=secret":    `[{"Kind":"tool","Value":"secret","Nearest":[],"Instead":""}]`,
		"tool=gti":       `[{"Kind":"tool","Value":"gti","Nearest":["git"],"Instead":""}]`,
		"tool.not=gti&codeLanguage=goo": `[{"Kind":"tool","Value":"gti","Nearest":["git"],"Instead":""},` +
			`{"Kind":"codeLanguage","Value":"goo","Nearest":["go"],"Instead":""}]`,
	} {
		if got := asJSON(t, suggestionsOf(t, get(t, h, "/v1/summaries?"+query))); got != want {
			t.Errorf("%s: found %s, expected %s", query, got, want)
		}
	}
}

// TestPlusInNames: a plus in an address is a space, so a name with spaces at its ends
// was most likely meant to have one, and would find another. Texts may end with spaces.
func TestPlusInNames(t *testing.T) {
	t.Parallel()
	h := serving(t)
	for _, name := range []string{"tool", "tool.all", "tool.not", "entity", "stack", "difficulty", "codeLanguage", "language", "status", "scenario", "topic", "topic.not", "slug", "slug.prefix"} {
		for _, value := range []string{"c++", "+c", "c%20", "%09c", "c%C2%A0"} {
			r := get(t, h, "/v1/posts?"+name+"="+value)
			if r.status != 400 || !strings.Contains(r.body, "%2B") || !strings.Contains(r.body, `"location":"query.`+name+`"`) {
				t.Errorf("%s=%s: found %d %s, expected 400 that says %%2B", name, value, r.status, r.body)
			}
		}
	}
	for _, target := range []string{
		"/v1/similar?tool=c++", "/v1/similar?entity=language:c++", "/v1/similar?stack=c++", "/v1/entities?type=c++", "/v1/posts/measuring-a-cache/similar?exclude=c++",
		"/v1/facets?tool=c++", "/v1/scores?tool=c++", "/v1/ranges?tool=c++", "/v1/changes?since=r1&tool=c++", "/v1/posts.ndjson?tool=c++", "/v1/search?q=c&tool=c++",
	} {
		if r := get(t, h, target); r.status != 400 || !strings.Contains(r.body, "%2B") {
			t.Errorf("%s: found %d %s, expected 400 that says %%2B", target, r.status, r.body)
		}
	}
	for _, target := range []string{
		"/v1/posts?tool=C%2B%2B", "/v1/search?q=c++", "/v1/posts?search=cache+", "/v1/tools?q=c++", "/v1/posts?title.prefix=Measuring+", "/v1/posts?tool=a+b",
	} {
		if r := get(t, h, target); r.status != 200 {
			t.Errorf("%s: found %d %s, expected 200", target, r.status, r.body)
		}
	}
	if l, _ := getList(t, h, "/v1/posts?tool=C%2B%2B"); l.Page.Total == 0 {
		t.Error("tool=C%2B%2B: found no post")
	}
	// In a path a plus is a plus.
	if r := get(t, h, "/v1/tools/c+"); r.status != 404 || !strings.Contains(r.body, `"value":"c+"`) {
		t.Errorf("/v1/tools/c+: found %d %s, expected 404 for c+", r.status, r.body)
	}
}

// TestOddQueries: what cannot be read, or means nothing here, is refused and never passed over.
func TestOddQueries(t *testing.T) {
	t.Parallel()
	h := serving(t)
	for _, query := range []string{
		"tool=git;c", "limit=1;limit=2", "a;b", ";", "tool=%zz", "%zz=1", "%", "tool=%", "tool=%0", "tool=a%00b", "tool%00=a", "title=%00", "tool=%C0%AF", "tool=%ff",
		"tool=%ED%A0%80", "tool=%F4%90%80%80", "%C0%AF=a", "tool=", "tool", "limit=", "limit", "fields", "fields=", "sort=", "after=", "before=", "page=", "hasImages=", "title=", "search=",
		"updated=", "quality=", "=git", "=", "tool[]=git", "tool[0]=git", "tool%5B%5D=git", "a[]=1", "tool[eq]=git", "filter[tool]=git", "Tool=git", "TOOL=git", "limit=%31%30%31", "limit=0x10",
		"limit=1e1", "limit=1.0", "limit=+5", "limit=%2B5", "limit=-0x1", "limit=٣", "page=0", "page=-1", "page=99999999999999999999", "limit=2&limit=2", "sort=title&sort=title", "hasImages=True", "hasImages=1",
		"quality=1.5", "quality=0b1", "quality=9223372036854775808", "updated=2026-02-30", "updated=2026-2-3", "updated=2026-03-01T00:00:00Z", "utm_source=x", "_=1", "callback=f", "tool.=git", "tool..all=git", ".all=git",
		"tool=a\u00a0", "title.suffix=a", "and=a", "not=a",
	} {
		r := get(t, h, "/v1/posts?"+strings.ReplaceAll(strings.ReplaceAll(query, "\u00a0", "%C2%A0"), "٣", "%D9%A3"))
		if r.status != 400 || !strings.Contains(r.body, `"location":"query`) || !strings.Contains(r.body, `"expected":"`) {
			t.Errorf("%s: found %d %s, expected 400 that says where and what", query, r.status, r.body)
		}
	}
	for _, target := range []string{"/?x=1", "/openapi.json?x=1", "/health?x=1", "/ready?x=1", "/v1/tools/redis?x=1", "/v1/posts/measuring-a-cache?tool=redis", "/v1/releases/current?limit=1"} {
		if r := get(t, h, target, forPrograms(target)...); r.status != 400 {
			t.Errorf("%s: found %d %s, expected 400", target, r.status, r.body)
		}
	}
	for _, target := range []string{"/v1/posts/a%00b", "/v1/posts/%ff", "/v1/tools/%C0%AF", "/v1/releases/r0/diff/r1", "/v1/releases/r1%00/diff/r1"} {
		if r := get(t, h, target); r.status != 400 && r.status != 404 {
			t.Errorf("%s: found %d %s, expected 400 or 404", target, r.status, r.body)
		}
	}
}
