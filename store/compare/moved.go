package compare

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/terms"
	"alphanode/store/release"
)

// MovedTerms gives the terms that readers find under another slug in a release than in one
// with the same posts before it, by kind and slug. Terms are known by their names, for what
// makes two names one may be another rule in each.
func MovedTerms(ctx context.Context, before, after *release.Release) ([]store.Moved, error) {
	moved := []store.Moved{}
	err := inBoth(ctx, before, after, store.Public, func(x, y release.Reading) error {
		was, err := walkTerms(x.Tx)
		for ; err == nil && was.key != nil; err = was.Next() {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			is, err := slugNow(y.Tx, &was.term)
			if err != nil {
				return err
			}
			if is != was.term.Slug {
				moved = append(moved, store.Moved{Kind: was.term.Kind, From: was.term.Slug, To: is})
			}
		}
		return err
	})
	slices.SortFunc(moved, func(a, b store.Moved) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), strings.Compare(a.From, b.From))
	})
	return moved, err
}

// slugNow is the slug of a term in a release that has it.
func slugNow(tx *file.Tx, t *store.Term) (string, error) {
	id, ok, err := terms.Named(tx, t.Kind, t.Name, t.Type)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", fmt.Errorf("%w: found no %s %q, which a post has", store.ErrCorrupt, t.Kind, t.Name)
	}
	record, err := tx.Must(file.BucketTerms, file.OrdinalKey(uint32(id)))
	if err != nil {
		return "", err
	}
	is, err := terms.Read(record, id, tx.View)
	return is.Slug, err
}
