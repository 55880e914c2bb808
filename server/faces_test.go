package server_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/storetest"
	"alphanode/synth"
)

var seed = flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the random tests; a failure prints its own")

// faces asks both faces of one server.
type faces struct {
	t       testing.TB
	handler http.Handler
}

// ask gives the status and the decoded body of an answer, numbers as they were
// sent.
func (f faces) ask(method, target string, body any) (int, map[string]any) {
	f.t.Helper()
	var sent bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&sent).Encode(body); err != nil {
			f.t.Fatal(err)
		}
	}
	r := httptest.NewRequest(method, target, &sent)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	decoder := json.NewDecoder(w.Body)
	decoder.UseNumber()
	var answer map[string]any
	if err := decoder.Decode(&answer); err != nil {
		f.t.Fatalf("%s %s: %v", method, target, err)
	}
	return w.Code, answer
}

func (f faces) rest(target string) map[string]any {
	f.t.Helper()
	status, answer := f.ask("GET", target, nil)
	if status != http.StatusOK {
		f.t.Fatalf("GET %s: %d %v", target, status, answer)
	}
	return answer
}

func (f faces) graphql(query string, variables map[string]any) map[string]any {
	f.t.Helper()
	_, answer := f.ask("POST", "/graphql", map[string]any{"query": query, "variables": variables})
	if answer["errors"] != nil {
		f.t.Fatalf("%s with %s: %v", query, asJSON(f.t, variables), answer["errors"])
	}
	return answer["data"].(map[string]any)
}

func asJSON(t testing.TB, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// at follows names into nested objects.
func at(v any, names ...string) any {
	for _, name := range names {
		v = v.(map[string]any)[name]
	}
	return v
}

func slugsIn(rows any) []string {
	slugs := []string{}
	for _, row := range rows.([]any) {
		slugs = append(slugs, row.(map[string]any)["slug"].(string))
	}
	return slugs
}

// TestFacesEqualScan asks both faces random questions, walks the answers
// forward, backward and by number, and holds every page against a scan over
// all posts. Drafts are in the data and must be in no answer.
func TestFacesEqualScan(t *testing.T) {
	t.Logf("run again with -args -seed=%d", *seed)
	rnd := rand.New(rand.NewPCG(*seed, 2))
	posts := storetest.RandomPosts(rnd, 3000)
	model := storetest.NewModel(posts)
	f := faces{t, serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)}
	for range storetest.Times(60) {
		order := storetest.RandomOrder(rnd)
		filter := storetest.RandomFilter(rnd, 1) // REST has no and, or, not
		w := walker{faces: f, want: postSlugs(model.Find(store.Public, filter, order)), limit: 20 + rnd.IntN(81)}
		w.rest(restQuery(filter, order))
		w.graphql(filter, order)
		nested := storetest.RandomFilter(rnd, 3)
		w.want = postSlugs(model.Find(store.Public, nested, order))
		w.graphql(nested, order)
		// A reading list, mostly in its own order.
		if filter.Slug = (&store.SlugFilter{In: storetest.RandomReadingList(rnd, posts)}); rnd.IntN(4) > 0 {
			order = store.Order{}
		}
		w = walker{faces: f, want: postSlugs(model.Find(store.Public, filter, order)), limit: 1 + rnd.IntN(12)}
		w.rest(restQuery(filter, order))
		w.graphql(filter, order)
		if t.Failed() {
			t.Fatalf("order %+v, filters %s and %s", order, asJSON(t, filter), asJSON(t, nested))
		}
	}
}

func postSlugs(posts []*content.Post) []string {
	slugs := []string{}
	for _, p := range posts {
		slugs = append(slugs, p.Slug)
	}
	return slugs
}

// walker walks one list and holds each page against what it should be.
type walker struct {
	faces
	want  []string
	limit int
}

func (w walker) check(where string, got []string, total any, start int) {
	w.t.Helper()
	start = min(max(start, 0), len(w.want))
	want := w.want[start:min(start+w.limit, len(w.want))]
	if !reflect.DeepEqual(got, append([]string{}, want...)) || asJSON(w.t, total) != strconv.Itoa(len(w.want)) {
		w.t.Errorf("%s, from %d of %d (total %v):\nfound    %q\nexpected %q", where, start, len(w.want), total, got, want)
	}
}

