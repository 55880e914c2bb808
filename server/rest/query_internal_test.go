package rest

import (
	"encoding/json"
	"net/url"
	"testing"

	"alphanode/apierror"
	"alphanode/server/route"
)

// postsRoute is the route with the most parameters.
func postsRoute(t testing.TB) *route.Route {
	t.Helper()
	rt, _, _ := route.Find(Routes(Archive{}), "GET", &url.URL{Path: "/v1/posts"})
	if rt == nil {
		t.Fatal("no route for /v1/posts")
	}
	return rt
}

func TestFilterOfParameters(t *testing.T) {
	t.Parallel()
	rt := postsRoute(t)
	tests := map[string]string{
		"":                        `null`,
		"limit=5":                 `null`,
		"tool=a":                  `{"tool":{"in":["a"]}}`,
		"tool=b&tool=a":           `{"tool":{"in":["b","a"]}}`,
		"tool.all=a&tool.all=b":   `{"tool":{"all":["a","b"]}}`,
		"tool.not=a&tool=c":       `{"tool":{"in":["c"],"none":["a"]}}`,
		"entity=database:x":       `{"entity":{"in":["database:x"]}}`,
		"stack=a":                 `{"stack":{"in":["a"]}}`,
		"difficulty=a":            `{"difficulty":{"in":["a"]}}`,
		"codeLanguage=a":          `{"codeLanguage":{"in":["a"]}}`,
		"language=pt-BR":          `{"language":{"in":["pt-BR"]}}`,
		"status=reviewed":         `{"status":{"in":["reviewed"]}}`,
		"scenario.not=a":          `{"scenario":{"none":["a"]}}`,
		"topic=a&topic.all=b":     `{"topic":{"in":["a"],"all":["b"]}}`,
		"topic.contains=a":        `{"topic":{"contains":"a"}}`,
		"quality=80":              `{"quality":{"eq":80}}`,
		"quality.eq=80":           `{"quality":{"eq":80}}`,
		"quality.gt=1":            `{"quality":{"gt":1}}`,
		"quality.gte=-1":          `{"quality":{"gte":-1}}`,
		"quality.lt=3":            `{"quality":{"lt":3}}`,
		"quality.lte=4":           `{"quality":{"lte":4}}`,
		"freshness.gte=1":         `{"freshness":{"gte":1}}`,
		"depth.gte=1":             `{"depth":{"gte":1}}`,
		"clarity.gte=1":           `{"clarity":{"gte":1}}`,
		"viewCount.gte=1":         `{"viewCount":{"gte":1}}`,
		"readingTime.gte=1":       `{"readingTime":{"gte":1}}`,
		"paragraphs.gte=1":        `{"paragraphs":{"gte":1}}`,
		"lastReviewed=1970-01-02": `{"lastReviewed":{"eq":"1970-01-02"}}`,
		"publishedAt.lt=1970-01-01&publishedAt.gte=1969-12-31": `{"publishedAt":{"gte":"1969-12-31","lt":"1970-01-01"}}`,
		"updated.gt=1970-01-03&updated.lte=1970-01-04":         `{"updated":{"gt":"1970-01-03","lte":"1970-01-04"}}`,
		"slug=a":                `{"slug":{"eq":"a"}}`,
		"slug.prefix=a":         `{"slug":{"prefix":"a"}}`,
		"title=a":               `{"title":{"eq":"a"}}`,
		"title.prefix=a":        `{"title":{"prefix":"a"}}`,
		"title.contains=a+b":    `{"title":{"contains":"a b"}}`,
		"reference.eq=a":        `{"reference":{"eq":"a"}}`,
		"reference.prefix=a":    `{"reference":{"prefix":"a"}}`,
		"reference.contains=a":  `{"reference":{"contains":"a"}}`,
		"aiGeneratedStyle=true": `{"aiGeneratedStyle":true}`,
		"hasImages=false":       `{"hasImages":false}`,
		"imageHeavy=true":       `{"imageHeavy":true}`,
		"needsHumanReview=true": `{"needsHumanReview":true}`,
		"search=a%20b":          `{"search":"a b"}`,
		"search=a&search.match=any&search.language=pt_br":    `{"search":"a","searchMatch":"ANY","searchLanguage":"pt-BR"}`,
		"quality.gte=1&hasImages=true&tool=a&title.prefix=T": `{"tool":{"in":["a"]},"quality":{"gte":1},"title":{"prefix":"T"},"hasImages":true}`,
	}
	for query, want := range tests {
		q, err := route.ReadQuery(rt, &url.URL{Path: "/v1/posts", RawQuery: query}, nil)
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		got, err := json.Marshal(q.Filter)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s: found %s, expected %s", query, got, want)
		}
	}
}

