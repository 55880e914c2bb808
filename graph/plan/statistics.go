package plan

import (
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"alphanode/graph/model"
	"alphanode/store"
)

// facets makes the writer of a field that counts posts by the terms they have.
func (c *compiler) facets(f graphql.CollectedField, given givenArguments) writer[struct{}] {
	facet := compileObject(c, "Facet", f.Selections, func(f graphql.CollectedField) writer[*store.Facet] {
		switch f.Name {
		case "field":
			return nameOf(model.FacetFields, func(facet *store.Facet) store.Kind { return facet.Kind })
		case "distinct":
			return numberOf(func(facet *store.Facet) int { return facet.Distinct })
		case "buckets":
			bucket := compileObject(c, "FacetBucket", f.Selections, func(f graphql.CollectedField) writer[*store.Bucket] {
				if f.Name == "count" {
					return numberOf(func(b *store.Bucket) int { return b.Count })
				}
				return bucketField(f)
			})
			return func(x *execution, facet *store.Facet) bool {
				return writeList(x, len(facet.Buckets), func(i int) bool { return bucket.write(x, &facet.Buckets[i]) })
			}
		}
		return nil
	})
	return func(x *execution, _ struct{}) bool {
		args, ok := given(x)
		if !ok {
			return false
		}
		found, err := x.reads.Facets(x.ctx, model.FacetQuery(args.filter, args.kinds, args.first, args.own))
		if err != nil {
			return x.fail(f, err)
		}
		return writeList(x, len(found), func(i int) bool { return facet.write(x, &found[i]) })
	}
}

// bucketField makes the writer of what a facet and a group of scores have in
// common: the term.
func bucketField(f graphql.CollectedField) writer[*store.Bucket] {
	switch f.Name {
	case "value":
		return textOf(f, func(b *store.Bucket) string { return b.Value })
	case "slug":
		return textOf(f, func(b *store.Bucket) string { return b.Slug })
	case "type":
		return textOf(f, func(b *store.Bucket) string { return b.Type })
	}
	return nil
}

// scoreGroups makes the writer of a field that has statistics by term.
func (c *compiler) scoreGroups(f graphql.CollectedField, given givenArguments) writer[struct{}] {
	group := c.scoreGroup(f.Selections)
	return c.groupsFound(f, given, func(x *execution, page groupPage) bool {
		return writeList(x, page.size(), func(i int) bool { return group.write(x, &page.Groups[i]) })
	})
}

// scoreGroupPages makes the writer of a field that has them as a connection.
func (c *compiler) scoreGroupPages(f graphql.CollectedField, given givenArguments) writer[struct{}] {
	connection := compileConnection(c, f, func(f graphql.CollectedField) writer[edge[groupPage]] {
		switch f.Name {
		case "node", "nodes":
			group := c.scoreGroup(f.Selections)
			return func(x *execution, e edge[groupPage]) bool { return group.write(x, &e.page.Groups[e.i]) }
		case "cursor":
			return textOf(f, func(e edge[groupPage]) string { return e.page.Cursors[e.i] })
		}
		return nil
	}, func(f graphql.CollectedField) writer[groupPage] {
		if f.Name != "suggestions" {
			return nil
		}
		write := c.suggested(f)
		return func(x *execution, p groupPage) bool { return write(x, p.suggestions) }
	})
	return c.groupsFound(f, given, connection.write)
}

// groupPage is a page of groups of scores.
type groupPage struct {
	*store.ScoreGroupPage
	suggestions []store.Suggestion
}

func (p groupPage) PageInfo() model.PageInfo {
	return model.PageInfoOf(p.Cursors, p.HasPrevious, p.HasNext)
}
func (p groupPage) TotalCount() int { return p.Total }
func (p groupPage) size() int       { return len(p.Groups) }

// groupsFound finds a page of groups and writes it.
func (c *compiler) groupsFound(f graphql.CollectedField, given givenArguments, write writer[groupPage]) writer[struct{}] {
	n := model.ConnectionNeed(c.op, f.Selections)
	return func(x *execution, _ struct{}) bool {
		args, ok := given(x)
		if !ok {
			return false
		}
		found, err := x.reads.ScoreGroups(x.ctx, model.ScoreGroupQuery(args.kind, args.filter, args.groupOrder, args.minCount, args.window()))
		if err != nil {
			return x.fail(f, err)
		}
		suggested, err := n.Suggest(x.ctx, x.reads, args.filter, nil)
		if err != nil {
			return x.fail(f, err)
		}
		return write(x, groupPage{found, suggested})
	}
}

