package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Coding is a way to pack an answer for the way to the reader (RFC 9110, 8.4).
type Coding string // as Content-Encoding names it

// The codings, and two that are none.
const (
	Brotli Coding = "br"
	Zstd   Coding = "zstd"
	Gzip   Coding = "gzip"
	// Identity packs nothing, and is named in no header but Accept-Encoding.
	Identity Coding = "identity"
	// NoCoding is what a reader gets who takes none.
	NoCoding Coding = ""
)

// The codings there are. Of those that a reader likes as well as others the first
// is taken. An answer that is kept is packed once and sent often, so what packs best
// comes first; a stream is packed while it is sent.
var (
	AnswerCodings = [...]Coding{Brotli, Zstd, Gzip, Identity}
	largeCodings  = [...]Coding{Zstd, Brotli, Gzip, Identity} // at these levels zstd is the smallest
	StreamCodings = [...]Coding{Zstd, Brotli, Gzip, Identity}
)

// CodingsFor gives the codings for a body of a length.
func CodingsFor(length int) [len(AnswerCodings)]Coding {
	if length >= largeBody {
		return largeCodings
	}
	return AnswerCodings
}

// Place is the number of a coding among those of answers.
func (c Coding) Place() int { return slices.Index(AnswerCodings[:], c) }

// Tag is the tag of an answer in this coding, by that of the answer: other bytes have
// another.
func (c Coding) Tag(of string) string { return strings.TrimSuffix(of, `"`) + "-" + string(c) + `"` }

// zstdWindow is how far back, in bytes, zstd looks for what it has seen; brotli too, in
// streams.
const zstdWindow = 512 << 10

// Packing packs what is written to it on the way to a reader. Flush sends it on, which
// costs some bytes; brotli may keep the last few of them. Close is the end of it.
type Packing interface {
	io.WriteCloser
	Flush() error
}

// Stream packs what is written to it on the way to w.
func (c Coding) Stream(w io.Writer) (Packing, error) {
	switch c {
	case Brotli:
		return newBrotliStream(w), nil
	case Zstd:
		// One goroutine and a small window: what a reader waits for is more the
		// network than the packing, and memory is taken for each of them.
		return zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(zstdWindow))
	case Gzip:
		return gzip.NewWriterLevel(w, gzip.BestSpeed)
	default:
		return unpacked{w}, nil
	}
}

type unpacked struct{ io.Writer }

func (unpacked) Flush() error { return nil }
func (unpacked) Close() error { return nil }

// Packers pack whole answers.
type Packers struct {
	small, large levels
	zstd         *zstd.Encoder
}

// levels are how much work brotli and gzip do.
type levels struct {
	brotliLevel, gzipLevel int
	brotli, gzip           sync.Pool
}

// largeBody is the least length, in bytes, of a body that is packed with as little
// work as there is: a MiB takes 2 to 17 ms of a processor so, where the levels of
// smaller ones take several times that.
const largeBody = 128 << 10

// PackPrice is what packing a body costs at most, in units of a budget. A small one,
// which costs up to 4 ms, has none.
func (c Coding) PackPrice(length int) int {
	if c == Identity || length < largeBody {
		return 0
	}
	perKiB := 11 // measured, of texts, of what repeats itself far behind, and of noise: zstd up to 10.4, gzip 8.7
	if c == Brotli {
		perKiB = 17
	}
	return length >> 10 * perKiB
}

// PackCost is about what packing a body costs, in units, a small one too: measured of
// posts.
func (c Coding) PackCost(length int) int {
	if c == Identity || length >= largeBody {
		return c.PackPrice(length)
	}
	perKiB := map[Coding]int{Brotli: 45, Zstd: 6, Gzip: 10}[c]
	return (length*perKiB + 1023) >> 10
}

// StreamCost is about what a part of a stream costs to pack.
func (c Coding) StreamCost(length int) int {
	perKiB := map[Coding]int{Zstd: 4, Brotli: 6, Gzip: 5}[c]
	return (length*perKiB + 1023) >> 10
}

// NewPackers makes packers that have packed nothing yet.
func NewPackers() (*Packers, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(2), zstd.WithWindowSize(zstdWindow))
	return &Packers{small: levels{brotliLevel: 5, gzipLevel: 6}, large: levels{brotliLevel: 0, gzipLevel: 1}, zstd: encoder}, err
}

// packer is what brotli and gzip have.
type packer interface {
	io.WriteCloser
	Reset(io.Writer)
}

