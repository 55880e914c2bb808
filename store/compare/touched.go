package compare

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/index/terms"
	"alphanode/store/release"
)

// errTooMuch ends a comparison that has found more than it was asked for.
var errTooMuch = errors.New("more is touched than was asked for")

// Touched compares what the public sees of a release with what it sees of a
// later one, or of any other. Where more than so many posts and slugs of terms
// are touched it only says so, and soon. The terms that touched posts have do not
// count: most posts share them.
//
// Terms are compared themselves too: the page of a term can change though none of
// its posts did, where another term comes that would have the same slug.
func Touched(ctx context.Context, before, after *release.Release, most int) (*store.Touched, error) {
	t := &touching{most: most, moved: map[string]bool{}, had: map[string]bool{}, stood: map[string]bool{}, terms: map[store.TermSlug]bool{}, of: map[store.TermSlug]bool{}}
	err := inBoth(ctx, before, after, store.Public, func(before, after release.Reading) error {
		if err := t.comparePosts(ctx, before, after); err != nil {
			return err
		}
		return t.compareTerms(ctx, before, after)
	})
	found := &store.Touched{Words: before.Wording() != after.Wording()}
	switch {
	case errors.Is(err, errTooMuch):
		found.Whole = true
		return found, nil
	case err != nil:
		return nil, fmt.Errorf("compare %s with %s: %w", before.Name(), after.Name(), err)
	}
	found.Stood = slices.Sorted(maps.Keys(t.stood))
	found.Posts, found.Terms, found.Of = t.slugs, t.termSlugs, slices.Collect(maps.Keys(t.of))
	return found, nil
}

// touching gathers what is touched.
type touching struct {
	most      int
	slugs     []string
	moved     map[string]bool         // the keys of terms that some post has in one release only
	had       map[string]bool         // of all that a touched post has in either
	stood     map[string]bool         // the addresses where touched posts stood, in either form
	room      []byte                  // for a post
	of        map[store.TermSlug]bool // the slugs of those
	terms     map[store.TermSlug]bool // those in termSlugs
	termSlugs []store.TermSlug
}

func (t *touching) full() error {
	if len(t.slugs)+len(t.termSlugs) > t.most {
		return errTooMuch
	}
	return nil
}

// comparePosts finds the posts that differ, and the terms that some of them have
// in one release only.
func (t *touching) comparePosts(ctx context.Context, before, after release.Reading) error {
	c, err := newComparer(before, after)
	if err != nil {
		return err
	}
	left, came := newPostTerms(before), newPostTerms(after)
	return eachPair(ctx, before, after, func(slug []byte, was, is store.Ref) error {
		if was != store.NoRef && is != store.NoRef {
			if equal, err := c.equal(was, is); err != nil || equal {
				return err
			}
		}
		t.slugs = append(t.slugs, string(slug))
		if err := errors.Join(t.takeAddresses(before, was), t.takeAddresses(after, is)); err != nil {
			return err
		}
		had, err := left.of(was)
		if err != nil {
			return err
		}
		has, err := came.of(is)
		if err != nil {
			return err
		}
		for _, key := range slices.Concat(had, has) {
			t.had[key] = true
		}
		for _, key := range had {
			if !slices.Contains(has, key) {
				t.moved[key] = true
			}
		}
		for _, key := range has {
			if !slices.Contains(had, key) {
				t.moved[key] = true
			}
		}
		return t.full()
	})
}

// takeAddresses notes where a post stood, as caches in front of a server keep what is asked
// there: with a closing slash and without.
func (t *touching) takeAddresses(in release.Reading, ref store.Ref) (err error) {
	if ref == store.NoRef {
		return nil
	}
	if t.room, err = in.Posts.Canonical(in.Tx, ref, t.room[:0]); err != nil {
		return err
	}
	names, err := content.NamesOf(t.room)
	if err != nil {
		return fmt.Errorf("%w: a post: %w", store.ErrCorrupt, err)
	}
	for _, given := range names.URLs {
		u, err := url.Parse(given)
		if err != nil {
			continue // nobody can ask for it
		}
		u.Path = "/" + strings.Trim(u.Path, "/")
		here := url.URL{Path: "/" + strings.Trim(u.Path, "/"), RawQuery: u.RawQuery}
		t.stood[here.RequestURI()] = true
		if here.Path != "/" {
			here.Path += "/"
			t.stood[here.RequestURI()] = true
		}
	}
	return nil
}

// postTerms gives the tools and entities of posts of one release by their keys,
// which are the same in every release.
type postTerms struct {
	in    release.Reading
	known map[store.TermID]string
}

func newPostTerms(in release.Reading) *postTerms { return &postTerms{in, map[store.TermID]string{}} }

func (p *postTerms) of(ref store.Ref) (keys []string, err error) {
	if ref == store.NoRef {
		return nil, nil
	}
	post, err := p.in.Posts.PostRecord(p.in.Tx, ref)
	if err != nil {
		return nil, err
	}
	for _, ids := range [][]store.TermID{post.Tools, post.Entities} {
		for _, id := range ids {
			key, ok := p.known[id]
			if !ok {
				rec, err := terms.RecordOf(p.in.Tx, id)
				if err != nil {
					return nil, err
				}
				key = string(terms.IDKey(rec.Kind, rec.Identity))
				p.known[id] = key
			}
			keys = append(keys, key)
		}
	}
	return keys, nil
}

// compareTerms finds the tools and entities that differ.
func (t *touching) compareTerms(ctx context.Context, before, after release.Reading) error {
	return eachTermPair(ctx, before, after, func(key []byte, was, is *store.Term) error {
		if t.had[string(key)] {
			for _, term := range []*store.Term{was, is} {
				if term != nil {
					t.of[store.TermSlug{Kind: term.Kind, Slug: term.Slug}] = true
				}
			}
		}
		kind := (cmp.Or(was, is)).Kind
		if kind != store.KindTool && kind != store.KindEntity || was != nil && is != nil && looksAs(was, is) && !t.moved[string(key)] {
			return nil
		}
		t.touch(was)
		t.touch(is)
		return t.full()
	})
}

// touch notes a slug once: a term mostly keeps it, and another can take it over.
func (t *touching) touch(term *store.Term) {
	if term == nil {
		return
	}
	if at := (store.TermSlug{Kind: term.Kind, Slug: term.Slug}); !t.terms[at] {
		t.terms[at] = true
		t.termSlugs = append(t.termSlugs, at)
	}
}
