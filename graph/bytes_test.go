package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/graph"
	"alphanode/store"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

// ofSize is a post whose body has about so many bytes of text.
func ofSize(slug string, size int) *content.Post {
	p := &content.Post{Slug: slug, Title: slug, Meta: content.Meta{Summary: "short", Tools: []string{"redis"}}}
	for n := 0; n < size; n += 1000 {
		p.Body = append(p.Body, content.Paragraph{Text: strings.Repeat("a text & more. ", 66)})
	}
	p.Settle()
	return p
}

func sized(n, size int) []*content.Post {
	posts := make([]*content.Post, n)
	for i := range posts {
		posts[i] = ofSize(fmt.Sprintf("post-%03d", i), size)
	}
	return posts
}

// asked is an answer, and how much of its budget was spent.
type asked struct {
	body  []byte
	codes []string
	spent int
}

func (a asked) data() bool { return bytes.Contains(a.body, []byte(`"data":{`)) }

// ask asks as the server does, with a budget for the request.
func ask(t *testing.T, limits graph.Limits, release *release.Release, budget *store.Budget, query string) asked {
	t.Helper()
	request, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	r, w := post(string(request)), httptest.NewRecorder()
	graph.NewHandler(limits).ServeHTTP(w, r.WithContext(graph.WithReader(r.Context(), release.Reader(store.Public).WithBudget(budget))))
	got := asked{body: w.Body.Bytes(), spent: budget.Spent()}
	var told struct{ Errors []problem }
	decode(t, got.body, &told)
	for _, err := range told.Errors {
		got.codes = append(got.codes, err.Extensions.Code)
	}
	return got
}

func aliases(n int, field string) string {
	var all strings.Builder
	for i := range n {
		fmt.Fprintf(&all, " a%d: %s", i, field)
	}
	return all.String()
}

// TestAnswersHaveAMost asks for much by a few words, again and again.
func TestAnswersHaveAMost(t *testing.T) {
	t.Parallel()
	release := storetest.Release(t, sized(100, 10_000)...)
	long := strings.Repeat("x", 400_000)
	for name, query := range map[string]string{
		"html under aliases":       `{ ` + aliases(3, `posts(first: 100) { nodes { ...P } }`) + ` } fragment P on Post {` + aliases(300, `html`) + ` }`,
		"text under aliases":       `{ posts(first: 100) { nodes {` + aliases(300, `text`) + ` } } }`,
		"body under aliases":       `{ posts(first: 100) { nodes {` + aliases(100, `body { ... on ParagraphBlock { text } }`) + ` } } }`,
		"long aliases":             `{ posts(first: 100) { nodes { ` + long + `: title } } }`,
		"errors with long aliases": `{ posts(first: 100) { nodes { ` + long + `: similar(after: "bad") { totalCount } } } }`,
		"introspection":            `{ ` + aliases(300, `__schema { ...S }`) + ` } fragment S on __Schema { types { ...T ofType { ...T } fields { type { ...T } } } } fragment T on __Type { name description fields { name description } }`,
		"introspection beside":     `{ __schema { queryType { name } } posts(first: 100) { nodes {` + aliases(300, `html`) + ` } } }`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := ask(t, graph.DefaultLimits, release, store.NewBudget(graph.DefaultLimits.Complexity, nil), query)
			if got.data() || len(got.codes) != 1 || got.codes[0] != "TOO_COMPLEX" || len(got.body) > 1000 {
				t.Errorf("found %v in %d bytes, data %v: %.400s", got.codes, len(got.body), got.data(), got.body)
			}
		})
	}
	for name, query := range map[string]string{
		"html once":        `{ posts(first: 100) { nodes { html } } }`,
		"every field once": `{ posts(first: 100) { nodes { ...Full text html } } } ` + fullFragment,
		"introspection":    introspection,
		"a long error":     `{ posts(after: "` + long + `") { totalCount } release { name } }`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := ask(t, graph.DefaultLimits, release, store.NewBudget(graph.DefaultLimits.Complexity, nil), query)
			if strings.HasPrefix(name, "a long error") {
				if len(got.codes) != 1 || len(got.body) > 2000 {
					t.Errorf("found %v in %d bytes", got.codes, len(got.body))
				}
				return
			}
			if len(got.codes) > 0 || !got.data() {
				t.Errorf("found %v in %d bytes", got.codes, len(got.body))
			}
			t.Logf("%d bytes, %d units", len(got.body), got.spent)
		})
	}
}

