package wire

import (
	"bytes"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

func nameOf(c Coding) string {
	if c == NoCoding {
		return "none"
	}
	return string(c)
}

func TestNegotiate(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		accept []string
		want   string
	}{
		{nil, "identity"},
		{[]string{""}, "identity"},
		{[]string{" , ,"}, "identity"},
		{[]string{"gzip"}, "gzip"},
		{[]string{"x-gzip"}, "gzip"},
		{[]string{"GZip"}, "gzip"},
		{[]string{"zstd"}, "zstd"},
		{[]string{"gzip, deflate, br, zstd"}, "zstd"},
		{[]string{"gzip", "zstd"}, "zstd"},
		{[]string{"zstd;q=0.5, gzip;q=0.8"}, "gzip"},
		{[]string{"gzip;q=0.001"}, "gzip"},
		{[]string{"gzip;q=0.5, identity"}, "identity"},
		{[]string{"gzip;q=0.5, identity;q=0.5"}, "gzip"},
		{[]string{"br, deflate"}, "br"},
		{[]string{"br, identity;q=0"}, "br"},
		{[]string{"gzip, deflate, br"}, "br"},
		{[]string{"compress, deflate, identity;q=0"}, "none"},
		{[]string{"identity;q=0"}, "none"},
		{[]string{"*;q=0"}, "none"},
		{[]string{"*;q=0, identity;q=0.1"}, "identity"},
		{[]string{"*;q=0, gzip"}, "gzip"},
		{[]string{"gzip;q=0, zstd;q=0"}, "identity"},
		{[]string{"gzip;q=0, zstd;q=0, *;q=0"}, "none"},
		{[]string{"identity;q=0, gzip;q=0.0, zstd;q=0.00"}, "none"},
		{[]string{"identity;q=0, *;q=0.1"}, "zstd"},
		{[]string{"*"}, "zstd"},
		{[]string{"zstd;q=0, *"}, "br"},
		{[]string{"identity, *;q=0.9"}, "identity"},
		{[]string{"\tgzip\t;\tq=1.000 , zstd ; Q=0.999"}, "gzip"},
		{[]string{"gzip;q=2, gzip;q=-1, gzip;q=0.0001, gzip;q=1.001, gzip;q=.5, gzip;q=, gzip;q, gzip;level=1, gz ip"}, "identity"},
		{[]string{"gzip;q=1.;"}, "identity"},
		{[]string{"gzip;q=1."}, "gzip"},
	} {
		if got := nameOf(Negotiate(tt.accept, StreamCodings[:])); got != tt.want {
			t.Errorf("%q: found %s, expected %s", tt.accept, got, tt.want)
		}
	}
	if got := Negotiate([]string{"gzip, deflate, br, zstd"}, AnswerCodings[:]); got != Brotli {
		t.Errorf("found %s for an answer, expected %s", got, Brotli)
	}
}

var weightPattern = regexp.MustCompile(`(?i)^[ \t]*([^ \t;,]+)[ \t]*(?:;[ \t]*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)[ \t]*)?$`)

// plainWeights reads a header the plain way: what is named and how it is liked.
func plainWeights(header string) map[string]float64 {
	weights := map[string]float64{}
	for _, entry := range strings.Split(header, ",") {
		m := weightPattern.FindStringSubmatch(entry)
		if m == nil {
			continue
		}
		weight := 1.0
		if m[2] != "" {
			weight, _ = strconv.ParseFloat(m[2], 64)
		}
		name := m[1]
		for _, known := range []string{"br", "zstd", "gzip", "identity"} {
			if strings.EqualFold(name, known) || known == "gzip" && strings.EqualFold(name, "x-gzip") {
				name = known
			}
		}
		weights[name] = weight
	}
	return weights
}

// FuzzNegotiate holds the choice against the plain reading: it must be allowed,
// nothing allowed may be liked more, and there is none only where all are
// refused.
func FuzzNegotiate(f *testing.F) {
	for _, seed := range []string{"", "gzip, deflate, br, zstd", "gzip;q=0.5, identity;q=0, *;q=0.1", "*;q=0", "identity;q=0", "x-gzip ; q=0.001,zstd;q=1.0000", "a;q=0;b,gzip\t"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		for _, codings := range [][]Coding{StreamCodings[:], AnswerCodings[:]} {
			checkNegotiated(t, header, codings)
		}
	})
}

func checkNegotiated(t *testing.T, header string, codings []Coding) {
	t.Helper()
	got := Negotiate([]string{header}, codings)
	weights := plainWeights(header)
	weight := func(name Coding) float64 {
		if w, ok := weights[string(name)]; ok {
			return w
		}
		if w, ok := weights["*"]; ok {
			return w
		}
		if name == Identity {
			return 1e-9
		}
		return 0
	}
	var chosen float64
	if got != NoCoding {
		if chosen = weight(got); chosen == 0 {
			t.Fatalf("%q: found %s, which is refused", header, got)
		}
	}
	for _, c := range codings {
		if w := weight(c); w > chosen {
			t.Errorf("%q: found %s, though %s is liked more", header, nameOf(got), c)
		}
	}
	if joined := Negotiate(strings.Split(header, ","), codings); joined != got {
		t.Errorf("%q: found %s in one line, %s in several", header, nameOf(got), nameOf(joined))
	}
}

// TestCodings packs and unpacks with each, streams and whole answers.
func TestCodings(t *testing.T) {
	t.Parallel()
	want := bytes.Repeat([]byte("a line of an answer\n"), 100_000)
	unpack := map[Coding]func(io.Reader) (io.Reader, error){
		Identity: func(r io.Reader) (io.Reader, error) { return r, nil },
		Gzip:     func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		Zstd:     func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) },
		Brotli:   func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
	}
	check := func(c Coding, packed []byte) {
		t.Helper()
		if size := len(packed); (c == Identity) != (size == len(want)) {
			t.Errorf("%s: found %d bytes of %d", c, size, len(want))
		}
		r, err := unpack[c](bytes.NewReader(packed))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: found %d bytes, %v", c, len(got), err)
		}
	}
	for _, c := range StreamCodings {
		var packed bytes.Buffer
		w, err := c.Stream(&packed)
		if err != nil {
			t.Fatal(err)
		}
		for piece := range slices.Chunk(want, 70_000) {
			if _, err := w.Write(piece); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		check(c, packed.Bytes())
	}
	p, err := NewPackers()
	if err != nil {
		t.Fatal(err)
	}
	if packed, err := p.Pack("deflate", want); err == nil {
		t.Errorf("a coding that is not known was packed as %d bytes of another", len(packed))
	}
	for _, c := range AnswerCodings {
		if c == Identity {
			continue
		}
		for range 2 { // the second with what the first has used
			packed, err := p.Pack(c, want)
			if err != nil {
				t.Fatal(err)
			}
			check(c, packed)
		}
	}
}
