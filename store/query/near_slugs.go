package query

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"alphanode/store"
	"alphanode/store/file"
)

// NearSlugs gives slugs of the view's posts that begin as one does that no post has, at
// least as far as its middle; those that are alike for longest first. They stand around
// the place where it would, so no other is looked at.
func (e *Engine) NearSlugs(ctx context.Context, tx *file.Tx, slug string) ([]string, error) {
	if err := tx.Pay(ctx, file.PriceOfLookup+2*store.MaxNearest*file.PriceOfRow); err != nil {
		return nil, err
	}
	place, err := e.orders.PlaceOfSlug(tx, []byte(slug))
	if err != nil {
		return nil, err
	}
	seq, err := e.orders.Sequence(tx, store.Order{Field: store.FieldSlug})
	if err != nil {
		return nil, err
	}
	if tx.View == store.Public {
		place -= seq.HiddenBefore(place)
	}
	type near struct {
		slug  string
		alike int // bytes
	}
	var found []near
	for at := max(0, place-store.MaxNearest); at < min(place+store.MaxNearest, seq.N); at++ {
		other, err := e.posts.Slug(tx, store.Ref(seq.OrdinalAt(at)))
		if err != nil {
			return nil, err
		}
		if n := alike(slug, other); n > 0 && 2*n >= len(slug) {
			found = append(found, near{other, n})
		}
	}
	slices.SortFunc(found, func(a, b near) int {
		return cmp.Or(cmp.Compare(b.alike, a.alike), strings.Compare(a.slug, b.slug))
	})
	slugs := make([]string, min(len(found), store.MaxNearest))
	for i := range slugs {
		slugs[i] = found[i].slug
	}
	return slugs, nil
}

// alike is with how many equal bytes of whole characters two texts begin.
func alike(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	for n > 0 && n < len(a) && !utf8.RuneStart(a[n]) {
		n--
	}
	return n
}
