package plan

import (
	"github.com/99designs/gqlgen/graphql"

	"alphanode/graph/model"
	"alphanode/store"
)

// search makes the writer of a field that is a list of the posts that a search
// finds.
func (c *compiler) search(f graphql.CollectedField, given givenArguments) writer[struct{}] {
	n := model.ConnectionNeed(c.op, f.Selections)
	connection := c.postConnection(f, n)
	return func(x *execution, _ struct{}) bool {
		args, ok := given(x)
		if !ok {
			return false
		}
		found, err := model.FindText(x.ctx, x.reads, store.SearchQuery{Search: model.SearchFor(args.text, args.match, args.language), Correct: args.correct != nil && *args.correct, Filter: args.filter},
			args.first, args.after, n)
		if err != nil {
			return x.fail(f, err)
		}
		page := &postPage{text: &found, found: &store.Page{
			Refs: found.Refs, Cursors: found.Cursors(), Total: found.Page.Total, HasPrevious: found.After, HasNext: found.Page.HasNext,
		}}
		if page.posts, err = x.readPosts(n, found.Refs); err != nil {
			return x.fail(f, err)
		}
		if page.suggestions, err = n.Suggest(x.ctx, x.reads, args.filter, found.Page.Suggestions); err != nil {
			return x.fail(f, err)
		}
		return connection.write(x, page)
	}
}

// matched makes the object of how a search was understood.
func (c *compiler) matched(f graphql.CollectedField) object[*store.Matched] {
	return compileObject(c, "MatchedWords", f.Selections, func(f graphql.CollectedField) writer[*store.Matched] {
		switch f.Name {
		case "mode":
			return nameOf(model.SearchMatches, func(m *store.Matched) store.Match { return m.Mode })
		case "words":
			return numberOf(func(m *store.Matched) int { return m.Words })
		case "needed":
			return numberOf(func(m *store.Matched) int { return m.Needed })
		}
		return nil
	})
}

// corrected makes the object of what was searched for in place of what was typed.
func (c *compiler) corrected(f graphql.CollectedField) object[*store.Corrected] {
	return compileObject(c, "CorrectedText", f.Selections, func(f graphql.CollectedField) writer[*store.Corrected] {
		switch f.Name {
		case "from":
			return textOf(f, func(t *store.Corrected) string { return t.From })
		case "to":
			return textOf(f, func(t *store.Corrected) string { return t.To })
		}
		return nil
	})
}

// highlights makes the writer of where the words of a search are in a post.
func (c *compiler) highlights(f graphql.CollectedField) writer[edge[*postPage]] {
	highlight := compileObject(c, "Highlight", f.Selections, func(f graphql.CollectedField) writer[*store.Highlight] {
		switch f.Name {
		case "field":
			return nameOf(model.SearchFields, func(h *store.Highlight) store.SearchField { return h.Field })
		case "html":
			return textOf(f, func(h *store.Highlight) string { return h.HTML })
		}
		return nil
	})
	return func(x *execution, e edge[*postPage]) bool {
		all := e.page.text.Highlights[e.i]
		return writeList(x, len(all), func(i int) bool { return highlight.write(x, &all[i]) })
	}
}
