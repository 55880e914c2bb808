package release

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/footprint"
	"alphanode/store/index/addresses"
	"alphanode/store/posts"
)

// Reader answers questions from one release for one view. All its answers are
// from that release; it is safe for many goroutines and counts what it does.
type Reader struct {
	release *Release
	others  Others        // nil where there are none
	budget  *store.Budget // nil where each read has one of its own
	view    store.View
	calls   atomic.Int64
	nanos   atomic.Int64
	first   atomic.Int64 // when the first call began, in Unix nanoseconds; 0 before it
	last    atomic.Int64 // when the last one ended

	footprint *footprint.Footprint // nil where nothing is noted
	passing   atomic.Bool          // see Lasts
}

// Reader of a release for one view. It is cheap: make one for each request.
func (r *Release) Reader(view store.View) *Reader {
	return &Reader{release: r, view: view}
}

// WithBudget lets all that the reader is asked take from one budget.
func (r *Reader) WithBudget(b *store.Budget) *Reader {
	r.budget = b
	return r
}

// Budget is what all that the reader is asked takes from; nil where each read has one
// of its own, of some seconds.
func (r *Reader) Budget() *store.Budget { return r.budget }

// View is whose eyes the reader answers for.
func (r *Reader) View() store.View { return r.view }

// NamedRelease is the release that the reader answers from. An answer that says
// something of it is right for no other.
func (r *Reader) NamedRelease() *Release {
	r.note(func(f *footprint.Footprint) { f.Tie() })
	return r.release
}

// Stats gives how many calls of the store the reader has made and how long
// they took together.
func (r *Reader) Stats() (calls int, busy time.Duration) {
	return int(r.calls.Load()), time.Duration(r.nanos.Load())
}

// Between gives when the first call of the store began and when the last one ended; zero
// where there was none.
func (r *Reader) Between() (first, last time.Time) {
	if r.first.Load() == 0 {
		return first, last
	}
	return time.Unix(0, r.first.Load()), time.Unix(0, r.last.Load())
}

// Find gives one page of the posts that match, and how many match in all.
func (r *Reader) Find(ctx context.Context, q store.PostQuery) (*store.Page, error) {
	fields := footprint.FieldSet(0) // of a list that is listed: which posts they are is all it rests on
	if !q.Listed() {
		if q.Order == (store.Order{}) {
			q.Order = store.DefaultOrder
		}
		fields = footprint.FieldsOf(q.Order.Field)
	}
	return call(ctx, r, func(tx *file.Tx) (*store.Page, error) {
		if err := r.noteQuestion(tx, q.Filter, q.Term, fields); err != nil {
			return nil, err
		}
		return r.release.engine.Find(ctx, tx, q)
	})
}

// Lookup gives for each slug, in whatever form, its post, NoRef where this view has none.
func (r *Reader) Lookup(ctx context.Context, slugs ...string) ([]store.Ref, error) {
	slugs = normalSlugs(slugs)
	r.note(func(f *footprint.Footprint) { f.LookedUp(slugs) })
	return call(ctx, r, func(tx *file.Tx) ([]store.Ref, error) {
		if err := tx.Pay(ctx, file.PriceOfLookup*len(slugs)); err != nil {
			return nil, err
		}
		return posts.Lookup(tx, slugs)
	})
}

// NearSlugs gives slugs that this view's posts have and that begin as one that none has;
// at most MaxNearest.
func (r *Reader) NearSlugs(ctx context.Context, slug string) ([]string, error) {
	r.note(func(f *footprint.Footprint) { f.Tie() }) // any post that comes can be nearer
	return call(ctx, r, func(tx *file.Tx) ([]string, error) {
		return r.release.engine.NearSlugs(ctx, tx, content.NormalSlug(slug))
	})
}

// normalSlugs brings slugs into the form in which releases have them, and in which it is
// noted what an answer rests on.
func normalSlugs(slugs []string) []string {
	if !slices.ContainsFunc(slugs, func(slug string) bool { return content.NormalSlug(slug) != slug }) {
		return slugs // as nearly always
	}
	normal := make([]string, len(slugs))
	for i, slug := range slugs {
		normal[i] = content.NormalSlug(slug)
	}
	return normal
}

