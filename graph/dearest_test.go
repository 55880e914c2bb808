package graph

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"alphanode/apierror"
	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
	"alphanode/synth"
)

var (
	dearest     = flag.Int("dearest", 40, "how many hostile operations are tried in search of the dearest")
	dearestData = flag.String("dearest-data", "", "the data directory that they are asked of; a small archive where it is left out")
)

// TestDearestOperation searches for the operation that costs most of those that
// the limits let through. What is counted is held to its bounds; the time that it
// took is only printed.
func TestDearestOperation(t *testing.T) {
	t.Parallel()
	release, posts := dearestArchive(t)
	seed := rand.Uint64()
	search := &hostile{r: rand.New(rand.NewPCG(seed, 0)), posts: posts}
	engine := newEngine(DefaultLimits)
	var best, largest cost
	refused := 0
	for i := range *dearest {
		if i%4 == 0 {
			search.parts = nil
		} else {
			search.parts = slices.Clone(best.parts)
		}
		search.change()
		found := ask(t, engine, release, search)
		if t.Failed() {
			t.Fatalf("seed %d: %s", seed, search.text())
		}
		if found.refused {
			refused++
		}
		if found.took > best.took || best.parts == nil {
			best = found
		}
		if found.bytes > largest.bytes {
			largest = found
		}
	}
	if refused == *dearest || refused == 0 && *dearest > 1000 {
		t.Errorf("%d of %d were refused: seed %d", refused, *dearest, seed)
	}
	t.Logf("of %d operations %d were refused\ndearest: %s\nlargest: %s", *dearest, refused, best, largest)
}

func dearestArchive(t *testing.T) (*store.Release, int) {
	if *dearestData != "" {
		c, err := store.OpenCatalogue(*dearestData)
		if err != nil {
			t.Fatal(err)
		}
		release, err := storetest.Live(t, c).Acquire()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = release.Close() })
		return release, release.Manifest().Public.Posts
	}
	const n = 200
	posts := make([]*content.Post, n)
	generator := synth.New(1)
	for i := range posts {
		posts[i] = generator.Post(int64(i + 1))
	}
	return storetest.Release(t, posts...), n
}

// cost is what an operation cost.
type cost struct {
	parts        []hostilePart
	query        string
	refused      bool
	spent, bytes int
	took         time.Duration // of all processors, what the collector does for it included
}

func (c cost) String() string {
	return fmt.Sprintf("%v, %d units, %d bytes, refused %v, %d bytes of text\n%.3000s", c.took, c.spent, c.bytes, c.refused, len(c.query), c.query)
}

// ask asks a hostile operation, and holds the answer to its bounds.
func ask(t *testing.T, e *engine, release *store.Release, h *hostile) cost {
	t.Helper()
	budget := store.NewBudget(DefaultLimits.Complexity, nil)
	reader := release.Reader(store.Public).WithBudget(budget)
	found := cost{parts: slices.Clone(h.parts), query: h.text()}
	before := processorTime()
	got := e.run(WithReader(context.Background(), reader), operation{Query: found.query})
	body := got.json()
	found.took = processorTime() - before
	found.spent, found.bytes = budget.Spent(), len(body)
	for _, err := range got.Errors {
		switch code := apierror.From(err).Code; code {
		case apierror.TooComplex:
			if found.refused = true; got.Data != nil || len(got.Errors) > 1 {
				t.Fatalf("half an answer, beside %v", err)
			}
		case apierror.BadRequest: // of one field
		default:
			t.Fatalf("found %v: %v", code, err)
		}
	}
	if found.bytes > DefaultLimits.Bytes {
		t.Errorf("an answer of %d bytes", found.bytes)
	}
	if found.spent > DefaultLimits.Complexity && !found.refused {
		t.Errorf("%d units were spent", found.spent)
	}
	return found
}

func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// hostile is an operation that asks for the same things again and again.
type hostile struct {
	r     *rand.Rand
	posts int
	parts []hostilePart
}

// hostilePart is a list that is there under many aliases, with fields that are
// there under many aliases.
type hostilePart struct {
	list, leaf     string
	lists, leaves  int // how many aliases
	length, offset int // of the list
	alias          int // how long an alias is
}

// change changes the operation at random.
func (h *hostile) change() {
	if len(h.parts) == 0 || len(h.parts) < 3 && h.r.IntN(3) == 0 {
		h.parts = append(h.parts, hostilePart{lists: 1, leaves: 1, length: 100})
		h.anew(&h.parts[len(h.parts)-1])
		return
	}
	p := &h.parts[h.r.IntN(len(h.parts))]
	switch h.r.IntN(8) {
	case 0:
		h.anew(p)
	case 1:
		p.leaf = pick(h.r, hostileLeaves...)
	case 2:
		p.list = pick(h.r, hostileLists...)
	case 3:
		p.length = pick(h.r, 1, 2, 5, 20, 50, 100)
	case 4:
		p.lists = scaled(h.r, p.lists, 300)
	case 5:
		p.leaves = scaled(h.r, p.leaves, 900)
	case 6:
		p.offset = h.r.IntN(h.posts)
	case 7:
		p.alias = pick(h.r, 0, 0, 10, 100, 10_000)
	}
}

