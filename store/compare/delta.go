package compare

import (
	"context"
	"errors"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/footprint"
	"alphanode/store/index/terms"
	"alphanode/store/release"
	"alphanode/store/sets"
)

// Delta is how what the public sees of one release differs from what it sees of
// another, in both forms, old and new, so that what rests on the one can be carried
// over to the other, see [Delta.Touches]. Who has it closes it. It is safe for many
// goroutines.
type Delta struct {
	before, after *release.Release
	everything    bool // the releases do not compare: everything may differ

	posts      map[uint64]footprint.FieldSet // the fields that differ, by the hash of the slug; all of a post that came or went
	references map[uint64]struct{}           // of these posts, in either form; hashes
	addresses  map[uint64]struct{}           // where posts stood that came or went, or stand in another place of their list; hashes
	fields     footprint.FieldSet            // all that differ anywhere
	was, is    sets.Set                      // these posts in the release before, and in the one after
	pairs      []changedPost                 // those that both have

	terms       map[uint64]struct{} // terms that differ in anything, or came or went; hashes of kind and slug
	gone        map[uint64]struct{} // those of them that went
	listed      footprint.KindSet   // kinds that have such a term
	respelled   footprint.KindSet   // kinds of which a term that both have is spelled in another way
	readdressed footprint.KindSet   // kinds of which one has another slug
}

// changedPost is a post that both releases have, in different forms.
type changedPost struct {
	was, is uint32
	fields  footprint.FieldSet
}

// DeltaTooLargeError says that more posts differ than was allowed.
type DeltaTooLargeError struct{ Posts, Most int }

func (e *DeltaTooLargeError) Error() string {
	return fmt.Sprintf("%d posts differ, more than %d", e.Posts, e.Most)
}

// Between compares two releases, which are closed with the delta. The error is a
// *DeltaTooLargeError where more than most posts differ.
func Between(ctx context.Context, before, after *release.Release, differ differ, most int) (*Delta, error) {
	d := &Delta{before: before, after: after, posts: map[uint64]footprint.FieldSet{}, references: map[uint64]struct{}{}, addresses: map[uint64]struct{}{},
		terms: map[uint64]struct{}{}, gone: map[uint64]struct{}{}}
	if err := d.fill(ctx, differ, most); err != nil {
		return nil, err
	}
	return d, nil
}

func (d *Delta) fill(ctx context.Context, differ differ, most int) error {
	if d.before.Wording() != d.after.Wording() { // each word may be found elsewhere
		d.everything = true
		return nil
	}
	found, err := differ(ctx, d.before, d.after)
	if err != nil {
		return err
	}
	if n := found.counts().Total(); n > most {
		return &DeltaTooLargeError{n, most}
	}
	return inBoth(ctx, d.before, d.after, store.Public, func(before, after release.Reading) error {
		if err := d.comparePosts(ctx, before, after, found); err != nil {
			return err
		}
		return d.compareTerms(ctx, before, after)
	})
}

// comparePosts finds in which fields posts differ.
func (d *Delta) comparePosts(ctx context.Context, before, after release.Reading, found *Difference) error {
	was := changedBefore(found)
	d.was, d.is = sets.Of(before.Tx.Size(), roaring.Or(was, found.removed)), sets.Of(after.Tx.Size(), roaring.Or(found.changed, found.added))
	compare, err := newComparer(before, after)
	if err != nil {
		return err
	}
	x, y := was.Iterator(), found.changed.Iterator()
	for n := 0; x.HasNext() && y.HasNext(); n++ {
		if n%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		pair := changedPost{was: x.Next(), is: y.Next()}
		paths, err := compare.fields(store.Ref(pair.was), store.Ref(pair.is))
		if err != nil {
			return err
		}
		pair.fields = footprint.FieldsAt(paths)
		d.pairs = append(d.pairs, pair)
		if err := d.take(compare.is, pair.fields); err != nil {
			return err
		}
		if pair.fields&(footprint.OfReference|footprint.OfURLs) != 0 {
			if err := d.take(compare.was, pair.fields); err != nil {
				return err
			}
		}
	}
	for _, one := range []struct {
		in    release.Reading
		posts *roaring.Bitmap
	}{{before, found.removed}, {after, found.added}} {
		var room []byte
		for it, n := one.posts.Iterator(), 0; it.HasNext(); n++ {
			if n%256 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			post, err := one.in.Posts.Canonical(one.in.Tx, store.Ref(it.Next()), room[:0])
			if err != nil {
				return err
			}
			if err := d.take(post, footprint.AllFields); err != nil {
				return err
			}
			room = post
		}
	}
	return nil
}

// take notes a post in one of its forms.
func (d *Delta) take(post []byte, fields footprint.FieldSet) error {
	names, err := content.NamesOf(post)
	if err != nil {
		return fmt.Errorf("%w: a post: %w", store.ErrCorrupt, err)
	}
	d.posts[footprint.HashOf(names.Slug)] |= fields
	d.fields |= fields
	if names.Reference != "" {
		d.references[footprint.HashOf(names.Reference)] = struct{}{}
	}
	if fields&footprint.OfURLs != 0 {
		for _, url := range names.URLs {
			if address, ok := content.NormalAddress(url); ok {
				d.addresses[footprint.HashOf(address)] = struct{}{}
			}
		}
	}
	return nil
}

// changedBefore gives the changed posts by their numbers in the release before:
// posts that both have are in the same order in both.
func changedBefore(d *Difference) *roaring.Bitmap {
	changed := sets.Set{Members: d.changed}
	return carriedOver(changed, d.added, d.removed)
}

