package server_test

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	nethtml "golang.org/x/net/html"

	"alphanode/content"
	"alphanode/server/pages/frame"
	"alphanode/synth"
)

// consoleHouse serves synthetic posts.
func consoleHouse(t *testing.T, flags ...string) *house {
	t.Helper()
	generator, posts := synth.New(1), []*content.Post{}
	for k := range int64(60) {
		posts = append(posts, generator.Post(k+1))
	}
	return openHouse(t, posts, flags...)
}

func page(t *testing.T, h http.Handler, target string) reply {
	t.Helper()
	return get(t, h, target, "Accept: text/html")
}

// linksOf are the addresses that a page links, without what stands behind #.
func linksOf(t *testing.T, html string) (links []string) {
	t.Helper()
	root, err := nethtml.Parse(strings.NewReader(html))
	if err != nil {
		t.Fatal(err)
	}
	for node := range root.Descendants() {
		for _, a := range node.Attr {
			if node.Data == "a" && a.Key == "href" {
				at, _, _ := strings.Cut(a.Val, "#")
				links = append(links, at)
			}
		}
	}
	return links
}

// TestConsoleExamples asks each example of the console, as it is linked: each gives data
// and no errors.
func TestConsoleExamples(t *testing.T) {
	t.Parallel()
	for _, flags := range [][]string{nil, {"without=search,introspection,streams"}} {
		h, asked := consoleHouse(t, flags...), 0
		for _, link := range linksOf(t, page(t, h, "/graphiql").body) {
			u, err := url.Parse(link)
			if err != nil || u.Path != "/graphiql" || !u.Query().Has("query") {
				continue
			}
			asked++
			u.Path = "/graphql"
			answer := get(t, h, u.String())
			var found struct {
				Data   map[string]any
				Errors []any
			}
			if err := json.Unmarshal([]byte(answer.body), &found); err != nil || answer.status != http.StatusOK || found.Errors != nil || len(found.Data) == 0 {
				t.Errorf("%s: found %d %s", link, answer.status, answer.body)
			}
			for name, value := range found.Data {
				if value == nil {
					t.Errorf("%s: found that %s is null", link, name)
				}
			}
		}
		if asked < 11 {
			t.Errorf("found %d examples, expected some for each kind of user", asked)
		}
	}
}

var unsafe = regexp.MustCompile(`(?i)\sstyle=|\son[a-z]+=|<style|<script>|javascript:|(src|action)="?(https?:)?//`)

