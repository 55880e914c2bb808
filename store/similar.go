package store

import (
	"cmp"
	"container/heap"
	"context"
	"fmt"
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

// maxExclude bounds how many posts can be left out of an answer by name.
const maxExclude = 100

// similar compares a post with every post that shares a feature with it.
func (tx *readTx) similar(ctx context.Context, to Ref, q SimilarQuery) (*SimilarPage, error) {
	if to == NoRef {
		return nil, fmt.Errorf("similar posts: %w", ErrNotFound)
	}
	if err := (Window{First: &q.First}).check(); err != nil {
		return nil, err
	}
	if !(q.MinSimilarity >= 0 && q.MinSimilarity <= 1) {
		return nil, &ArgumentError{"minSimilarity", strconv.FormatFloat(q.MinSimilarity, 'g', -1, 64), "a number from 0 to 1"}
	}
	if len(q.Exclude) > maxExclude {
		return nil, &ArgumentError{"exclude", fmt.Sprintf("%d slugs", len(q.Exclude)), fmt.Sprintf("at most %d", maxExclude)}
	}
	slug, err := tx.slugOf(to)
	if err != nil {
		return nil, err
	}
	question := questionHash("similar", slug, q.Filter, q.Exclude, q.MinSimilarity)
	var behind *rank
	if q.After != "" {
		if behind, err = tx.parseRank(q.After, question); err != nil {
			return nil, err
		}
	}
	candidates, err := tx.match(ctx, q.Filter)
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
	products, err := tx.products(ctx, own, candidates, excluded)
	if err != nil {
		return nil, err
	}
	norms, err := tx.column(normsColumn)
	if err != nil {
		return nil, err
	}
	n := near{products: products, norms: norms, own: norm(own), least: q.MinSimilarity}
	page := &SimilarPage{Total: n.count()}
	ranks, err := tx.shortlist(&n, behind, q.First+1)
	if err != nil {
		return nil, err
	}
	page.HasNext = len(ranks) > q.First
	for _, r := range ranks[:min(q.First, len(ranks))] {
		shared, err := tx.shared(own, r)
		if err != nil {
			return nil, err
		}
		slug, err := tx.slugOf(r.ref)
		if err != nil {
			return nil, err
		}
		page.Hits = append(page.Hits, SimilarHit{
			Ref: r.ref, Similarity: r.similarity, Shared: shared, Cursor: r.cursor(question, slug).String(),
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
	quality, freshness int64   // -1 where there is none
	slugs              int     // how many slugs stand before the post's
}

// compare puts the more similar post first, then the better, then the fresher,
// then the one whose slug is first.
func (r rank) compare(s rank) int {
	return cmp.Or(
		cmp.Compare(s.similarity, r.similarity), cmp.Compare(s.quality, r.quality),
		cmp.Compare(s.freshness, r.freshness), cmp.Compare(r.slugs, s.slugs),
	)
}

// cursor of a rank holds the similarity in units of 10⁻⁹ and the scores.
func (r rank) cursor(question uint64, slug string) cursor {
	return cursor{
		question: question, number: int64(math.Round(r.similarity * 1e9)),
		text: string([]byte{byte(r.quality + 1), byte(r.freshness + 1)}), slug: slug,
	}
}

// parseRank gives the rank just before those behind a cursor.
func (tx *readTx) parseRank(after string, question uint64) (*rank, error) {
	c, err := parseCursor("after", after, question)
	if err != nil {
		return nil, err
	}
	if c.absent || len(c.text) != 2 {
		return nil, &ArgumentError{"after", "a cursor of another kind of list", "a cursor from an earlier answer"}
	}
	// The cursor's own post, where it is still there, is not behind it.
	next, err := tx.slugPlace([]byte(c.slug + "\x00"))
	return &rank{
		similarity: decimals9(float64(c.number) / 1e9),
		quality:    int64(c.text[0]) - 1, freshness: int64(c.text[1]) - 1, slugs: next - 1,
	}, err
}

// products gives, by ordinal, the product of a post's feature vector with that
// of each candidate, in units of 1/64.
func (tx *readTx) products(ctx context.Context, own []feature, candidates set, excluded []Ref) ([]int64, error) {
	products := make([]int64, tx.size())
	for _, f := range own {
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
		if ref != NoRef {
			products[ref] = 0
		}
	}
	return products, nil
}

// norm is the squared length of a feature vector, in units of 1/64.
func norm(fs []feature) (sum int64) {
	for _, f := range fs {
		sum += f.weight * f.weight
	}
	return sum
}

// near is every post that shares a feature with one post.
type near struct {
	products []int64
	norms    *column
	own      int64   // the post's own norm
	least    float64 // what is less similar is no result
}

// each calls f for every result: its ordinal, the product of the two vectors'
// lengths, and the cosine between them.
func (n *near) each(f func(ordinal int, length, similarity float64)) {
	for ordinal, product := range n.products {
		if product == 0 {
			continue
		}
		length := math.Sqrt(float64(n.own) * float64(n.norms.int64(ordinal)))
		if s := decimals9(float64(product) / length); s > 0 && s >= n.least {
			f(ordinal, length, s)
		}
	}
}

func (n *near) count() (results int) {
	n.each(func(int, float64, float64) { results++ })
	return results
}

// shortlist gives the first results behind a rank in their order, at least
// limit of them where there are as many. Only posts that similarity alone
// cannot put behind those are looked up.
func (tx *readTx) shortlist(n *near, behind *rank, limit int) ([]rank, error) {
	most := math.Inf(1)
	if behind != nil {
		most = behind.similarity // those that tie with it are looked up, all of them
	}
	best := make(lowestFirst, 0, limit)
	n.each(func(_ int, _, s float64) {
		switch {
		case s >= most:
		case len(best) < limit:
			heap.Push(&best, s)
		case s > best[0]:
			best[0] = s
			heap.Fix(&best, 0)
		}
	})
	least := 0.0
	if len(best) == limit {
		least = best[0]
	}
	var short []rank
	n.each(func(ordinal int, length, s float64) {
		if s >= least && s <= most {
			short = append(short, rank{ref: Ref(ordinal), length: length, similarity: s})
		}
	})
	for i := range short {
		if err := tx.complete(&short[i]); err != nil {
			return nil, err
		}
	}
	if behind != nil {
		short = slices.DeleteFunc(short, func(r rank) bool { return r.compare(*behind) <= 0 })
	}
	slices.SortFunc(short, rank.compare)
	return short, nil
}

// lowestFirst is a heap of numbers.
type lowestFirst []float64

func (h lowestFirst) Len() int           { return len(h) }
func (h lowestFirst) Less(i, j int) bool { return h[i] < h[j] }
func (h lowestFirst) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *lowestFirst) Push(x any)        { *h = append(*h, x.(float64)) }
func (h *lowestFirst) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// complete looks up what ranks are ordered by where similarity ties.
func (tx *readTx) complete(r *rank) (err error) {
	if r.quality, err = tx.number(FieldQuality, r.ref, -1); err != nil {
		return err
	}
	if r.freshness, err = tx.number(FieldFreshness, r.ref, -1); err != nil {
		return err
	}
	bySlug, err := tx.column(placeColumn(FieldSlug))
	if err != nil {
		return err
	}
	r.slugs = int(bySlug.uint32(int(r.ref)))
	return nil
}

// number gives a post's value of a number field, or what stands for none.
func (tx *readTx) number(f Field, ref Ref, none int64) (int64, error) {
	seq, err := tx.sequence(Order{Field: f})
	if err != nil {
		return 0, err
	}
	values, err := tx.column(valuesColumn(f))
	if err != nil {
		return 0, err
	}
	place := seq.place.uint32(int(ref))
	if int(place) >= seq.valued {
		return none, nil
	}
	return values.int64(seq.starts.search32(0, seq.starts.len32(), place+1) - 1), nil
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
