package order

import (
	"math/rand/v2"
	"slices"
	"testing"

	"alphanode/store/file"
	"alphanode/store/index/facts"
	"alphanode/store/sets"
)

// TestRowsOfTerms holds rows over several chunks, from those that nearly every
// post has to those that few have, against plain lists.
func TestRowsOfTerms(t *testing.T) {
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
		order := rnd.Perm(n)
		placed := func(id int) (places []int) {
			g.Terms[id].Posts.Each(func(ordinal uint32) {
				if int(ordinal) < g.Public {
					places = append(places, order[ordinal])
				}
			})
			slices.Sort(places)
			return places
		}
		data := file.CheckedColumn(PlaceMembers(g, ids, n, func(ordinal int) uint32 { return uint32(order[ordinal]) }))
		for id := range ids {
			want := placed(id)
			row := RowAt(data, id, n)
			if row.Total() != len(want) {
				t.Fatalf("%d places, one in %d: found %d, expected %d", n, oneIn[id], row.Total(), len(want))
			}
			for range 300 {
				place := rnd.IntN(n)
				before, has := slices.BinarySearch(want, place)
				if row.Before(place) != before || row.Has(place) != has {
					t.Fatalf("%d places, one in %d, place %d: found %d %t, expected %d %t",
						n, oneIn[id], place, row.Before(place), row.Has(place), before, has)
				}
			}
		}
	}
}