// TestDocumentationPages follows every link from /docs and /graphiql to the pages of the
// documentation: each is there, small, under the policy of pages, and links what is there.
func TestDocumentationPages(t *testing.T) {
	t.Parallel()
	h := consoleHouse(t)
	seen, next := map[string]bool{}, []string{"/docs", "/graphiql"}
	for len(next) > 0 {
		at := next[0]
		next = next[1:]
		if seen[at] {
			continue
		}
		seen[at] = true
		answer := page(t, h, at)
		if answer.status != http.StatusOK || answer.header.Get("Content-Security-Policy") != frame.Policy {
			t.Errorf("%s: found %d with the policy %q: %s", at, answer.status, answer.header.Get("Content-Security-Policy"), answer.body)
			continue
		}
		if n := packed(t, answer.body); n > 20_000 {
			t.Errorf("%s: found %d bytes in gzip, expected at most 20,000", at, n)
		}
		if found := unsafe.FindString(answer.body); found != "" {
			t.Errorf("%s: found %q, which the policy would refuse or which is elsewhere", at, found)
		}
		for _, link := range linksOf(t, answer.body) {
			if strings.HasPrefix(link, "/docs") {
				next = append(next, link)
			}
		}
	}
	var document struct {
		Paths      map[string]map[string]struct{ OperationID string }
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal([]byte(get(t, h, "/openapi.json").body), &document); err != nil {
		t.Fatal(err)
	}
	for _, methods := range document.Paths {
		for _, op := range methods {
			if !seen["/docs/rest/"+op.OperationID] {
				t.Errorf("found no link to the page of %s", op.OperationID)
			}
		}
	}
	for name := range document.Components.Schemas {
		if !seen["/docs/shapes/"+name] {
			t.Errorf("found no link to the page of the shape %s", name)
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^(?:type|input|enum|union|interface|scalar) (\w+)`).FindAllStringSubmatch(get(t, h, "/schema.graphqls").body, -1) {
		if !seen["/docs/graphql/"+m[1]] {
			t.Errorf("found no link to the page of the type %s", m[1])
		}
	}
	for _, at := range []string{"/docs/rest/nothing", "/docs/shapes/nothing", "/docs/graphql/Nothing", "/docs/graphql/__Schema"} {
		if answer := page(t, h, at); answer.status != http.StatusNotFound {
			t.Errorf("%s: found %d, expected 404", at, answer.status)
		}
	}
}

// packed is how long a text is in gzip.
func packed(t *testing.T, text string) int {
	t.Helper()
	var n counter
	w := gzip.NewWriter(&n)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return int(n)
}

type counter int

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }

// TestTriedOperations sends the form of every operation as it stands: what it shows is
// what the API answers to the address that it shows.
func TestTriedOperations(t *testing.T) {
	t.Parallel()
	h, tried := consoleHouse(t), 0
	for _, link := range slices.Compact(linksOf(t, page(t, h, "/docs").body)) {
		if !strings.HasPrefix(link, "/docs/rest/") {
			continue
		}
		opened := page(t, h, link)
		if strings.Contains(opened.body, `id="answer"`) {
			t.Errorf("%s: found an answer on a page that was only opened", link)
		}
		if !strings.Contains(opened.body, `name="run"`) {
			continue
		}
		tried++
		shown := page(t, h, link+"?run=1")
		addresses := regexp.MustCompile(`class="button" href="([^"]*)"`).FindStringSubmatch(shown.body)
		if addresses == nil {
			t.Errorf("%s: found no address", link)
			continue
		}
		address := nethtml.UnescapeString(addresses[1])
		answer := get(t, h, address, "Accept: application/json, */*;q=0.9")
		expected := http.StatusOK
		if strings.HasPrefix(address, "/v1/resolve") {
			expected = http.StatusNotFound // no post of the archive stood elsewhere before
		}
		if answer.status != expected || !strings.Contains(shown.body, fmt.Sprint("status ", expected)) {
			t.Errorf("%s: found %d at %s: %s", link, answer.status, address, answer.body)
		}
		if text := answerOf(t, shown.body); squeezed(text) != squeezed(answer.body) && !strings.Contains(shown.body, "cut here") {
			t.Errorf("%s: found %s, expected %s", link, text, answer.body)
		}
	}
	if tried < 25 {
		t.Errorf("found %d forms, expected one for each operation that is read", tried)
	}
	wrong := page(t, h, "/docs/rest/listPosts?quality.gte=abc&run=1")
	if text := answerOf(t, wrong.body); !strings.Contains(wrong.body, "status 400") || !strings.Contains(text, `"query.quality.gte"`) {
		t.Errorf("found %d %s", wrong.status, text)
	}
	if text := answerOf(t, page(t, h, "/docs/rest/getPost?slug=%3C%2Fscript%3E&run=1").body); !strings.Contains(text, `"NOT_FOUND"`) {
		t.Errorf("found %s", text)
	}
}

// answerOf is the text of the answer that a page shows.
func answerOf(t *testing.T, html string) string {
	t.Helper()
	_, behind, _ := strings.Cut(html, `id="answer"`)
	_, behind, _ = strings.Cut(behind, "<code")
	_, behind, _ = strings.Cut(behind, ">")
	text, _, _ := strings.Cut(behind, "</code>")
	return nethtml.UnescapeString(text)
}

// squeezed is JSON without the space between its lines and its members.
func squeezed(text string) string {
	var w strings.Builder
	for line := range strings.SplitSeq(text, "\n") {
		w.WriteString(strings.TrimSpace(line))
	}
	return strings.ReplaceAll(w.String(), `": `, `":`)
}

