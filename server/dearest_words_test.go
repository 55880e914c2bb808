package server_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// hostileWords are what an archive holds, for requests that ask it much.
type hostileWords struct {
	posts       int
	slugs       []string
	ids         []string
	words       []string   // of texts, those that most posts have first
	sentences   [][]string // words as they stand
	titles      []string
	tools       []string // names, those that most posts have first
	entities    []string
	stack       []string
	toolSlugs   []string
	entitySlugs []string
	releases    []string
}

func newHostileWords(t *testing.T, a *pricedArchive) *hostileWords {
	t.Helper()
	w := &hostileWords{}
	r := ask(t, a.server, "POST", "/graphql", `{"query":"{ posts(first: 100, orderBy: {field: SLUG}) { totalCount nodes { id slug title text meta { stack } } } tools(first: 60, orderBy: {field: POST_COUNT, direction: DESC}) { nodes { id name slug } } entities(first: 60, orderBy: {field: POST_COUNT, direction: DESC}) { nodes { id name slug type } } }"}`, "Content-Type: application/json")
	var got struct {
		Data struct {
			Posts struct {
				TotalCount int
				Nodes      []struct {
					ID, Slug, Title, Text string
					Meta                  struct{ Stack []string }
				}
			}
			Tools, Entities struct {
				Nodes []struct{ ID, Name, Slug, Type string }
			}
		}
	}
	if err := json.Unmarshal([]byte(r.body), &got); err != nil || got.Data.Posts.TotalCount == 0 {
		t.Fatalf("%v in %.300s", err, r.body)
	}
	w.posts = got.Data.Posts.TotalCount
	counts := map[string]int{}
	for _, p := range got.Data.Posts.Nodes {
		w.slugs, w.ids, w.titles, w.stack = append(w.slugs, p.Slug), append(w.ids, p.ID), append(w.titles, p.Title), append(w.stack, p.Meta.Stack...)
		for _, sentence := range strings.FieldsFunc(strings.ToLower(p.Text), func(c rune) bool { return strings.ContainsRune(".\n,;:", c) }) {
			words := strings.Fields(sentence)
			if len(words) > 1 {
				w.sentences = append(w.sentences, words)
			}
			for _, word := range words {
				counts[strings.Trim(word, "-\"'()")]++
			}
		}
	}
	delete(counts, "")
	w.words = slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	for _, n := range got.Data.Tools.Nodes {
		w.tools, w.toolSlugs, w.ids = append(w.tools, n.Name), append(w.toolSlugs, n.Slug), append(w.ids, n.ID)
	}
	for _, n := range got.Data.Entities.Nodes {
		w.entities, w.entitySlugs, w.ids = append(w.entities, n.Type+":"+n.Name, n.Name), append(w.entitySlugs, n.Slug), append(w.ids, n.ID)
	}
	for i := range 9 {
		if name := "r" + strconv.Itoa(i); get(t, a.server, "/v1/changes?limit=1&since="+name).status == 200 {
			w.releases = append(w.releases, name)
		}
	}
	return w
}

// word is one of a text, more often one that many posts have.
func (w *hostileWords) word(t *tape) string {
	n := one(t, 10, 40, 200, len(w.words))
	return w.words[t.n(min(n, len(w.words)))]
}

// typed is what might be typed to search.
func (w *hostileWords) typed(t *tape) string {
	var parts []string
	left := 32
	for range one(t, 1, 2, 4, 8, 16, 32) {
		n := min(left, one(t, 1, 1, 2, 3, 5, 8, 16, 31))
		var phrase []string
		switch t.n(3) {
		case 0:
			s := of(t, w.sentences)
			at := t.n(len(s))
			phrase = s[at:min(at+n, len(s))]
		case 1:
			phrase = slices.Repeat([]string{w.word(t)}, n)
		default:
			for range n {
				phrase = append(phrase, w.word(t))
			}
		}
		part := strings.Join(phrase, one(t, " ", "-"))
		switch t.n(6) {
		case 0, 1, 2:
			part = `"` + strings.ReplaceAll(part, `"`, "") + `"`
		case 3:
			part = "-" + part
		case 4:
			part += "x"
		}
		if left -= max(len(phrase), strings.Count(part, "-")+1); left < 0 {
			break
		}
		parts = append(parts, part)
	}
	text := strings.Join(parts, one(t, " ", " ", " OR ", "|"))
	text = text[:min(len(text), 1000)] + one(t, " ", "", `"`, " s", " c", " a")
	return strings.ToValidUTF8(text, "")
}

