package wire

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// unpackStarted gives what can be read of what was packed so far.
func unpackStarted(t *testing.T, c Coding, packed []byte) []byte {
	t.Helper()
	var from io.Reader = bytes.NewReader(packed)
	switch c {
	case Brotli:
		from = brotli.NewReader(from)
	case Gzip:
		r, err := gzip.NewReader(from)
		if err != nil {
			t.Fatal(err)
		}
		from = r
	case Zstd:
		r, err := zstd.NewReader(from, zstd.WithDecoderConcurrency(1))
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		from = r
	}
	got, _ := io.ReadAll(from) // which ends with an error where there is more to come
	return got
}

// TestPackingOfStreams writes random pieces of every kind of text, flushes now and then,
// and holds what is unpacked against what was written.
func TestPackingOfStreams(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 4))
	piece := func() []byte {
		size := []int{0, 1, 15, 16, 17, 100, 5_000, 64 << 10, 64<<10 + 1, 300_000, 1_200_000}[rnd.IntN(11)]
		b := make([]byte, size)
		switch rnd.IntN(4) {
		case 0: // noise
			for i := range b {
				b[i] = byte(rnd.Uint32())
			}
		case 1: // one byte all over
		default:
			b = b[:0]
			for len(b) < size {
				b = fmt.Appendf(b, `{"slug":"post-%d","title":"word %d"}`+"\n", rnd.IntN(1000), rnd.IntN(50))
			}
		}
		return b
	}
	for _, c := range StreamCodings {
		for round := range 12 {
			var packed, want bytes.Buffer
			w, err := c.Stream(&packed)
			if err != nil {
				t.Fatal(err)
			}
			for range 1 + rnd.IntN(12) {
				b := piece()
				want.Write(b)
				if _, err := w.Write(b); err != nil {
					t.Fatal(err)
				}
				if rnd.IntN(3) == 0 {
					if err := w.Flush(); err != nil {
						t.Fatal(err)
					}
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if got := unpackStarted(t, c, packed.Bytes()); !bytes.Equal(got, want.Bytes()) {
				t.Fatalf("%s, round %d: found %d bytes, expected %d", c, round, len(got), want.Len())
			}
		}
	}
}

// TestFlushSendsOn reads what was written before the end comes, but for the last line.
func TestFlushSendsOn(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(5, 6))
	for _, c := range StreamCodings {
		var packed bytes.Buffer
		w, err := c.Stream(&packed)
		if err != nil {
			t.Fatal(err)
		}
		written := 0
		for range 5 {
			var b []byte
			for range 8 {
				b = fmt.Appendf(b, `{"slug":"post-%d","title":"%x"}`+"\n", rnd.IntN(1000), rnd.Uint64())
			}
			if _, err := w.Write(b); err != nil {
				t.Fatal(err)
			}
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
			written += len(b)
			if got := unpackStarted(t, c, packed.Bytes()); written-len(got) > len(b)/8 {
				t.Errorf("%s: found %d bytes of %d that were flushed", c, len(got), written)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
