package compare

import (
	"context"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"alphanode/store"
	"alphanode/store/cursor"
	"alphanode/store/file"
	"alphanode/store/posts"
	"alphanode/store/query"
	"alphanode/store/release"
	"alphanode/store/sets"
)

// Changes gives a page of how what the public sees of one release differs from
// what it sees of another. What is done is taken from the budget, which may be nil.
func Changes(ctx context.Context, before, after *release.Release, q store.ChangeQuery, differ differ, b *store.Budget) (*store.ChangePage, error) {
	c := changes{query: q, question: hashOfChanges(&q), page: &store.ChangePage{Since: q.Since, Release: after.Name()}}
	if q.After != "" {
		at, err := cursor.Parse("after", q.After, c.question)
		if err != nil {
			return nil, err
		}
		c.behind = at.Slug + "\x00" // the next possible slug
	}
	if err := b.Spend(ctx, priceOfChanges(&q, before, after)/file.Unit); err != nil {
		return nil, err
	}
	found := &Difference{roaring.New(), roaring.New(), roaring.New()}
	if before.Name() != after.Name() {
		var err error
		if found, err = differ(ctx, before, after); err != nil {
			return nil, err
		}
	}
	if q.Until == "" {
		c.takenDown = before.Manifest().TakenDown
	}
	return c.page, inBoth(ctx, before, after, store.Public, func(before, after release.Reading) error {
		before.Tx.TakeFrom(b)
		after.Tx.TakeFrom(b)
		return c.find(ctx, before, after, found)
	})
}

// priceOfChanges is what a page costs, whatever the filter does. How two releases differ is
// found by a look at every post of both, one comparison at a time, and is remembered
// then: so it costs no more than MostForComparing, that an archive of any size can
// be asked.
func priceOfChanges(q *store.ChangeQuery, before, after *release.Release) int {
	posts := before.Size(store.Public) + after.Size(store.Public)
	return file.PriceOfRead + q.First*file.PriceOfRow + len(before.Manifest().TakenDown)*file.PriceOfLookup + min(posts*file.PriceOfPair, file.MostForComparing)
}

// payForFields pays for naming the fields in which a post differs.
func (c *comparer) payForFields(ctx context.Context, was, is store.Ref) error {
	x, err := c.before.Posts.BytesOf(c.before.Tx, []store.Ref{was})
	if err != nil {
		return err
	}
	y, err := c.after.Posts.BytesOf(c.after.Tx, []store.Ref{is})
	if err != nil {
		return err
	}
	return c.after.Tx.Pay(ctx, (x+y)*file.PriceOfDecoded)
}

// hashOfChanges tells the lists of changes apart. Until is part of the question only where
// it was named: else a walk goes on to what is current by then.
func hashOfChanges(q *store.ChangeQuery) uint64 {
	return cursor.Question(nil).Text("changes").Text(q.Since).Text(q.Until).Filter(q.Filter).Hash()
}

// changes finds one page.
type changes struct {
	query     store.ChangeQuery
	question  uint64
	behind    string            // no change has a lower slug
	takenDown []store.TakenDown // from the release before, of which copies still have them
	page      *store.ChangePage
}

// gone gives the slugs of the posts that were taken down and that readers do not see
// after, in order. Who kept a copy of the release before may have them, or may not.
func (c *changes) gone(after release.Reading) (slugs []string, err error) {
	for _, t := range c.takenDown {
		if !t.Public {
			continue
		}
		ref, err := posts.Ordinal(after.Tx, file.BucketSlugs, t.Slug)
		if err != nil {
			return nil, err
		}
		if ref == store.NoRef {
			slugs = append(slugs, t.Slug)
		}
	}
	slices.Sort(slugs)
	return slices.Compact(slugs), nil
}

