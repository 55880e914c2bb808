package tally

import (
	"encoding/binary"
	"fmt"
	"slices"

	"alphanode/store"
	"alphanode/store/file"
)

// A tally is what is known of a group of posts without looking at one of them:
// for each kind the commonest terms and how many there are, and the histogram
// of each score. A release holds the tallies of the groups that questions are
// asked about most: all posts, those that have a term or two, those with a flag
// set or not, those with at least or at most some number, those with a term and
// at least some score. With them such a question costs the same in an archive of
// any size.
type tally struct {
	kinds  []byte // for each of Kinds its counts
	scores []byte
}

// A group must have so many posts to be given a tally: fewer are counted as
// quickly. Of ranges and of pairs of conditions an archive of any size has many:
// they are tallied for the public alone, and ranges by fields of few different
// values.
const (
	tallyLeast      = 1024
	tallyLeastMany  = 16 << 10 // of ranges and pairs
	tallyMostValues = 128
)

func tallyKey(v store.View, g Group) []byte { return []byte(v.Name() + "\x00" + string(g)) }

// Read reads the tally of a group, nil where it has none.
func Read(tx *file.Tx, g Group) (*tally, error) {
	if g == "" {
		return nil, nil
	}
	payload, err := tx.Get(file.BucketTallies, tallyKey(tx.View, g))
	if err != nil || payload == nil {
		return nil, err
	}
	kinds, scores, ok := file.CutText(payload)
	if !ok {
		return nil, fmt.Errorf("%w: tally: %w", store.ErrCorrupt, file.ErrRecord)
	}
	return &tally{kinds, scores}, nil
}

// appendTally lays out what was counted of each of Kinds, and the histograms.
func appendTally(dst []byte, all []Counted, h *Histograms) []byte {
	var kinds, counts []byte
	for _, c := range all {
		counts = binary.AppendUvarint(counts[:0], uint64(c.Distinct))
		for _, best := range c.Best {
			counts = binary.AppendUvarint(counts, uint64(best.Term))
			counts = binary.AppendUvarint(counts, uint64(best.Posts))
		}
		kinds = file.AppendText(kinds, counts)
	}
	return h.append(file.AppendText(dst, kinds))
}

// Counted gives what the tally holds of some kinds.
func (t *tally) Counted(kinds []store.Kind, limit int) ([]Counted, error) {
	all := make([]Counted, len(kinds))
	rest := t.kinds
	for _, kind := range store.Kinds {
		part, behind, ok := file.CutText(rest)
		if !ok {
			return nil, fmt.Errorf("%w: tally: %w", store.ErrCorrupt, file.ErrRecord)
		}
		rest = behind
		if i := slices.Index(kinds, kind); i >= 0 {
			all[i].read(part, limit)
		}
	}
	return all, nil
}

func (c *Counted) read(b []byte, limit int) {
	next := func() uint64 {
		n, used := binary.Uvarint(b)
		b = b[max(used, 0):]
		return n
	}
	c.Distinct = int(next())
	for len(b) > 0 && len(c.Best) < limit {
		c.Best = append(c.Best, Term{store.TermID(next()), uint32(next())})
	}
}