// LookupReference gives the post with this meta.reference, NoRef where this
// view has none.
func (r *Reader) LookupReference(ctx context.Context, reference string) (store.Ref, error) {
	r.note(func(f *footprint.Footprint) { f.LookedUpReference(reference) })
	return call(ctx, r, func(tx *file.Tx) (store.Ref, error) { return posts.LookupReference(tx, reference) })
}

// LookupAddress gives the post that stood at an address before, a path or a whole one, see
// [content.NormalAddress]; NoRef where this view has none.
func (r *Reader) LookupAddress(ctx context.Context, address string) (store.Ref, error) {
	normal, ok := content.NormalAddress(address)
	if !ok {
		return store.NoRef, nil
	}
	r.note(func(f *footprint.Footprint) { f.LookedUpAddress(normal) })
	return call(ctx, r, func(tx *file.Tx) (store.Ref, error) { return addresses.Find(tx, normal) })
}

// Resolve gives the slug of the post that stood at an address, see LookupAddress; "" where
// this view has none.
func (r *Reader) Resolve(ctx context.Context, address string) (string, error) {
	normal, ok := content.NormalAddress(address)
	if !ok {
		return "", nil
	}
	r.note(func(f *footprint.Footprint) { f.LookedUpAddress(normal) })
	return call(ctx, r, func(tx *file.Tx) (string, error) {
		ref, err := addresses.Find(tx, normal)
		if err != nil || ref == store.NoRef {
			return "", err
		}
		return r.release.posts.Slug(tx, ref)
	})
}

// Posts reads posts, in the order of refs. A NoRef gives nil.
func (r *Reader) Posts(ctx context.Context, refs []store.Ref, part store.Part) ([]*store.Post, error) {
	posts, err := call(ctx, r, func(tx *file.Tx) ([]*store.Post, error) {
		posts, err := r.release.posts.Read(ctx, tx, refs, part)
		if err != nil {
			return nil, err
		}
		days, err := r.release.orders.Days(tx)
		if err != nil {
			return nil, err
		}
		for _, p := range posts {
			if p != nil {
				p.Days = days.Of(p.Ref)
			}
		}
		return posts, nil
	})
	r.note(func(f *footprint.Footprint) {
		for _, p := range posts {
			if p != nil {
				f.Read(p.Slug, part)
			}
		}
	})
	return posts, err
}

// Terms reads terms, in the order of ids.
func (r *Reader) Terms(ctx context.Context, ids []store.TermID) ([]*store.Term, error) {
	terms, err := call(ctx, r, func(tx *file.Tx) ([]*store.Term, error) { return r.release.terms.Terms(tx, ids) })
	r.note(func(f *footprint.Footprint) { f.ReadTerms(terms) })
	return terms, err
}

// LookupTerms gives for each slug the term of a kind, nil where this view has
// none.
func (r *Reader) LookupTerms(ctx context.Context, kind store.Kind, slugs ...string) ([]*store.Term, error) {
	slugs = normalSlugs(slugs)
	r.note(func(f *footprint.Footprint) {
		for _, slug := range slugs {
			f.ReadTerm(kind, slug)
		}
	})
	return call(ctx, r, func(tx *file.Tx) ([]*store.Term, error) {
		if err := tx.Pay(ctx, file.PriceOfLookup*len(slugs)); err != nil {
			return nil, err
		}
		return r.release.terms.Lookup(tx, kind, slugs)
	})
}

