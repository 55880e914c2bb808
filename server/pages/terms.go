package pages

import (
	"net/url"
	"strconv"
	"strings"

	"alphanode/server/pages/frame"
	"alphanode/server/pages/sample"
	"alphanode/server/readable"
	"alphanode/server/route"
	"alphanode/store"
)

// termsPerPage is how many tools or entities a page lists.
const termsPerPage = 50

// The parameters of the lists of terms, which have the names that they have in REST. The
// list is in another order where none is asked for: people look for what there is much of.
var (
	termPrefix = route.TextParameter("q", "Only names of which a word begins so. Case does not matter.", []any{"post"},
		func(q *route.Query, prefix string) { q.TermPrefix = prefix })
	entityType = route.NameParameter("type", "Only entities of this type; case does not matter.", []any{"database"},
		func(q *route.Query, name string) { q.TermType = name })
	sortTerms = route.ChoiceParameter("sort", "The order; - before the name turns it round.", "-postCount", []string{"name", "-name", "postCount", "-postCount"},
		func(q *route.Query, word string) { q.TermOrder = termOrder(word) })

	toolsParameters    = []*route.Parameter{termPrefix, sortTerms, pageNumber}
	entitiesParameters = []*route.Parameter{termPrefix, entityType, sortTerms, pageNumber}
)

func termOrder(word string) store.TermOrder {
	name, desc := strings.CutPrefix(word, "-")
	return store.TermOrder{ByPostCount: name == "postCount", Desc: desc}
}

// kindWords are what a kind of terms is called, what it is, and where its list stands.
type kindWords struct{ One, Many, Article, About, Path string }

func wordsOf(kind store.Kind) kindWords {
	if kind == store.KindTool {
		return kindWords{"tool", "tools", "a", "What posts work with. Each has a page with its posts and figures.", "/tools"}
	}
	return kindWords{"entity", "entities", "an", "What posts are about. Each has a page with its posts and figures.", "/entities"}
}

// Name is what many are called where a line begins.
func (w kindWords) Name() string { return strings.ToUpper(w.Many[:1]) + w.Many[1:] }

// termsView is what the page of a list of terms shows.
type termsView struct {
	kindWords
	Query, Action string
	Hidden        []pair // what the form keeps and has no control for
	Types, Orders []choice
	Total, All    int // terms that are listed, and that there are
	Narrowed      bool
	Rows          []termRow
	Pages         pages
	Meant         []linked // where nothing is found: what may have been meant
	Everything    string   // the whole list
}

// termRow is a term in a list.
type termRow struct {
	Name, Href, Type string
	Posts            int
	P50, P90         *int // of quality; nil where no post has a score
}

// termsPage lists the terms of a kind.
func (e *explorer) termsPage(kind store.Kind) func(*route.Request) (*route.Answer, error) {
	return func(r *route.Request) (*route.Answer, error) {
		l := &termList{Request: r, links: frame.LinksOf(r), kind: kind}
		v, err := l.view()
		if err != nil {
			return nil, route.InAddress(r.Query, err)
		}
		asked := l.asked(v)
		a, err := e.terms.Answer(r, &frame.Page{
			Title: l.title(v), Description: v.About,
			Section: v.Path, NoIndex: len(kept(r.Values)) > 0 || r.Page > 1, Canonical: v.Path, Request: &asked, Kept: kept(r.Values), Data: v,
			Alternates: []frame.Alternate{{Type: route.JSONMedia, Href: l.links.Data(asked.Path), Title: "This page as JSON"}},
		})
		if err != nil {
			return nil, err
		}
		a.Keys = append(a.Keys, "posts") // any post can bring or take a term, or change what its posts score
		for _, t := range l.found {
			a.About(string(kind), t.Slug)
		}
		return a, nil
	}
}

// termList is a list of terms that a request asks for.
type termList struct {
	*route.Request
	links frame.Links
	kind  store.Kind
	found []*store.Term
	after string // the cursor of what stands before the page; "" for the first
}

// order is that of the list.
func (l *termList) order() store.TermOrder {
	if l.TermOrder == (store.TermOrder{}) && !l.Values.Has("sort") {
		return termOrder("-postCount")
	}
	return l.TermOrder
}

