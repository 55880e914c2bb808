package fulltext

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// TestFollowedBy: one word stands right before another, by each of the ways to find it, in so
// many posts that the marks of the first ones come again.
func TestFollowedBy(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	rnd := rand.New(rand.NewPCG(seed, 1))
	var m marks
	found := 0
	for range 100_000 {
		farthest := []int{20, 200, 4094, 4100, 100_000}[rnd.IntN(5)]
		stands := func() (p positions, at map[int]bool) {
			at = map[int]bool{}
			position, before := rnd.IntN(3), 0
			for range 1 + rnd.IntN(12)*rnd.IntN(3) {
				p = binary.AppendUvarint(p, uint64(position-before))
				at[position] = true
				before, position = position, position+1+rnd.IntN(1+farthest/8)
			}
			return p, at
		}
		own, ownAt := stands()
		others, othersAt := stands()
		want := false
		for position := range ownAt {
			want = want || othersAt[position+1]
		}
		if want {
			found++
		}
		if own.followedBy(others) != want || m.follow(own, others) != want {
			t.Fatalf("seed %d: positions %v and %v: found %t and %t, expected %t", seed, ownAt, othersAt, own.followedBy(others), m.follow(own, others), want)
		}
	}
	if found < 1000 {
		t.Errorf("found %d that follow: too few to tell", found)
	}
}
