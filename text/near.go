package text

import (
	"bytes"
	"math/bits"
	"slices"
	"unicode/utf8"
)

// Near are words a few edits away.
const (
	MaxEdits   = 4  // between a word and a name, and no more than a third of the word's letters
	MaxLetters = 64 // of a word; for a longer one nothing is near
)

// WordShape is a folded text and how many letters it has, in all and of each
// kind: enough to tell of most others that they are too many edits away.
type WordShape struct {
	text    []byte
	Letters int
	counts  [32]uint8
}

func (w *WordShape) Of(text []byte) {
	*w = WordShape{text: text}
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(text[i:])
		}
		w.counts[uint32(r)%32]++
		w.Letters++
		i += size
	}
}

// Away gives by how many edits a name differs, and whether it is near: that
// many edits away, or containing the word.
func (w *WordShape) Away(name *WordShape, most int) (edits int, near bool) {
	longer := name.Letters - w.Letters
	if longer >= 0 && bytes.Contains(name.text, w.text) {
		return longer, true
	}
	if longer > most || -longer > most {
		return 0, false
	}
	// Each edit mends at most one letter that one of them has too few of.
	missing, extra := 0, 0
	for i, n := range w.counts {
		if d := int(name.counts[i]) - int(n); d > 0 {
			extra += d
		} else {
			missing -= d
		}
	}
	if max(missing, extra) > most {
		return 0, false
	}
	edits = Edits([]rune(string(w.text)), []rune(string(name.text)), most)
	return edits, edits <= most
}

// Sketch is which letters a word has, and which of them more than once, by their codes modulo
// 32: enough to tell of most words that they are too many edits away.
type Sketch uint64

// SketchOf gives the sketch of a folded word and how many letters it has.
func SketchOf(folded string) (s Sketch, letters int) {
	for _, r := range folded {
		once := Sketch(1) << (uint32(r) % 32)
		s |= s & once << 32
		s |= once
		letters++
	}
	return s, letters
}

// Edits is how many edits two words are apart at least, of which one has so many letters
// more. An edit that changes a letter moves two bits, another one no more than one.
func (s Sketch) Edits(o Sketch, longer int) int {
	return max(longer, (bits.OnesCount64(uint64(s^o))+longer+1)/2)
}

// SameLetters reports whether neither word has a letter that the other has not.
func SameLetters(a, b []rune) bool {
	without := func(a, b []rune) bool {
		return slices.ContainsFunc(a, func(r rune) bool { return !slices.Contains(b, r) })
	}
	return !without(a, b) && !without(b, a)
}

// Edits counts the letters that must be put in, left out, changed or swapped with the
// next to make one text of another, no letter twice: the optimal string alignment. Where
// they are more than most, it is most + 1; so no more of the table is filled than can matter.
func Edits(a, b []rune, most int) int {
	var room [3 * (MaxLetters + MaxEdits + 1)]int
	width := len(b) + 1
	if 3*width > len(room) || len(a)-len(b) > most || len(b)-len(a) > most {
		return most + 1
	}
	before, above, row := room[:width], room[width:2*width], room[2*width:3*width]
	for j := range above {
		above[j] = j
	}
	leastAbove := 0
	for i := range a {
		first, last := max(0, i-most), min(len(b), i+most+1)
		row[first] = most + 1
		if first == 0 {
			row[0] = i + 1
		}
		least := row[first]
		for j := first; j < last; j++ {
			change := above[j]
			if a[i] != b[j] {
				change++
			}
			edits := min(change, row[j]+1)
			if j < i+most { // the row above ends before it
				edits = min(edits, above[j+1]+1)
			}
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				edits = min(edits, before[j-1]+1)
			}
			row[j+1] = edits
			least = min(least, edits)
		}
		if least > most && leastAbove > most { // a swap reaches back two rows
			return most + 1
		}
		leastAbove = least
		before, above, row = above, row, before
	}
	return min(above[len(b)], most+1)
}

// Dashed appends a folded text with a dash for each run between its letters and
// digits, as in a slug.
func Dashed(dst, text []byte) []byte {
	start, gap := len(dst), false
	for _, c := range text {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c < utf8.RuneSelf {
			gap = true
			continue
		}
		if gap && len(dst) > start {
			dst = append(dst, '-')
		}
		dst, gap = append(dst, c), false
	}
	return dst
}

// KeepNearest puts what is near among the nearest, of which so many at most are kept in
// order. Of two that are the same to a reader the nearer stays.
func KeepNearest[T any](nearest []T, n T, same func(T) bool, compare func(a, b T) int, most int) []T {
	if i := slices.IndexFunc(nearest, same); i >= 0 {
		if compare(nearest[i], n) < 0 {
			return nearest
		}
		nearest = slices.Delete(nearest, i, i+1)
	}
	i, _ := slices.BinarySearchFunc(nearest, n, compare)
	nearest = slices.Insert(nearest, i, n)
	return nearest[:min(len(nearest), most)]
}
