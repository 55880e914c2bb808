package pages

import (
	"net/url"

	"alphanode/server/pages/plot"
	"alphanode/store"
)

// toolsCompared is how many of the commonest tools of a selection are looked at for those
// that are typical of it.
const toolsCompared = facetMost

// figures draws the selection beside the archive.
func (s *selection) figures(v *searchView) error {
	if v.Total == 0 {
		return nil
	}
	links := func(path string, parameters ...string) plot.Links {
		values := s.filters()
		for i := 0; i+1 < len(parameters); i += 2 {
			values.Set(parameters[i], parameters[i+1])
		}
		if len(values) > 0 {
			path += "?" + values.Encode()
		}
		return plot.Links{Filter: s.narrowed, JSON: s.links.Data(path)}
	}
	byYear := []store.RangeBy{{Field: store.FieldUpdated}}
	scores, err := s.Reader.Scores(s.Ctx, store.ScoreQuery{Filter: s.here})
	if err != nil {
		return err
	}
	dates, err := s.Reader.Ranges(s.Ctx, store.RangeQuery{Filter: s.here, By: byYear})
	if err != nil {
		return err
	}
	tools, err := s.Reader.Facets(s.Ctx, store.FacetQuery{Filter: s.here, By: []store.Kind{store.KindTool}, First: toolsCompared})
	if err != nil {
		return err
	}
	var (
		all      *store.ScoreStats
		allDates *store.RangeFacet
		allTools []*store.Term
	)
	if v.Selected {
		if all, err = s.Reader.Scores(s.Ctx, store.ScoreQuery{}); err != nil {
			return err
		}
		ranges, err := s.Reader.Ranges(s.Ctx, store.RangeQuery{By: byYear})
		if err != nil {
			return err
		}
		allDates = &ranges[0]
		slugs := make([]string, len(tools[0].Buckets))
		for i, b := range tools[0].Buckets {
			slugs[i] = b.Slug
		}
		if allTools, err = s.Reader.LookupTerms(s.Ctx, store.KindTool, slugs...); err != nil {
			return err
		}
	}
	v.Figures = []plot.Figure{
		plot.Quality(scores, all, links("/v1/scores")),
		plot.Scores(scores, all, links("/v1/scores")),
		plot.Dates(&dates[0], allDates, links("/v1/ranges", "by", "updated")),
		plot.Tools(&tools[0], allTools, plot.Totals{Here: v.Total, Archive: v.Archive}, links("/v1/facets", "by", "tool", "limit", "40")),
	}
	return nil
}

// filters are the parameters of REST under which the selection is counted.
func (s *selection) filters() url.Values {
	values := kept(s.Values)
	values.Del("sort")
	moveToFilters(values)
	return values
}

// narrowed links the page under more conditions, each in place of one of the same name.
func (s *selection) narrowed(conditions url.Values) string {
	values := kept(s.Values)
	for name, given := range conditions {
		values[name] = given
	}
	return s.links.Posts(values)
}
