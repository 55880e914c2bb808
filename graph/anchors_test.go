package graph_test

import (
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/graph"
	"alphanode/store/storetest"
)

// TestAnchors asks for anchors in every place where a body can stand: each is that of its own
// block and post, and the id of the heading in the HTML.
func TestAnchors(t *testing.T) {
	t.Parallel()
	one := &content.Post{Slug: "one", Title: "One", Meta: content.Meta{Tools: []string{"git"}}, Body: []content.Block{
		content.Heading{Level: 2, Text: "Setup"}, content.List{Items: []content.ListItem{{Text: "a"}, {Text: "b"}}}, content.Heading{Level: 3, Text: "Setup"},
		content.Code{Source: "x"}, content.Heading{Level: 2, Text: "Größe"},
	}}
	two := &content.Post{Slug: "two", Title: "Two", Meta: content.Meta{Tools: []string{"git"}}, Body: []content.Block{
		content.Paragraph{Text: "p", HTML: `<b id="setup">p</b>`}, content.Heading{Level: 2, Text: "Setup"},
	}}
	a := &api{graph.NewHandler(graph.DefaultLimits), storetest.Release(t, one, two)}
	const body = `body { ... on HeadingBlock { anchor } }`
	const anchors, others = `[{"anchor":"setup"},{},{"anchor":"setup-2"},{},{"anchor":"größe"}]`, `[{},{"anchor":"setup-2"}]`
	for query, want := range map[string]string{
		`{ post(slug: "one") { ` + body + ` } }`:                                                        `{"post":{"body":` + anchors + `}}`,
		`{ post(slug: "one") { text ` + body + ` } }`:                                                   `{"post":{"text":"Setup\n\na\nb\n\nSetup\n\nx\n\nGröße","body":` + anchors + `}}`,
		`{ posts(orderBy: {field: SLUG}) { nodes { ` + body + ` } } }`:                                  `{"posts":{"nodes":[{"body":` + anchors + `},{"body":` + others + `}]}}`,
		`{ post(slug: "one") { similar { nodes { ` + body + ` } } ` + body + ` } }`:                     `{"post":{"similar":{"nodes":[{"body":` + others + `}]},"body":` + anchors + `}}`,
		`{ post(slug: "two") { ` + body + ` similar { nodes { ` + body + ` } } again: ` + body + ` } }`: `{"post":{"body":` + others + `,"similar":{"nodes":[{"body":` + anchors + `}]},"again":` + others + `}}`,
		`{ post(slug: "one") { body { ... on HeadingBlock { a: anchor b: anchor text } ... on ListBlock { items { text } } } } }`: `{"post":{"body":[` +
			`{"a":"setup","b":"setup","text":"Setup"},{"items":[{"text":"a"},{"text":"b"}]},{"a":"setup-2","b":"setup-2","text":"Setup"},{},{"a":"größe","b":"größe","text":"Größe"}]}}`,
	} {
		a.want(t, want, query)
	}
	const html = `<h2 id=\"setup\">Setup</h2>\n<ul><li>a</li><li>b</li></ul>\n<h3 id=\"setup-2\">Setup</h3>\n<pre><code>x</code></pre>\n<h2 id=\"größe\">Größe</h2>`
	a.want(t, strings.Replace(`{"post":{"html":"…"}}`, "…", html, 1), `{ post(slug: "one") { html } }`)
}