func (w walker) rest(q url.Values) {
	w.t.Helper()
	q.Set("limit", strconv.Itoa(w.limit))
	page := func(name, value string) map[string]any {
		w.t.Helper()
		again, err := url.ParseQuery(q.Encode())
		if err != nil {
			w.t.Fatal(err)
		}
		if value != "" {
			again.Set(name, value)
		}
		return w.faces.rest("/v1/summaries?" + again.Encode())
	}
	cursor, start, last := "", 0, ""
	for !w.t.Failed() {
		answer := page("after", cursor)
		w.check("REST after", slugsIn(answer["data"]), at(answer, "page", "total"), start)
		if before := at(answer, "page", "before"); before != nil {
			last = before.(string)
		}
		next := at(answer, "page", "after")
		if (next != nil) != (start+w.limit < len(w.want)) || (at(answer, "page", "before") != nil) != (start > 0 && len(w.want) > 0) {
			w.t.Errorf("REST, from %d of %d: found page %v", start, len(w.want), answer["page"])
		}
		if next == nil {
			break
		}
		cursor, start = next.(string), start+w.limit
	}
	for cursor = last; cursor != "" && start > 0 && !w.t.Failed(); {
		answer := page("before", cursor)
		start -= w.limit
		w.check("REST before", slugsIn(answer["data"]), at(answer, "page", "total"), start)
		cursor, _ = at(answer, "page", "before").(string)
	}
	number := len(w.want)/w.limit + 1
	answer := page("page", strconv.Itoa(number))
	w.check("REST page", slugsIn(answer["data"]), at(answer, "page", "total"), (number-1)*w.limit)
}

const listQuery = `query($filter: PostFilter, $order: PostOrder, $first: Int, $after: String, $last: Int, $before: String, $offset: Int) {
	posts(filter: $filter, orderBy: $order, first: $first, after: $after, last: $last, before: $before, offset: $offset) {
		totalCount nodes { slug } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
	}
}`

func (w walker) graphql(f *store.Filter, o store.Order) {
	w.t.Helper()
	page := func(window map[string]any) map[string]any {
		w.t.Helper()
		window["filter"] = f
		if o != (store.Order{}) {
			window["order"] = map[string]any{"field": upperSnake(string(o.Field)), "direction": map[bool]string{false: "ASC", true: "DESC"}[o.Desc]}
		}
		return at(w.faces.graphql(listQuery, window), "posts").(map[string]any)
	}
	window, start := map[string]any{"first": w.limit}, 0
	for !w.t.Failed() {
		answer := page(window)
		w.check("GraphQL first", slugsIn(answer["nodes"]), answer["totalCount"], start)
		if at(answer, "pageInfo", "hasNextPage") != (start+w.limit < len(w.want)) || at(answer, "pageInfo", "hasPreviousPage") != (start > 0) {
			w.t.Errorf("GraphQL, from %d of %d: found %v", start, len(w.want), answer["pageInfo"])
		}
		if at(answer, "pageInfo", "hasNextPage") == false {
			break
		}
		window, start = map[string]any{"first": w.limit, "after": at(answer, "pageInfo", "endCursor")}, start+w.limit
	}
	window = map[string]any{"last": w.limit}
	for end := len(w.want); !w.t.Failed(); end -= w.limit {
		answer := page(window)
		short := walker{w.faces, w.want, min(w.limit, end)}
		short.check("GraphQL last", slugsIn(answer["nodes"]), answer["totalCount"], end-short.limit)
		if at(answer, "pageInfo", "hasPreviousPage") == false {
			break
		}
		window = map[string]any{"last": w.limit, "before": at(answer, "pageInfo", "startCursor")}
	}
	offset := len(w.want) / 2
	answer := page(map[string]any{"first": w.limit, "offset": offset})
	w.check("GraphQL offset", slugsIn(answer["nodes"]), answer["totalCount"], offset)
}

func upperSnake(name string) string {
	var w strings.Builder
	for _, r := range name {
		if r >= 'A' && r <= 'Z' {
			w.WriteByte('_')
		}
		w.WriteRune(r)
	}
	return strings.ToUpper(w.String())
}

