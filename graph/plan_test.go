package graph

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"alphanode/content"
	"alphanode/graph/graphtest"
	"alphanode/graph/plan"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/live"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

// hardTexts are texts that JSON writers treat differently.
var hardTexts = []string{
	"plain", `"quoted" \ back\\slash\`, "line\nbreak\ttab\r", "<b>&amp;</b>", "emoji 🙂 é \u2028 \u2029 \u007f", "bell \a \v \x1f end", `ends in \"`, "{[,]}:",
}

// plannedArchive has every kind of field, block and text.
func plannedArchive(r *rand.Rand) []*content.Post {
	posts := storetest.RandomPosts(r, 60)
	for i, p := range posts {
		if i%3 == 0 {
			continue
		}
		text := func() string { return graphtest.Pick(r, hardTexts...) }
		optional := func() string { return graphtest.Pick(r, "", text()) }
		p.Title, p.Intro = text(), optional()
		p.Body = []content.Block{
			content.Heading{Level: 1 + r.IntN(6), Text: text()},
			content.Paragraph{Text: text()},
			content.Code{Language: optional(), Source: text()},
			content.List{Ordered: r.IntN(2) == 0, Items: []content.ListItem{{Text: text()}, {Text: text()}}},
			content.List{},
			content.Figure{URL: "https://img.example/" + fmt.Sprint(i), Source: optional(), Caption: optional(), Alt: optional(), Width: new(1 + i)},
			content.Heading{Level: 2, Text: text()},
			content.Heading{Level: 2, Text: text()},
			content.Quote{Text: text()},
			content.HTML{HTML: "<table><tr><td>1</td></tr></table>"},
		}
		m := &p.Meta
		m.Summary, m.Brief, m.Hash = text(), optional(), optional()
		m.Outline = []content.OutlineItem{{Label: optional(), Text: text()}}
		m.Checklist, m.Notes = []string{text(), text()}, []string{text()}
		m.Images = []content.Image{{Source: optional(), URL: "https://img.example/x", Caption: optional(), Alt: optional(), Height: new(1 + i)}, {Source: text()}}
		if i%2 == 0 {
			m.Extra = content.Extra{"weight": json.RawMessage(`1.0`), "a<b": json.RawMessage(`{"n":12345678901234567890,"s":"a\"b"}`)}
		}
		p.Settle()
	}
	return posts
}

// plannedTest asks both executors the same.
type plannedTest struct {
	release            *release.Release
	shelf              *live.Others
	slugs              []string
	schema             *ast.Schema
	planned, generated *engine
	answered, failed   int // with data; with data and errors
	uncovered          int
	read, left         int // answered from variables that were read, or left to the executor
}

// watched counts how often the plans leave an operation to the generated
// executor.
type watched struct {
	graphql.ExecutableSchema
	executed *int
}

func (w watched) Exec(ctx context.Context) graphql.ResponseHandler {
	*w.executed++
	return w.ExecutableSchema.Exec(ctx)
}

func newPlannedTest(t testing.TB) *plannedTest {
	posts := plannedArchive(rand.New(rand.NewPCG(1, 2)))
	c := storetest.Catalogue(t, posts[10:]...)
	storetest.Publish(t, c, catalogue.ImportOptions{Replace: true}, storetest.RandomPosts(rand.New(rand.NewPCG(3, 4)), 30)...)
	storetest.Publish(t, c, catalogue.ImportOptions{Replace: true}, posts...)
	live := storetest.Live(t, c)
	release, err := live.Acquire()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = release.Close() })
	p := &plannedTest{release: release, shelf: live.Others()}
	for _, post := range posts {
		p.slugs = append(p.slugs, post.Slug)
	}
	schema := generatedSchema()
	p.schema = schema.Schema()
	p.planned = newEngineOf(DefaultLimits, watched{schema, &p.uncovered})
	p.planned.planner = plan.NewPlanner(p.schema, rememberedOperations)
	p.generated = newEngineOf(DefaultLimits, schema)
	return p
}

// told is an answer with all by which answers are compared.
type told struct {
	Data, Errors string
	Calls        int
}

// differs tells how an answer of a plan differs. A plan may make fewer calls: it
// reads no post whole twice.
func (expected told) differs(found told) string {
	found.Calls = max(found.Calls, expected.Calls)
	return cmp.Diff(expected, found)
}

