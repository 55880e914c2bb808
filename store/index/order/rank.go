package order

import (
	"alphanode/store"
	"alphanode/store/file"
)

// Ranks says which of two posts goes first where all else is equal. It rests on
// scores and the order of slugs alone.
type Ranks struct{ scores, places *file.Column }

// Ranks gives those of a release.
func (o *Orders) Ranks(tx *file.Tx) (*Ranks, error) {
	if r := o.ranked.Load(); r != nil {
		return r, nil
	}
	r := &Ranks{}
	for name, c := range map[string]**file.Column{ScoresColumn: &r.scores, placeColumn(store.FieldSlug): &r.places} {
		var err error
		if *c, err = tx.Column(name); err != nil {
			return nil, err
		}
	}
	o.ranked.Store(r)
	return r, nil
}

// Of gives the rank of a post.
func (r *Ranks) Of(ordinal uint32) int64 {
	return r.byScores(ordinal) | int64(r.places.Uint32(int(ordinal)))
}

// Behind reports whether a post stands behind a rank by its scores alone, which is less to
// read than its rank.
func (r *Ranks) Behind(ordinal uint32, rank int64) bool { return r.byScores(ordinal) > rank }

// byScores is the rank of a post as if no slug stood before its own.
func (r *Ranks) byScores(ordinal uint32) int64 {
	scores := r.scores.Span(int(ordinal)*4, int(ordinal)*4+2)
	return Rank(scoreOfByte(scores[0]), scoreOfByte(scores[1]), 0)
}

// scoreOfByte is a score as ranks have it: -1 for none.
func scoreOfByte(b byte) int64 {
	if b > 100 {
		return -1
	}
	return int64(b)
}

// Rank orders posts that are as similar, or fit as well: the better first, then the
// fresher, then by slug; a lower rank is first. Scores are 0–100, -1 for none.
func Rank(quality, freshness int64, slugPlace int) int64 {
	worse := func(score int64) int64 { return 100 - min(max(score, -1), 100) }
	return worse(quality)<<39 | worse(freshness)<<32 | int64(slugPlace)
}

// ScoresOfRank gives the scores that a rank was made of, -1 for none.
func ScoresOfRank(rank int64) (quality, freshness int64) {
	return 100 - rank>>39, 100 - rank>>32&127
}

// ScoreFields are the scores, in the order in which they are stored.
var ScoreFields = [4]store.Field{store.FieldQuality, store.FieldFreshness, store.FieldDepth, store.FieldClarity}

// A score is from 0 to MaxScore. NoScore stands for none in the column of
// scores.
const (
	MaxScore = 100
	NoScore  = 0xff
)

// ScoresColumn is ordinal → a byte for each of scoreFields.
const ScoresColumn = "scores"