// Pack packs a body. A coding that it does not know is an error, never another one's bytes.
func (p *Packers) Pack(c Coding, body []byte) ([]byte, error) {
	switch c {
	case Zstd:
		return p.zstd.EncodeAll(body, make([]byte, 0, len(body)/3+64)), nil
	case Brotli, Gzip:
	default:
		return nil, fmt.Errorf("pack: no coding %q", c)
	}
	var out bytes.Buffer
	out.Grow(len(body)/3 + 64)
	at := &p.small
	if len(body) >= largeBody {
		at = &p.large
	}
	pool, w := &at.brotli, packer(nil)
	if c == Gzip {
		pool = &at.gzip
	}
	switch used := pool.Get().(type) {
	case packer:
		w = used
		w.Reset(&out)
	default:
		if c == Brotli {
			w = brotli.NewWriterLevel(&out, at.brotliLevel)
			break
		}
		made, err := gzip.NewWriterLevel(&out, at.gzipLevel)
		if err != nil {
			return nil, err
		}
		w = made
	}
	_, err := w.Write(body)
	err = errors.Join(err, w.Close())
	pool.Put(w)
	return slices.Clip(out.Bytes()), err
}

// PackOnce packs a body that is packed once and sent often: with more work than Pack
// does, some tens of milliseconds for 200 kB.
func PackOnce(c Coding, body []byte) ([]byte, error) {
	if c == Zstd {
		encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1))
		if err != nil {
			return nil, err
		}
		return slices.Clip(encoder.EncodeAll(body, nil)), encoder.Close()
	}
	const most = 9 // of brotli and gzip; beyond it brotli takes ten times as long for little
	p := Packers{small: levels{brotliLevel: most, gzipLevel: most}, large: levels{brotliLevel: most, gzipLevel: most}}
	return p.Pack(c, body)
}

// AcceptEncoding names the header by which readers choose.
const AcceptEncoding = "Accept-Encoding"

// Negotiate gives of some codings that which a request's Accept-Encoding likes most;
// NoCoding where it takes none. What the header does not name is taken as it says of *;
// identity, where neither is named, is taken last. Without the header, or with
// an empty one, nothing is packed. What cannot be read is passed over.
func Negotiate(accept []string, codings []Coding) Coding {
	// What is not named is not taken, but identity, after all others.
	const last, unnamed = 0, -1
	var room [len(AnswerCodings)]int
	weights := room[:len(codings)]
	for i := range weights {
		weights[i] = unnamed
	}
	others := unnamed
	for _, line := range accept {
		for entry := range strings.SplitSeq(line, ",") {
			name, weight, ok := parseWeighted(entry)
			switch {
			case !ok:
			case name == "*":
				others = weight
			default:
				for i, c := range codings {
					if strings.EqualFold(name, string(c)) || c == Gzip && strings.EqualFold(name, "x-gzip") {
						weights[i] = weight
					}
				}
			}
		}
	}
	best := NoCoding
	most := unnamed
	for i, c := range codings {
		weight := weights[i]
		if weight == unnamed {
			weight = others
		}
		switch {
		case weight == 0: // refused
			continue
		case weight == unnamed && c == Identity:
			weight = last
		}
		if weight > most {
			best, most = c, weight
		}
	}
	return best
}

// parseWeighted reads one entry of a list such as gzip;q=0.5. Weights are in
// thousandths.
func parseWeighted(entry string) (name string, weight int, ok bool) {
	name, parameter, weighted := strings.Cut(entry, ";")
	name = trimSpace(name)
	if name == "" || strings.ContainsAny(name, " \t") {
		return "", 0, false
	}
	if !weighted {
		return name, 1000, true
	}
	key, value, ok := strings.Cut(trimSpace(parameter), "=")
	if !ok || !strings.EqualFold(key, "q") {
		return "", 0, false
	}
	weight, ok = parseWeight(value)
	return name, weight, ok
}

// parseWeight reads a number from 0 to 1 with at most three decimals.
func parseWeight(value string) (thousandths int, ok bool) {
	whole, decimals, pointed := strings.Cut(value, ".")
	if whole != "0" && whole != "1" || len(decimals) > 3 {
		return 0, false
	}
	if !pointed {
		decimals = ""
	}
	n := int(whole[0] - '0')
	for i := range 3 {
		digit := byte('0')
		if i < len(decimals) {
			digit = decimals[i]
		}
		if digit < '0' || digit > '9' {
			return 0, false
		}
		n = n*10 + int(digit-'0')
	}
	return n, n <= 1000
}

// trimSpace takes away what HTTP calls whitespace.
func trimSpace(s string) string { return strings.Trim(s, " \t") }
