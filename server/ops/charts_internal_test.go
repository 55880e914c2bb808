package ops

import (
	"math"
	"testing"
	"time"
)

func TestLine(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for _, tt := range []struct {
		values []float64
		want   line
	}{
		{[]float64{nan, nan, nan}, line{}},
		{[]float64{0, 0}, line{Points: "0,22 120,22", X: "120", Y: "22"}},
		{[]float64{0, 5, 10}, line{Points: "0,22 60,12 120,2", X: "120", Y: "2"}},
		{[]float64{nan, nan, 3}, line{X: "120", Y: "2"}},
		{[]float64{1, nan, 2}, line{Points: "0,12 120,2", X: "120", Y: "2"}},
	} {
		if found := newLine(tt.values, ""); found != tt.want {
			t.Errorf("%v: found %+v, expected %+v", tt.values, found, tt.want)
		}
	}
}

// TestScale: all rows stand on one scale, which holds every time and ends at powers of ten.
func TestScale(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		times     []time.Duration
		low, high time.Duration
	}{
		{nil, time.Millisecond, 100 * time.Millisecond},
		{[]time.Duration{0}, time.Millisecond, 100 * time.Millisecond},
		{[]time.Duration{30 * time.Microsecond, 4 * time.Millisecond}, 10 * time.Microsecond, 10 * time.Millisecond},
		{[]time.Duration{200, 12 * time.Second}, time.Microsecond, 100 * time.Second},
	} {
		s := newScale(tt.times)
		if s.low != tt.low || s.high != tt.high {
			t.Errorf("%v: found %s to %s", tt.times, s.low, s.high)
		}
		for _, d := range append(tt.times, 0, time.Hour) {
			if x := s.at(d); x < margin || x > spanWidth-margin {
				t.Errorf("%v: %s stands at %g", tt.times, d, x)
			}
		}
	}
	if found := (scale{10 * time.Microsecond, 10 * time.Millisecond}); found.String() != "0.01 … 10" || found.Ticks() != "M54.7 3h1v10h-1zM105.3 3h1v10h-1z" {
		t.Errorf("found %s with %s", found, found.Ticks())
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for found, want := range map[string]string{
		milliseconds(0): "0", milliseconds(4200): "0.004", milliseconds(42 * time.Microsecond): "0.042", milliseconds(1350 * time.Microsecond): "1.35",
		milliseconds(12_345 * time.Microsecond): "12.3", milliseconds(12 * time.Second): "12,000", milliseconds(10 * time.Millisecond): "10.0",
		percent(0, 0): "–", percent(0, 7): "0 %", percent(1, 100_000): "< 0.1 %", percent(3, 131): "2.3 %", percent(4, 5): "80 %",
		percent(99_999, 100_000): "> 99.9 %", percent(5, 5): "100 %",
		rate(0, time.Minute): "0", rate(1, time.Minute): "< 0.1", rate(60, time.Minute): "1.0", rate(11_460, time.Minute): "191", rate(3, time.Millisecond): "3.0",
	} {
		if found != want {
			t.Errorf("found %q, expected %q", found, want)
		}
	}
}
