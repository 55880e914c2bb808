package fulltext

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"math/bits"
	"strings"
	"sync"
	"sync/atomic"

	"alphanode/store"
	"alphanode/store/cursor"
	"alphanode/store/file"
	"alphanode/store/index/order"
	"alphanode/store/posts"
	"alphanode/store/sets"
	"alphanode/text"
)

// Among is the posts among which a text is searched for. They are found when
// they are needed.
type Among interface {
	Know(ctx context.Context) error // what they are; nothing else is asked before
	Price() (nanos, most int)       // to find them, and at most how many they are
	Posts() sets.Set
}

// Index is the words of a release, and what it remembers of them.
type Index struct {
	posts  *posts.Records
	orders *order.Orders

	seed     maphash.Seed
	lists    [1024]atomic.Pointer[list]      // by word; what shares a place takes it
	searches [16]atomic.Pointer[knownSearch] // what was found last, likewise
	room     sync.Pool                       // of *searchRoom
}

// Open gives the index of a release whose posts and orders these are. It reads nothing yet.
func Open(posts *posts.Records, orders *order.Orders) *Index {
	return &Index{posts: posts, orders: orders, seed: maphash.MakeSeed()}
}

// Forget has everything looked up again.
func (x *Index) Forget() {
	file.ForgetAll(x.lists[:])
	x.ForgetFound()
}

// ForgetFound has every text searched for anew.
func (x *Index) ForgetFound() { file.ForgetAll(x.searches[:]) }

// BlocksRead counts the blocks of lists of words that were read, but for the first of
// each, which says how long it is. It is for who holds what a search reads against
// what it costs.
func (x *Index) BlocksRead() (blocks int) {
	for i := range x.lists {
		l := x.lists[i].Load()
		if l == nil || l.form == listShort { // which is read when it is opened
			continue
		}
		for j := range l.data.Good {
			good := l.data.Good[j].Load()
			if j == 0 {
				good &^= 1
			}
			blocks += bits.OnesCount32(good)
		}
	}
	return blocks
}

// Search gives a page of the posts, of some, that a text finds: the best first.
func (x *Index) Search(ctx context.Context, tx *file.Tx, q store.SearchQuery, among Among) (*store.SearchPage, error) {
	if err := (store.Window{First: &q.First}).Check(); err != nil {
		return nil, err
	}
	query, err := ParseSearch("query", q.Search)
	if err != nil {
		return nil, err
	}
	asked := cursor.Question(nil).Search(q.Search, q.Correct, q.Filter).Hash()
	var after *cursor.Cursor
	if q.After != "" {
		if after, err = parseFound(q.After, asked); err != nil {
			return nil, err
		}
	}
	if err := among.Know(ctx); err != nil {
		return nil, err
	}
	page := &store.SearchPage{}
	if q.Suggest || q.Correct {
		all, err := x.lookout(ctx, tx).missed(query, q.Search)
		if err != nil {
			return nil, err
		}
		if q.Suggest {
			page.Suggestions = suggestionsOf(all)
		}
		if page.Meant = meantBy(q.Text, query, all); q.Correct && page.Meant != "" {
			page.Corrected = &store.Corrected{From: q.Text, To: page.Meant}
			q.Text = page.Meant
			if query, err = ParseSearch("query", q.Search); err != nil {
				return nil, err
			}
		}
	}
	room, ok := x.room.Get().(*searchRoom)
	if !ok {
		room = &searchRoom{}
	}
	search, err := x.newTextSearch(ctx, tx, "query", query, q.Search, room)
	if err != nil {
		return nil, err
	}
	page.Match = search.matched
	selecting, most := among.Price()
	if err := search.pay(priceOfSearch(q)+selecting, most, true); err != nil {
		return nil, err
	}
	if page.Total, err = search.run(among.Posts()); err != nil {
		return nil, err
	}
	best, err := search.best(q.First+1, after)
	if err != nil {
		return nil, err
	}
	page.HasNext = len(best) > q.First
	best = best[:min(q.First, len(best))]
	page.Hits = make([]store.SearchHit, len(best))
	for i, found := range best {
		page.Hits[i] = store.SearchHit{Ref: store.Ref(found.ordinal), Score: found.measure()}
		if !q.Cursors.Of(i, len(best)) {
			continue
		}
		slug, err := x.posts.Slug(tx, store.Ref(found.ordinal))
		if err != nil {
			return nil, err
		}
		page.Hits[i].Cursor = found.cursor(asked, slug).String()
	}
	x.room.Put(room)
	return page, nil
}

// priceOfSearch is what a page costs whatever is found.
func priceOfSearch(q store.SearchQuery) int {
	return file.PriceOfRead + (file.PriceOfPlaceInList+file.PriceOfRow)*q.First
}