// FindTerm gives the term of a kind with this slug, or else the one that the value means
// in a filter: a name in any spelling, of an entity also type:name. The error is a
// *TermError where there is none, or where there are several.
func (r *Reader) FindTerm(ctx context.Context, kind store.Kind, value string) (*store.Term, error) {
	slug := content.NormalSlug(value)
	r.note(func(f *footprint.Footprint) { f.ReadTerm(kind, slug) })
	return call(ctx, r, func(tx *file.Tx) (*store.Term, error) {
		if err := tx.Pay(ctx, file.PriceOfLookup); err != nil {
			return nil, err
		}
		found, err := r.release.terms.Lookup(tx, kind, []string{slug})
		if err != nil || found[0] != nil {
			return found[0], err
		}
		meant, err := r.release.terms.Meant(ctx, tx, kind, value)
		if err != nil {
			return nil, err
		}
		r.note(func(f *footprint.Footprint) {
			if len(meant) == 1 && kind != store.KindEntity { // whose name is no other's
				f.ReadTerms(meant)
			} else { // any that comes can be meant too
				f.ListsTerms(kind)
			}
		})
		if len(meant) != 1 {
			return nil, &store.TermError{Kind: kind, Value: value, Meant: meant}
		}
		return meant[0], nil
	})
}

// FindTerms gives one page of the terms that match, and how many match in all.
// A term that none of this view's posts has is not there.
func (r *Reader) FindTerms(ctx context.Context, q store.TermQuery) (*store.TermPage, error) {
	r.note(func(f *footprint.Footprint) { f.ListsTerms(q.Kind) })
	return call(ctx, r, func(tx *file.Tx) (*store.TermPage, error) { return r.release.terms.List(ctx, tx, q) })
}

// EntityTypes gives the types of entities that this view's posts have, those of the most
// entities first.
func (r *Reader) EntityTypes(ctx context.Context, first int) ([]store.EntityType, error) {
	r.note(func(f *footprint.Footprint) { f.ListsTerms(store.KindEntity) })
	return call(ctx, r, func(tx *file.Tx) ([]store.EntityType, error) { return r.release.terms.Types(ctx, tx, first) })
}

// Similar gives the posts most like one post.
func (r *Reader) Similar(ctx context.Context, to store.Ref, q store.SimilarQuery) (*store.SimilarPage, error) {
	r.noteSimilar(q.Filter)
	return call(ctx, r, func(tx *file.Tx) (*store.SimilarPage, error) {
		among := r.release.engine.Matching(tx, q.Filter)
		defer among.End()
		return r.release.similar.ToPost(ctx, tx, to, q, among)
	})
}

// SimilarToEach is Similar for each of some posts.
func (r *Reader) SimilarToEach(ctx context.Context, to []store.Ref, q store.SimilarQuery) ([]*store.SimilarPage, error) {
	r.noteSimilar(q.Filter)
	return call(ctx, r, func(tx *file.Tx) ([]*store.SimilarPage, error) {
		among := r.release.engine.Matching(tx, q.Filter)
		defer among.End()
		pages := make([]*store.SimilarPage, len(to))
		for i, ref := range to {
			var err error
			if pages[i], err = r.release.similar.ToPost(ctx, tx, ref, q, among); err != nil {
				return nil, err
			}
		}
		return pages, nil
	})
}

// Facets counts, for each of some kinds of terms, how many of the posts that
// match have each term, and gives the commonest terms.
func (r *Reader) Facets(ctx context.Context, q store.FacetQuery) ([]store.Facet, error) {
	r.note(func(f *footprint.Footprint) {
		f.NamesTerms(q.By...)
		var fields footprint.FieldSet
		for _, kind := range q.By {
			if filter := q.FilterOf(kind); filter != q.Filter {
				f.Question(footprint.Asked{Filter: filter, Fields: footprint.FieldsOfKind(kind)})
			} else {
				fields |= footprint.FieldsOfKind(kind)
			}
		}
		f.Question(footprint.Asked{Filter: q.Filter, Fields: fields})
	})
	return call(ctx, r, func(tx *file.Tx) ([]store.Facet, error) { return r.release.engine.Facets(ctx, tx, q) })
}

// Ranges counts, for each of some fields, how many of the posts that match have a
// number or a date within each of some ranges.
func (r *Reader) Ranges(ctx context.Context, q store.RangeQuery) ([]store.RangeFacet, error) {
	r.note(func(f *footprint.Footprint) {
		var fields footprint.FieldSet
		for _, by := range q.By {
			fields |= footprint.FieldsOf(by.Field)
		}
		f.Question(footprint.Asked{Filter: q.Filter, Fields: fields})
	})
	return call(ctx, r, func(tx *file.Tx) ([]store.RangeFacet, error) { return r.release.engine.Ranges(ctx, tx, q) })
}