// restQuery words a filter of one level as REST parameters.
func restQuery(f *store.Filter, o store.Order) url.Values {
	q := url.Values{}
	if o.Desc {
		q.Set("sort", "-"+string(o.Field))
	} else if o.Field != "" {
		q.Set("sort", string(o.Field))
	}
	terms := func(name string, t *store.TermFilter) {
		if t == nil {
			return
		}
		if t.Eq != nil {
			q.Add(name, *t.Eq)
		}
		if t.In != nil && len(t.In) == 0 {
			// REST cannot ask for none of no terms; no post has this one.
			t.In = []string{"no such term"}
		}
		for suffix, values := range map[string][]string{"": t.In, ".all": t.All, ".not": t.None} {
			for _, v := range values {
				q.Add(name+suffix, v)
			}
		}
	}
	terms("tool", f.Tool)
	terms("entity", f.Entity)
	terms("stack", f.Stack)
	terms("difficulty", f.Difficulty)
	terms("status", f.Status)
	terms("scenario", f.Scenario)
	terms("codeLanguage", f.CodeLanguage)
	terms("language", f.Language)
	text := func(name string, value *string) {
		if value != nil {
			q.Set(name, *value)
		}
	}
	if f.Topic != nil {
		text("topic.contains", f.Topic.Contains)
	}
	text("search", f.Search)
	if f.SearchMatch != store.MatchUsual {
		q.Set("search.match", string(f.SearchMatch))
	}
	if f.SearchLanguage != "" {
		q.Set("search.language", f.SearchLanguage)
	}
	for name, t := range map[string]*store.TextFilter{"title": f.Title, "reference": f.Reference} {
		if t != nil {
			text(name, t.Eq)
			text(name+".prefix", t.Prefix)
			text(name+".contains", t.Contains)
		}
	}
	if f.Slug != nil {
		text("slug", f.Slug.Eq)
		if f.Slug.In != nil && len(f.Slug.In) == 0 {
			q.Set("slug", "no-such-slug")
		}
		for _, slug := range f.Slug.In {
			q.Add("slug", slug)
		}
		text("slug.prefix", f.Slug.Prefix)
	}
	for name, n := range map[string]any{
		"quality": f.Quality, "freshness": f.Freshness, "depth": f.Depth, "clarity": f.Clarity, "viewCount": f.ViewCount,
		"readingTime": f.ReadingTime, "paragraphs": f.Paragraphs,
		"publishedAt": f.PublishedAt, "lastReviewed": f.LastReviewed, "updated": f.Updated,
	} {
		// Both kinds of range have the suffixes of REST as their JSON names.
		bounds := reflect.ValueOf(n)
		for i := 0; !bounds.IsNil() && i < bounds.Elem().NumField(); i++ {
			if bound := bounds.Elem().Field(i); !bound.IsNil() {
				suffix, _, _ := strings.Cut(bounds.Elem().Type().Field(i).Tag.Get("json"), ",")
				q.Set(name+"."+suffix, fmt.Sprint(bound.Elem().Interface()))
			}
		}
	}
	for name, b := range map[string]*bool{
		"aiGeneratedStyle": f.AIGeneratedStyle, "hasImages": f.HasImages, "imageHeavy": f.ImageHeavy, "needsHumanReview": f.NeedsHumanReview,
	} {
		if b != nil {
			q.Set(name, strconv.FormatBool(*b))
		}
	}
	return q
}

const wholePost = `fragment post on Post {
	slug title intro publishedAt updated updatedDay publishedDay lastReviewedDay
	body {
		__typename
		... on HeadingBlock { level text }
		... on ParagraphBlock { text html }
		... on CodeBlock { language source }
		... on ListBlock { ordered items { text html } }
		... on ImageBlock { url source caption alt width height }
		... on QuoteBlock { text html }
		... on HtmlBlock { html }
	}
	meta {
		topic summary brief outline { label text } stack checklist notes tools: toolNames entities: entityNames { name type }
		codeLanguage language difficulty readingTime viewCount score { quality freshness depth clarity }
		revision { status version lastReviewed } reference hash
		flags { aiGeneratedStyle hasImages imageHeavy needsHumanReview } images { source url caption alt width height }
		payload { sourceId generator paragraphs scenario seed } urls extra
	}
}`