// TestTheMostIsExact asks for answers around the most.
func TestTheMostIsExact(t *testing.T) {
	t.Parallel()
	release := storetest.Release(t, sized(20, 1000)...)
	limits := graph.DefaultLimits
	const query = `{ posts(first: 20) { nodes { title html } } }`
	size := len(ask(t, limits, release, nil, query).body)
	for by, refused := range map[int]bool{0: false, 1: true, 1000: true} {
		limits.Bytes = size - by
		got := ask(t, limits, release, nil, query)
		if refused != (len(got.codes) == 1) || got.data() == refused {
			t.Errorf("%d bytes of %d: found %v, data %v", limits.Bytes, size, got.codes, got.data())
		}
		if message := strconv.Itoa(limits.Bytes) + " bytes"; refused && !bytes.Contains(got.body, []byte(message)) {
			t.Errorf("%s does not say %s", got.body, message)
		}
	}
}

// TestOnePostIsAlwaysAnswered asks for a post that alone is over the most, and
// beside it for what must not be.
func TestOnePostIsAlwaysAnswered(t *testing.T) {
	t.Parallel()
	large := ofSize("large", 10<<20)
	large.Meta.Extra = content.Extra{"much": json.RawMessage(`"` + strings.Repeat("m", 2<<20) + `"`)}
	release := storetest.Release(t, append(sized(20, 1000), large)...)
	budget := func() *store.Budget { return store.NewBudget(graph.DefaultLimits.Complexity, nil) }
	for _, bytes := range []int{0, 1 << 20} {
		limits := graph.DefaultLimits
		limits.Bytes = bytes
		for name, query := range map[string]string{
			"html":           `{ post(slug: "large") { html } }`,
			"every field":    `{ post(slug: "large") { ...Full text html similar(first: 3) { nodes { title html } } } release { name } tools { nodes { name } } } ` + fullFragment,
			"under an alias": `{ a: post(slug: "large") { b: html c: text d: meta { e: extra } } }`,
			"in a list":      `{ posts(first: 1, filter: {slug: {eq: "large"}}) { edges { cursor node { ...Full text html } } } } ` + fullFragment,
			"as a node":      `{ nodes(ids: ["UG9zdDpsYXJnZQ"]) { ... on Post { ...Full text html } } } ` + fullFragment,
		} {
			if got := ask(t, limits, release, budget(), query); len(got.codes) > 0 || len(got.body) < 2<<20 {
				t.Errorf("%s, at most %d: found %v in %d bytes: %.300s", name, bytes, got.codes, len(got.body), got.body)
			}
		}
		for name, query := range map[string]string{
			"html again and again": `{ post(slug: "large") {` + aliases(20, `html`) + ` } }`,
			"meta again and again": `{ post(slug: "large") {` + aliases(20, `meta { extra }`) + ` } }`,
			"extra in meta":        `{ post(slug: "large") { meta {` + aliases(20, `extra`) + ` } } }`,
			"text in the body":     `{ post(slug: "large") { body { ... on ParagraphBlock {` + aliases(20, `text`) + ` } } } }`,
			"the post again":       `{` + aliases(20, `post(slug: "large") { html }`) + ` }`,
			"in a list twice":      `{ posts(first: 1, filter: {slug: {eq: "large"}}) {` + aliases(20, `nodes { html }`) + ` } }`,
		} {
			if got := ask(t, limits, release, budget(), query); got.data() || len(got.codes) != 1 || got.codes[0] != "TOO_COMPLEX" {
				t.Errorf("%s, at most %d: found %v in %d bytes", name, bytes, got.codes, len(got.body))
			}
		}
	}
}

// TestReadingMuchToShowLittle reads large posts of which little is shown.
func TestReadingMuchToShowLittle(t *testing.T) {
	t.Parallel()
	release := storetest.Release(t, sized(50, 100_000)...)
	limits := graph.DefaultLimits
	limits.Bytes = 1 << 20
	if got := ask(t, limits, release, nil, `{ posts(first: 50) { nodes { intro } } }`); got.data() || len(got.codes) != 1 || got.codes[0] != "TOO_COMPLEX" {
		t.Errorf("found %v in %d bytes", got.codes, len(got.body))
	}
	for _, query := range []string{
		`{ posts(first: 50) { nodes { title } } }`,                                                        // cards
		`{` + aliases(40, `posts(first: 10) { nodes { intro } }`) + ` }`,                                  // the same posts
		`{ posts(first: 10) { nodes { intro meta { tools { posts(first: 2) { nodes { intro } } } } } } }`, // and within themselves
	} {
		if got := ask(t, limits, release, nil, query); len(got.codes) > 0 {
			t.Errorf("%.80s: found %v", query, got.codes)
		}
	}
}

