package server_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// restRequests makes requests of REST by its document.
type restRequests struct {
	*hostileWords
	routes  []restRoute
	cursors []string
}

type restRoute struct {
	path       string
	parameters []restParameter
}

type restParameter struct {
	name, in string
	many     bool
	words    []string // of which it takes one, or some
	kind     string   // its type
}

func newRESTRequests(t *testing.T, a *pricedArchive) *restRequests {
	t.Helper()
	type parameter struct {
		Ref      string `json:"$ref"`
		Name, In string
		Explode  bool
		Schema   struct {
			Type  string
			Enum  []string
			Items struct{ Enum []string }
		}
	}
	var document struct {
		Paths      map[string]map[string]json.RawMessage
		Components struct{ Parameters map[string]parameter }
	}
	if err := json.Unmarshal([]byte(get(t, a.server, "/openapi.json").body), &document); err != nil {
		t.Fatal(err)
	}
	q := &restRequests{hostileWords: newHostileWords(t, a)}
	for path, methods := range document.Paths {
		var operation struct{ Parameters []parameter }
		if strings.Contains(path, "ndjson") || methods["get"] == nil || path == "/graphql" {
			continue
		}
		if err := json.Unmarshal(methods["get"], &operation); err != nil {
			t.Fatal(err)
		}
		rt := restRoute{path: path}
		for _, p := range operation.Parameters {
			if name, ok := strings.CutPrefix(p.Ref, "#/components/parameters/"); ok {
				p = document.Components.Parameters[name]
			}
			if p.In == "query" || p.In == "path" {
				rt.parameters = append(rt.parameters, restParameter{p.Name, p.In, p.Explode && p.Schema.Type == "array", append(p.Schema.Enum, p.Schema.Items.Enum...), p.Schema.Type})
			}
		}
		q.routes = append(q.routes, rt)
	}
	slices.SortFunc(q.routes, func(a, b restRoute) int { return strings.Compare(a.path, b.path) })
	for _, sort := range []string{"slug", "title", "-updated", "-quality", "viewCount", "publishedAt"} {
		l, _ := getList(t, a.server, "/v1/summaries?limit=1&sort="+sort+"&page="+strconv.Itoa(q.posts/2))
		q.cursors = append(q.cursors, "sort="+sort+"&after="+url.QueryEscape(*l.Page.After))
	}
	return q
}

// next makes a request.
func (q *restRequests) next(t *tape) hostileRequest {
	rt := of(t, q.routes)
	path, query := rt.path, []string{}
	room := 15_000
	add := func(name, value string) {
		pair := url.QueryEscape(name) + "=" + url.QueryEscape(value)
		if room -= len(pair) + 1; room > 0 {
			query = append(query, pair)
		}
	}
	chosen := one(t, 0, 1, 2, 4, 8)
	for _, p := range rt.parameters {
		if p.in == "path" {
			all := q.slugs
			switch {
			case strings.HasPrefix(path, "/v1/tools"):
				all = q.toolSlugs
			case strings.HasPrefix(path, "/v1/entities"):
				all = q.entitySlugs
			case strings.HasPrefix(path, "/v1/releases"):
				all = q.releases
			}
			path = strings.Replace(path, "{"+p.name+"}", url.PathEscape(of(t, all)), 1)
			continue
		}
		needed := p.name == "q" && strings.HasSuffix(rt.path, "search") || p.name == "since" || p.name == "by" && rt.path == "/v1/facets" ||
			p.name == "tool" && rt.path == "/v1/similar"
		if !needed && t.n(len(rt.parameters)) >= chosen && !(p.name == "limit" && t.n(4) > 0) {
			continue
		}
		q.parameter(t, rt, p, add)
	}
	if t.n(10) == 0 && strings.Contains(path, "/posts") {
		query = append(query, of(t, q.cursors))
	}
	if t.n(60) == 0 {
		for range one(t, 1, 10, 3000) {
			add("z"+strconv.Itoa(t.n(1000)), "1")
		}
	}
	if len(query) > 0 {
		path += "?" + strings.Join(query, "&")
	}
	return hostileRequest{"GET", path, ""}
}

// parameter gives one parameter values.
func (q *restRequests) parameter(t *tape, rt restRoute, p restParameter, add func(name, value string)) {
	name := p.name
	base, suffix, _ := strings.Cut(name, ".")
	times := 1
	if p.many {
		times = one(t, 1, 1, 2, 5, 20, 100, 700)
	}
	for range times {
		switch {
		case name == "sort" || p.kind == "string" && len(p.words) > 0:
			add(name, of(t, p.words))
		case len(p.words) > 0:
			some := []string{}
			for range one(t, 1, 2, 8, 30, 300) {
				some = append(some, of(t, p.words))
			}
			if name == "by" {
				slices.Sort(some)
				some = slices.Compact(some)
			}
			add(name, strings.Join(some, ","))
		case name == "limit":
			add(name, one(t, "100", "100", "20", "1"))
		case name == "page":
			add(name, strconv.Itoa(1+t.n(max(1, q.posts/20))))
		case name == "q" && strings.HasSuffix(rt.path, "search") || name == "search":
			add(name, q.typed(t))
		case name == "q":
			add(name, one(t, "a", "s", "p", "git"))
		case name == "since":
			add(name, of(t, q.releases))
		case name == "exclude":
			add(name, of(t, q.slugs))
		case name == "minSimilarity" || name == "diversity":
			add(name, one(t, "0", "0.01", "0.3", "1"))
		case name == "after" || name == "before":
			if t.n(3) == 0 {
				add(name, "nonsense")
			}
		case suffix == "bounds":
			bounds := []string{}
			for i := range one(t, 1, 5, 100) {
				if strings.Contains(name, "At") || strings.HasPrefix(name, "last") || strings.HasPrefix(name, "upd") {
					bounds = append(bounds, "20"+strconv.Itoa(10+i/12%17)+"-"+[]string{"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"}[i%12]+"-01")
				} else {
					bounds = append(bounds, strconv.Itoa(i))
				}
			}
			add(name, strings.Join(bounds, ","))
		case p.kind == "boolean":
			add(name, one(t, "true", "false"))
		case p.kind == "integer":
			add(name, strconv.Itoa(t.n(100)))
		case strings.Contains("lastReviewed publishedAt updated", base):
			add(name, q.day(t))
		case p.many:
			add(name, q.name(t, base))
		case base == "reference":
			add(name, one(t, "a", "anp", "0", "anp-ref-00001"))
		default:
			add(name, q.part(t))
		}
	}
}
