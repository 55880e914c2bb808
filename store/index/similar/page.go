package similar

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"alphanode/store"
	"alphanode/store/cursor"
	"alphanode/store/file"
	"alphanode/store/index/order"
	"alphanode/store/index/terms"
	"alphanode/store/posts"
	"alphanode/store/sets"
)

// Index is how similar posts of a release are found, and what is remembered of
// them.
type Index struct {
	posts  *posts.Records
	orders *order.Orders
	terms  *terms.Index

	views [2]atomic.Pointer[vectors] // by View; nil until it is used
	room  sync.Pool                  // of *similarRoom
}

// Open gives the index of a release whose posts, orders and terms these are. It reads
// nothing yet.
func Open(posts *posts.Records, orders *order.Orders, terms *terms.Index) *Index {
	return &Index{posts: posts, orders: orders, terms: terms}
}

// Forget has the index put together anew.
func (p *Index) Forget() { file.ForgetAll(p.views[:]) }

// ForgetFound has the posts of every vector counted anew.
func (p *Index) ForgetFound() {
	for i := range p.views {
		if x := p.views[i].Load(); x != nil {
			file.ForgetAll(x.totals)
		}
	}
}

// Among is the posts among which similar ones are looked for. They are found when they
// are needed.
type Among interface {
	Know(ctx context.Context) error // what they are; nothing else is asked before
	Price() (nanos, most int)       // to find them, and at most how many they are
	Posts() sets.Set
}

// ToPost finds the posts most similar to a post. The answer is that of a
// comparison with every post.
func (p *Index) ToPost(ctx context.Context, tx *file.Tx, to store.Ref, q store.SimilarQuery, among Among) (*store.SimilarPage, error) {
	if to == store.NoRef || uint32(to) >= tx.Size() {
		return nil, fmt.Errorf("similar posts: %w", store.ErrNotFound)
	}
	if err := q.Check(); err != nil {
		return nil, err
	}
	return p.search(ctx, tx, q, among, func(x *vectors, room *similarRoom) (*search, int) {
		room.excluded = append(room.excluded, to)
		vector := x.vectorOf(to)
		s := x.newSearch(room, x.featuresOf(vector))
		s.whole = true
		return s, vector
	}, func() (uint64, error) {
		slug, err := p.posts.Slug(tx, to)
		return similarAsked(&q, cursor.Question(nil).Text("similar").Text(slug)).Hash(), err
	})
}

// postsOf gives how many posts of the view have features, in all.
func (p *Index) postsOf(tx *file.Tx, own []dimension) (sum int, err error) {
	ids := make([]store.TermID, len(own))
	for i, d := range own {
		ids[i] = d.id
	}
	terms, err := p.terms.Terms(tx, ids)
	for _, t := range terms {
		sum += t.PostCount
	}
	return sum, err
}

// priceOfSimilar is what it costs to find similar posts, of so many that match the filter in a
// view of this size: to go over the lists of all features in common, which have so
// many posts together, once for the total and once for the posts.
func priceOfSimilar(q *store.SimilarQuery, size, features, lists, matching int) int {
	passes := 1
	if q.Filter != nil || q.MinSimilarity > 0 {
		passes++
	}
	nanos := file.PriceOfRead + q.First*(file.PriceOfRow+file.PriceOfHit) + features*file.PriceOfBucket + len(q.Exclude)*file.PriceOfLookup +
		passes*(sets.WordsFor(size)*file.PriceOfMember+lists*file.PriceOfListed)
	if q.Filter != nil {
		nanos += matching*file.PriceOfMember + fewPosts(size)*file.PriceOfVector
	}
	if q.Diversity > 0 {
		picks := q.First
		if q.After != "" {
			picks = mostDiverse
		}
		nanos += mostSets*file.PriceOfVector + picks*mostSets*file.PriceOfDiscount
	}
	return nanos
}

// similarAsked adds a query to what posts are compared with.
func similarAsked(q *store.SimilarQuery, to cursor.Question) cursor.Question {
	return to.Number(int64(math.Float64bits(q.MinSimilarity))).Number(int64(math.Float64bits(q.Diversity))).
		Filter(q.Filter).Texts(q.Exclude)
}

// search answers a query. What begins the search gives the number of the own
// vector too, or -1. The hash of the question is made only where a cursor needs
// it.
func (p *Index) search(
	ctx context.Context, tx *file.Tx, q store.SimilarQuery, among Among, begin func(*vectors, *similarRoom) (*search, int), hash func() (uint64, error),
) (*store.SimilarPage, error) {
	index, err := p.similarIndex(tx)
	if err != nil {
		return nil, err
	}
	room, ok := p.room.Get().(*similarRoom)
	if !ok {
		room = &similarRoom{}
	}
	room.excluded = room.excluded[:0]
	s, vector := begin(index, room)
	page, err := p.similarPage(ctx, tx, s, vector, q, among, hash)
	if err != nil {
		return nil, err
	}
	p.room.Put(room) // not after a fault, which leaves products behind
	return page, nil
}