// TestConsoleWithoutScript sends the form of the console as a browser without JavaScript
// does: the answer stands on the page, an error with its line. A link only opens it.
func TestConsoleWithoutScript(t *testing.T) {
	t.Parallel()
	h := consoleHouse(t)
	const query = "query ($n: Int!) {\n  posts(first: $n) { nodes { slug } }\n}"
	form := url.Values{"query": {query}, "variables": {`{"n": 2}`}}
	opened := page(t, h, "/graphiql?"+form.Encode())
	if text := answerOf(t, opened.body); text != "" || !strings.Contains(opened.body, nethtml.EscapeString(query)) || opened.header.Get("X-Robots-Tag") != "noindex, follow" {
		t.Errorf("found %q, robots %q, expected a page that is only opened", text, opened.header.Get("X-Robots-Tag"))
	}
	form.Set("run", "1")
	if text := answerOf(t, page(t, h, "/graphiql?"+form.Encode()).body); !strings.Contains(text, `"slug": "`) || strings.Count(text, `"slug"`) != 2 {
		t.Errorf("found %s", text)
	}
	for _, tt := range []struct{ query, variables, expected string }{
		{"{\n  posts(first: 1) {\n    nodes { titel }\n  }\n}", "", "query line 3, column 13"},
		{"{ posts(", "", "query line 1"},
		{query, `{"n": "x"}`, "expected an integer"},
		{query, `{"n": `, "variables"},
		{"</textarea><script>alert(1)</script>", `"><img src=x>`, "&lt;/textarea&gt;&lt;script&gt;"},
	} {
		form := url.Values{"query": {tt.query}, "variables": {tt.variables}, "run": {"1"}}
		answer := page(t, h, "/graphiql?"+form.Encode())
		if !strings.Contains(answer.body, tt.expected) || unsafe.MatchString(answer.body) {
			t.Errorf("%s: found %d %s, expected %q", tt.query, answer.status, answer.body, tt.expected)
		}
	}
}

// TestConsolesWithoutParts: what is switched off is on no page.
func TestConsolesWithoutParts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		without string
		gone    []string
		there   []string
	}{
		{"graphql", []string{"/graphiql", "/docs/graphql", "/docs/graphql/Post"}, []string{"/docs", "/docs/rest/listPosts"}},
		{"introspection", []string{"/docs/graphql", "/docs/graphql/Post"}, []string{"/docs", "/graphiql"}},
		{"search", []string{"/docs/rest/searchPosts", "/docs/graphql/SearchConnection"}, []string{"/docs", "/graphiql"}},
		{"pages", []string{"/docs", "/graphiql", "/docs/rest/listPosts"}, nil},
	} {
		h := consoleHouse(t, "without="+tt.without)
		for _, at := range tt.gone {
			if answer := page(t, h, at); answer.status != http.StatusNotFound {
				t.Errorf("without %s: found %d at %s", tt.without, answer.status, at)
			}
		}
		for _, at := range tt.there {
			answer := page(t, h, at)
			if answer.status != http.StatusOK {
				t.Errorf("without %s: found %d at %s", tt.without, answer.status, at)
			}
			for _, link := range linksOf(t, answer.body) {
				if slices.Contains(tt.gone, link) {
					t.Errorf("without %s: %s links %s", tt.without, at, link)
				}
			}
		}
	}
}

// TestConsolesElsewhere: under a path behind a proxy every link has the path, and the pages
// of a release that was asked for by name link and ask that release.
func TestConsolesElsewhere(t *testing.T) {
	t.Parallel()
	h := consoleHouse(t, "public-url=https://example.org/archive/")
	for _, at := range []string{"/graphiql", "/docs", "/docs/rest/listPosts", "/docs/shapes/Post", "/docs/graphql", "/docs/graphql/Post"} {
		answer := page(t, h, at+"?release=r1")
		for _, link := range linksOf(t, answer.body) {
			if link != "" && !strings.HasPrefix(link, "/archive/") {
				t.Errorf("%s: found the link %s, expected one below /archive/", at, link)
			}
			if u, err := url.Parse(link); (strings.HasPrefix(link, "/archive/docs") || strings.HasPrefix(link, "/archive/graphiql")) && (err != nil || u.Query().Get("release") != "r1") && link != "/archive"+at {
				t.Errorf("%s: found the link %s, expected one that keeps the release", at, link)
			}
		}
		for _, m := range regexp.MustCompile(`(?:action|src|data-endpoint|data-reference)="([^"]*)"`).FindAllStringSubmatch(answer.body, -1) {
			if !strings.HasPrefix(m[1], "/archive/") {
				t.Errorf("%s: found %s, expected what is below /archive/", at, m[0])
			}
		}
	}
	if shown := page(t, h, "/docs/rest/listTools?run=1&release=r1"); !strings.Contains(shown.body, "Release: r1") || !strings.Contains(answerOf(t, shown.body), `"postCount"`) {
		t.Errorf("found %s", shown.body)
	}
}
