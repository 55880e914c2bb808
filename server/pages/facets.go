package pages

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"alphanode/server/pages/frame"
	"alphanode/server/route"
	"alphanode/store"
)

// facetKinds are the fields of which the search page offers the values.
var facetKinds = []store.Kind{store.KindTool, store.KindDifficulty, store.KindEntity, store.KindCodeLanguage, store.KindLanguage}

const (
	// facetRows are shown at once, and facetMost where somebody asks for more.
	facetRows = 8
	facetMost = 40
	// mostChosen bounds how many chosen values that are not among the commonest are
	// counted, each by a question of its own.
	mostChosen = 20
)

// facet is a field of which values can be chosen.
type facet struct {
	Name, Legend string
	Narrow       string // where names are looked up; "" where all are there
	One          string // what one of its values is called
	Rows, More   []row
	All          string // where all are listed; "" where all are there
	Distinct     int
}

// row is a value of a field.
type row struct {
	Field             string
	Name, Value, Type string
	Count             int
	Share             int // of the longest, in percent
	Chosen            bool
}

// count fills in the figures beside the list: what could be chosen, and how many posts
// there are in all.
func (s *selection) count(v *searchView) error {
	if v.Archive = v.Total; s.here != nil {
		archive, err := s.Reader.Find(s.Ctx, store.PostQuery{Window: store.Window{First: new(0)}, Cursors: store.NoCursors})
		if err != nil {
			return err
		}
		v.Archive = archive.Total
	}
	facets, err := s.Reader.Facets(s.Ctx, store.FacetQuery{Filter: s.here, By: facetKinds, First: facetMost, WithoutOwn: true})
	if err != nil {
		return err
	}
	for i := range facets {
		f, err := s.facet(&facets[i])
		if err != nil {
			return err
		}
		if len(f.Rows) > 0 {
			v.Facets = append(v.Facets, *f)
		}
	}
	return nil
}

// legends are the names of fields above their values.
var legends = map[store.Kind][2]string{
	store.KindTool: {"Tool", "a tool"}, store.KindEntity: {"Entity", "an entity"}, store.KindDifficulty: {"Difficulty", "a difficulty"}, store.KindCodeLanguage: {"Code language", "a code language"},
	store.KindLanguage: {"Language", "a language"},
}

// facet offers the values of a field: those that are chosen first, even where no post
// has them, then the commonest.
func (s *selection) facet(counted *store.Facet) (*facet, error) {
	kind := counted.Kind
	f := &facet{Name: string(kind), Legend: legends[kind][0], One: legends[kind][1], Distinct: counted.Distinct}
	var chosen, others []row
	left := slices.Clone(s.Values[string(kind)])
	for _, b := range counted.Buckets {
		r := row{Field: string(kind), Name: b.Value, Value: b.Slug, Type: b.Type, Count: b.Count}
		if at := slices.IndexFunc(left, func(value string) bool { return names(&b, value) }); at >= 0 {
			r.Value, r.Chosen = left[at], true
			left = slices.DeleteFunc(left, func(value string) bool { return names(&b, value) })
			chosen = append(chosen, r)
		} else {
			others = append(others, r)
		}
	}
	for i, value := range slices.Compact(left) {
		r := row{Field: string(kind), Name: value, Value: value, Chosen: true}
		if i < mostChosen {
			if err := s.rare(&r, kind, value); err != nil {
				return nil, err
			}
		}
		chosen = append(chosen, r)
	}
	rows := append(chosen, others...)
	longest := 1
	for _, r := range rows {
		longest = max(longest, r.Count)
	}
	for i := range rows {
		rows[i].Share = (100*rows[i].Count + longest/2) / longest
	}
	f.Rows = rows[:min(len(rows), max(facetRows, len(chosen)))]
	f.More = rows[len(f.Rows):]
	if counted.Distinct > facetMost && (kind == store.KindTool || kind == store.KindEntity) {
		plural := map[store.Kind]string{store.KindTool: "/tools", store.KindEntity: "/entities"}[kind]
		f.Narrow, f.All = s.links.API("/v1"+plural), s.links.To(plural, url.Values{"sort": {"-postCount"}})
	}
	return f, nil
}

// names reports whether a value that is asked for means the term of a bucket.
func names(b *store.Bucket, value string) bool {
	return value == b.Slug || strings.EqualFold(value, b.Value) || b.Type != "" && strings.EqualFold(value, b.Type+":"+b.Value)
}

