package release

import (
	"context"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/footprint"
	"alphanode/store/index/fulltext"
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
	markers, err := fulltext.NewMarkers(r.release.Wording(), typed)
	if err != nil {
		return nil, err
	}
	return call(ctx, r, func(tx *file.Tx) ([][]store.Highlight, error) {
		if err := r.release.posts.PayForDecoding(ctx, tx, refs, store.Whole); err != nil {
			return nil, err
		}
		if err := r.release.words.PayForMarking(ctx, tx, refs); err != nil {
			return nil, err
		}
		all := make([][]store.Highlight, len(refs))
		var room []byte
		for i, ref := range refs {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			var post *store.Post
			if post, room, err = r.release.posts.Decoded(tx, ref, room); err != nil {
				return nil, err
			}
			r.note(func(f *footprint.Footprint) { f.Read(post.Slug, store.Whole) })
			all[i] = fulltext.Highlight(post, markers.For(post))
		}
		return all, nil
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
		if err := r.release.posts.PayForDecoding(ctx, tx, []store.Ref{ref}, store.Whole); err != nil {
			return nil, err
		}
		if err := r.release.words.PayForMarking(ctx, tx, []store.Ref{ref}); err != nil {
			return nil, err
		}
		post, _, err := r.release.posts.Decoded(tx, ref, nil)
		if err != nil {
			return nil, err
		}
		r.note(func(f *footprint.Footprint) { f.Read(post.Slug, store.Whole) })
		return r.release.words.Explain(ctx, tx, s, ref, post)
	})
}
