package tally

import (
	"encoding/binary"
	"fmt"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/order"
)

// Histograms count posts by score. From them follows everything that
// ScoreStats says.
type Histograms struct {
	Posts  uint32
	scores [len(order.ScoreFields)][histogramSize]uint32
}

// Add counts posts, whose scores are those of a column.
func (h *Histograms) Add(scores *file.Column, posts []uint32) {
	scores.CheckAt(posts, len(order.ScoreFields))
	for _, post := range posts {
		h.AddScores(ScoresOf(scores, post))
	}
	h.Posts += uint32(len(posts))
}

// AddScores counts the four scores of a post, but not the post.
func (h *Histograms) AddScores(four uint32) {
	s := &h.scores
	s[0][four&(histogramSize-1)]++
	s[1][four>>8&(histogramSize-1)]++
	s[2][four>>16&(histogramSize-1)]++
	s[3][four>>24&(histogramSize-1)]++
}

// Merge adds what was counted of other posts.
func (h *Histograms) Merge(other *Histograms) {
	h.Posts += other.Posts
	for i := range h.scores {
		for score := range h.scores[i] {
			h.scores[i][score] += other.scores[i][score]
		}
	}
}

// Subtract takes away what was counted of some of the posts.
func (h *Histograms) Subtract(some *Histograms) {
	h.Posts -= some.Posts
	for i := range h.scores {
		for score := range h.scores[i] {
			h.scores[i][score] -= some.scores[i][score]
		}
	}
}

// append lays out, for each score, which of its values there are and how often.
func (h *Histograms) append(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(h.Posts))
	for i := range h.scores {
		for score, n := range h.scores[i][:order.MaxScore+1] {
			if n > 0 {
				dst = append(dst, byte(score))
				dst = binary.AppendUvarint(dst, uint64(n))
			}
		}
		dst = append(dst, order.NoScore)
	}
	return dst
}

// Stats sums up what was counted.
func (h *Histograms) Stats() *store.ScoreStats {
	return &store.ScoreStats{
		Count: int(h.Posts), Quality: summary(&h.scores[0]), Freshness: summary(&h.scores[1]),
		Depth: summary(&h.scores[2]), Clarity: summary(&h.scores[3]),
	}
}

// A histogram is as long as seven bits count, so that no index needs a check.
// What stands for no score, cut to as many bits, is beyond all scores: counted
// there, and not looked at.
const histogramSize = 128

// ScoresOf gives the four scores of a post, a byte each.
func ScoresOf(scores *file.Column, post uint32) uint32 {
	return binary.LittleEndian.Uint32(scores.Data[len(order.ScoreFields)*int(post):])
}

func readHistograms(b []byte) (*Histograms, error) {
	ok := true
	next := func() uint32 {
		n, used := binary.Uvarint(b)
		if used <= 0 {
			ok = false
			return 0
		}
		b = b[used:]
		return uint32(n)
	}
	h := &Histograms{Posts: next()}
	for i := range h.scores {
		for ok && len(b) > 0 && b[0] <= order.MaxScore {
			score := b[0]
			b = b[1:]
			h.scores[i][score] = next()
		}
		if !ok || len(b) == 0 {
			return nil, fmt.Errorf("%w: histograms: %w", store.ErrCorrupt, file.ErrRecord)
		}
		b = b[1:] // what ends the score
	}
	return h, nil
}

func summary(counts *[histogramSize]uint32) store.ScoreSummary {
	const width = 10 // of a bin
	s := store.ScoreSummary{Histogram: make([]store.ScoreBin, order.MaxScore/width)}
	for i := range s.Histogram {
		s.Histogram[i] = store.ScoreBin{From: i * width, To: (i + 1) * width}
	}
	sum := 0
	for score, n := range counts[:order.MaxScore+1] {
		s.Count += int(n)
		sum += int(n) * score
		s.Histogram[min(score/width, len(s.Histogram)-1)].Count += int(n)
	}
	if s.Count == 0 {
		return s
	}
	mean := float64(sum) / float64(s.Count)
	percentile := func(p int) int { return nearestRank(p, s.Count) }
	// The scores at these ranks, counted from 1.
	ranked := &[...]int{1, percentile(50), percentile(90), percentile(99), s.Count}
	score, below := 0, int(counts[0])
	for i, rank := range ranked {
		for ; below < rank; below += int(counts[score]) {
			score++
		}
		ranked[i] = score
	}
	s.Min, s.P50, s.P90, s.P99, s.Max, s.Mean = &ranked[0], &ranked[1], &ranked[2], &ranked[3], &ranked[4], &mean
	return s
}

// nearestRank is the rank, counted from 1, of the first of n scores that at least so many
// of a hundred do not exceed.
func nearestRank(percent, n int) int { return (percent*n + 99) / 100 }

// StoredHistograms reads the histograms of a group, nil where it has no tally.
func StoredHistograms(tx *file.Tx, g Group) (*Histograms, error) {
	t, err := Read(tx, g)
	if t == nil || err != nil {
		return nil, err
	}
	return readHistograms(t.scores)
}
