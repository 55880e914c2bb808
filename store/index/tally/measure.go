package tally

import (
	"context"
	"encoding/binary"
	"math"
	"slices"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/order"
	"alphanode/store/index/terms"
	"alphanode/store/sets"
)

// Measured is what is known of the posts of a set that have a value.
type Measured struct {
	Posts  uint32 // how many they are
	Scored uint32 // how many of them have the score
	Key    uint64 // orders values as the statistic of the score does; at most MostKey
}

// MostKey is the most that a key of a statistic can be.
func MostKey(s store.Statistic) uint64 {
	if s == store.Mean {
		return math.Float64bits(order.MaxScore)
	}
	return order.MaxScore
}

// Measure finds, for each value of a kind, how many posts of a set have it, and of the
// score of a field a statistic of theirs; the field may be about none. It takes a step
// for each value of each post, or three for a percentile, and room for each value of
// the kind. What it gives is the counter's, until it is asked again.
func (c *Counter) Measure(ctx context.Context, s sets.Set, x *terms.Values, scores *file.Column, by store.GroupField) ([]Measured, error) {
	n := s.Count()
	x.Check(n)
	scores.CheckFor(n)
	m := measuring{Values: x, scores: scores, all: c.measures(x.Len())}
	score, statistic := by.Score()
	if score == "" && s.All() {
		x.Totals.CheckAll()
		for value := range m.all {
			m.all[value].Posts = binary.LittleEndian.Uint32(x.Totals.Data[4*value:])
		}
		return m.all, nil
	}
	m.field = slices.Index(order.ScoreFields[:], score)
	m.take = takes[statistic]
	percent := statistic.Percent()
	err := c.Each(ctx, s, func(posts []uint32) {
		m.add(posts)
		if percent > 0 {
			m.sort(posts)
		}
	})
	if err == nil && percent > 0 {
		err = m.pass(ctx, percent)
	}
	m.finish()
	return m.all, err
}

// measures gives room for so many values, all zero.
func (c *Counter) measures(n int) []Measured {
	if n > cap(c.measured) {
		c.measured = make([]Measured, n)
	}
	all := c.measured[:n]
	clear(all)
	return all
}

// measuring is the measuring of one kind.
type measuring struct {
	*terms.Values
	scores  *file.Column
	field   int // of the scores; -1 where none is measured
	take    take
	all     []Measured // by value
	byScore [order.MaxScore + 1][]uint32
}

// take is what is kept of each score, in a key.
type take uint8

const (
	takeNothing take = iota
	takeSum
	takeHighest
	takeLowest // kept as how far it is below the most
	takePassed // how many posts were passed over, and then the score
)

var takes = map[store.Statistic]take{
	store.Mean: takeSum, store.Max: takeHighest, store.Min: takeLowest, store.P50: takePassed, store.P90: takePassed, store.P99: takePassed,
}

func (m *measuring) add(posts []uint32) {
	m.Posts.CheckAt(posts, m.Width)
	m.scores.CheckAt(posts, len(order.ScoreFields))
	for _, post := range posts {
		score := m.scoreOf(post)
		for values := m.ValuesOf(m.Set(post)); len(values) > 0; values = values[4:] {
			v := &m.all[binary.LittleEndian.Uint32(values)]
			v.Posts++
			if score > order.MaxScore {
				continue
			}
			v.Scored++
			switch m.take {
			case takeSum:
				v.Key += score
			case takeHighest:
				v.Key = max(v.Key, score)
			case takeLowest:
				v.Key = max(v.Key, order.MaxScore-score)
			}
		}
	}
}

// scoreOf is the score of a post, more than the most where it has none.
func (m *measuring) scoreOf(post uint32) uint64 {
	if m.field < 0 {
		return order.NoScore
	}
	return uint64(m.scores.Data[len(order.ScoreFields)*int(post)+m.field])
}

// sort puts posts to those with the same score.
func (m *measuring) sort(posts []uint32) {
	for _, post := range posts {
		if score := m.scoreOf(post); score <= order.MaxScore {
			m.byScore[score] = append(m.byScore[score], post)
		}
	}
}

// reached marks the key of a value whose percentile is found.
const reached = 1 << 63

// pass goes over the posts by ascending score. The score at which as many posts of a
// value were passed as its percentile asks for is that (nearest rank).
func (m *measuring) pass(ctx context.Context, percent int) error {
	for score, posts := range m.byScore {
		if err := ctx.Err(); err != nil {
			return err
		}
		for _, post := range posts {
			for values := m.ValuesOf(m.Set(post)); len(values) > 0; values = values[4:] {
				v := &m.all[binary.LittleEndian.Uint32(values)]
				if v.Key >= reached {
					continue
				}
				if v.Key++; v.Key == uint64(nearestRank(percent, int(v.Scored))) {
					v.Key = reached | uint64(score)
				}
			}
		}
	}
	return nil
}

// finish turns what was kept into keys.
func (m *measuring) finish() {
	for i := range m.all {
		switch v := &m.all[i]; {
		case v.Scored == 0:
		case m.take == takeSum:
			v.Key = math.Float64bits(float64(v.Key) / float64(v.Scored))
		case m.take == takeLowest:
			v.Key = order.MaxScore - v.Key
		case m.take == takePassed:
			v.Key &^= reached
		}
	}
}
