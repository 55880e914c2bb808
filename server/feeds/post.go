package feeds

import (
	"strings"

	"alphanode/markdown"
	"alphanode/server/route"
	"alphanode/store"
)

// postMarkdown answers with the post of the address as Markdown.
func postMarkdown(r *route.Request) (*route.Answer, error) {
	refs, err := r.Reader.Lookup(r.Ctx, r.Slug)
	if err == nil && refs[0] == store.NoRef {
		err = store.ErrNotFound
	}
	if err != nil {
		return nil, route.MissingPost(r, err)
	}
	return markdownOf(r, refs[0])
}

func markdownOf(r *route.Request, ref store.Ref) (*route.Answer, error) {
	posts, err := r.Reader.Posts(r.Ctx, []store.Ref{ref}, store.Whole)
	if err != nil {
		return nil, err
	}
	post := &posts[0].Post
	page := r.Site.URL(route.PostPath(post.Slug))
	a := file(MarkdownMedia, markdown.Append(nil, post, page))
	a.Header.Add("Link", "<"+page+`>; rel="canonical"`)
	a.Alone = true
	a.About("post", post.Slug)
	a.MayIndex(store.Text{NoIndex: post.Meta.Flags.NeedsHumanReview})
	return a, nil
}

// MarkdownAddresses lets the address of a post with .md behind it give the post as
// Markdown, in whatever form that address is asked for. A post whose slug ends so goes
// first. Given are the routes of the pages of posts.
func MarkdownAddresses(routes []*route.Route) {
	for _, rt := range routes {
		if rt.Pattern != "/posts/{slug}" || rt.Method != "GET" {
			continue
		}
		named := rt.Handle
		rt.Handle = func(r *route.Request) (*route.Answer, error) {
			slug, ok := strings.CutSuffix(r.Slug, route.MarkdownSuffix)
			if !ok || slug == "" {
				return named(r)
			}
			refs, err := r.Reader.Lookup(r.Ctx, r.Slug, slug)
			if err != nil {
				return nil, err
			}
			if refs[0] != store.NoRef || refs[1] == store.NoRef {
				return named(r)
			}
			a, err := markdownOf(r, refs[1])
			if err == nil {
				a.About("post", r.Slug) // which may come
			}
			return a, err
		}
	}
}