func (c *compiler) scoreGroup(set ast.SelectionSet) object[*store.ScoreGroup] {
	return compileObject(c, "ScoreGroup", set, func(f graphql.CollectedField) writer[*store.ScoreGroup] {
		if f.Name == "scores" {
			stats := c.scoreStats(f.Selections)
			return func(x *execution, g *store.ScoreGroup) bool { return stats.write(x, g.Scores) }
		}
		if write := bucketField(f); write != nil {
			return func(x *execution, g *store.ScoreGroup) bool { return write(x, &g.Bucket) }
		}
		return nil
	})
}

// scoresOf makes the writer of a field that is statistics, of the posts for which
// query asks.
func scoresOf[T any](c *compiler, f graphql.CollectedField, query func(*execution, T) (store.ScoreQuery, bool)) writer[T] {
	stats := c.scoreStats(f.Selections)
	return func(x *execution, value T) bool {
		q, ok := query(x, value)
		if !ok {
			return false
		}
		found, err := x.reads.Scores(x.ctx, q)
		if err != nil {
			return x.fail(f, err)
		}
		return stats.write(x, found)
	}
}

func (c *compiler) scoreStats(set ast.SelectionSet) object[*store.ScoreStats] {
	return compileObject(c, "ScoreStats", set, func(f graphql.CollectedField) writer[*store.ScoreStats] {
		switch f.Name {
		case "count":
			return numberOf(func(s *store.ScoreStats) int { return s.Count })
		case "quality":
			return c.summary(f, func(s *store.ScoreStats) *store.ScoreSummary { return &s.Quality })
		case "freshness":
			return c.summary(f, func(s *store.ScoreStats) *store.ScoreSummary { return &s.Freshness })
		case "depth":
			return c.summary(f, func(s *store.ScoreStats) *store.ScoreSummary { return &s.Depth })
		case "clarity":
			return c.summary(f, func(s *store.ScoreStats) *store.ScoreSummary { return &s.Clarity })
		}
		return nil
	})
}

func (c *compiler) summary(f graphql.CollectedField, of func(*store.ScoreStats) *store.ScoreSummary) writer[*store.ScoreStats] {
	number := func(get func(*store.ScoreSummary) *int) writer[*store.ScoreSummary] {
		return func(x *execution, s *store.ScoreSummary) bool {
			n := get(s)
			if n == nil {
				return false
			}
			x.out = strconv.AppendInt(x.out, int64(*n), 10)
			return true
		}
	}
	summary := compileObject(c, "ScoreSummary", f.Selections, func(f graphql.CollectedField) writer[*store.ScoreSummary] {
		switch f.Name {
		case "count":
			return numberOf(func(s *store.ScoreSummary) int { return s.Count })
		case "min":
			return number(func(s *store.ScoreSummary) *int { return s.Min })
		case "max":
			return number(func(s *store.ScoreSummary) *int { return s.Max })
		case "mean":
			return func(x *execution, s *store.ScoreSummary) bool {
				if s.Mean == nil {
					return false
				}
				x.out = strconv.AppendFloat(x.out, *s.Mean, 'g', -1, 64)
				return true
			}
		case "p50":
			return number(func(s *store.ScoreSummary) *int { return s.P50 })
		case "p90":
			return number(func(s *store.ScoreSummary) *int { return s.P90 })
		case "p99":
			return number(func(s *store.ScoreSummary) *int { return s.P99 })
		case "histogram":
			bin := c.scoreBin(f.Selections)
			return func(x *execution, s *store.ScoreSummary) bool {
				return writeList(x, len(s.Histogram), func(i int) bool { return bin.write(x, s.Histogram[i]) })
			}
		}
		return nil
	})
	return func(x *execution, s *store.ScoreStats) bool { return summary.write(x, of(s)) }
}

func (c *compiler) scoreBin(set ast.SelectionSet) object[store.ScoreBin] {
	return compileObject(c, "ScoreBin", set, func(f graphql.CollectedField) writer[store.ScoreBin] {
		switch f.Name {
		case "from":
			return numberOf(func(b store.ScoreBin) int { return b.From })
		case "to":
			return numberOf(func(b store.ScoreBin) int { return b.To })
		case "count":
			return numberOf(func(b store.ScoreBin) int { return b.Count })
		}
		return nil
	})
}