// rare counts a chosen value that is not among the commonest.
func (s *selection) rare(r *row, kind store.Kind, value string) error {
	one := &store.TermFilter{In: []string{value}}
	own := store.Filter{}
	switch kind {
	case store.KindTool:
		own.Tool = one
	case store.KindEntity:
		own.Entity = one
	case store.KindDifficulty:
		own.Difficulty = one
	case store.KindCodeLanguage:
		own.CodeLanguage = one
	case store.KindLanguage:
		own.Language = one
	}
	filter := &own
	if apart := (store.FacetQuery{Filter: s.here, WithoutOwn: true}).FilterOf(kind); apart != nil {
		filter = &store.Filter{And: []store.Filter{own, *apart}}
	}
	found, err := s.Reader.Find(s.Ctx, store.PostQuery{Filter: filter, Window: store.Window{First: new(0)}, Cursors: store.NoCursors})
	if err != nil {
		return err
	}
	r.Count = found.Total
	if kind == store.KindTool || kind == store.KindEntity {
		if term, err := s.Reader.FindTerm(s.Ctx, kind, value); err == nil {
			r.Name, r.Type = term.Name, term.Type
		}
	}
	return nil
}

// nothing is what a page says that found no post.
type nothing struct {
	Meant    []linked // what may have been meant
	Less     []linked // filters without which there are posts
	Clear    string
	Entities string
	Tools    string
}

// nothing looks for what may have been meant, and for filters without which there would
// be posts.
func (s *selection) nothing(v *searchView) (*nothing, error) {
	n := &nothing{Clear: v.Clear, Entities: s.links.At("/entities"), Tools: s.links.At("/tools")}
	near, err := s.Reader.Suggest(s.Ctx, s.Filter)
	if err != nil && !errors.Is(err, store.ErrTooComplex) { // where it is too dear to look, nothing is found all the same
		return nil, err
	}
	for _, suggested := range near {
		if len(suggested.Nearest) == 0 || suggested.Kind == "" { // words are put right together
			continue
		}
		name := suggested.Nearest[0]
		n.Meant = append(n.Meant, linked{Name: name, Href: s.links.Posts(s.corrected(&suggested, name))})
	}
	if !ranked(s.Query) && strings.TrimSpace(s.Search) != "" { // else it was asked with the list
		found, err := s.Reader.Search(s.Ctx, store.SearchQuery{Search: s.Searching(), Filter: s.Filter, Suggest: true})
		if err != nil && !errors.Is(err, store.ErrTooComplex) {
			return nil, err
		}
		if err == nil {
			v.Meant = s.meant(found)
		}
	}
	if v.Meant != nil {
		n.Meant = append([]linked{*v.Meant}, n.Meant...)
	}
	for i := range v.Chosen {
		c := &v.Chosen[i]
		if i == mostChosen || len(v.Chosen) == 1 && strings.TrimSpace(s.Search) == "" {
			break
		}
		total, err := s.totalUnder(c.left)
		if errors.Is(err, store.ErrTooComplex) {
			break
		}
		if err != nil {
			return nil, err
		}
		if total > 0 {
			n.Less = append(n.Less, linked{Name: "Without " + c.Name + " there are " + frame.Plural(total, "post", "posts"), Href: c.Href})
		}
	}
	return n, nil
}

// corrected gives the parameters with the name of a term in place of one that no post has.
func (s *selection) corrected(suggested *store.Suggestion, name string) url.Values {
	changed := kept(s.Values)
	for _, parameter := range []string{string(suggested.Kind), string(suggested.Kind) + ".all"} {
		for i, value := range changed[parameter] {
			if value == suggested.Value {
				changed[parameter] = slices.Clone(changed[parameter])
				changed[parameter][i] = name
			}
		}
	}
	return changed
}

// listing reads the parameters of a list anew, where some are left out.
var listing = (&route.Route{Method: "GET", Pattern: "/", Parameters: searchParameters, Lenient: true}).Prepare()

// totalUnder counts the posts that are selected by other parameters.
func (s *selection) totalUnder(values url.Values) (int, error) {
	q, err := route.ReadQuery(listing, &url.URL{Path: "/", RawQuery: kept(values).Encode()}, nil)
	if err != nil {
		return 0, err
	}
	other := *s.Request
	other.Query = q
	found, err := s.Reader.Find(s.Ctx, store.PostQuery{Filter: selected(&other).here, Window: store.Window{First: new(0)}, Cursors: store.NoCursors})
	if err != nil {
		return 0, err
	}
	return found.Total, nil
}