// compareTerms finds the terms that differ.
func (d *Delta) compareTerms(ctx context.Context, before, after release.Reading) error {
	return eachTermPair(ctx, before, after, func(_ []byte, was, is *store.Term) error {
		switch {
		case was == nil:
			d.takeTerm(is)
		case is == nil:
			d.takeTerm(was)
			d.gone[footprint.HashTerm(was.Kind, was.Slug)] = struct{}{}
		case !looksAs(was, is):
			d.compareTerm(was, is)
		}
		return nil
	})
}

func (d *Delta) takeTerm(t *store.Term) {
	d.terms[footprint.HashTerm(t.Kind, t.Slug)] = struct{}{}
	d.listed |= footprint.KindsOf(t.Kind)
}

func (d *Delta) compareTerm(was, is *store.Term) {
	d.takeTerm(was)
	d.takeTerm(is)
	if was.Slug != is.Slug {
		d.readdressed |= footprint.KindsOf(is.Kind)
	}
	if was.Name != is.Name || was.Type != is.Type || was.Slug != is.Slug {
		d.respelled |= footprint.KindsOf(is.Kind)
	}
}

// Posts is how many posts differ.
func (d *Delta) Posts() int { return len(d.posts) }

// Touches reports whether what differs can change an answer that was right for the
// release before. Where it does not, the answer is right for the release after.
func (d *Delta) Touches(ctx context.Context, f *footprint.Footprint) (bool, error) {
	noted := f.All()
	if d.everything || noted.Release || d.touchesPosts(&noted) || d.touchesTerms(&noted) {
		return true, nil
	}
	var rest []footprint.Asked
	for _, a := range noted.Asked {
		switch {
		case footprint.KindsIn(a.Filter)&d.readdressed != 0, a.Kind != "" && footprint.KindsOf(a.Kind)&d.readdressed != 0:
			return true, nil
		case a.Filter != nil || a.Kind != "":
			rest = append(rest, a)
		case d.came() || d.fields&a.Fields != 0:
			return true, nil
		}
	}
	if len(rest) == 0 {
		return false, nil
	}
	touched := false
	err := inBoth(ctx, d.before, d.after, store.Public, func(before, after release.Reading) error {
		for _, a := range rest {
			was, err := meeting(ctx, before, a, d.was)
			if err != nil {
				return err
			}
			is, err := meeting(ctx, after, a, d.is)
			if err != nil {
				return err
			}
			if touched = d.touchesQuestion(a, was, is); touched {
				break
			}
		}
		return nil
	})
	return touched, err
}

// came reports whether posts came or went.
func (d *Delta) came() bool { return d.was.Count()+d.is.Count() > 2*len(d.pairs) }

func (d *Delta) touchesPosts(f *footprint.Noted) bool {
	if len(d.posts) == 0 {
		return false
	}
	for _, slug := range f.Looked {
		if d.posts[slug] == footprint.AllFields {
			return true
		}
	}
	for _, slug := range f.Cards {
		if d.posts[slug]&footprint.CardFields != 0 {
			return true
		}
	}
	for _, slug := range f.Wholes {
		if _, ok := d.posts[slug]; ok {
			return true
		}
	}
	for _, reference := range f.References {
		if _, ok := d.references[reference]; ok {
			return true
		}
	}
	for _, address := range f.Addresses {
		if _, ok := d.addresses[address]; ok {
			return true
		}
	}
	return false
}

func (d *Delta) touchesTerms(f *footprint.Noted) bool {
	if f.Listed&d.listed != 0 || f.Named&d.respelled != 0 {
		return true
	}
	for _, term := range f.Terms {
		if _, ok := d.terms[term]; ok {
			return true
		}
	}
	for _, term := range f.Present {
		if _, ok := d.gone[term]; ok {
			return true
		}
	}
	return false
}

// touchesQuestion reports whether posts came to meet the conditions of a question
// or ceased to, or differ in the fields that it is about. Given are the posts that
// differ and meet them, in both forms.
func (d *Delta) touchesQuestion(a footprint.Asked, was, is sets.Set) bool {
	if was.Count() != is.Count() {
		return true
	}
	if was.Count() == 0 {
		return false
	}
	both := 0
	for _, pair := range d.pairs {
		met, meets := was.Contains(pair.was), is.Contains(pair.is)
		if met != meets || met && pair.fields&a.Fields != 0 {
			return true
		}
		if met {
			both++
		}
	}
	return both < was.Count() // the others came or went
}

// meeting gives those of some posts that a question is about.
func meeting(ctx context.Context, in release.Reading, a footprint.Asked, posts sets.Set) (sets.Set, error) {
	if a.Kind == "" {
		return in.Engine.Meeting(ctx, in.Tx, a.Filter, nil, posts)
	}
	id, ok, err := terms.BySlug(in.Tx, a.Kind, a.Slug)
	if err != nil {
		return sets.Set{}, err
	}
	if !ok {
		return sets.Nothing(in.Tx.Size()), nil
	}
	return in.Engine.Meeting(ctx, in.Tx, a.Filter, &id, posts)
}

// Before is the one release, and After the other.
func (d *Delta) Before() store.Manifest { return d.before.Manifest() }

// After is the other release.
func (d *Delta) After() store.Manifest { return d.after.Manifest() }

// Close gives the releases back.
func (d *Delta) Close() error { return errors.Join(d.before.Close(), d.after.Close()) }
