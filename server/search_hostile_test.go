package server_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store/storetest"
)

// typedInHaste is what people and machines type that no post was written for.
func typedInHaste() map[string]string {
	all := map[string]string{
		"words of one letter":     strings.Repeat("a b c d ", 8),
		"too many words":          strings.Repeat("ab ", 300),
		"one word, again":         strings.TrimSpace(strings.Repeat("cache ", 60)),
		"combining marks":         "e" + strings.Repeat("\u0301\u0323\u0308", 100),
		"marks alone":             strings.Repeat("\u0301", 300),
		"mixed directions":        "\u202ecache\u202c שלום \u2066cache\u2069 مرحبا \u200f-rollback\u200e",
		"a long word":             strings.Repeat("abcdefgh", 100),
		"a word of 60 KiB":        strings.Repeat("w", 60<<10),
		"no UTF-8":                "cache \xff\xfe\xed\xa0\x80 rollback",
		"nothing that is seen":    "\u200b\u200d\u2060\ufeff",
		"quotations":              strings.Repeat(`"`, 101),
		"nested quotations":       strings.Repeat(`"a`, 100),
		"minus":                   strings.Repeat("-", 200) + "a",
		"alternatives":            strings.TrimSpace(strings.Repeat("a OR ", 63)) + " a",
		"alternatives of nothing": "OR OR | || AND & NOT",
		"signs":                   `()[]{}*?~^:\/!@$%&=<>;,.`,
		"apostrophes":             strings.Repeat("l'", 100) + "eau",
		"pluses":                  "c" + strings.Repeat("+", 200),
		"characters":              strings.Repeat("設定を変更する", 40),
		"ligatures":               strings.Repeat("ﷺ", 60),
		"capitals that grow":      strings.Repeat("ßŉǰΐİ", 40),
		"misspelt, ten times":     "rollbakc rollbcak rlolback orllback rollbakcc rollbbck rollbacc rolllack rolbackk ollback rollbak",
	}
	for _, operator := range []string{"OR", "AND", "NOT", "-", "|", "||", "&", "&&", `"`, `""`, "“”", "+", "*"} {
		all["the operator "+operator] = operator
	}
	return all
}

// TestHostileSearches: whatever is typed is answered or refused, by every address that takes it.
func TestHostileSearches(t *testing.T) {
	t.Parallel()
	posts := make([]*content.Post, 0, 10_000)
	for i := range 10_000 { // each in a language of its own
		p := &content.Post{Slug: fmt.Sprintf("p-%d", i), Title: "A cache for the rollback"}
		p.Meta.Language = string([]byte{byte('a' + i/676), byte('a' + i/26%26), byte('a' + i%26)})
		posts = append(posts, p)
	}
	i := 0
	for _, text := range typedInHaste() {
		posts[i].Body = []content.Block{content.Paragraph{Text: strings.ToValidUTF8(text, "?")}}
		i++
	}
	h := serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)
	for name, text := range typedInHaste() {
		typed := url.QueryEscape(text)
		for _, address := range []string{"/v1/search?q=" + typed, "/v1/search?match=any&correct=auto&q=" + typed, "/v1/search?queryLanguage=de&q=" + typed + "+", "/v1/posts?search=" + typed, "/v1/suggest?q=" + typed, "/v1/posts/p-3/explain?q=" + typed, "/?q=" + typed} {
			if r := get(t, h, address); !slices.Contains([]int{200, 400, 414, 431}, r.status) {
				t.Errorf("%s: %.80s: found %d %.300s", name, address, r.status, r.body)
			}
		}
		body, err := json.Marshal(map[string]any{"query": `query($q: String!) { search(query: $q, correct: true, match: ANY) { totalCount suggestions { nearest } edges { highlights { html } } } suggest(query: $q) { text } explainSearch(slug: "p-3", query: $q) { score } }`,
			"variables": map[string]string{"q": text}})
		if err != nil {
			t.Fatal(err)
		}
		if name == "no UTF-8" {
			body = []byte(strings.ReplaceAll(string(body), `\ufffd`, `\ud800`))
		}
		if r := ask(t, h, "POST", "/graphql", string(body), "Content-Type: application/json"); r.status != 200 && r.status != 400 || strings.Contains(r.body, "INTERNAL") {
			t.Errorf("%s: GraphQL: found %d %.300s", name, r.status, r.body)
		}
	}
	if r := get(t, h, "/v1/search?q=rollback&limit=0"); !strings.Contains(r.body, `"total":10000`) {
		t.Errorf("found %s, expected all posts in their languages", r.body)
	}
	if r := get(t, h, "/v1/facets?by=language&limit=1"); !strings.Contains(r.body, `"distinct":10000`) {
		t.Errorf("found %s, expected all languages", r.body)
	}
}