// TestFacesGiveEveryFact holds every fact of every post, as both faces give
// it, against the post that was imported.
func TestFacesGiveEveryFact(t *testing.T) {
	generator := synth.New(7)
	posts := []*content.Post{decode(t, richPost)}
	for k := range int64(200) {
		posts = append(posts, generator.Post(k+1))
	}
	posts = append(posts, storetest.RandomPosts(rand.New(rand.NewPCG(3, 4)), 100)...)
	f := faces{t, serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)}
	for _, p := range posts {
		if !p.Public() {
			if status, _ := f.ask("GET", "/v1/posts/"+url.PathEscape(p.Slug), nil); status != http.StatusNotFound {
				t.Errorf("%s: found status %d of a post that is not public", p.Slug, status)
			}
			if got := f.graphql(`query($s: String!) { post(slug: $s) { slug } }`, map[string]any{"s": p.Slug})["post"]; got != nil {
				t.Errorf("%s: found %v", p.Slug, got)
			}
			continue
		}
		want := []byte(storetest.Sent(p))
		w := httptest.NewRecorder()
		f.handler.ServeHTTP(w, httptest.NewRequest("GET", "/v1/posts/"+url.PathEscape(p.Slug), nil))
		if got := w.Body.String(); got != `{"data":`+string(want)+`}` {
			t.Errorf("%s over REST:\nfound    %s\nexpected %s", p.Slug, got, want)
		}
		found := f.graphql(wholePost+`query($s: String!) { post(slug: $s) { ...post } }`, map[string]any{"s": p.Slug})["post"]
		var expected any
		decoder := json.NewDecoder(bytes.NewReader(want))
		decoder.UseNumber()
		if err := decoder.Decode(&expected); err != nil {
			t.Fatal(err)
		}
		if got := asJSON(t, asImported(found)); got != asJSON(t, expected) {
			t.Errorf("%s over GraphQL:\nfound    %s\nexpected %s", p.Slug, got, asJSON(t, expected))
		}
	}
}

// asImported gives a GraphQL object the form of the imported one: without
// nulls, and with the type of a block by its JSON name.
func asImported(v any) any {
	switch v := v.(type) {
	case map[string]any:
		object := map[string]any{}
		for name, member := range v {
			switch {
			case name == "__typename":
				object["type"] = strings.ToLower(strings.TrimSuffix(member.(string), "Block"))
			case name == "extra" && member != nil:
				object[name] = member // in which null is a value
			case name == "urls" && len(member.([]any)) == 0: // JSON of posts has it only where there is one
			case member != nil:
				object[name] = asImported(member)
			}
		}
		return object
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = asImported(v[i])
		}
		return list
	default:
		return v
	}
}

// spelledInREST gives what GraphQL answers with kinds as REST has them: ADDED as added,
// CODE_LANGUAGE as codeLanguage.
func spelledInREST(v any) any {
	switch v := v.(type) {
	case map[string]any:
		object := map[string]any{}
		for name, member := range v {
			object[name] = spelledInREST(member)
			if enum, ok := member.(string); ok && (name == "kind" || name == "field") {
				words := strings.Split(strings.ToLower(enum), "_")
				for i := range words[1:] {
					words[i+1] = strings.ToUpper(words[i+1][:1]) + words[i+1][1:]
				}
				object[name] = strings.Join(words, "")
			}
		}
		return object
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = spelledInREST(v[i])
		}
		return list
	default:
		return v
	}
}

