package rest

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

// TestDecimalsAreShortest holds fractions against the general formatter.
func TestDecimalsAreShortest(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	fractions := []float64{0, 1, 0.5, 1e-9, 0.999999999, 0.1, 0.000001, 0.123456789}
	for range 10_000 {
		places := math.Pow10(1 + rnd.IntN(9))
		fractions = append(fractions, math.Round(rnd.Float64()*places)/places)
	}
	for _, f := range fractions {
		if got, want := string(appendDecimals9(nil, f)), strconv.FormatFloat(f, 'f', -1, 64); got != want {
			t.Fatalf("found %s, expected %s", got, want)
		}
	}
}