// TestFilterIsWhole holds the parameters against the contract's list.
func TestFilterIsWhole(t *testing.T) {
	t.Parallel()
	want := map[string]bool{"topic.contains": true, "search": true, "search.match": true, "search.language": true}
	add := func(names []string, suffixes ...string) {
		for _, name := range names {
			for _, suffix := range suffixes {
				want[name+suffix] = true
			}
		}
	}
	add([]string{"tool", "entity", "stack", "difficulty", "codeLanguage", "language", "status", "scenario", "topic"}, "", ".all", ".not")
	add([]string{"quality", "freshness", "depth", "clarity", "viewCount", "readingTime", "paragraphs", "lastReviewed", "publishedAt", "updated"},
		"", ".eq", ".gt", ".gte", ".lt", ".lte")
	add([]string{"title", "reference"}, "", ".eq", ".prefix", ".contains")
	add([]string{"slug"}, "", ".eq", ".prefix")
	add([]string{"aiGeneratedStyle", "hasImages", "imageHeavy", "needsHumanReview"}, "")
	for _, p := range route.Filters {
		for _, name := range []string{p.Name, p.Alias} {
			if name != "" && !want[name] {
				t.Errorf("%s is not in the contract, or is there twice", name)
			}
			delete(want, name)
		}
	}
	for name := range want {
		t.Errorf("%s is missing", name)
	}
}

func TestOtherParameters(t *testing.T) {
	t.Parallel()
	q, err := route.ReadQuery(postsRoute(t), &url.URL{Path: "/v1/posts", RawQuery: "sort=-quality&limit=7&page=3"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if w := window(q); q.Order.Field != "quality" || !q.Order.Desc || *w.First != 7 || *w.Offset != 14 {
		t.Errorf("found order %+v, window %+v", q.Order, window(q))
	}
	q, err = route.ReadQuery(postsRoute(t), &url.URL{Path: "/v1/posts", RawQuery: "sort=title&before=c"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if w := window(q); q.Order.Field != "title" || q.Order.Desc || *w.Last != 20 || w.Before != "c" || w.First != nil {
		t.Errorf("found order %+v, window %+v", q.Order, window(q))
	}
}

// TestFilterArgument words an argument of the store by the name of REST.
func TestFilterArgument(t *testing.T) {
	t.Parallel()
	q := &route.Query{Values: url.Values{"tool.not": {"x"}}}
	err := apierror.From(route.InAddress(q, apierror.New(apierror.TooComplex, "", apierror.Field{Location: "filter.tool.none", Value: "1000", Expected: "fewer"})))
	want := apierror.Field{Location: "query.tool.not", Value: "x", Expected: "fewer"}
	if err.Code != apierror.TooComplex || len(err.Fields) != 1 || err.Fields[0] != want {
		t.Errorf("found %s %+v, expected TOO_COMPLEX %+v", err.Code, err.Fields, want)
	}
}

func FuzzReadQuery(f *testing.F) {
	for _, seed := range []string{
		"tool=a&tool.all=b", "quality.gte=80&hasImages=true", "limit=100&after=abc", "fields=slug,meta.summary", "page=0",
		"%zz", "a=%ff", "sort=-", "sort=", "publishedAt=2024-02-30", "fields=,", "limit=+5", "limit=99999999999999999999",
		"slug=a&slug=b&slug.eq=c", "limit=0&page=3", "include=similar,html&similar.limit=0&similar.diversity=1", "as=summary&fields=score.quality&include=text",
	} {
		f.Add(seed)
	}
	rt := postsRoute(f)
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := route.ReadQuery(rt, &url.URL{Path: "/v1/posts", RawQuery: raw}, nil)
		switch {
		case err == nil && (q.Limit < 0 || q.Limit > 100 || q.Alike.First < 0 || q.Alike.First > 100 || q.Page < 0 ||
			(q.Order.Field == "") == q.Values.Has("sort") || q.Summary && (q.HTML || q.Text)):
			t.Errorf("accepted %q as %+v", raw, q)
		case err != nil && apierror.From(err).Code != apierror.BadRequest:
			t.Errorf("%q: %v is no BAD_REQUEST", raw, err)
		}
	})
}
