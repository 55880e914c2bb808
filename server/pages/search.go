package pages

import (
	"errors"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"alphanode/apierror"
	"alphanode/server/pages/frame"
	"alphanode/server/pages/plot"
	"alphanode/server/route"
	"alphanode/server/schema"
	"alphanode/store"
)

// perPage is how many posts a page lists.
const perPage = 20

// The parameters of the search page beside filters, which have the names that they have
// in REST.
var (
	typed = route.SingleParameter("q", "What is searched for, as people type it.", &schema.Schema{Type: "string", MaxLength: store.MaxSearch}, func(q *route.Query, text string) *route.Misfit {
		q.Search = text
		return nil
	})
	match    = route.MatchParameter("match", "q", func(q *route.Query, m store.Match) { q.Match = m })
	language = route.LanguageParameter("queryLanguage", "The language that the words of q are taken by, a BCP 47 tag.", func(q *route.Query, tag string) { q.SearchLanguage = tag })

	sortPosts = route.ChoiceParameter("sort", "The order; - before the name turns it round.", "", orders(), func(q *route.Query, word string) {
		name, desc := strings.CutPrefix(word, "-")
		q.Order = store.Order{Field: store.Field(name), Desc: desc}
	})
	pageNumber = route.IntegerParameter("page", "The number of a page.", 1, math.MaxInt32, &schema.Schema{}, func(q *route.Query, n int64) { q.Page = int(n) })
	after      = route.CursorParameter("after", "A cursor: what stands behind it.", func(q *route.Query, cursor string) { q.After = cursor })

	searchParameters = slices.Concat(route.Filters, []*route.Parameter{typed, match, language, sortPosts, pageNumber, after})
)

func orders() []string {
	var words []string
	for _, field := range store.SortFields {
		words = append(words, string(field), "-"+string(field))
	}
	return words
}

// ranked reports whether the posts come by how well they fit what is searched for.
func ranked(q *route.Query) bool {
	return strings.TrimSpace(q.Search) != "" && q.Order == (store.Order{})
}

// checkSearch refuses a place that the list has not: a ranked one is read forward, any
// other one by numbers of pages.
func checkSearch(q *route.Query) (faults route.Faults) {
	if ranked(q) && q.Page > 1 {
		faults = append(faults, apierror.Field{Location: "query.page", Value: strconv.Itoa(q.Page), Expected: "after, from the link to the next page: a search in the order of best match has no numbers"})
	}
	if !ranked(q) && q.After != "" {
		faults = append(faults, apierror.Field{Location: "query.after", Value: route.Shorten(q.After), Expected: "page: a list that is not in the order of best match has numbers"})
	}
	return faults
}

// searchView is what the search page shows.
type searchView struct {
	Query    string
	Wordless bool // there is no word in it
	Archive  int  // posts in all
	Total    int
	Here     string // what is selected, in words
	Hidden   []pair // what the form keeps and has no control for
	Chosen   []chip
	Clear    string
	Orders   []choice
	Facets   []facet
	Flags    []choice
	Filters  int
	Cards    []card
	Pages    pages
	Figures  []plot.Figure
	Meant    *linked // what may have been meant by the words that are searched for
	Nothing  *nothing
	Action   string
	Selected bool
}

// chip is a value that is chosen, with the address of the page without it.
type chip struct {
	Name, Href string
	left       url.Values // the parameters without it
}

type pair struct{ Name, Value string }

// choice is something that can be chosen.
type choice struct {
	Name, Value, Text string
	Chosen            bool
}

// pages is where a page of a list stands.
type pages struct {
	Number             int // 0 of a list that has none
	First, Last, Total int // 0 where the page is behind the end
	Next, Previous     string
	More               int // how many posts the next page has
}

// selection is what of the archive a request asks for.
type selection struct {
	*route.Request
	links frame.Links
	here  *store.Filter // with what is searched for among the conditions; nil for the archive
}

func selected(r *route.Request) *selection {
	s := &selection{Request: r, links: frame.LinksOf(r)}
	if f := r.Filter; f != nil {
		here := *f
		s.here = &here
	}
	if strings.TrimSpace(r.Search) != "" {
		if s.here == nil {
			s.here = &store.Filter{}
		}
		typed := store.Filter{Search: &r.Search, SearchMatch: r.Match, SearchLanguage: r.SearchLanguage}
		if s.here.Search != nil { // both must hold
			s.here = &store.Filter{And: []store.Filter{*s.here, typed}}
		} else {
			s.here.Search, s.here.SearchMatch, s.here.SearchLanguage = typed.Search, typed.SearchMatch, typed.SearchLanguage
		}
	}
	return s
}

// withoutWords gives what is selected without what is searched for.
func (s *selection) withoutWords() *selection {
	asked, q := *s.Request, *s.Query
	q.Search, q.Match, q.SearchLanguage, q.Values = "", store.MatchUsual, "", kept(q.Values)
	for name := range asFilters {
		q.Values.Del(name)
	}
	asked.Query = &q
	return selected(&asked)
}