func (p *Index) similarPage(ctx context.Context, tx *file.Tx, s *search, vector int, q store.SimilarQuery, among Among, hash func() (uint64, error)) (*store.SimilarPage, error) {
	var question uint64
	var after *cursor.Cursor
	var err error
	if q.After != "" {
		if question, err = hash(); err != nil {
			return nil, err
		}
		if after, err = parseSimilarCursor(q.After, question, q.Diversity > 0); err != nil {
			return nil, err
		}
	}
	lists, err := p.postsOf(tx, s.own)
	if err != nil {
		return nil, err
	}
	if err := among.Know(ctx); err != nil {
		return nil, err
	}
	finding, most := among.Price()
	if err := tx.Pay(ctx, finding+priceOfSimilar(&q, int(tx.Size()), len(s.own), lists, most)); err != nil {
		return nil, err
	}
	s.posts.candidates = among.Posts()
	if s.posts.excluded, err = p.excluded(tx, s.room.excluded, q.Exclude); err != nil {
		return nil, err
	}
	s.least = q.MinSimilarity
	page := &store.SimilarPage{}
	if s.norm == 0 {
		return page, nil // no features, or none that tell anything
	}
	var part part
	if q.Diversity > 0 {
		part, err = p.diverse(ctx, tx, s, vector, q, after)
	} else {
		part, err = p.mostSimilar(ctx, tx, s, vector, q, after)
	}
	if err != nil {
		return nil, err
	}
	page.Total, page.HasNext = part.total, part.hasNext
	if page.Hits, err = p.hits(tx, s, part.results); err != nil {
		return nil, err
	}
	for i, r := range part.results {
		if !q.Cursors.Of(i, len(part.results)) {
			continue
		}
		if question == 0 {
			if question, err = hash(); err != nil {
				return nil, err
			}
		}
		slug, err := p.posts.Slug(tx, r.ref)
		if err != nil {
			return nil, err
		}
		c := r.cursor()
		if q.Diversity > 0 {
			c = cursor.Cursor{Number: int64(part.start + i)}
		}
		c.Question, c.Slug = question, slug
		page.Hits[i].Cursor = c.String()
	}
	return page, nil
}

// part is the part of a list that a page shows.
type part struct {
	results []result
	start   int // its place in the list, where that is known
	total   int // of the list
	hasNext bool
}

// mostSimilar finds a part of the plain list: most similar first.
func (p *Index) mostSimilar(ctx context.Context, tx *file.Tx, s *search, vector int, q store.SimilarQuery, after *cursor.Cursor) (part part, err error) {
	if after != nil {
		if s.behind, err = p.behind(tx, s, after); err != nil {
			return part, err
		}
	}
	s.limit = q.First + 1
	if part.total, err = s.run(ctx, vector); err != nil {
		return part, err
	}
	s.room.results = s.results
	part.hasNext = len(s.results) > q.First
	part.results = s.results[:min(q.First, len(s.results))]
	return part, nil
}

// excluded adds to posts that are no result those named by slug.
func (p *Index) excluded(tx *file.Tx, refs []store.Ref, slugs []string) ([]store.Ref, error) {
	if len(slugs) == 0 {
		return refs, nil
	}
	named, err := posts.Lookup(tx, slugs)
	if err != nil {
		return nil, err
	}
	refs = slices.DeleteFunc(append(refs, named...), func(r store.Ref) bool { return r == store.NoRef })
	slices.Sort(refs)
	return slices.Compact(refs), nil
}

// cursor of a result in the plain list holds the similarity in units of 10⁻⁹ and
// the scores. That of a diverse list holds the position instead.
func (r result) cursor() cursor.Cursor {
	quality, freshness := order.ScoresOfRank(r.rank)
	return cursor.Cursor{Number: int64(math.Round(r.similarity * 1e9)), Text: string([]byte{byte(quality + 1), byte(freshness + 1)})}
}

// parseSimilarCursor reads the cursor of a plain or a diverse list.
func parseSimilarCursor(after string, question uint64, diverse bool) (*cursor.Cursor, error) {
	c, err := cursor.Parse("after", after, question)
	if err != nil {
		return nil, err
	}
	right := len(c.Text) == 2
	if diverse {
		right = c.Text == "" && c.Number >= 0 && c.Number < mostDiverse
	}
	if c.Absent || !right {
		return nil, &store.ArgumentError{Name: "after", Found: "a cursor of another kind of list", Expected: "a cursor from an earlier answer"}
	}
	return &c, nil
}

// behind gives the place of the first result behind a cursor: behind its post,
// where that is a result still, else behind where it stood. In another release
// every similarity can be another, so that what a cursor holds is but a guess.
func (p *Index) behind(tx *file.Tx, s *search, c *cursor.Cursor) (*result, error) {
	refs, err := posts.Lookup(tx, []string{c.Slug})
	if err != nil {
		return nil, err
	}
	if ref := refs[0]; ref != store.NoRef && s.posts.candidates.Contains(uint32(ref)) && !slices.Contains(s.posts.excluded, ref) {
		vector := s.index.vectorOf(ref)
		product, norm := s.table.product(s.index.featuresOf(vector)), s.index.norm(vector)
		if s.enough(product, norm) {
			return &result{similarity: similarity(product, s.norm*float64(norm)), rank: s.index.order.Of(uint32(ref)) + 1}, nil
		}
	}
	next, err := p.orders.PlaceOfSlug(tx, []byte(c.Slug+"\x00"))
	return &result{
		similarity: store.Decimals9(float64(c.Number) / 1e9),
		rank:       order.Rank(int64(c.Text[0])-1, int64(c.Text[1])-1, next),
	}, err
}