// part is of a name or a title.
func (w *hostileWords) part(t *tape) string {
	return one(t, "a", "e", "s", " ", "re", "zzz", w.word(t), "walkthrough", of(t, w.titles), strings.Repeat("a", 1000))
}

// name is that of a term.
func (w *hostileWords) name(t *tape, kind string) string {
	if t.n(10) == 0 {
		return one(t, "none such", "a", "kubernets", "x:y:z:"+w.word(t), strings.Repeat(":", 300))
	}
	all := w.tools
	switch kind {
	case "entity":
		all = w.entities
	case "stack":
		all = w.stack
	case "difficulty":
		all = []string{"beginner", "intermediate", "advanced"}
	case "codeLanguage":
		all = []string{"go", "javascript", "python", "sql", "bash", "typescript", "java"}
	case "language":
		all = []string{"en", "pt", "pt-BR", "zh-Hans"}
	case "status":
		all = []string{"reviewed", "draft"}
	}
	return all[t.n(min(len(all), one(t, 2, 10, len(all))))]
}

func (w *hostileWords) day(t *tape) string {
	return fmt.Sprintf("20%02d-%02d-%02d", 15+t.n(13), 1+t.n(12), 1+t.n(28))
}

// filter is a filter as JSON has it.
func (w *hostileWords) filter(t *tape, depth int) map[string]any {
	f := map[string]any{}
	for range one(t, 1, 1, 2, 4) {
		switch kind := one(t, "term", "term", "number", "day", "text", "flag", "search", "search"); kind {
		case "term":
			name := one(t, "tool", "entity", "stack", "difficulty", "codeLanguage", "language", "status", "scenario", "topic")
			key := one(t, "eq", "in", "all", "none")
			if key == "eq" {
				f[name] = map[string]any{key: w.name(t, name)}
				break
			}
			names := []any{}
			for range one(t, 1, 2, 5, 20, 100, 400) {
				names = append(names, w.name(t, name))
			}
			f[name] = map[string]any{key: names}
		case "number":
			low := t.n(100)
			f[one(t, "quality", "freshness", "depth", "clarity", "viewCount", "readingTime", "paragraphs")] = map[string]any{"gte": low, "lte": low + t.n(60)}
		case "day":
			f[one(t, "lastReviewed", "publishedAt", "updated")] = map[string]any{one(t, "gte", "lt"): w.day(t)}
		case "text":
			field := one(t, "title", "reference", "topic", "slug")
			key := map[string]string{"topic": "contains", "slug": "prefix"}[field]
			if key == "" {
				key = one(t, "contains", "contains", "prefix", "eq")
			}
			part := w.part(t)
			if field == "reference" {
				part = one(t, "a", "anp", "0", "anp-ref-00001", "9")
			}
			f[field] = map[string]any{key: part}
		case "flag":
			f[one(t, "hasImages", "imageHeavy", "aiGeneratedStyle", "needsHumanReview")] = t.n(2) == 0
		case "search":
			f["search"] = w.typed(t)
		}
	}
	if depth > 0 {
		switch key := one(t, "", "and", "or", "not"); key {
		case "not":
			f[key] = w.filter(t, depth-1)
		case "and", "or":
			all := []any{}
			inner := w.filter(t, depth-1)
			n, copies := one(t, 1, 2, 3, 6), one(t, 1, 1, 1, 5, 30)
			for range n {
				all = append(all, slices.Repeat([]any{inner}, copies)...)
				inner = w.filter(t, depth-1)
			}
			f[key] = all
		}
	}
	return f
}
