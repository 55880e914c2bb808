package store

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
)

// feature is a term as a dimension of similarity. Its weight is c·r: c is 1
// for entities and 0.5 for tools and stack terms; r is ln(1 + N/df) rounded to
// the nearest quarter, over public posts. In units of 1/8 it is an integer, so
// sums of products are exact and do not depend on their order.
type feature struct {
	id     TermID
	kind   Kind
	weight int64 // in units of 1/8
}

// featureWeight is the weight of a feature, in units of 1/8, that df of n
// public posts have.
func featureWeight(kind Kind, n, df int) int64 {
	quarters := int64(math.Round(4 * math.Log(1+float64(n)/float64(max(df, 1)))))
	if kind == KindEntity {
		return 2 * quarters
	}
	return quarters
}

// featuresOf gives the distinct features of a post.
func (tx *readTx) featuresOf(ref Ref) ([]feature, error) {
	rec, err := tx.postRecord(ref)
	if err != nil {
		return nil, err
	}
	ids := slices.Concat(rec.tools, rec.entities, rec.stack)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	fs := make([]feature, len(ids))
	for i, id := range ids {
		term, err := tx.termRecord(id)
		if err != nil {
			return nil, err
		}
		fs[i] = feature{id, term.kind, featureWeight(term.kind, tx.release.info.Public, int(term.views[Public].posts))}
	}
	return fs, nil
}

// decimals9 rounds to the 9 decimals that are compared and sent.
func decimals9(x float64) float64 { return math.Round(x*1e9) / 1e9 }

// similar compares a post with every post that shares a feature with it.
func (tx *readTx) similar(ctx context.Context, to Ref, q SimilarQuery) (*SimilarPage, error) {
	if err := (Window{First: &q.First}).check(); err != nil {
		return nil, err
	}
	if !(q.MinSimilarity >= 0 && q.MinSimilarity <= 1) {
		return nil, &ArgumentError{"minSimilarity", formatFloat(q.MinSimilarity), "a number from 0 to 1"}
	}
	slug, err := tx.slugOf(to)
	if err != nil {
		return nil, err
	}
	question := questionHash("similar", slug, q.Filter, q.Exclude, q.MinSimilarity)
	var behind *rank
	if q.After != "" {
		c, err := parseCursor("after", q.After, question)
		if err != nil {
			return nil, err
		}
		if behind, err = readRank(c); err != nil {
			return nil, err
		}
	}
	candidates, err := tx.match(q.Filter)
	if err != nil {
		return nil, err
	}
	excluded, err := tx.lookup(append([]string{slug}, q.Exclude...))
	if err != nil {
		return nil, err
	}
	own, err := tx.featuresOf(to)
	if err != nil {
		return nil, err
	}
	ranks, err := tx.rank(ctx, own, candidates, excluded, q.MinSimilarity)
	if err != nil {
		return nil, err
	}
	page := &SimilarPage{Total: len(ranks)}
	if ranks, err = tx.shortlist(ranks, behind, q.First+1); err != nil {
		return nil, err
	}
	page.HasNext = len(ranks) > q.First
	for _, r := range ranks[:min(q.First, len(ranks))] {
		shared, err := tx.shared(own, r)
		if err != nil {
			return nil, err
		}
		page.Hits = append(page.Hits, SimilarHit{
			Ref: r.ref, Similarity: r.similarity, Shared: shared, Cursor: r.cursor(question).String(),
		})
	}
	return page, nil
}

func (tx *readTx) slugOf(ref Ref) (string, error) {
	_, card, err := tx.cardRecord(ref)
	if err != nil {
		return "", err
	}
	return cardSlug(card)
}

// rank is what similar posts are ordered by.
type rank struct {
	ref                Ref
	length             float64 // the product of the two vectors' lengths, in units of 1/64
	similarity         float64 // rounded to 9 decimals
	quality, freshness int     // -1 where there is none
	slug               string
}

// compare puts the more similar post first, then the better, then the fresher,
// then the one whose slug is first.
func (r rank) compare(s rank) int {
	return cmp.Or(
		cmp.Compare(s.similarity, r.similarity), cmp.Compare(s.quality, r.quality),
		cmp.Compare(s.freshness, r.freshness), strings.Compare(r.slug, s.slug),
	)
}

// cursor of a rank holds the similarity in units of 10⁻⁹ and the scores.
func (r rank) cursor(question uint64) cursor {
	return cursor{
		question: question, number: int64(math.Round(r.similarity * 1e9)),
		text: string([]byte{byte(r.quality + 1), byte(r.freshness + 1)}), slug: r.slug,
	}
}