func (c *changes) find(ctx context.Context, before, after release.Reading, found *Difference) error {
	was := query.Matching{Engine: before.Engine, Tx: before.Tx, Filter: c.query.Filter}
	is := query.Matching{Engine: after.Engine, Tx: after.Tx, Filter: c.query.Filter}
	for _, m := range []*query.Matching{&was, &is} {
		err := m.Pay(ctx, func(int) int {
			if c.query.Filter == nil {
				return 0
			}
			return 2 * file.PriceOfMember * int(m.Tx.Size())
		})
		if err != nil {
			return err
		}
	}
	found = found.within(was.Posts(), is.Posts())
	c.page.ChangeCounts = found.counts()
	gone, err := c.gone(after)
	if err != nil {
		return err
	}
	c.page.Removed += len(gone)
	first, _ := slices.BinarySearch(gone, c.behind)
	gone = gone[first:]
	left, err := newChangeWalk(before, found.removed, c.behind)
	if err != nil {
		return err
	}
	came, err := newChangeWalk(after, roaring.Or(found.added, found.changed), c.behind)
	if err != nil {
		return err
	}
	compare, err := newComparer(before, after)
	if err != nil {
		return err
	}
	for !left.done || !came.done || len(gone) > 0 {
		if len(c.page.Changes) == c.query.First {
			c.page.HasNext = true
			break
		}
		if len(gone) > 0 && (left.done || gone[0] < left.slug) && (came.done || gone[0] < came.slug) {
			c.page.Changes = append(c.page.Changes, store.Change{Kind: store.Removed, Slug: gone[0], Ref: store.NoRef})
			gone = gone[1:]
			continue
		}
		walk := came
		if came.done || !left.done && left.slug < came.slug {
			walk = left
		}
		change := store.Change{Kind: store.Removed, Slug: walk.slug, Ref: store.NoRef}
		if walk == came {
			change.Kind, change.Ref = store.Added, walk.ref
			if found.changed.Contains(uint32(walk.ref)) {
				change.Kind = store.Changed
			}
		}
		if change.Kind == store.Changed && c.query.Fields {
			if change.Fields, err = compare.fieldsOf(ctx, change.Slug, change.Ref); err != nil {
				return err
			}
		}
		c.page.Changes = append(c.page.Changes, change)
		if err := walk.next(); err != nil {
			return err
		}
	}
	for i := range c.page.Changes {
		if change := &c.page.Changes[i]; c.query.Cursors.Of(i, len(c.page.Changes)) {
			change.Cursor = cursor.Cursor{Question: c.question, Slug: change.Slug}.String()
		}
	}
	return nil
}

// fieldsOf names the fields in which a post differs, by its slug.
func (c *comparer) fieldsOf(ctx context.Context, slug string, is store.Ref) ([]string, error) {
	was, err := posts.Ordinal(c.before.Tx, file.BucketSlugs, slug)
	if err != nil {
		return nil, err
	}
	if err := c.payForFields(ctx, was, is); err != nil {
		return nil, err
	}
	return c.fields(was, is)
}

// changeWalk goes over some public posts of a release, which are numbered by
// their slugs.
type changeWalk struct {
	in    release.Reading
	posts roaring.IntPeekable
	ref   store.Ref
	slug  string
	done  bool
}

func newChangeWalk(in release.Reading, posts *roaring.Bitmap, from string) (*changeWalk, error) {
	w := &changeWalk{in: in, posts: posts.Iterator()}
	if from != "" {
		bySlug, err := in.Orders.Sequence(in.Tx, store.Order{Field: store.FieldSlug})
		if err != nil {
			return nil, err
		}
		slugs, err := in.Orders.PlaceOfSlug(in.Tx, []byte(from))
		if err != nil {
			return nil, err
		}
		w.posts.AdvanceIfNeeded(uint32(bySlug.FromSlugs(slugs)))
	}
	return w, w.next()
}

func (w *changeWalk) next() (err error) {
	if w.done = !w.posts.HasNext(); w.done {
		return nil
	}
	w.ref = store.Ref(w.posts.Next())
	w.slug, err = w.in.Posts.Slug(w.in.Tx, w.ref)
	return err
}

// within leaves of a difference what a filter sees of it, given what it matches
// in the release before and in the one after. A post that did not change can come
// to match or cease to: what a slug of a term stands for depends on the others.
func (d *Difference) within(was, is sets.Set) *Difference {
	if was.All() && is.All() {
		return d
	}
	stays, stayed := carriedOver(was, d.removed, d.added), carriedOver(is, d.added, d.removed)
	changed := roaring.And(d.changed, is.Bitmap())
	changed.And(stays)
	return &Difference{
		removed: roaring.AndNot(was.Bitmap(), stayed),
		added:   roaring.AndNot(is.Bitmap(), stays),
		changed: changed,
	}
}

// carriedOver gives the numbers that posts of one release have in the other, those
// left out that are not there. Public posts are numbered by their slugs, so what
// both have is in the same order in both: the n-th of one is the n-th of the
// other.
func carriedOver(posts sets.Set, leave, come *roaring.Bitmap) *roaring.Bitmap {
	left, came := leave.Iterator(), come.Iterator()
	var gone, more uint32
	carried, room := roaring.New(), make([]uint32, 0, 1024)
	posts.Each(func(ordinals []uint32) {
		room = room[:0]
		for _, ordinal := range ordinals {
			for left.HasNext() && left.PeekNext() < ordinal {
				left.Next()
				gone++
			}
			if left.HasNext() && left.PeekNext() == ordinal {
				continue
			}
			for came.HasNext() && came.PeekNext() <= ordinal-gone+more {
				came.Next()
				more++
			}
			room = append(room, ordinal-gone+more)
		}
		carried.AddMany(room)
	})
	return carried
}
