package release

import (
	"context"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/footprint"
)

// Search gives the posts that a text finds, those that fit best first, then
// those of the highest quality and freshness, then by slug.
func (r *Reader) Search(ctx context.Context, q store.SearchQuery) (*store.SearchPage, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	r.note(func(f *footprint.Footprint) {
		f.Whole(footprint.SearchedFields) // the weights of words rest on all posts
		f.Question(footprint.Asked{Filter: q.Filter})
	})
	return call(ctx, r, func(tx *file.Tx) (*store.SearchPage, error) {
		among := r.release.engine.Matching(tx, q.Filter)
		defer among.End()
		return r.release.words.Search(ctx, tx, q, among)
	})
}

// Highlights says where a search found its words in some posts, for each of
// them field by field: the title, a part of the summary and of the intro, names
// of entities and tools, and the part of the body that has most of the words.
func (r *Reader) Highlights(ctx context.Context, typed store.Search, refs []store.Ref) ([][]store.Highlight, error) {
	return call(ctx, r, func(tx *file.Tx) ([][]store.Highlight, error) {
		return r.release.words.Highlights(ctx, tx, typed, refs, func(slug string) {
			r.note(func(f *footprint.Footprint) { f.Read(slug, store.Whole) })
		})
	})
}

// SimilarToTerms gives the posts most like a set of terms: those most similar to
// a post that had these features and no others.
func (r *Reader) SimilarToTerms(ctx context.Context, to store.SimilarTerms, q store.SimilarQuery) (*store.SimilarPage, error) {
	r.noteSimilar(q.Filter)
	return call(ctx, r, func(tx *file.Tx) (*store.SimilarPage, error) {
		among := r.release.engine.Matching(tx, q.Filter)
		defer among.End()
		return r.release.similar.ToTerms(ctx, tx, to, q, among)
	})
}

// Explain says why a search gives a post its score, or why it does not find it. It is for
// a post that the view sees.
func (r *Reader) Explain(ctx context.Context, ref store.Ref, s store.Search) (*store.Explanation, error) {
	if err := (&store.SearchQuery{Search: s}).Check(); err != nil {
		return nil, err
	}
	r.note(func(f *footprint.Footprint) { f.Whole(footprint.SearchedFields) }) // the weights of words rest on all posts
	return call(ctx, r, func(tx *file.Tx) (*store.Explanation, error) {
		e, err := r.release.words.Explain(ctx, tx, s, ref)
		if err == nil {
			r.note(func(f *footprint.Footprint) { f.Read(e.Slug, store.Whole) })
		}
		return e, err
	})
}
