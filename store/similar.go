package store

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
)

// maxExclude bounds how many posts can be left out of an answer by name.
const maxExclude = 100

// similar finds the posts most similar to a post. The answer is that of a
// comparison with every post.
func (tx *readTx) similar(ctx context.Context, to Ref, q SimilarQuery) (*SimilarPage, error) {
	if to == NoRef || uint32(to) >= tx.size() {
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
	index, err := tx.similarIndex()
	if err != nil {
		return nil, err
	}
	vector := index.vectorOf(to)
	s := &similarSearch{
		index: index, own: index.dimensions(index.featuresOf(vector)), norm: float64(index.norm(vector)),
		limit: q.First + 1, least: q.MinSimilarity,
	}
	if q.After != "" {
		if s.behind, err = tx.parseRank(q.After, question); err != nil {
			return nil, err
		}
	}
	if s.posts.candidates, err = tx.match(ctx, q.Filter); err != nil {
		return nil, err
	}
	if s.posts.excluded, err = tx.excluded(to, q.Exclude); err != nil {
		return nil, err
	}
	page := &SimilarPage{}
	if s.norm == 0 {
		return page, nil // no features, or none that tell anything
	}
	if page.Total, err = tx.search(ctx, s, vector); err != nil {
		return nil, err
	}
	page.HasNext = len(s.results) > q.First
	results := s.results[:min(q.First, len(s.results))]
	if page.Hits, err = tx.hits(s, results); err != nil {
		return nil, err
	}
	for i, r := range results {
		if q.Cursors.of(i, len(results)) {
			slug, err := tx.slugOf(r.ref)
			if err != nil {
				return nil, err
			}
			page.Hits[i].Cursor = r.cursor(question, slug).String()
		}
	}
	return page, nil
}

// excluded are the posts that are no result: the one that others are compared
// with, and those named.
func (tx *readTx) excluded(to Ref, slugs []string) ([]Ref, error) {
	refs, err := tx.lookup(slugs)
	if err != nil {
		return nil, err
	}
	refs = slices.DeleteFunc(append(refs, to), func(r Ref) bool { return r == NoRef })
	slices.Sort(refs)
	return slices.Compact(refs), nil
}

// fewPosts is up to how many posts a filter may leave, of so many vectors, for
// a comparison with each of them to be less work than a search.
func fewPosts(vectors int) int { return 32 + vectors/128 }

// search finds the results and gives how many there are in all.
func (tx *readTx) search(ctx context.Context, s *similarSearch, vector int) (total int, err error) {
	candidates := s.posts.candidates
	if !candidates.all() && candidates.count() <= fewPosts(s.index.vectors) {
		s.counting = true
		s.compareAll(candidates.members.ToArray())
		return s.count, nil
	}
	if s.least > 0 {
		s.counting = true
	} else if total, err = tx.countSimilar(s, vector); err != nil {
		return 0, err
	}
	var ok bool
	if s.room, ok = tx.release.similarRoom.Get().(*similarRoom); !ok {
		s.room = &similarRoom{}
	}
	if err := s.run(ctx, vector); err != nil {
		return 0, err
	}
	tx.release.similarRoom.Put(s.room) // not after a fault, which leaves products behind
	if s.counting {
		total = s.count
	}
	return total, nil
}

// countSimilar counts the posts that have any of the own features.
func (tx *readTx) countSimilar(s *similarSearch, vector int) (int, error) {
	if s.posts.candidates.all() {
		total := s.index.sharing(vector, s.own)
		for _, ref := range s.posts.excluded {
			if s.index.similarTo(s.own, ref) {
				total--
			}
		}
		return total, nil
	}
	var having []*roaring.Bitmap
	for _, d := range s.own {
		if d.implied {
			continue
		}
		posts, err := tx.postings(bucketPostings, ordinalKey(uint32(d.id)))
		if err != nil {
			return 0, err
		}
		having = append(having, posts.members)
	}
	union, candidates := roaring.FastOr(having...), s.posts.candidates.members
	total := int(union.AndCardinality(candidates))
	for _, ref := range s.posts.excluded {
		if candidates.Contains(uint32(ref)) && union.Contains(uint32(ref)) {
			total--
		}
	}
	return total, nil
}

func (tx *readTx) slugOf(ref Ref) (string, error) {
	_, card, err := tx.cardRecord(ref)
	if err != nil {
		return "", err
	}
	return cardSlug(card)
}

// cursor of a result holds the similarity in units of 10⁻⁹ and the scores.
func (r similarResult) cursor(question uint64, slug string) cursor {
	quality, freshness := scoresOfRank(r.rank)
	return cursor{
		question: question, number: int64(math.Round(r.similarity * 1e9)),
		text: string([]byte{byte(quality + 1), byte(freshness + 1)}), slug: slug,
	}
}

// parseRank gives the place of the first result behind a cursor.
func (tx *readTx) parseRank(after string, question uint64) (*similarResult, error) {
	c, err := parseCursor("after", after, question)
	if err != nil {
		return nil, err
	}
	if c.absent || len(c.text) != 2 {
		return nil, &ArgumentError{"after", "a cursor of another kind of list", "a cursor from an earlier answer"}
	}
	// The cursor's own post, where it is still there, is not behind it.
	next, err := tx.slugPlace([]byte(c.slug + "\x00"))
	return &similarResult{
		similarity: decimals9(float64(c.number) / 1e9),
		rank:       similarRank(int64(c.text[0])-1, int64(c.text[1])-1, next),
	}, err
}

// hits gives the results as they are sent, each with its reasons.
func (tx *readTx) hits(s *similarSearch, results []similarResult) ([]SimilarHit, error) {
	named, err := tx.named(s.own)
	if err != nil {
		return nil, err
	}
	hits := make([]SimilarHit, len(results))
	shared := make([]SharedFeature, 0, len(named)*len(results))
	for i, r := range results {
		vector := s.index.vectorOf(r.ref)
		features, length, first := s.index.featuresOf(vector), s.length(vector), len(shared)
		for _, f := range named {
			if features.has(uint32(f.id)) {
				f.Contribution = decimals9(float64(f.square) / length)
				shared = append(shared, f.SharedFeature)
			}
		}
		hits[i] = SimilarHit{Ref: r.ref, Similarity: r.similarity, Shared: shared[first:len(shared):len(shared)]}
	}
	return hits, nil
}

// namedFeature is a feature as an answer shows it.
type namedFeature struct {
	SharedFeature
	id     TermID
	square uint32
}

// named gives features by name: those that weigh most first.
func (tx *readTx) named(own []dimension) ([]namedFeature, error) {
	named := make([]namedFeature, len(own))
	for i, d := range own {
		f := namedFeature{id: d.id, square: d.square}
		payload, err := tx.must(bucketTerms, ordinalKey(uint32(d.id)))
		if err != nil {
			return nil, err
		}
		if f.Kind, f.Name, f.Type, err = readTermName(payload, tx.view); err != nil {
			return nil, err
		}
		named[i] = f
	}
	slices.SortFunc(named, func(a, b namedFeature) int {
		return cmp.Or(cmp.Compare(b.square, a.square), strings.Compare(string(a.Kind), string(b.Kind)),
			strings.Compare(a.Name, b.Name), strings.Compare(a.Type, b.Type))
	})
	return named, nil
}
