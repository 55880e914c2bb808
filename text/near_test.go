package text_test

import (
	"math/rand/v2"
	"testing"

	"alphanode/text"
)

// plainEdits fills the whole table.
func plainEdits(a, b []rune) int {
	table := make([][]int, len(a)+1)
	for i := range table {
		table[i] = make([]int, len(b)+1)
		for j := range table[i] {
			switch {
			case i == 0 || j == 0:
				table[i][j] = i + j
				continue
			case a[i-1] == b[j-1]:
				table[i][j] = table[i-1][j-1]
			default:
				table[i][j] = 1 + min(table[i-1][j-1], table[i-1][j], table[i][j-1])
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				table[i][j] = min(table[i][j], 1+table[i-2][j-2])
			}
		}
	}
	return table[len(a)][len(b)]
}

// TestEdits: the part of the table that is filled gives what the whole does, up to what is asked
// for, and sketches never say more.
func TestEdits(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	word := func() []rune {
		w := make([]rune, rnd.IntN(14))
		for i := range w {
			w[i] = []rune("abcdeфжäß")[rnd.IntN(2+rnd.IntN(8))]
		}
		return w
	}
	for range 100_000 {
		a, b, most := word(), word(), rnd.IntN(5)
		want := plainEdits(a, b)
		if got := text.Edits(a, b, most); got != min(want, most+1) {
			t.Fatalf("%q and %q, at most %d: found %d, expected %d", string(a), string(b), most, got, min(want, most+1))
		}
		s, n := text.SketchOf(string(a))
		o, m := text.SketchOf(string(b))
		if least := s.Edits(o, max(n-m, m-n)); least > want {
			t.Fatalf("%q and %q: found at least %d edits, expected at most %d", string(a), string(b), least, want)
		}
	}
	for _, tt := range []struct {
		a, b string
		same bool
	}{{"cachp", "cach0", false}, {"rolback", "rollback", true}, {"কমল", "বমল", false}, {"", "", true}, {"ab", "abc", false}} {
		if got := text.SameLetters([]rune(tt.a), []rune(tt.b)); got != tt.same {
			t.Errorf("%q and %q: found %t, expected %t", tt.a, tt.b, got, tt.same)
		}
	}
}
