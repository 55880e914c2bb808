package content_test

import (
	"math/rand/v2"
	"testing"

	"github.com/go-faster/jx"

	"alphanode/content"
)

// TestAppendString writes texts as another encoder does, and they are read back.
func TestAppendString(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(rand.Uint64(), 1))
	letters := []rune("abc xyz019~{}!#[]^`\x00\x01\x1f \x7f\"\\\n\r\t\b\f/<>&é€😀\u2028")
	for range 20_000 {
		var text []rune
		for range rnd.IntN(40) {
			letter := letters[rnd.IntN(len(letters))]
			if rnd.IntN(4) > 0 {
				letter = 'a' + rune(rnd.IntN(26))
			}
			text = append(text, letter)
		}
		s := string(text)
		w := jx.Writer{}
		w.Str(s)
		if got := content.AppendString([]byte("x"), s); string(got) != "x"+w.String() {
			t.Fatalf("%q: found %s, expected x%s", s, got, w.String())
		}
	}
	for c := range 256 { // each byte at each place of a word
		for i := range 9 {
			b := []byte("abcdefghi")
			b[i] = byte(c)
			w := jx.Writer{}
			w.ByteStr(b)
			if got := content.AppendString(nil, string(b)); string(got) != w.String() {
				t.Fatalf("%q: found %s, expected %s", b, got, w.String())
			}
		}
	}
}

func BenchmarkAppendJSON(b *testing.B) {
	p, err := content.DecodePost([]byte(`{"slug":"a-slug-of-some-length","title":"A title of some length","body":[{"type":"paragraph","text":"` +
		`Counting is cheap where the numbers lie side by side, and dear where each of them must be looked for in another place."},` +
		`{"type":"code","language":"go","source":"for i := range n {\n\tsum += numbers[i]\n}\nfmt.Println(\"sum\", sum)\n"}],"meta":{"tools":["Go","Redis"]}}`))
	if err != nil {
		b.Fatal(err)
	}
	var json []byte
	b.ReportAllocs()
	for b.Loop() {
		json = p.AppendJSON(json[:0])
	}
	b.SetBytes(int64(len(json)))
}