// TestFacesAgreeOnSearch holds what both faces find against a look at every
// word of every post, page by page.
func TestFacesAgreeOnSearch(t *testing.T) {
	rnd := rand.New(rand.NewPCG(*seed, 4))
	generator := synth.New(3)
	posts := storetest.RandomPosts(rnd, 300)
	for k := range int64(200) {
		posts = append(posts, generator.Post(k+1))
	}
	model := storetest.NewModel(posts)
	f := faces{t, serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)}
	for _, typed := range []string{"caching ", "safer step", "redis rollback", `"cache status" OR safer `, "python -git ", "<b>nowhere</b>", "cachng redus ", "a"} {
		filter := storetest.RandomFilter(rnd, 1)
		asked := store.Search{Text: typed}
		q := restQuery(filter, store.DefaultOrder)
		q.Del("sort")
		q.Set("q", typed)
		q.Set("limit", "7")
		variables := map[string]any{"q": typed, "f": filter}
		if rnd.IntN(2) == 0 {
			asked.Match = store.Matches[rnd.IntN(len(store.Matches))]
			q.Set("match", string(asked.Match))
			variables["m"] = asked.Match
		}
		if rnd.IntN(2) == 0 {
			asked.Language = "de"
			q.Set("queryLanguage", asked.Language)
			variables["l"] = asked.Language
		}
		searched := typed
		if typed == "cachng redus " {
			q.Set("correct", "auto")
			variables["c"] = true
			searched = model.Corrected(store.Public, typed)
			if asked.Text = searched; searched == typed {
				t.Errorf("%q is not corrected", typed)
			}
		}
		want := model.Search(store.Public, asked, filter)
		for start := 0; start == 0 || start < len(want); start += 7 {
			answer := f.rest("/v1/search?" + q.Encode())
			found := at(f.graphql(`query($q: String!, $m: SearchMatch, $l: String, $c: Boolean, $f: PostFilter, $after: String) { search(query: $q, match: $m, language: $l, correct: $c, filter: $f, first: 7, after: $after) {
				match { mode words needed } corrected { from to } totalCount pageInfo { endCursor hasNextPage } edges { score node { slug title } highlights { field html } }
				suggestions { kind value nearest } } }`, variables), "search")
			matched := at(found, "match").(map[string]any)
			matched["mode"] = strings.ToLower(matched["mode"].(string))
			if r, g := asJSON(t, answer["match"]), asJSON(t, matched); r != g || matched["words"] == "0" {
				t.Errorf("%q: REST says it was understood as %s, GraphQL as %s", typed, r, g)
			}
			corrected := "null"
			if searched != typed {
				corrected = asJSON(t, map[string]string{"from": typed, "to": searched})
			}
			if r, g := asJSON(t, answer["corrected"]), asJSON(t, at(found, "corrected")); r != corrected || g != corrected {
				t.Errorf("%q: REST says that it was corrected as %s, GraphQL as %s, expected %s", typed, r, g, corrected)
			}
			suggested, _ := answer["suggestions"].([]any)
			if r, g := asJSON(t, suggested), asJSON(t, spelledInREST(asImported(at(found, "suggestions")))); r != g && (r != "null" || g != "[]") {
				t.Errorf("%q: REST suggests %s, GraphQL %s", typed, r, g)
			} else if typed == "cachng redus " && !strings.Contains(r, `"redis"`) {
				t.Errorf("%q: found %s", typed, r)
			}
			rows, edges := answer["data"].([]any), at(found, "edges").([]any)
			wanted := want[start:min(start+7, len(want))]
			if total := strconv.Itoa(len(want)); len(rows) != len(wanted) || len(edges) != len(wanted) ||
				asJSON(t, at(answer, "page", "total")) != total || asJSON(t, at(found, "totalCount")) != total {
				t.Fatalf("%q, from %d: found %d rows and %d edges, expected %d of %s", typed, start, len(rows), len(edges), len(wanted), total)
			}
			for i, expected := range wanted {
				score := strconv.FormatFloat(expected.Score, 'f', -1, 64)
				if at(rows[i], "post", "slug") != expected.Post.Slug || fmt.Sprint(at(rows[i], "score")) != score {
					t.Errorf("%q, row %d: found %v, expected %s %s", typed, start+i, rows[i], expected.Post.Slug, score)
				}
				if at(edges[i], "node", "slug") != expected.Post.Slug || fmt.Sprint(at(edges[i], "score")) != score {
					t.Errorf("%q, edge %d: found %v, expected %s %s", typed, start+i, edges[i], expected.Post.Slug, score)
				}
				if r, g := asJSON(t, at(rows[i], "highlights")), asJSON(t, spelledInREST(at(edges[i], "highlights"))); r != g || !strings.Contains(r, "mark") {
					t.Errorf("%q, number %d: REST highlights %s, GraphQL %s", typed, start+i, r, g)
				}
			}
			next := at(answer, "page", "after")
			if more := start+7 < len(want); (next != nil) != more || at(found, "pageInfo", "hasNextPage") != more {
				t.Fatalf("%q, from %d of %d: found %v and %v", typed, start, len(want), answer["page"], at(found, "pageInfo"))
			}
			if next != nil {
				q.Set("after", next.(string))
			}
			variables["after"] = at(found, "pageInfo", "endCursor")
		}
	}
}

func sameJSON(t testing.TB, a, b string) bool {
	t.Helper()
	var x, y any
	if err := json.Unmarshal([]byte(a), &x); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(b), &y); err != nil {
		t.Fatal(err)
	}
	return reflect.DeepEqual(x, y)
}