func (h *hostile) anew(p *hostilePart) {
	p.list, p.leaf = pick(h.r, hostileLists...), pick(h.r, hostileLeaves...)
	p.lists, p.leaves = scaled(h.r, 8, 300), scaled(h.r, 8, 900)
	p.length, p.offset = pick(h.r, 1, 5, 20, 100), h.r.IntN(h.posts)
}

func scaled(r *rand.Rand, n, most int) int {
	return min(max(int(float64(n)*(0.3+2*r.Float64())), 1), most)
}

// hostileLists have a fragment on a post, or on what it says, in place of ~, their
// length in place of # and an offset in place of @.
var hostileLists = []string{
	`posts(first: #, offset: @) { nodes { ...~ } }`,
	`posts(first: #, offset: @) { nodes { ...~ } edges { node { ...~ } } }`,
	`posts(first: #, orderBy: {field: QUALITY}) { nodes { ...~ } }`,
	`tools(first: #) { nodes { posts(first: 1) { nodes { ...~ } } } }`,
	`tools(first: 20) { nodes { posts(first: #) { nodes { ...~ } } } }`,
	`entities(first: #) { nodes { posts(first: 5) { nodes { ...~ } } } }`,
	`posts(first: #) { nodes { meta { tools { posts(first: 3) { nodes { ...~ } } } } } }`,
	`posts(first: #) { nodes { similar(first: 2) { nodes { ...~ } } } }`,
	`similarPosts(to: {terms: {tools: ["git"]}}, first: #) { nodes { ...~ } edges { shared { name } } }`,
	`search(query: "cache", first: #) { nodes { ...~ } }`,
	`node(id: "UG9zdDpub25l") { ...~ }`,
	`__schema { types { name fields { name type { name ofType { name } } args { name } } } }`,
	`__schema { types { possibleTypes { fields { type { name } } } } }`,
	`__schema { types { description } directives { args { name } } }`,
}

var hostileLeaves = []string{
	`html`, `text`, `intro`, `title`, `id`, `updated`, `__typename`, `body { __typename }`, `body { ... on ParagraphBlock { text html } ... on CodeBlock { source } }`,
	`body { ... on QuoteBlock { text } }`, `meta { extra }`, `meta { hash }`, `meta { summary }`, `meta { tools { name } }`, `meta { tools { id slug name postCount } }`,
	`meta { toolNames }`, `meta { outline { text } }`, `meta { images { url } }`, `meta { entities { name type } }`,
	`meta { flags { hasImages } }`, `meta { score { quality depth } }`,
	`similar(first: 1) { totalCount }`, `similar(first: 0, after: "bad") { totalCount }`, `meta { tools { posts(first: 1) { nodes { html } } } }`,
	`meta { tools { scores { quality { histogram { from to count } } } } }`,
}

// text is the text of the operation. It is cut to as many aliases as its tokens
// allow.
func (h *hostile) text() string {
	var all, fragments strings.Builder
	all.WriteString("{")
	room := DefaultLimits.Tokens - 10
	for i, p := range h.parts {
		name := fmt.Sprintf("F%d", i)
		list := strings.NewReplacer("~", name, "#", fmt.Sprint(p.length), "@", fmt.Sprint(p.offset)).Replace(p.list)
		room -= tokens(list) + tokens(p.leaf) + 10
		share := room / (len(h.parts) - i)
		lists := min(p.lists, max(1, share/(tokens(list)+2)))
		share -= lists * (tokens(list) + 2)
		leaves := min(p.leaves, max(1, share/(tokens(p.leaf)+2)))
		room -= lists*(tokens(list)+2) + leaves*(tokens(p.leaf)+2)
		for k := range lists {
			fmt.Fprintf(&all, " l%dx%d: %s", i, k, list)
		}
		if !strings.Contains(list, name) {
			continue
		}
		fmt.Fprintf(&fragments, " fragment %s on Post {", name)
		for k := range leaves {
			fmt.Fprintf(&fragments, " a%d%s: %s", k, strings.Repeat("x", p.alias), p.leaf)
		}
		fragments.WriteString(" }")
	}
	return all.String() + " }" + fragments.String()
}

// tokens counts the words and signs of a text, or a few more.
func tokens(text string) int {
	n, inWord := 0, false
	for _, c := range text {
		switch {
		case c == ' ' || c == ',':
			inWord = false
		case strings.ContainsRune(`{}()[]:`, c):
			n++
			inWord = false
		case !inWord:
			n++
			inWord = true
		}
	}
	return n
}
