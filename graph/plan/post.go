package plan

import (
	"encoding/base64"

	"github.com/99designs/gqlgen/graphql"
	"github.com/go-faster/jx"

	"alphanode/graph/model"
	"alphanode/store"
)

// post makes the writer of a field that is one post, which find finds by the
// field's arguments.
func (c *compiler) post(f graphql.CollectedField, given givenArguments, find func(*execution, *arguments) (store.Ref, error)) writer[struct{}] {
	var n model.Need
	n.AddPost(c.op, f.Selections)
	post := c.storedPost(f.Selections, n.Part)
	return func(x *execution, _ struct{}) bool {
		args, ok := given(x)
		if !ok {
			return false
		}
		ref, err := find(x, args)
		if err != nil {
			return x.fail(f, err)
		}
		if ref == store.NoRef {
			return false
		}
		posts, err := x.readPosts(n, []store.Ref{ref})
		if err != nil {
			return x.fail(f, err)
		}
		return post.writePost(x, posts[0])
	}
}

// postPage is a page of posts, of similar posts, or of what a search found.
type postPage struct {
	posts   []storedPost
	found   *store.Page
	similar *store.SimilarPage // of similar posts
	text    *model.FoundText   // of a search

	suggestions []store.Suggestion
}

func (p *postPage) PageInfo() model.PageInfo {
	return model.PageInfoOf(p.found.Cursors, p.found.HasPrevious, p.found.HasNext)
}
func (p *postPage) TotalCount() int { return p.found.Total }
func (p *postPage) size() int       { return len(p.posts) }

// postConnection makes the object of a page of posts, read as a need says.
func (c *compiler) postConnection(f graphql.CollectedField, n model.Need) object[*postPage] {
	return compileConnection(c, f, func(f graphql.CollectedField) writer[edge[*postPage]] {
		switch f.Name {
		case "node", "nodes":
			post := c.storedPost(f.Selections, n.Part)
			return func(x *execution, e edge[*postPage]) bool {
				return post.writePost(x, e.page.posts[e.i])
			}
		case "cursor":
			return textOf(f, func(e edge[*postPage]) string { return e.page.found.Cursors[e.i] })
		case "score":
			return floatOf(func(e edge[*postPage]) float64 { return e.page.text.Page.Hits[e.i].Score })
		case "highlights":
			return c.highlights(f)
		case "similarity":
			return floatOf(func(e edge[*postPage]) float64 { return e.page.similar.Hits[e.i].Similarity })
		case "shared":
			shared := c.sharedFeature(f)
			return func(x *execution, e edge[*postPage]) bool {
				features := e.page.similar.Hits[e.i].Shared
				return writeList(x, len(features), func(i int) bool { return shared.write(x, &features[i]) })
			}
		}
		return nil
	}, func(f graphql.CollectedField) writer[*postPage] {
		switch f.Name {
		case "suggestions":
			write := c.suggested(f)
			return func(x *execution, p *postPage) bool { return write(x, p.suggestions) }
		case "match":
			matched := c.matched(f)
			return func(x *execution, p *postPage) bool { return matched.write(x, &p.text.Page.Match) }
		case "corrected":
			corrected := c.corrected(f)
			return func(x *execution, p *postPage) bool {
				return p.text.Page.Corrected != nil && corrected.write(x, p.text.Page.Corrected)
			}
		}
		return nil
	})
}

// postList makes the writer of a field that is a list of posts, of those with a
// term where the field is one of a term.
func postList[T any](c *compiler, f graphql.CollectedField, given givenArguments, term func(T) *store.TermID) writer[T] {
	n := model.ConnectionNeed(c.op, f.Selections)
	connection := c.postConnection(f, n)
	return func(x *execution, value T) bool {
		args, ok := given(x)
		if !ok {
			return false
		}
		found, err := x.reads.Find(x.ctx, model.PostQuery(term(value), args.filter, args.order, args.window(), n))
		if err != nil {
			return x.fail(f, err)
		}
		page := &postPage{found: found}
		if page.posts, err = x.readPosts(n, found.Refs); err != nil {
			return x.fail(f, err)
		}
		if page.suggestions, err = n.Suggest(x.ctx, x.reads, args.filter, nil); err != nil {
			return x.fail(f, err)
		}
		return connection.write(x, page)
	}
}

// writePostID writes the global id of a post.
func writePostID(x *execution, p storedPost) bool {
	text, err := jx.DecodeBytes(findMember(p.row.JSON, "slug")).Str()
	if err != nil { // the release holds nothing but JSON
		return false
	}
	x.id(model.TypePost, text)
	return true
}

// id writes a global id, which needs no escaping.
func (x *execution) id(typ, slug string) {
	x.room(len(slug) * 4 / 3)
	x.out = append(x.out, '"')
	x.out = base64.RawURLEncoding.AppendEncode(x.out, []byte(typ+":"+slug))
	x.out = append(x.out, '"')
}
