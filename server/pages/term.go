package pages

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"alphanode/content"
	"alphanode/server/pages/frame"
	"alphanode/server/pages/plot"
	"alphanode/server/pages/sample"
	"alphanode/server/readable"
	"alphanode/server/route"
	"alphanode/store"
)

// The parameters of the page of a term.
var (
	sortTermPosts = route.ChoiceParameter("sort", "The order of the posts; - before the name turns it round.", "-quality", orders(), func(q *route.Query, word string) {
		name, desc := strings.CutPrefix(word, "-")
		q.Order = store.Order{Field: store.Field(name), Desc: desc}
	})
	toolParameters   = []*route.Parameter{route.TermParameter("tool", "its name"), sortTermPosts, pageNumber}
	entityParameters = []*route.Parameter{route.TermParameter("entity", "its name or type:name"), sortTermPosts, pageNumber}
)

// relatedRows is how many related terms a page shows, and relatedMost how many there are
// to be had.
const relatedRows, relatedMost = 20, store.MaxLimit

// termView is what the page of a term shows.
type termView struct {
	kindWords
	Term     *store.Term
	List     string // of all terms of the kind
	OfType   string // of those of the type
	Long     bool   // the name needs smaller letters
	Share    string // of the archive
	Other    *otherKind
	Feed     string
	Plots    []plot.Figure
	Orders   []choice
	Hidden   []pair
	Action   string
	Cards    []card
	Pages    pages
	Lifts    plot.Lifts
	Related  []relatedRow
	AllOf    string // all that is related, as JSON; "" where the page has all
	MoreThan bool   // there may be more
}

// otherKind is what the other kind of terms has under the same name.
type otherKind struct {
	Words  string
	Linked *linked // nil where it has nothing
}

// relatedRow is a related term as a row of a table.
type relatedRow struct {
	plot.LiftRow
	Href, What string
}

// termPage shows a term, and the posts that have it.
func (e *explorer) termPage(kind store.Kind) func(*route.Request) (*route.Answer, error) {
	return func(r *route.Request) (*route.Answer, error) {
		term, err := route.NamedTerm(r, kind)
		if err != nil {
			return nil, err
		}
		t := &termSubject{Request: r, links: frame.LinksOf(r), term: term, words: wordsOf(kind)}
		v, err := t.view()
		if err != nil {
			return nil, route.InAddress(r.Query, err)
		}
		asked := t.asked()
		a, err := e.term.Answer(r, &frame.Page{
			Title: t.title(), Description: t.description(), Section: v.Path, NoIndex: len(kept(r.Values)) > 0 || r.Page > 1, Canonical: t.path(),
			Request: &asked, Kept: kept(r.Values), Data: v,
			Alternates: []frame.Alternate{
				{Type: route.JSONMedia, Href: t.links.Data(asked.Path), Title: "This page as JSON"},
				{Type: "application/feed+json", Href: t.links.API(t.path() + "/feed.json"), Title: "New posts, as JSON Feed"},
				{Type: "application/atom+xml", Href: t.links.API(t.path() + "/feed.atom"), Title: "New posts, as Atom"},
			},
		})
		if err != nil {
			return nil, err
		}
		aboutCards(a, v.Cards)
		a.AboutTerm(r, term)
		return a, nil
	}
}

// termSubject is the term that a request asks for.
type termSubject struct {
	*route.Request
	links frame.Links
	words kindWords
	term  *store.Term
	value string // what the term is called in filters: they take what means it alone
}

// path is the address of its page.
func (t *termSubject) path() string { return t.words.Path + "/" + url.PathEscape(t.term.Slug) }

func (t *termSubject) title() string {
	what := t.words.One
	if t.term.Type != "" {
		what = t.term.Type
	}
	return t.term.Name + ", " + what + ": " + frame.Plural(t.term.PostCount, "post", "posts")
}

func (t *termSubject) description() string {
	return frame.Plural(t.term.PostCount, "post", "posts") + " about " + t.term.Name + ", the best first, and what stands in the same posts."
}