func (e *explorer) searchPage(r *route.Request) (*route.Answer, error) {
	s := selected(r)
	v := &searchView{Query: r.Search, Action: s.links.Site.Path("/")}
	err := s.list(v)
	if _, wordless := errors.AsType[*store.WordlessError](err); wordless { // more may be coming: what is there meanwhile is all
		v.Wordless = true
		s = s.withoutWords()
		err = s.list(v)
	}
	if err != nil {
		return nil, route.InAddress(r.Query, err)
	}
	for _, step := range []func(*searchView) error{s.count, s.describe, s.figures} {
		if err := step(v); err != nil {
			return nil, route.InAddress(r.Query, err)
		}
	}
	if v.Total == 0 {
		var err error
		if v.Nothing, err = s.nothing(v); err != nil {
			return nil, route.InAddress(r.Query, err)
		}
	}
	asked := s.asked()
	page := &frame.Page{Title: s.title(v), Description: "Search " + frame.Plural(v.Archive, "post", "posts") + " by words, tools, entities, scores and dates.",
		Section: "/", NoIndex: len(r.Values) > 0, Canonical: "/", Request: &asked, Kept: kept(r.Values), Data: v,
		Alternates: []frame.Alternate{
			{Type: route.JSONMedia, Href: s.links.Data(asked.Path), Title: "This page as JSON"},
			{Type: "application/feed+json", Href: s.links.API("/feed.json"), Title: "New posts, as JSON Feed"},
			{Type: "application/atom+xml", Href: s.links.API("/feed.atom"), Title: "New posts, as Atom"},
		}}
	a, err := e.search.Answer(r, page)
	if err == nil {
		aboutCards(a, v.Cards)
	}
	return a, err
}

// meant leads to what may have been meant by the words that are searched for.
func (s *selection) meant(found *store.SearchPage) *linked {
	if found.Meant == "" {
		return nil
	}
	corrected := kept(s.Values)
	corrected.Set("q", found.Meant)
	return &linked{Name: strings.TrimSpace(found.Meant), Href: s.links.Posts(corrected)}
}

// list finds the posts of the page.
func (s *selection) list(v *searchView) error {
	var refs []store.Ref
	if ranked(s.Query) {
		found, err := s.Reader.Search(s.Ctx, store.SearchQuery{Search: s.Searching(), Filter: s.Filter, First: perPage, After: s.After, Cursors: store.LastCursor, Suggest: true})
		if err != nil {
			return err
		}
		v.Meant = s.meant(found)
		for _, hit := range found.Hits {
			refs = append(refs, hit.Ref)
		}
		v.Total = found.Total
		if n := len(found.Hits); n > 0 && found.HasNext {
			v.Pages.Next = s.links.Posts(with(s.Values, "after", found.Hits[n-1].Cursor))
		}
	} else {
		number := max(s.Page, 1)
		found, err := s.Reader.Find(s.Ctx, store.PostQuery{Filter: s.here, Order: s.Order, Window: store.Window{First: new(perPage), Offset: new((number - 1) * perPage)}, Cursors: store.NoCursors})
		if err != nil {
			return err
		}
		refs, v.Total = found.Refs, found.Total
		v.Pages = numbered(number, perPage, len(refs), v.Total, func(n int) string { return s.links.Posts(with(s.Values, "page", strconv.Itoa(n))) })
	}
	v.Pages.Total = v.Total
	var err error
	v.Cards, err = cards(s.Request, s.links, refs, s.Searching())
	return err
}

// numbered says where a page with a number stands, of so many rows at most, in a list.
func numbered(number, size, rows, total int, link func(int) string) pages {
	p := pages{Number: number, Total: total}
	if rows > 0 {
		p.First, p.Last = (number-1)*size+1, (number-1)*size+rows
	}
	if rows > 0 && p.Last < total {
		p.Next, p.More = link(number+1), min(size, total-p.Last)
	}
	if number > 1 {
		p.Previous = link(min(number-1, max(1, (total+size-1)/size)))
	}
	return p
}

// with gives parameters with another value for one that is a place, and without others
// of that kind.
func with(values url.Values, name, value string) url.Values {
	changed := kept(values)
	changed.Set(name, value)
	return changed
}

// kept are the parameters that say which posts are listed, but not the place nor the
// release.
func kept(values url.Values) url.Values {
	others := url.Values{}
	for name, given := range values {
		if name != "page" && name != "after" && name != "release" {
			others[name] = given
		}
	}
	return others
}

// without gives the parameters without one value.
func without(values url.Values, name, value string) url.Values {
	others := kept(values)
	others[name] = slices.DeleteFunc(slices.Clone(others[name]), func(v string) bool { return v == value })
	if len(others[name]) == 0 {
		delete(others, name)
	}
	if !others.Has("search") { // how it is meant is said beside it alone
		delete(others, "search.match")
		delete(others, "search.language")
	}
	return others
}

