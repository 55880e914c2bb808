package similar

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"

	"alphanode/store"
	"alphanode/store/cursor"
	"alphanode/store/file"
	"alphanode/store/index/terms"
)

// maxSimilarTerms bounds how many terms posts can be compared with, as they are
// named and as they are found, and maxSimilarTerm how many bytes each has.
const (
	maxSimilarTerms = 100
	maxSimilarTerm  = 1024

	similarTermsArgument = "to.terms"
)

// ToTerms finds the posts most similar to some terms, as ToPost does to a post.
func (p *Index) ToTerms(ctx context.Context, tx *file.Tx, to store.SimilarTerms, q store.SimilarQuery, among Among) (*store.SimilarPage, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	nanos := 0
	for _, values := range [][]string{to.Entities, to.Tools, to.Stack} {
		for _, value := range values[:min(len(values), maxSimilarTerms)] {
			nanos += terms.PriceOfName(value[:min(len(value), maxSimilarTerm)])
		}
	}
	if err := tx.Pay(ctx, nanos); err != nil {
		return nil, err
	}
	terms, unknown, err := p.resolveAll(tx, to)
	if err != nil {
		return nil, err
	}
	page, err := p.mostLike(ctx, tx, to, terms, q, among)
	if err != nil {
		return nil, err
	}
	page.Terms = terms
	if q.Suggest {
		page.Suggestions, err = p.terms.Suggest(ctx, tx, unknown)
	}
	return page, err
}

// mostLike finds the posts most like the terms that others mean.
func (p *Index) mostLike(ctx context.Context, tx *file.Tx, to store.SimilarTerms, terms []*store.Term, q store.SimilarQuery, among Among) (*store.SimilarPage, error) {
	return p.search(ctx, tx, q, among, func(x *vectors, room *similarRoom) (*search, int) {
		features := make([]byte, 0, 4*len(terms))
		for _, t := range terms {
			features = binary.LittleEndian.AppendUint32(features, uint32(t.ID))
		}
		return x.newSearch(room, features), -1
	}, func() (uint64, error) {
		return similarAsked(&q, cursor.Question(nil).Text("similarToTerms").Texts(to.Entities).Texts(to.Tools).Texts(to.Stack)).Hash(), nil
	})
}

// resolveAll gives the features that terms mean, each once, in order, and the
// values that mean none of this view's.
func (p *Index) resolveAll(tx *file.Tx, to store.SimilarTerms) (named []*store.Term, unknown []terms.Unknown, err error) {
	tooMany := func(n int) error {
		return &store.ArgumentError{Name: similarTermsArgument, Found: fmt.Sprintf("%d terms", n), Expected: fmt.Sprintf("1 to %d terms", maxSimilarTerms)}
	}
	if n := len(to.Entities) + len(to.Tools) + len(to.Stack); n == 0 || n > maxSimilarTerms {
		return nil, nil, tooMany(n)
	}
	for _, of := range []struct {
		kind     store.Kind
		argument string
		values   []string
	}{{store.KindEntity, ".entities", to.Entities}, {store.KindTool, ".tools", to.Tools}, {store.KindStack, ".stack", to.Stack}} {
		for i, value := range of.values {
			if value == "" || len(value) > maxSimilarTerm {
				return nil, nil, &store.ArgumentError{
					Name:  similarTermsArgument + of.argument + "[" + strconv.Itoa(i) + "]",
					Found: fmt.Sprintf("%d bytes", len(value)), Expected: fmt.Sprintf("1 to %d bytes", maxSimilarTerm),
				}
			}
			ids, err := p.terms.Resolve(tx, of.kind, value)
			if err != nil {
				return nil, nil, err
			}
			meant, err := p.terms.Terms(tx, ids)
			if err != nil {
				return nil, nil, err
			}
			meant = slices.DeleteFunc(meant, func(t *store.Term) bool { return t.PostCount == 0 })
			named = append(named, meant...)
			if asked := (terms.Unknown{Kind: of.kind, Value: value}); len(meant) == 0 && len(unknown) < store.MaxSuggestions && !asked.Among(unknown) {
				unknown = append(unknown, asked)
			}
		}
	}
	slices.SortFunc(named, func(a, b *store.Term) int { return cmp.Compare(a.ID, b.ID) })
	named = slices.CompactFunc(named, func(a, b *store.Term) bool { return a.ID == b.ID })
	if len(named) > maxSimilarTerms {
		return nil, nil, tooMany(len(named))
	}
	return named, unknown, nil
}
