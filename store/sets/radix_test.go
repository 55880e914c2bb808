package sets

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestSortByKey sorts as a stable sort by comparison does.
func TestSortByKey(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(rand.Uint64(), 1))
	for _, most := range []uint64{1, 2, 100, 1 << 11, 1 << 12, 1 << 40, 1<<64 - 1} {
		for _, n := range []int{0, 1, 2, 1000} {
			keys, items := make([]uint64, n), make([]uint32, n)
			for i := range keys {
				keys[i], items[i] = rnd.Uint64N(most), uint32(i)
			}
			want := slices.Clone(items)
			slices.SortStableFunc(want, func(a, b uint32) int { return cmp.Compare(keys[a], keys[b]) })
			given := slices.Clone(keys)
			SortByKey(keys, items)
			if !slices.Equal(items, want) || !slices.IsSorted(keys) {
				t.Errorf("%d keys below %d: found %v, expected %v", n, most, items, want)
			}
			for i, item := range items {
				if keys[i] != given[item] {
					t.Fatalf("%d keys below %d: key %d is not that of its item", n, most, i)
				}
			}
		}
	}
}