// ask asks both for an operation with variables, a JSON object, and holds the
// answers against each other. The plans are asked twice: with variables that the
// executor coerces, and with variables that are read straight from the JSON.
func (p *plannedTest) ask(t *testing.T, query, variables string) {
	t.Helper()
	view := store.Public
	if len(query)%2 == 0 {
		view = store.Preview
	}
	tell := func(run func(context.Context) plan.Response) told {
		reader := p.release.Reader(view).WithOthers(p.shelf)
		got := run(WithReader(t.Context(), reader))
		slices.SortFunc([]*gqlerror.Error(got.Errors), compareErrors) // the generated executor finds them at the same time
		calls, _ := reader.Stats()
		return told{string(got.Data), string(plan.Response{Errors: got.Errors}.JSON()), calls}
	}
	expected := tell(func(ctx context.Context) plan.Response {
		return p.generated.run(ctx, operation{Query: query, variables: []byte(variables)})
	})
	planned := tell(func(ctx context.Context) plan.Response {
		coerced, err := decode([]byte(variables))
		if err != nil {
			t.Fatal(err)
		}
		return p.planned.run(ctx, operation{Query: query, Variables: coerced})
	})
	if diff := expected.differs(planned); diff != "" {
		t.Fatalf("%s\nvariables %s\ngenerated -, planned +\n%s", query, variables, diff)
	}
	prepared, ok := p.planned.prepared.Get(t.Context(), query)
	if ok {
		read := tell(func(ctx context.Context) (answer plan.Response) {
			answer, ok = prepared.Run(ctx, DefaultLimits, "", []byte(variables))
			return answer
		})
		if diff := expected.differs(read); ok && diff != "" {
			t.Fatalf("%s\nvariables %s\ngenerated -, read +\n%s", query, variables, diff)
		}
	}
	if expected.Data == "" {
		return
	}
	p.answered++
	if ok {
		p.read++
	} else {
		p.left++
	}
	if expected.Errors != "{}" {
		p.failed++
	}
	if !json.Valid([]byte(planned.Data)) {
		t.Fatalf("%s\nis no JSON: %s", query, planned.Data)
	}
}

func compareErrors(a, b *gqlerror.Error) int {
	text := func(err *gqlerror.Error) string {
		encoded, _ := json.Marshal(err)
		return string(encoded)
	}
	return strings.Compare(text(a), text(b))
}

func (p *plannedTest) random(t *testing.T, seed uint64) {
	t.Helper()
	o := graphtest.New(rand.New(rand.NewPCG(seed, 0)), p.schema, p.slugs)
	query := o.Text()
	for range 3 {
		p.ask(t, query, o.Values())
	}
}

var operations = flag.Int("operations", 700, "how many random operations the plans are held against, each with several variables")

// TestPlansEqualGenerated holds the plans against the generated executor over
// operations of every form.
func TestPlansEqualGenerated(t *testing.T) {
	t.Parallel()
	p, most := newPlannedTest(t), storetest.Times(*operations)
	seed := rand.Uint64()
	for i := range uint64(most) {
		p.random(t, seed+i)
		if t.Failed() {
			t.Fatalf("seed %d", seed+i)
		}
	}
	t.Logf("%d questions answered, %d of them with errors, %d from variables that were read; the others refused by both", p.answered, p.failed, p.read)
	if p.answered < most || p.failed < most/50 || p.read < p.answered/4 || p.left < most/50 {
		t.Errorf("%d answered, %d with errors, %d from variables that were read, %d not: seed %d", p.answered, p.failed, p.read, p.left, seed)
	}
	if p.uncovered > 0 {
		t.Errorf("%d operations have no plan: seed %d", p.uncovered, seed)
	}
}

// TestPlansEqualGeneratedOnWhatIsWrong asks both executors for similar posts of
// what is not one thing, in the text and in variables.
func TestPlansEqualGeneratedOnWhatIsWrong(t *testing.T) {
	t.Parallel()
	p := newPlannedTest(t)
	for _, to := range []string{`{}`, `{post: null}`, `{terms: null}`, `{post: "a", terms: {}}`, `{terms: {}}`, `{post: "none"}`, `{terms: {tools: null}}`, `{other: 1}`, `null`, `"a"`} {
		p.ask(t, `{ similarPosts(to: `+to+`) { totalCount suggestions { value } } }`, `{}`)
	}
	for _, to := range []string{
		`{}`, `{"post": null}`, `{"terms": null}`, `{"post": "a", "terms": {}}`, `{"post": "a", "terms": null}`, `{"terms": {}}`, `{"post": "none"}`, `{"post": 5}`,
		`{"terms": {"tools": "git"}}`, `{"terms": {"tools": ["git", null]}}`, `{"terms": {"tools": ["git"], "stack": null}}`, `{"other": 1}`, `null`, `"a"`, `{"post": "none", "__typename": "a"}`,
	} {
		p.ask(t, `query($to: SimilarTo!) { similarPosts(to: $to) { totalCount suggestions { value } } }`, `{"to": `+to+`}`)
	}
	for _, number := range []string{`2`, `-1`, `"1"`, `"NaN"`, `1e400`, `null`, `0.5`, `[0.5]`} {
		p.ask(t, `query($d: Float) { similarPosts(to: {post: "none"}, diversity: $d, first: 0) { totalCount } }`, `{"d": `+number+`}`)
	}
}

