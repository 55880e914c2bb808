package plan

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

func TestFloatsAreShortest(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	values := []float64{0, 1, 0.1, 0.5, 0.999999999, 1e-9, 1e-4, 0.000100001, 0.3333333333, math.Nextafter(0.1, 1), math.Nextafter(1, 0), -0.25, 1e21, math.SmallestNonzeroFloat64}
	for range 20_000 {
		values = append(values, r.Float64(), math.Round(r.Float64()*1e9)/1e9, math.Round(r.Float64()*1e3)/1e3)
	}
	for _, v := range values {
		if found, expected := string(appendFloat([]byte("x"), v)), "x"+strconv.FormatFloat(v, 'g', -1, 64); found != expected {
			t.Fatalf("seed %d: found %s, expected %s", seed, found, expected)
		}
	}
}
