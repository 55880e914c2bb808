package store

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// A tally is what is known of a group of posts without looking at one of them:
// for each kind the commonest terms and how many there are, and the histogram
// of each score. A release holds the tallies of the groups that questions are
// asked about most: all posts, those that have a term, those with a flag set or
// not, those with at least or at most some number. With them such a question
// costs the same in an archive of any size.
type tally struct {
	kinds  []byte // for each of Kinds its counts
	scores []byte
}

// A group must have so many posts to be given a tally: fewer are counted as
// quickly. Ranges, of which an archive of any size has many, are tallied for
// the public alone, and by fields of few different values.
const (
	tallyLeast      = 1024
	tallyLeastRange = 16 << 10
	tallyMostValues = 128
)

// group names a group of posts that may have a tally; "" where a question is
// about no such group.
type group string

const groupAll group = "all"

func groupOfTerm(id TermID) group { return group("term\x00" + string(ordinalKey(uint32(id)))) }

func groupOfFlag(name string, set bool) group {
	return group("flag\x00" + name + "\x00" + string(flagByte(set)))
}

// groupFrom is of the posts whose number is at least this, one that some post
// has; groupTo of those whose number is at most this.
func groupFrom(f Field, n int64) group { return groupOfRange(f, "from", n) }
func groupTo(f Field, n int64) group   { return groupOfRange(f, "to", n) }

func groupOfRange(f Field, end string, n int64) group {
	return group("range\x00" + string(f) + "\x00" + end + "\x00" + strconv.FormatInt(n, 10))
}

func tallyKey(v View, g group) []byte { return []byte(v.name() + "\x00" + string(g)) }

// groupOf gives the group that a filter means.
func (tx *readTx) groupOf(f *Filter) (group, error) {
	if f == nil {
		return groupAll, nil
	}
	// A filter can mean a group only where it is one condition and nothing else.
	if len(f.And) > 0 || f.Or != nil || f.Not != nil || f.Slug != nil || f.Title != nil || f.Reference != nil ||
		f.Topic != nil && f.Topic.Contains != nil {
		return "", nil
	}
	conditions := 0
	g := groupAll
	for _, c := range f.flagConditions() {
		if c.want != nil {
			conditions++
			g = groupOfFlag(c.name, *c.want)
		}
	}
	for _, c := range f.rangeConditions() {
		if !c.given {
			continue
		}
		var err error
		if g, err = tx.groupOfValues(c); err != nil {
			return "", err
		}
		conditions++
	}
	for _, c := range f.termConditions() {
		if c.filter == nil {
			continue
		}
		value, n := c.filter.only()
		if conditions += n; n != 1 || conditions != 1 {
			continue
		}
		ids, err := tx.resolve(c.kind, value)
		if err != nil {
			return "", err
		}
		if ids = slices.Compact(ids); len(ids) != 1 {
			return "", nil
		}
		g = groupOfTerm(ids[0])
	}
	if conditions > 1 {
		return "", nil
	}
	return g, nil
}

// groupOfValues gives the group that a range means where one of its ends is
// open.
func (tx *readTx) groupOfValues(c rangeCondition) (group, error) {
	values, err := tx.column(valuesColumn(c.field))
	if err != nil {
		return "", err
	}
	n := len(values.data) / 8
	first, end := values.search64(c.low), n
	if c.high < math.MaxInt64 {
		end = values.search64(c.high + 1)
	}
	switch {
	case first >= end:
		return "", nil
	case end == n:
		return groupFrom(c.field, values.int64(first)), nil
	case first == 0:
		return groupTo(c.field, values.int64(end-1)), nil
	default:
		return "", nil
	}
}

// only gives the term that a condition asks for, where it asks for one, and
// otherwise says that it asks for none or for several.
func (f *TermFilter) only() (value string, conditions int) {
	if f.Eq != nil {
		value, conditions = *f.Eq, 1
	}
	for _, list := range [][]string{f.In, f.All} {
		conditions += len(list)
		if len(list) == 1 {
			value = list[0]
		}
	}
	if f.In != nil && len(f.In) == 0 || len(f.None) > 0 {
		conditions = 2 // not the posts of one term
	}
	return value, conditions
}

// tally reads the tally of a group, nil where it has none.
func (tx *readTx) tally(g group) (*tally, error) {
	if g == "" {
		return nil, nil
	}
	payload, err := tx.get(bucketTallies, tallyKey(tx.view, g))
	if err != nil || payload == nil {
		return nil, err
	}
	kinds, scores, ok := readPart(payload)
	if !ok {
		return nil, fmt.Errorf("%w: tally: %w", ErrCorrupt, errRecord)
	}
	return &tally{kinds, scores}, nil
}

// readPart cuts off a part that begins with its length.
func readPart(b []byte) (part, rest []byte, ok bool) {
	n, used := binary.Uvarint(b)
	if used <= 0 || n > uint64(len(b)-used) {
		return nil, nil, false
	}
	b = b[used:]
	return b[:n], b[n:], true
}

func appendPart(dst, part []byte) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(part))), part...)
}

// appendTally lays out what was counted of each of Kinds, and the histograms.
func appendTally(dst []byte, all []counted, h *histograms) []byte {
	var kinds, counts []byte
	for _, c := range all {
		counts = binary.AppendUvarint(counts[:0], uint64(c.distinct))
		for _, best := range c.best {
			counts = binary.AppendUvarint(counts, uint64(best.term))
			counts = binary.AppendUvarint(counts, uint64(best.posts))
		}
		kinds = appendPart(kinds, counts)
	}
	return h.append(appendPart(dst, kinds))
}

// counted gives what the tally holds of some kinds.
func (t *tally) counted(kinds []Kind, limit int) ([]counted, error) {
	all := make([]counted, len(kinds))
	rest := t.kinds
	for _, kind := range Kinds {
		part, behind, ok := readPart(rest)
		if !ok {
			return nil, fmt.Errorf("%w: tally: %w", ErrCorrupt, errRecord)
		}
		rest = behind
		if i := slices.Index(kinds, kind); i >= 0 {
			all[i].read(part, limit)
		}
	}
	return all, nil
}

func (c *counted) read(b []byte, limit int) {
	next := func() uint64 {
		n, used := binary.Uvarint(b)
		b = b[max(used, 0):]
		return n
	}
	c.distinct = int(next())
	for len(b) > 0 && len(c.best) < limit {
		c.best = append(c.best, termCount{TermID(next()), uint32(next())})
	}
}
