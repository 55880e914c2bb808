package order

import (
	"slices"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/facts"
	"alphanode/store/sets"
	"alphanode/text"
)

// BuildTextOrders makes the orders by slug and by title, and writes the titles. It gives
// how many different ones there are, and lets go of those that were gathered.
func BuildTextOrders(g *facts.Gathered, bySlug []uint32, c *file.Columns, out *file.Writer) (titles int, err error) {
	c.Put(membersTerms, sets.Encode32(membersOf(g)))
	putOrder(g, store.FieldSlug, sorted{order: bySlug}, c)
	byTitle, sortedTitles := sortTitles(&g.Titles, bySlug)
	g.Titles = facts.Texts{}
	putOrder(g, store.FieldTitle, byTitle, c)
	chunks := file.TextChunks{Out: out, Bucket: file.BucketTitles}
	plain := make([]string, len(sortedTitles))
	for i, title := range sortedTitles {
		plain[i] = text.Unaccented(title)
		if err := chunks.Add(appendTitle(nil, title, plain[i])); err != nil {
			return 0, err
		}
	}
	putBeginnings(g, byTitle, plain, c)
	return len(sortedTitles), chunks.Flush()
}

// BuildNumberOrders makes the orders by numbers and dates, and the column of scores. It
// lets go of the numbers that were gathered.
func BuildNumberOrders(g *facts.Gathered, bySlug []uint32, c *file.Columns) {
	c.Put(ScoresColumn, encodeScores(g))
	for i, field := range facts.NumberFields {
		s, values := sortNumbers(g.Numbers[i], bySlug)
		putOrder(g, field.Field, s, c)
		c.Put(ValuesColumn(field.Field), sets.Encode64(values))
		g.Numbers[i] = nil
	}
}

// sorted is an ascending order of posts: those with a value first, ties and
// the rest by slug.
type sorted struct {
	order  []uint32 // place → ordinal
	starts []uint32 // group of equal values → first place; the last entry is the end
}

// putOrder puts the columns of an order: the places in it, its cuts, and the rows of terms.
func putOrder(g *facts.Gathered, f store.Field, s sorted, c *file.Columns) {
	places := make([]uint32, len(s.order))
	var hidden []uint32
	for place, ordinal := range s.order {
		places[ordinal] = uint32(place)
		if ordinal >= uint32(g.Public) {
			hidden = append(hidden, uint32(place))
		}
	}
	order, placed, starts := sets.Encode32(s.order), sets.Encode32(places), sets.Encode32(s.starts)
	c.Put(OrderColumn(f), order)
	c.Put(placeColumn(f), placed)
	c.Put(hiddenColumn(f), sets.Encode32(hidden))
	n, placeOf := len(places), sets.Uint32s(placed).At
	if s.starts == nil {
		n, placeOf = g.Public, func(ordinal int) uint32 { return uint32(ordinal) }
	} else {
		c.Put(StartsColumn(f), starts)
		c.PutLate(cutsColumn(f), func() ([]byte, error) { return cutOrder(sets.Uint32s(order), sets.Uint32s(starts)) })
	}
	if slices.Contains(membersFields, f) {
		c.PutLate(membersColumn(f), func() ([]byte, error) { return PlaceMembers(g, membersOf(g), n, placeOf), nil })
	}
}

// sortNumbers sorts the posts by a number, and gives the number of each group.
func sortNumbers(numbers []int64, bySlug []uint32) (s sorted, values []int64) {
	least := int64(facts.Absent)
	for _, n := range numbers {
		if n != facts.Absent && (least == facts.Absent || n < least) {
			least = n
		}
	}
	var without []uint32
	keys := make([]uint64, 0, len(bySlug))
	s.order = make([]uint32, 0, len(bySlug))
	for _, ordinal := range bySlug {
		if n := numbers[ordinal]; n != facts.Absent {
			keys, s.order = append(keys, uint64(n)-uint64(least)), append(s.order, ordinal)
		} else {
			without = append(without, ordinal)
		}
	}
	sets.SortByKey(keys, s.order)
	for place, key := range keys {
		if place == 0 || key != keys[place-1] {
			s.starts = append(s.starts, uint32(place))
			values = append(values, int64(key+uint64(least)))
		}
	}
	s.starts = append(s.starts, uint32(len(keys)))
	s.order = append(s.order, without...)
	return s, values
}

// encodeScores makes the column of scores. What is no score is not stored as one.
func encodeScores(g *facts.Gathered) []byte {
	scores := make([]byte, 0, len(ScoreFields)*g.Posts)
	var fields [len(ScoreFields)][]int64
	for i, field := range ScoreFields {
		fields[i] = g.NumbersOf(field)
	}
	for ordinal := range g.Posts {
		for _, numbers := range fields {
			score := byte(NoScore)
			if n := numbers[ordinal]; n >= 0 && n <= MaxScore {
				score = byte(n)
			}
			scores = append(scores, score)
		}
	}
	return scores
}
