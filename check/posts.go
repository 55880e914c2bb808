package check

import (
	"context"

	"alphanode/store"
)

// Drafts gives the slugs of a few posts of the current release that are not public,
// none where it cannot be read. A server that serves the directory must not show them.
func (d *Data) Drafts(ctx context.Context) (slugs []string) {
	if d.catalogue == nil || d.current == "" {
		return nil
	}
	r, err := d.catalogue.Open(d.current)
	if err != nil {
		return nil
	}
	defer r.Close()
	reader := r.Reader(store.Preview)
	page, err := reader.Find(ctx, store.PostQuery{Filter: &store.Filter{Status: &store.TermFilter{In: hidden}}, Order: store.DefaultOrder, Window: store.Window{First: new(mostDrafts)}})
	if err != nil {
		return nil
	}
	posts, err := reader.Posts(ctx, page.Refs, store.Card)
	if err != nil {
		return nil
	}
	for _, p := range posts {
		slugs = append(slugs, p.Slug)
	}
	return slugs
}
