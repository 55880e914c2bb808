package query

import (
	"math/rand/v2"
	"slices"
	"testing"

	"alphanode/store/cursor"
	"alphanode/store/file"
	"alphanode/store/index/facts"
	"alphanode/store/index/order"
	"alphanode/store/sets"
)

// TestPlacesOfTwoRows holds the places that two rows share, found when they are asked
// for, against plain lists.
func TestPlacesOfTwoRows(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 1))
	for _, n := range []int{1, 100, sets.ChunkPlaces, 2*sets.ChunkPlaces + 5000} {
		g := &facts.Gathered{Posts: n, Public: n - n/20}
		oneIn := []int{1, 2, 7, 9, 40, 200, 3000, n + 1}
		ids := make([]uint32, len(oneIn))
		for id, in := range oneIn {
			ids[id] = uint32(id)
			stats := &facts.TermStats{}
			for ordinal := range uint32(n) {
				// Whole spans and chunks without a member are a case of their own.
				if rnd.IntN(in) == 0 && (id%2 == 0 || ordinal/sets.SpanPlaces%3 > 0 && ordinal/sets.ChunkPlaces != 1) {
					stats.Posts.Add(ordinal)
				}
			}
			g.Terms = append(g.Terms, stats)
		}
		o := rnd.Perm(n)
		placed := func(id int) (places []int) {
			g.Terms[id].Posts.Each(func(ordinal uint32) {
				if int(ordinal) < g.Public {
					places = append(places, o[ordinal])
				}
			})
			slices.Sort(places)
			return places
		}
		data := file.CheckedColumn(order.PlaceMembers(g, ids, n, func(ordinal int) uint32 { return uint32(o[ordinal]) }))
		for id := range ids {
			want, row := placed(id), order.RowAt(data, id, n)
			both, other := placed((id+3)%len(ids)), (id+3)%len(ids)
			both = slices.DeleteFunc(both, func(place int) bool { _, ok := slices.BinarySearch(want, place); return !ok })
			lazy := &lazyPlaces{
				seq: &order.Sequence{Plain: true, N: n}, low: rnd.IntN(n), high: n - rnd.IntN(n)/2, block: -1,
				rows: []order.Row{row, order.RowAt(data, other, n)},
			}
			both = slices.DeleteFunc(both, func(place int) bool { return place < lazy.low || place >= lazy.high })
			for range 100 {
				low := rnd.IntN(n)
				high := low + rnd.IntN(n-low+1)
				i, _ := slices.BinarySearch(both, low)
				j, _ := slices.BinarySearch(both, high)
				first, last := -1, -1
				if i < j {
					first, last = both[i], both[j-1]
				}
				if got := []int{lazy.First(low, high), lazy.Last(low, high), lazy.Count(low, high)}; !slices.Equal(got, []int{first, last, j - i}) {
					t.Fatalf("%d places, %d to %d: found %v, expected %v", n, low, high, got, []int{first, last, j - i})
				}
			}
			for range 20 {
				if len(both) == 0 {
					break
				}
				k := rnd.IntN(len(both))
				back, _ := nthBack(lazy, n, k)
				if got := nth(lazy, 0, n, k); got != both[k] || back != both[len(both)-1-k] {
					t.Fatalf("%d places, number %d: found %d and %d, expected %d and %d", n, k, got, back, both[k], both[len(both)-1-k])
				}
			}
			if place, passed := nthBack(lazy, n, len(both)); place != -1 || passed != len(both) {
				t.Fatalf("found %d behind %d, expected none behind %d", place, passed, len(both))
			}
		}
	}
}

// TestFindingsAreKeptOrForgotten but never another's.
func TestFindingsAreKeptOrForgotten(t *testing.T) {
	t.Parallel()
	var f remembered[int]
	kept := 0
	key := func(n int) cursor.Key { return cursor.Question(nil).Number(int64(n)).Key() }
	const many = 20_000
	for n := range many {
		f.Put(key(n), n)
		if found, ok := f.Get(key(n)); !ok || found != n {
			t.Fatalf("%d: found %d, %t", n, found, ok)
		}
	}
	for n := range many {
		found, ok := f.Get(key(n))
		if ok && found != n {
			t.Fatalf("%d: found %d", n, found)
		}
		if ok {
			kept++
		}
	}
	if kept == 0 || kept > len(f.rows)*len(f.rows[0]) {
		t.Errorf("%d are kept", kept)
	}
}