// Scores gives the statistics of the scores of the posts that match.
func (r *Reader) Scores(ctx context.Context, q store.ScoreQuery) (*store.ScoreStats, error) {
	return call(ctx, r, func(tx *file.Tx) (*store.ScoreStats, error) {
		if err := r.noteQuestion(tx, q.Filter, q.Term, footprint.OfScores); err != nil {
			return nil, err
		}
		return r.release.engine.Scores(ctx, tx, q)
	})
}

// ScoresOfEach gives the statistics of the scores of the posts that have each of some terms.
func (r *Reader) ScoresOfEach(ctx context.Context, terms []store.TermID) ([]*store.ScoreStats, error) {
	return call(ctx, r, func(tx *file.Tx) ([]*store.ScoreStats, error) {
		all := make([]*store.ScoreStats, len(terms))
		for i := range terms {
			q := store.ScoreQuery{Term: &terms[i]}
			err := r.noteQuestion(tx, nil, q.Term, footprint.OfScores)
			if err == nil {
				all[i], err = r.release.engine.Scores(ctx, tx, q)
			}
			if err != nil {
				return nil, err
			}
		}
		return all, nil
	})
}

// ScoreGroups gives a page of the terms of a kind among the posts that match, with the
// statistics of the scores of those that have each.
func (r *Reader) ScoreGroups(ctx context.Context, q store.ScoreGroupQuery) (*store.ScoreGroupPage, error) {
	r.note(func(f *footprint.Footprint) {
		f.NamesTerms(q.By)
		f.Question(footprint.Asked{Filter: q.Filter, Fields: footprint.FieldsOfKind(q.By) | footprint.OfScores})
	})
	return call(ctx, r, func(tx *file.Tx) (*store.ScoreGroupPage, error) { return r.release.engine.ScoreGroups(ctx, tx, q) })
}

// Related gives the entities and tools that most often stand in the same posts as
// a term: by the number of those posts, then by lift.
func (r *Reader) Related(ctx context.Context, q store.RelatedQuery) ([]store.RelatedTerm, error) {
	r.note(func(f *footprint.Footprint) {
		f.NamesTerms(store.RelatedKinds...)
		f.Whole(footprint.OfTools | footprint.OfEntities | footprint.OfStack) // lift rests on how many posts there are
	})
	return call(ctx, r, func(tx *file.Tx) ([]store.RelatedTerm, error) { return r.release.engine.Related(ctx, tx, q) })
}

// call runs one read in a transaction of its own, counts it and times it.
// A fault of the mapped file, as when it was cut short, becomes ErrCorrupt. What
// fails so is read once more: where the second read proves all it gives, a bit
// was other than it should be for a moment only. Reads must therefore begin anew
// where they are called again.
func call[T any](ctx context.Context, r *Reader, read func(*file.Tx) (T, error)) (answer T, err error) {
	if err := ctx.Err(); err != nil {
		return answer, err
	}
	defer r.count(time.Now())
	tx, err := r.release.file.Begin(ctx, r.view)
	if err != nil {
		return answer, err
	}
	defer r.release.file.End(tx)
	tx.TakeFrom(r.budget)
	once := func() (err error) {
		answer, err = read(tx)
		return err
	}
	if err = file.Guard(once); !errors.Is(err, store.ErrCorrupt) {
		return answer, err
	}
	tx.TakeFrom(nil) // who asked has paid for it
	again := file.Guard(once)
	switch {
	case errors.Is(again, store.ErrCorrupt):
		r.release.suspect(again)
	case ctx.Err() == nil:
		r.release.health.passed(r.release, err)
	}
	return answer, again
}

// count counts a call that began then.
func (r *Reader) count(began time.Time) {
	took := time.Since(began)
	from := began.UnixNano()
	if r.calls.Add(1) == 1 {
		r.first.Store(from)
	}
	r.nanos.Add(int64(took))
	r.last.Store(from + int64(took))
}
