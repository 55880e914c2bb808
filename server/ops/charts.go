package ops

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"alphanode/server/readable"
)

// The pictures are drawn in units of a CSS pixel.
const (
	lineWidth, lineHeight = 124, 24
	spanWidth, spanHeight = 160, 16
	margin                = 4 // round what is drawn
)

// line is a curve of what was measured at equal distances in time.
type line struct {
	Points string // of a polyline; "" where there is too little to draw
	X, Y   string // the last of them
	Label  string // says what is seen
}

// newLine draws values on a scale from 0 to the highest of them. Where there are none a
// value is NaN, and is left out.
func newLine(values []float64, label string) line {
	highest := 0.0
	for _, v := range values {
		if v > highest {
			highest = v
		}
	}
	l := line{Label: label}
	var points []string
	for i, v := range values {
		if math.IsNaN(v) {
			continue
		}
		x, y := float64(i)*(lineWidth-margin)/float64(len(values)-1), float64(lineHeight-2)
		if highest > 0 {
			y -= v / highest * (lineHeight - margin)
		}
		l.X, l.Y = readable.Decimal(x), readable.Decimal(y)
		points = append(points, l.X+","+l.Y)
	}
	if len(points) > 1 {
		l.Points = strings.Join(points, " ")
	}
	return l
}

// scale is one of logarithms for all times on a page, from a power of ten to another.
type scale struct{ low, high time.Duration }

// newScale holds all that is given, and at least two powers of ten.
func newScale(times []time.Duration) scale {
	s := scale{time.Millisecond, time.Microsecond}
	for _, t := range times {
		if t <= 0 {
			continue
		}
		for s.low > t && s.low > time.Microsecond {
			s.low /= 10
		}
		for s.high < t {
			s.high *= 10
		}
	}
	if s.high < 100*s.low {
		s.high = 100 * s.low
	}
	return s
}

// at is where a time stands.
func (s scale) at(t time.Duration) float64 {
	t = min(max(t, s.low), s.high)
	part := math.Log10(float64(t)/float64(s.low)) / math.Log10(float64(s.high)/float64(s.low))
	return margin + part*(spanWidth-2*margin)
}

// Ticks is the path of the powers of ten within the scale.
func (s scale) Ticks() string {
	var path strings.Builder
	for t := 10 * s.low; t < s.high; t *= 10 {
		fmt.Fprintf(&path, "M%s 3h1v10h-1z", readable.Decimal(s.at(t)))
	}
	return path.String()
}

// String names both ends, in milliseconds.
func (s scale) String() string {
	plain := func(d time.Duration) string {
		return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', -1, 64)
	}
	return plain(s.low) + " … " + plain(s.high)
}

// spread is how far times lie apart: a bar at p50, a ring at p95, a line up to p99.
type spread struct{ From, To, Bar, Ring, Line string }

func (s scale) spread(p50, p95, p99 time.Duration) spread {
	low, middle, high := s.at(p50), s.at(p95), s.at(p99)
	return spread{From: readable.Decimal(low), To: readable.Decimal(high), Bar: readable.Decimal(low - 2), Ring: readable.Decimal(middle), Line: readable.Decimal(high)}
}

// milliseconds writes a time in milliseconds, with so many digits that it tells something.
func milliseconds(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	switch {
	case d == 0:
		return "0"
	case ms < 0.1:
		return strconv.FormatFloat(math.Round(ms*1000)/1000, 'f', -1, 64)
	case ms < 10:
		return strconv.FormatFloat(ms, 'f', 2, 64)
	case ms < 100:
		return strconv.FormatFloat(ms, 'f', 1, 64)
	default:
		return readable.Number(int(math.Round(ms)))
	}
}

// percent writes a part of a whole; "–" where there is no whole.
func percent(part, whole int) string {
	if whole == 0 {
		return "–"
	}
	p := 100 * float64(part) / float64(whole)
	switch {
	case part == 0:
		return "0 %"
	case p < 0.1:
		return "< 0.1 %"
	case p < 10:
		return strconv.FormatFloat(p, 'f', 1, 64) + " %"
	case part < whole && p > 99.9:
		return "> 99.9 %"
	default:
		return strconv.FormatFloat(p, 'f', 0, 64) + " %"
	}
}

// rate writes how many there were in a second.
func rate(n int, in time.Duration) string {
	if in < time.Second {
		in = time.Second // of which there is no rate yet
	}
	perSecond := float64(n) / in.Seconds()
	switch {
	case n == 0:
		return "0"
	case perSecond < 0.05:
		return "< 0.1"
	case perSecond < 99.95:
		return strconv.FormatFloat(perSecond, 'f', 1, 64)
	default:
		return readable.Number(int(math.Round(perSecond)))
	}
}