func (l *termList) view() (*termsView, error) {
	v := &termsView{kindWords: wordsOf(l.kind), Query: l.TermPrefix, Narrowed: l.TermPrefix != "" || l.TermType != ""}
	v.Action, v.Everything = l.links.Site.Path(v.Path), l.links.At(v.Path)
	if l.links.Pin != "" {
		v.Hidden = []pair{{"release", l.links.Pin}}
	}
	for _, o := range []choice{{Value: "-postCount", Text: "most posts"}, {Value: "postCount", Text: "fewest posts"}, {Value: "name", Text: "name"}, {Value: "-name", Text: "name, from the end"}} {
		o.Chosen = termOrder(o.Value) == l.order()
		v.Orders = append(v.Orders, o)
	}
	for _, step := range []func(*termsView) error{l.list, l.score, l.types, l.count} {
		if err := step(v); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// list finds the terms of the page, and with them the last one of the page before, whose
// cursor leads to it over GraphQL, where lists of terms have no numbers.
func (l *termList) list(v *termsView) error {
	number := max(l.Page, 1)
	before := 0
	if number > 1 {
		before = 1
	}
	q := store.TermQuery{Kind: l.kind, Type: l.TermType, Prefix: l.TermPrefix, Order: l.order(),
		Window: store.Window{First: new(termsPerPage + before), Offset: new((number-1)*termsPerPage - before)}}
	page, err := l.Reader.FindTerms(l.Ctx, q)
	if err != nil {
		return err
	}
	l.found, v.Total = page.Terms, page.Total
	if before > 0 && len(page.Terms) > 0 {
		l.found, l.after = page.Terms[before:], page.Cursors[0]
	}
	for _, t := range l.found {
		v.Rows = append(v.Rows, termRow{Name: t.Name, Href: l.links.Term(l.kind, t.Slug), Type: t.Type, Posts: t.PostCount})
	}
	v.Pages = numbered(number, termsPerPage, len(l.found), page.Total, func(n int) string {
		return l.links.To(v.Path, with(l.Values, "page", strconv.Itoa(n)))
	})
	if page.Total > 0 {
		return nil
	}
	near, err := l.Reader.SuggestTerms(l.Ctx, q)
	if err != nil {
		return err
	}
	for _, s := range near {
		name := "q"
		if s.Kind == store.KindEntityType {
			name = "type"
		}
		for _, nearest := range s.Nearest {
			v.Meant = append(v.Meant, linked{Name: nearest, Href: l.links.To(v.Path, with(l.Values, name, nearest))})
		}
	}
	return nil
}

// score tells how good the posts of each term are.
func (l *termList) score(v *termsView) error {
	if len(l.found) == 0 {
		return nil
	}
	stats, err := l.Reader.ScoresOfEach(l.Ctx, store.TermIDs(l.found))
	if err != nil {
		return err
	}
	for i := range v.Rows {
		v.Rows[i].P50, v.Rows[i].P90 = stats[i].Quality.P50, stats[i].Quality.P90
	}
	return nil
}

// mostTypes is how many types of entities can be chosen.
const mostTypes = 50

// types offers the types of entities, and the one that is chosen though it is none of the
// commonest.
func (l *termList) types(v *termsView) error {
	if l.kind != store.KindEntity {
		return nil
	}
	types, err := l.Reader.EntityTypes(l.Ctx, mostTypes)
	if err != nil {
		return err
	}
	v.Types = []choice{{Text: "all types"}}
	known := l.TermType == ""
	for _, t := range types {
		chosen := !known && strings.EqualFold(t.Type, l.TermType)
		known = known || chosen
		v.Types = append(v.Types, choice{Value: t.Type, Text: t.Type + " · " + readable.Number(t.EntityCount), Chosen: chosen})
	}
	if !known {
		v.Types = append(v.Types, choice{Value: l.TermType, Text: l.TermType, Chosen: true})
	}
	return nil
}

// count tells how many terms there are in all.
func (l *termList) count(v *termsView) error {
	v.All = v.Total
	if !v.Narrowed {
		return nil
	}
	page, err := l.Reader.FindTerms(l.Ctx, store.TermQuery{Kind: l.kind, Window: store.Window{First: new(0)}})
	if err != nil {
		return err
	}
	v.All = page.Total
	return nil
}

func (l *termList) title(v *termsView) string {
	switch {
	case l.TermPrefix != "":
		return v.Name() + " that begin with “" + l.TermPrefix + "”: " + readable.Number(v.Total)
	case l.TermType != "":
		return v.Name() + " of the type " + l.TermType + ": " + readable.Number(v.Total)
	}
	return frame.Plural(v.Total, v.One, v.Many)
}

// asked is the request that gives what the page shows.
func (l *termList) asked(v *termsView) sample.Request {
	values := url.Values{"include": {"scores"}, "limit": {strconv.Itoa(termsPerPage)}, "sort": {l.Values.Get("sort")}}
	if values.Get("sort") == "" {
		values.Set("sort", "-postCount")
	}
	for _, name := range []string{"q", "type"} {
		if given := l.Values.Get(name); given != "" {
			values.Set(name, given)
		}
	}
	if l.Page > 1 {
		values.Set("page", strconv.Itoa(l.Page))
	}
	field := "NAME"
	if l.order().ByPostCount {
		field = "POST_COUNT"
	}
	variables := map[string]any{"first": termsPerPage, "order": map[string]string{"field": field, "direction": direction(l.order().Desc)}}
	declared, given, more := "", "", ""
	if l.TermPrefix != "" {
		variables["query"], declared, given = l.TermPrefix, declared+", $query: String", given+", query: $query"
	}
	if l.kind == store.KindEntity {
		more = " type"
		if l.TermType != "" {
			variables["type"], declared, given = l.TermType, declared+", $type: String", given+", type: $type"
		}
	}
	if l.after != "" {
		variables["after"], declared, given = l.after, declared+", $after: String", given+", after: $after"
	}
	return sample.Request{Path: "/v1" + v.Path + "?" + values.Encode(), Vars: variables, Query: `query ` + v.Name() + `($order: TermOrder, $first: Int!` + declared + `) {
  ` + v.Many + `(orderBy: $order, first: $first` + given + `) {
    totalCount
    nodes { slug name` + more + ` postCount scores { quality { p50 p90 } } }
  }
}`}
}
