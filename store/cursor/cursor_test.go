package cursor

import (
	"errors"
	"hash/crc32"
	"testing"

	"alphanode/store"
)

// someCursors are of lists of each kind: by number, by text, by slug, without a value.
func someCursors() []Cursor {
	const asked = 0x0123456789abcdef
	return []Cursor{
		{Question: asked, Number: 87, Slug: "warm-caches"},
		{Question: asked, Number: -1 << 60, Text: "Über \"caches\"", Slug: "s"},
		{Question: asked, Absent: true, Slug: "bare"},
		{Question: asked},
	}
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= \r\n\x00"

func TestChangedCursorsAreRefused(t *testing.T) {
	t.Parallel()
	refused := func(s string, question uint64) {
		t.Helper()
		if _, err := Parse("after", s, question); err == nil {
			t.Errorf("%q is taken", s)
		} else if wrong, ok := errors.AsType[*store.ArgumentError](err); !ok || wrong.Expected != "a cursor from an earlier answer" {
			t.Errorf("%q: %v", s, err)
		}
	}
	for _, c := range someCursors() {
		text := c.String()
		if back, err := Parse("after", text, c.Question); err != nil || back != c {
			t.Fatalf("%q is read as %+v, %v", text, back, err)
		}
		for i := range len(text) {
			for bit := range 8 {
				changed := []byte(text)
				changed[i] ^= 1 << bit
				refused(string(changed), c.Question)
			}
			for _, letter := range []byte(alphabet) {
				if letter != text[i] {
					refused(text[:i]+string(letter)+text[i+1:], c.Question)
				}
				refused(text[:i]+string(letter)+text[i:], c.Question)
			}
			refused(text[:i]+text[i+1:], c.Question)
			refused(text[:i], c.Question)
		}
		refused(text+"A", c.Question)
		refused(text+"\n", c.Question)
		refused(text+text, c.Question)
	}
}

func TestChecksum(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "a", "123456789", alphabet} {
		if found, expected := checksum([]byte(text)), crc32.Checksum([]byte(text), castagnoli); found != expected {
			t.Errorf("%q: found %08x, expected %08x", text, found, expected)
		}
	}
}

// TestCursorOfAnotherList: one that is whole tells what is wrong with it instead.
func TestCursorOfAnotherList(t *testing.T) {
	t.Parallel()
	for _, c := range someCursors() {
		_, err := Parse("before", c.String(), c.Question+1)
		if wrong, ok := errors.AsType[*store.ArgumentError](err); !ok || wrong.Name != "before" || wrong.Found != "a cursor of another list" {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// TestEarlierCursorsAreRefused: those of before there were checksums.
func TestEarlierCursorsAreRefused(t *testing.T) {
	t.Parallel()
	const earlier = "tqQRVK8tzy8ArgFub3RlLTE"
	if _, err := Parse("after", earlier, 0); err == nil {
		t.Error("it is taken")
	}
}

func FuzzParse(f *testing.F) {
	for _, c := range someCursors() {
		f.Add(c.String())
		f.Add(c.String()[1:])
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse("after", text, someCursors()[0].Question)
		if err == nil && c.String() != text {
			t.Errorf("%q is taken, though the place it stands for has %q", text, c.String())
		}
	})
}

func BenchmarkCursor(b *testing.B) {
	c := someCursors()[0]
	for b.Loop() {
		if _, err := Parse("after", c.String(), c.Question); err != nil {
			b.Fatal(err)
		}
	}
}
