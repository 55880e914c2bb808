package route

import "alphanode/store"

// MarkdownSuffix stands behind the address of a post where its Markdown is wanted.
const MarkdownSuffix = ".md"

// MarkdownPaths gives the path at which each of some posts is Markdown. Where another
// post's slug ends in that suffix, its own page stands there: then it is the path of the
// post itself, which gives Markdown to who asks for that.
func MarkdownPaths(r *Request, slugs ...string) ([]string, error) {
	suffixed := make([]string, len(slugs))
	for i, slug := range slugs {
		suffixed[i] = slug + MarkdownSuffix
	}
	refs, err := r.Reader.Lookup(r.Ctx, suffixed...)
	if err != nil {
		return nil, err
	}
	for i, ref := range refs {
		if ref != store.NoRef {
			suffixed[i] = slugs[i]
		}
		suffixed[i] = PostPath(suffixed[i])
	}
	return suffixed, nil
}
