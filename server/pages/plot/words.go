package plot

import (
	"math"
	"strconv"
	"strings"
	"unicode"

	"alphanode/server/readable"
)

// Times writes how many times as often something is: with one decimal, with none where it
// is a thousand or more, and with two where it is small.
func Times(n float64) string {
	switch {
	case math.IsNaN(n) || math.IsInf(n, 0):
		return "–"
	case n > 0 && n < 0.005:
		return "<0.01"
	case n < 0.095:
		return strconv.FormatFloat(n, 'f', 2, 64)
	case n < 999.5:
		return strconv.FormatFloat(n, 'f', 1, 64)
	default:
		return readable.Number(int(min(math.Round(n), math.MaxInt32)))
	}
}

// Percent writes a share of a whole, with a space that does not break, and tells a small one
// from none and a large one from all.
func Percent(part, whole int) string {
	if whole <= 0 {
		return "0\u00a0%"
	}
	n := 100 * float64(part) / float64(whole)
	switch {
	case part > 0 && n < 0.05:
		return "<0.1\u00a0%"
	case part < whole && n >= 99.95:
		return ">99.9\u00a0%"
	case n < 10 && part > 0:
		return strconv.FormatFloat(n, 'f', 1, 64) + "\u00a0%"
	case part < whole && n >= 99.5:
		return strconv.FormatFloat(n, 'f', 1, 64) + "\u00a0%"
	default:
		return strconv.FormatFloat(n, 'f', 0, 64) + "\u00a0%"
	}
}

// How wide a letter is that nobody has measured: in the fonts of browsers no word is wider
// for long.
const (
	letter     = 6.8
	wideLetter = 12.5 // of East Asia, and of emoji
)

// width is about how wide a text is in a picture.
func width(text string) (w float64) {
	for _, r := range text {
		w += letterWidth(r)
	}
	return w
}

func letterWidth(r rune) float64 {
	switch {
	case joins(r):
		return 0
	case r >= 0x1100:
		return wideLetter
	default:
		return letter
	}
}

// joins reports whether a rune has no place of its own, but belongs to the one before.
func joins(r rune) bool {
	const zeroWidthJoiner = 0x200d
	return unicode.In(r, unicode.M, unicode.Cf) || r == zeroWidthJoiner
}

// shortened cuts a name that is wider than its place in a picture. The table has it whole.
func shortened(name string, most float64) string {
	if width(name) <= most {
		return name
	}
	most -= letter // for the dots
	w, cut := 0.0, 0
	for i, r := range name {
		if !joins(r) {
			cut = i
		}
		if w += letterWidth(r); w > most {
			break
		}
	}
	return strings.TrimRight(name[:cut], " ") + "…"
}