func (t *termSubject) view() (*termView, error) {
	const long = 120 // letters
	v := &termView{kindWords: t.words, Term: t.term, List: t.links.At(t.words.Path), Long: len([]rune(t.term.Name)) > long,
		Feed: t.links.API(t.path() + "/feed.atom"), Action: t.links.Site.Path(t.path())}
	if t.term.Type != "" {
		v.OfType = t.links.To(t.words.Path, url.Values{"type": {t.term.Type}})
	}
	if t.links.Pin != "" {
		v.Hidden = []pair{{"release", t.links.Pin}}
	}
	for _, step := range []func(*termView) error{t.draw, t.list, t.relate, t.other} {
		if err := step(v); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// filter asks for the posts that have the term.
func (t *termSubject) filter() *store.Filter {
	is := &store.TermFilter{In: []string{t.value}}
	if t.term.Kind == store.KindTool {
		return &store.Filter{Tool: is}
	}
	return &store.Filter{Entity: is}
}

// under are parameters for the posts that have the term and some more.
func (t *termSubject) under(values url.Values) url.Values {
	narrowed := url.Values{string(t.term.Kind): {t.value}}
	for name, given := range values {
		narrowed[name] = append(narrowed[name], given...)
	}
	return narrowed
}

// leads says where figures lead: rows to the posts, and all to an answer of REST.
func (t *termSubject) leads(path string, values url.Values) plot.Links {
	return plot.Links{
		Filter: func(values url.Values) string { return t.links.Posts(t.under(values)) },
		JSON:   t.links.Data(path + "?" + t.under(values).Encode()),
	}
}

// mostDifficulties is how many words for difficulty are counted.
const mostDifficulties = 20

// draw sets the posts of the term against the archive.
func (t *termSubject) draw(v *termView) error {
	here, err := t.Reader.Scores(t.Ctx, store.ScoreQuery{Term: &t.term.ID})
	if err != nil {
		return err
	}
	archive, err := t.Reader.Scores(t.Ctx, store.ScoreQuery{})
	if err != nil {
		return err
	}
	v.Share = plot.Percent(here.Count, archive.Count)
	updated, err := t.updated()
	if err != nil {
		return err
	}
	ofArchive, err := t.Reader.Ranges(t.Ctx, byUpdate(nil))
	if err != nil {
		return err
	}
	var difficulty [2]store.Facet
	for i, filter := range []*store.Filter{t.filter(), nil} {
		facets, err := t.Reader.Facets(t.Ctx, store.FacetQuery{Filter: filter, By: []store.Kind{store.KindDifficulty}, First: mostDifficulties})
		if err != nil {
			return err
		}
		difficulty[i] = facets[0]
	}
	v.Plots = []plot.Figure{
		plot.Quality(here, archive, t.leads("/v1/scores", nil)),
		plot.Scores(here, archive, t.leads("/v1/scores", nil)),
		plot.Dates(&updated[0], &ofArchive[0], t.leads("/v1/ranges", url.Values{"by": {"updated"}})),
		plot.Difficulty(&difficulty[0], &difficulty[1], plot.Totals{Here: here.Count, Archive: archive.Count}, t.leads("/v1/facets", url.Values{"by": {"difficulty"}})),
	}
	return nil
}

// updated counts the posts by the years in which they were updated. On the way it finds by
// which of its names filters mean the term alone: a slug can be the name of another.
func (t *termSubject) updated() ([]store.RangeFacet, error) {
	t.value = t.term.Slug
	found, err := t.Reader.Ranges(t.Ctx, byUpdate(t.filter()))
	if err != nil || found[0].Count+found[0].Missing == t.term.PostCount {
		return found, err
	}
	t.value = t.term.Name
	if t.term.Kind == store.KindEntity {
		t.value = t.term.Type + ":" + t.term.Name
	}
	return t.Reader.Ranges(t.Ctx, byUpdate(t.filter()))
}

func byUpdate(f *store.Filter) store.RangeQuery {
	return store.RangeQuery{Filter: f, By: []store.RangeBy{{Field: store.FieldUpdated}}}
}

// order is that of the posts: the best first where none is asked for.
func (t *termSubject) order() store.Order {
	if t.Order == (store.Order{}) {
		return store.Order{Field: store.FieldQuality, Desc: true}
	}
	return t.Order
}

// list finds the posts of the page.
func (t *termSubject) list(v *termView) error {
	number := max(t.Page, 1)
	found, err := t.Reader.Find(t.Ctx, store.PostQuery{Term: &t.term.ID, Order: t.order(),
		Window: store.Window{First: new(perPage), Offset: new((number - 1) * perPage)}, Cursors: store.NoCursors})
	if err != nil {
		return err
	}
	v.Pages = numbered(number, perPage, len(found.Refs), found.Total, func(n int) string {
		return t.links.To(t.path(), with(t.Values, "page", strconv.Itoa(n)))
	})
	v.Orders = []choice{{Value: "-quality", Text: "quality"}, {Value: "-updated", Text: "last updated"}, {Value: "-viewCount", Text: "most viewed"}, {Value: "title", Text: "title"}}
	choose(&v.Orders, orderWord(t.order()))
	v.Cards, err = cards(t.Request, t.links, found.Refs, store.Search{})
	return err
}

// choose marks the choice with a value, and adds one where there is none.
func choose(choices *[]choice, value string) {
	for i := range *choices {
		if c := &(*choices)[i]; c.Value == value {
			c.Chosen = true
			return
		}
	}
	*choices = append(*choices, choice{Value: value, Text: value, Chosen: true})
}

// orderWord spells an order as its parameter does.
func orderWord(o store.Order) string {
	if o.Desc {
		return "-" + string(o.Field)
	}
	return string(o.Field)
}

// relate finds what stands in the same posts.
func (t *termSubject) relate(v *termView) error {
	found, err := t.Reader.Related(t.Ctx, store.RelatedQuery{Term: t.term.ID, First: relatedRows + 1})
	if err != nil {
		return err
	}
	if len(found) > relatedRows {
		found = found[:relatedRows]
		v.AllOf = t.links.Data("/v1" + t.path() + "/related?limit=" + strconv.Itoa(relatedMost))
	}
	v.Lifts = plot.Related(found)
	for i, row := range v.Lifts.Rows {
		what := row.Type
		switch {
		case row.Kind == store.KindTool:
			what = "tool"
		case strings.EqualFold(row.Type, "tool"):
			what += " (entity)"
		}
		v.Related = append(v.Related, relatedRow{LiftRow: v.Lifts.Rows[i], Href: t.links.Term(row.Kind, row.Slug), What: what})
	}
	return nil
}

// other looks whether the other kind has the name too.
func (t *termSubject) other(v *termView) error {
	kind := store.KindTool
	if t.term.Kind == store.KindTool {
		kind = store.KindEntity
	}
	w := wordsOf(kind)
	found, err := t.Reader.FindTerm(t.Ctx, kind, t.term.Name)
	none, ok := errors.AsType[*store.TermError](err)
	switch {
	case ok && len(none.Meant) > 1:
		v.Other = &otherKind{Linked: &linked{Name: readable.Number(len(none.Meant)) + " " + w.Many + " have this name", Href: t.links.To(w.Path, url.Values{"q": {t.term.Name}})}}
	case ok || err == nil && content.Identity(found.Name) != content.Identity(t.term.Name): // it is the slug of another
		v.Other = &otherKind{Words: "no " + w.One + " has this name"}
	case err != nil:
		return err
	default:
		v.Other = &otherKind{Linked: &linked{Name: "also " + w.Article + " " + w.One + " in " + frame.Plural(found.PostCount, "post", "posts"), Href: t.links.Term(kind, found.Slug)}}
	}
	return nil
}

// asked is the request that gives what the page shows. REST has the posts at an address
// of their own, which the page names beside them.
func (t *termSubject) asked() sample.Request {
	kind := string(t.term.Kind)
	number := max(t.Page, 1)
	more := ""
	if t.term.Type != "" {
		more = " type"
	}
	return sample.Request{
		Path: "/v1" + t.path() + "?include=related,scores",
		Vars: map[string]any{"slug": t.term.Slug, "order": orderOf(t.order()), "first": perPage, "offset": offset(number), "filter": t.filter()},
		Query: `query Term($slug: String!, $order: PostOrder, $first: Int!, $offset: Int!, $filter: PostFilter) {
  ` + kind + `(slug: $slug) {
    slug name` + more + ` postCount
    scores { ...bins }
    related(first: ` + strconv.Itoa(relatedRows) + `) { kind count lift node { slug name } }
    posts(first: $first, offset: $offset, orderBy: $order) {
      totalCount
      nodes { slug title updated meta { summary readingTime difficulty tools { slug name } } }
    }
  }
  archive: scores { ...bins }
  updated: ranges(by: [{ field: UPDATED }], filter: $filter) { count missing buckets { from to count } }
  difficulty: facets(by: [DIFFICULTY], filter: $filter) { buckets { value count } }
}
fragment bins on ScoreStats {
  count
  quality { ...score histogram { from to count } }
  freshness { ...score }
  depth { ...score }
  clarity { ...score }
}
fragment score on ScoreSummary { count min mean p50 p90 p99 max }`,
	}
}