// describe says what is chosen and what can be.
func (s *selection) describe(v *searchView) error {
	chosen := kept(s.Values)
	delete(chosen, "sort")
	for name := range asFilters {
		delete(chosen, name)
	}
	names := make([]string, 0, len(chosen))
	for name := range chosen {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range chosen[name] {
			left := without(s.Values, name, value)
			v.Chosen = append(v.Chosen, chip{Name: words(name) + " " + s.shown(v, name, value), Href: s.links.Posts(left), left: left})
		}
	}
	if v.Filters = len(v.Chosen); v.Filters > 0 {
		v.Clear = s.links.Posts(keep(s.Values, "q", "match", "queryLanguage", "sort"))
	}
	v.Selected = v.Filters > 0 || strings.TrimSpace(s.Search) != ""
	if s.links.Pin != "" {
		v.Hidden = append(v.Hidden, pair{"release", s.links.Pin})
	}
	for _, p := range []*route.Parameter{match, language} {
		if s.Values.Has(p.Name) {
			v.Hidden = append(v.Hidden, pair{p.Name, s.Values.Get(p.Name)})
		}
	}
	for _, name := range names {
		for _, value := range chosen[name] {
			if !s.controlled(name, value) {
				v.Hidden = append(v.Hidden, pair{name, value})
			}
		}
	}
	order := s.Values.Get("sort")
	best := []choice{{Value: "", Text: "best match"}, {Value: "-updated", Text: "last updated"}}
	if strings.TrimSpace(s.Search) == "" {
		best = []choice{{Value: "", Text: "last updated"}}
	}
	v.Orders = append(best, choice{Value: "-quality", Text: "quality"}, choice{Value: "-viewCount", Text: "most viewed"}, choice{Value: "title", Text: "title"})
	known := false
	for i := range v.Orders {
		o := &v.Orders[i]
		o.Chosen = o.Value == order
		known = known || o.Chosen
	}
	if !known && order == "-updated" {
		v.Orders[0].Chosen, known = true, true
	}
	if !known {
		v.Orders = append(v.Orders, choice{Value: order, Text: order, Chosen: true})
	}
	for _, f := range flags {
		f.Chosen = slices.Equal(s.Values[f.Name], []string{f.Value})
		v.Flags = append(v.Flags, f)
	}
	return nil
}

// flags are those for which there is a box to tick.
var flags = []choice{
	{Name: "hasImages", Value: "true", Text: "has images"},
	{Name: "aiGeneratedStyle", Value: "false", Text: "without AI-generated style"},
	{Name: "needsHumanReview", Value: "false", Text: "without pending review"},
}

// controlled reports whether the form has a control for a value.
func (s *selection) controlled(name, value string) bool {
	return slices.Contains(facetKinds, store.Kind(name)) || slices.ContainsFunc(flags, func(f choice) bool { return f.Name == name && f.Value == value })
}

// asFilters are the parameters that say what is searched for, and the filters that say the
// same.
var asFilters = map[string]string{"q": "search", "match": "search.match", "queryLanguage": "search.language"}

// moveToFilters puts what is searched for where REST has it as a filter. How nothing is
// meant is left out.
func moveToFilters(values url.Values) {
	searched := strings.TrimSpace(values.Get("q")) != ""
	for name, filter := range asFilters {
		if given := values[name]; searched && given != nil {
			values[filter] = append(values[filter], given...)
		}
		values.Del(name)
	}
}

func keep(values url.Values, names ...string) url.Values {
	some := url.Values{}
	for _, name := range names {
		if values.Has(name) {
			some[name] = values[name]
		}
	}
	return some
}

// words says the name of a parameter in words: quality.gte is quality, at least.
func words(name string) string {
	head, how, _ := strings.Cut(name, ".")
	var w strings.Builder
	for _, r := range head {
		if 'A' <= r && r <= 'Z' {
			w.WriteByte(' ')
			r += 'a' - 'A'
		}
		w.WriteRune(r)
	}
	if said, ok := comparisons[how]; ok {
		return w.String() + " " + said
	}
	return w.String() + ":"
}

var comparisons = map[string]string{
	"gt": "above", "gte": "at least", "lt": "below", "lte": "at most", "all": "also", "not": "not", "prefix": "begins with", "contains": "contains",
	"match": "words:", "language": "in the language",
}

// shown is a value as people know it: the name of a term in place of its slug.
func (s *selection) shown(v *searchView, name, value string) string {
	head, _, _ := strings.Cut(name, ".")
	for i := range v.Facets {
		if f := &v.Facets[i]; f.Name == head {
			for _, row := range slices.Concat(f.Rows, f.More) {
				if row.Value == value {
					return row.Name
				}
			}
		}
	}
	return value
}

// title is that of the document.
func (s *selection) title(v *searchView) string {
	posts := frame.Plural(v.Total, "post", "posts")
	what := strings.TrimSpace(s.Search)
	if v.Filters > 0 {
		chosen := frame.Plural(v.Filters, "filter", "filters")
		if what == "" {
			return chosen + ", " + posts
		}
		return what + ": " + chosen + ", " + posts
	}
	if what == "" {
		return posts
	}
	return what + ": " + posts
}