// ParseSearch reads a text to search for, in the argument of this name.
func ParseSearch(argument string, s store.Search) (text.Query, error) {
	typed := s.Text
	if len(typed) > store.MaxSearch {
		return text.Query{}, &store.ArgumentError{Name: argument, Found: fmt.Sprintf("%d bytes", len(typed)), Expected: fmt.Sprintf("at most %d bytes", store.MaxSearch)}
	}
	query, err := text.Parse(typed)
	tooMany := (*text.TooManyWordsError)(nil)
	switch {
	case errors.As(err, &tooMany):
		return query, &store.ArgumentError{Name: argument, Found: fmt.Sprintf("%d words", tooMany.Words), Expected: fmt.Sprintf("at most %d words", text.MaxWords)}
	case errors.Is(err, text.ErrNoWords):
		return query, &store.WordlessError{Argument: &store.ArgumentError{Name: argument, Found: fmt.Sprintf("%.40q", typed), Expected: "at least one word that is to be found"}}
	}
	return query, err
}

// knownSearch is what a text finds, as a release remembers it: a filter is asked
// again and again, for a list, its facets and its pages.
type knownSearch struct {
	view  store.View
	typed store.Search
	words int // units that were paid to find its words
	run   int // nanoseconds to find its posts
	along int // units that were paid while they were found
	count int // at most of its posts
	posts sets.Set
}

// Found is what a text finds among all posts of the view: what that costs, at most
// how many posts it is, and the posts.
type Found struct {
	Cost  int // to find them, in nanoseconds
	Count int
	Posts func() (sets.Set, error)
}

// Finds reads a text to search for, in the argument of this name, and pays for its
// words. What is remembered costs what it did.
func (x *Index) Finds(ctx context.Context, tx *file.Tx, argument string, typed store.Search) (*Found, error) {
	slot := &x.searches[maphash.Comparable(x.seed, typed)%uint64(len(x.searches))]
	if known := slot.Load(); known != nil && known.view == tx.View && known.typed == typed {
		found := &Found{known.run, known.count, func() (sets.Set, error) { return known.posts, nil }}
		return found, tx.Pay(ctx, (known.words+known.along)*file.Unit)
	}
	query, err := ParseSearch(argument, typed)
	if err != nil {
		return nil, err
	}
	before := tx.Paid
	search, err := x.newTextSearch(ctx, tx, argument, query, typed, &searchRoom{})
	if err != nil {
		return nil, err
	}
	typed.Text, typed.Language = strings.Clone(typed.Text), strings.Clone(typed.Language)
	known := &knownSearch{view: tx.View, typed: typed, words: tx.Paid - before, count: search.most(search.size)}
	known.run = search.priceOfRun(search.size)
	find := func() (sets.Set, error) {
		search.prepaid(search.size, false)
		before := tx.Paid
		if _, err := search.run(sets.Everything(tx.Size())); err != nil {
			return sets.Set{}, err
		}
		known.along, known.posts = tx.Paid-before, search.found()
		slot.Store(known)
		return known.posts, nil
	}
	return &Found{known.run, known.count, find}, search.afford(known.run)
}

// cursor of a post that was found holds its score and what breaks ties.
func (r ranked) cursor(asked uint64, slug string) cursor.Cursor {
	quality, freshness := order.ScoresOfRank(r.rank)
	return cursor.Cursor{
		Question: asked, Number: int64(r.score), Text: string([]byte{byte(quality + 1), byte(freshness + 1)}), Slug: slug,
	}
}

// parseFound reads the cursor of a post that was found.
func parseFound(after string, asked uint64) (*cursor.Cursor, error) {
	c, err := cursor.Parse("after", after, asked)
	if err != nil {
		return nil, err
	}
	if c.Absent || len(c.Text) != 2 || c.Number < 0 || c.Number > int64(^uint32(0)) {
		return nil, &store.ArgumentError{Name: "after", Found: "a cursor of another kind of list", Expected: "a cursor from an earlier answer"}
	}
	return &c, nil
}

// behind gives the place of the first post behind a cursor: behind its post, where
// that is found still, else behind where it stood. In another release every score
// can be another, so that what a cursor holds is but a guess.
func (s *search) behind(c *cursor.Cursor, ranks *order.Ranks, wanted []wantedClause) (*ranked, error) {
	refs, err := posts.Lookup(s.tx, []string{c.Slug})
	if err != nil {
		return nil, err
	}
	if ordinal := int(refs[0]); refs[0] != store.NoRef && s.room.posts.Contains(ordinal) {
		place := &ranked{rank: ranks.Of(uint32(ordinal)) + 1}
		s.scoreSpan(ordinal/sets.SpanPlaces, wanted, 0, func(of int, score uint32) {
			if of == ordinal {
				place.score = score
			}
		})
		return place, nil
	}
	next, err := s.index.orders.PlaceOfSlug(s.tx, []byte(c.Slug+"\x00"))
	return &ranked{score: uint32(c.Number), rank: order.Rank(int64(c.Text[0])-1, int64(c.Text[1])-1, next)}, err
}

// measure is the score as it is sent.
func (r ranked) measure() float64 {
	return store.Decimals9(float64(r.score) / (impactOne * wordWeights))
}