// TestBodiesAreMadeOnce counts what it costs to make bodies: the same for one alias
// and for many, but for copying.
func TestBodiesAreMadeOnce(t *testing.T) {
	t.Parallel()
	release := storetest.Release(t, sized(50, 10_000)...)
	spent := func(query string) int {
		got := ask(t, graph.DefaultLimits, release, store.NewBudget(1<<30, nil), query)
		if len(got.codes) > 0 {
			t.Fatalf("found %v", got.codes)
		}
		return got.spent
	}
	once := spent(`{ a: posts(first: 50) { nodes { html } } }`)
	for _, query := range []string{
		`{ posts(first: 50) { nodes {` + aliases(10, `html`) + ` } } }`,
		`{ posts(first: 50) { nodes { ...A ...B } } } fragment A on Post {` + aliases(5, `html`) + ` } fragment B on Post {` + aliases(10, `html`) + ` }`,
		`{ posts(first: 50) {` + aliases(10, `nodes { html }`) + ` } }`,
		`{` + aliases(10, `posts(first: 50) { nodes { html } }`) + ` }`,
		`{` + aliases(5, `posts(first: 50) { nodes { html text } }`) + ` }`,
	} {
		if n := spent(query); n > 4*once {
			t.Errorf("%.80s costs %d, once %d", query, n, once)
		}
	}
}

// TestRequestsCostWhatTheyHave sends much that is not used: it must be read all the same.
func TestRequestsCostWhatTheyHave(t *testing.T) {
	t.Parallel()
	release := storetest.Release(t, sized(1, 10)...)
	send := func(body string) (spent int, code string) {
		budget := store.NewBudget(graph.DefaultLimits.Complexity, nil)
		r, w := post(body), httptest.NewRecorder()
		graph.NewHandler(graph.DefaultLimits).ServeHTTP(w, r.WithContext(graph.WithReader(r.Context(), release.Reader(store.Public).WithBudget(budget))))
		var told struct{ Errors []problem }
		decode(t, w.Body.Bytes(), &told)
		if len(told.Errors) > 0 {
			code = told.Errors[0].Extensions.Code
		}
		return budget.Spent(), code
	}
	const query = `{"query":"query($a: [ID!]!) { __typename }","variables":{"a":[%s]}}`
	usual, _ := send(fmt.Sprintf(query, `"a"`))
	if most := 200; usual > most {
		t.Errorf("a usual request costs %d, expected at most %d", usual, most)
	}
	if spent, code := send(fmt.Sprintf(query, strings.Repeat(`"a",`, 20_000)+`"a"`)); spent < 20_000 {
		t.Errorf("20,000 values cost %d (%s)", spent, code)
	}
	if _, code := send(fmt.Sprintf(query, strings.Repeat(`1,`, 200_000)+`1`)); code != "TOO_COMPLEX" {
		t.Errorf("found %q for 200,000 values", code)
	}
	if spent, code := send(`{"query":"{ __typename }` + strings.Repeat(` #\n`, 100_000) + `"}`); spent < 10_000 {
		t.Errorf("300,000 bytes of comments cost %d (%s)", spent, code)
	}
}

// TestTheBudgetEndsTheOperation: half an answer must not be taken for one.
func TestTheBudgetEndsTheOperation(t *testing.T) {
	t.Parallel()
	release := storetest.Release(t, sized(50, 10_000)...)
	const query = `{ release { name } posts(first: 50) { nodes { html } } post(slug: "none") { title } }`
	cost := ask(t, graph.DefaultLimits, release, store.NewBudget(1<<30, nil), query).spent
	for most := 1; most <= 2*cost; most += max(1, cost/7) {
		got := ask(t, graph.DefaultLimits, release, store.NewBudget(most, nil), query)
		if most >= cost && len(got.codes) > 0 || most < cost && (got.data() || len(got.codes) != 1 || got.codes[0] != "TOO_COMPLEX") {
			t.Errorf("of %d units %d: found %v, data %v", cost, most, got.codes, got.data())
		}
	}
	// What the notice says ends it just so.
	for code, why := range map[string]error{"OVERLOADED": store.ErrOverloaded, "INTERNAL": errors.New("a secret")} {
		for from := 1; from < cost; from += max(1, cost/5) {
			budget := store.NewBudget(1<<30, func(_ context.Context, spent int) error {
				if spent >= from {
					return why
				}
				return nil
			})
			got := ask(t, graph.DefaultLimits, release, budget, query)
			if got.data() || len(got.codes) != 1 || got.codes[0] != code || bytes.Contains(got.body, []byte("secret")) {
				t.Errorf("from %d: found %v, data %v", from, got.codes, got.data())
			}
		}
	}
}