func readRank(c cursor) (*rank, error) {
	if c.absent || len(c.text) != 2 {
		return nil, &ArgumentError{"after", "a cursor of another kind of list", "a cursor from an earlier answer"}
	}
	return &rank{
		similarity: decimals9(float64(c.number) / 1e9),
		quality:    int(c.text[0]) - 1, freshness: int(c.text[1]) - 1, slug: c.slug,
	}, nil
}

// rank gives every candidate that is similar at all.
func (tx *readTx) rank(ctx context.Context, own []feature, candidates set, excluded []Ref, least float64) ([]rank, error) {
	norms, err := tx.column(normsColumn)
	if err != nil {
		return nil, err
	}
	var ownNorm int64
	products := make(map[uint32]int64)
	for _, f := range own {
		ownNorm += f.weight * f.weight
		posts, err := tx.postings(bucketPostings, ordinalKey(uint32(f.id)))
		if err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		posts.and(candidates).members.Iterate(func(ordinal uint32) bool {
			products[ordinal] += f.weight * f.weight
			return true
		})
	}
	for _, ref := range excluded {
		delete(products, uint32(ref))
	}
	ranks := make([]rank, 0, len(products))
	for ordinal, product := range products {
		// The cosine of the two weight vectors.
		length := math.Sqrt(float64(ownNorm) * float64(norms.int64(int(ordinal))))
		s := decimals9(float64(product) / length)
		if s > 0 && s >= least {
			ranks = append(ranks, rank{ref: Ref(ordinal), length: length, similarity: s})
		}
	}
	return ranks, nil
}

// shortlist puts the first ranks behind a cursor into their order, at least
// limit of them where there are as many. Only posts that similarity alone
// cannot put behind those are looked up.
func (tx *readTx) shortlist(ranks []rank, behind *rank, limit int) ([]rank, error) {
	slices.SortFunc(ranks, func(a, b rank) int { return cmp.Compare(b.similarity, a.similarity) })
	if behind != nil {
		start := 0
		for start < len(ranks) && ranks[start].similarity > behind.similarity {
			start++
		}
		ranks = ranks[start:]
		// Those that tie with the cursor may all stand before it.
		for _, r := range ranks {
			if r.similarity != behind.similarity {
				break
			}
			limit++
		}
	}
	for end := limit; end < len(ranks); end++ {
		if ranks[end].similarity != ranks[end-1].similarity {
			ranks = ranks[:end]
		}
	}
	for i := range ranks {
		if err := tx.complete(&ranks[i]); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(ranks, rank.compare)
	if behind != nil {
		ranks = slices.DeleteFunc(ranks, func(r rank) bool { return r.compare(*behind) <= 0 })
	}
	return ranks, nil
}

// complete looks up what ranks are ordered by where similarity ties.
func (tx *readTx) complete(r *rank) error {
	card, err := tx.card(r.ref)
	if err != nil {
		return err
	}
	r.quality, r.freshness, r.slug = -1, -1, card.Slug
	if score := card.Meta.Score; score != nil {
		if score.Quality != nil {
			r.quality = *score.Quality
		}
		if score.Freshness != nil {
			r.freshness = *score.Freshness
		}
	}
	return nil
}

// shared gives the features a post has in common with another, the strongest
// first, and what each adds to the similarity.
func (tx *readTx) shared(own []feature, r rank) ([]SharedFeature, error) {
	others, err := tx.featuresOf(r.ref)
	if err != nil {
		return nil, err
	}
	common := make([]feature, 0, len(own))
	for _, f := range own {
		if slices.ContainsFunc(others, func(o feature) bool { return o.id == f.id }) {
			common = append(common, f)
		}
	}
	ids := make([]TermID, len(common))
	for i, f := range common {
		ids[i] = f.id
	}
	terms, err := tx.terms(ids)
	if err != nil {
		return nil, err
	}
	shared := make([]SharedFeature, len(common))
	for i, f := range common {
		part := float64(f.weight*f.weight) / r.length
		shared[i] = SharedFeature{Kind: f.kind, Name: terms[i].Name, Type: terms[i].Type, Contribution: decimals9(part)}
	}
	slices.SortFunc(shared, func(a, b SharedFeature) int {
		return cmp.Or(cmp.Compare(b.Contribution, a.Contribution), strings.Compare(string(a.Kind), string(b.Kind)),
			strings.Compare(a.Name, b.Name), strings.Compare(a.Type, b.Type))
	})
	return shared, nil
}

func formatFloat(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