// TestPlansReadVariablesOfSimilar asks with variables in each place that they can
// have in what posts are compared with.
func TestPlansReadVariablesOfSimilar(t *testing.T) {
	t.Parallel()
	p := newPlannedTest(t)
	questions := []struct{ declared, to, variables string }{
		{"$v: SimilarTo!", `$v`, `{"v": {"terms": {"tools": ["git"], "stack": []}}}`},
		{"$v: SimilarTo!", `$v`, `{"v": {"post": "` + p.slugs[1] + `"}}`},
		{"$v: String!", `{post: $v}`, `{"v": "` + p.slugs[1] + `"}`},
		{"$v: String!", `{post: $v}`, `{"v": "none"}`},
		{"$v: SimilarTerms!", `{terms: $v}`, `{"v": {"entities": ["stack:python"]}}`},
		{"$v: [String!], $w: [String!]", `{terms: {tools: $v, stack: $w, entities: ["caching"]}}`, `{"v": ["git", "gti"]}`},
		{"$v: [String!]", `{terms: {tools: $v, stack: "pthon"}}`, `{"v": null}`},
		{"$v: [String!]! = [\"git\"]", `{terms: {tools: $v}}`, `{}`},
	}
	for _, q := range questions {
		for range 2 { // what the first leaves behind must not be in the second
			p.ask(t, `query(`+q.declared+`) { similarPosts(to: `+q.to+`, first: 3) { totalCount nodes { slug } suggestions { value kind nearest } } }`, q.variables)
		}
	}
	if want := 2 * len(questions); p.answered != want || p.read != want || p.failed == 0 {
		t.Errorf("%d answered, %d of them from variables that were read, %d with errors; expected %d, all read, some with errors", p.answered, p.read, p.failed, want)
	}
}

// TestPlansCoverEverything asks for what the random operations do not.
func TestPlansCoverEverything(t *testing.T) {
	t.Parallel()
	p := newPlannedTest(t)
	p.ask(t, `{ __schema { queryType { name } } posts(first: 1) { nodes { slug } } }`, `{}`)
	p.ask(t, `query($a: Boolean!, $b: Boolean!, $c: Boolean!, $d: Boolean!, $e: Boolean!, $f: Boolean!, $g: Boolean!) { posts(first: 1) { totalCount nodes {
		slug @include(if: $a) title @skip(if: $b) id @skip(if: $c) intro @skip(if: $d) text @skip(if: $e) html @skip(if: $f) updated @include(if: $g) } } }`,
		`{"a": true, "b": true, "c": false, "d": true, "e": false, "f": true, "g": true}`)
	whole, err := os.ReadFile("testdata/introspection.graphql")
	if err != nil {
		t.Fatal(err)
	}
	p.ask(t, string(whole), `{}`)
	p.ask(t, `query($n: String!, $d: Boolean = true, $none: Boolean) { a: __type(name: $n) { ...T } b: __type(name: "none") { ...T } c: __type(name: "TermKind") { ...T }
		d: __type(name: "PostFilter") { ...T } e: __type(name: "Node") { ...T } f: __type(name: "SimilarTo") { ...T } __schema { __typename directives { args(includeDeprecated: $none) { defaultValue } } } }
		fragment T on __Type { __typename kind name description specifiedByURL isOneOf ofType { name } interfaces { name } possibleTypes { name kind }
			fields(includeDeprecated: $d) { name isDeprecated deprecationReason args(includeDeprecated: true) { name defaultValue isDeprecated deprecationReason } type { kind ofType { name } } }
			enumValues(includeDeprecated: $d) { name isDeprecated deprecationReason } inputFields { name defaultValue isDeprecated } }`, `{"n": "Query"}`)
	if p.uncovered != 0 || p.answered != 4 {
		t.Errorf("%d of %d operations left to the generated executor, expected 0 of 4", p.uncovered, p.answered)
	}
}

// FuzzPlansEqualGenerated goes on where the test ends.
func FuzzPlansEqualGenerated(f *testing.F) {
	p := newPlannedTest(f)
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { p.random(t, seed) })
}
