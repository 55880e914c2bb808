package server

import (
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// coding is a way to pack an answer for the way to the reader (RFC 9110, 8.4).
type coding struct {
	name string // as Content-Encoding names it
	pack func(io.Writer) (io.WriteCloser, error)
}

// identity packs nothing, and is named in no header but Accept-Encoding.
var identity = &coding{"identity", func(w io.Writer) (io.WriteCloser, error) { return unpacked{w}, nil }}

// codings are all there are. Of those that a reader likes as well as others the
// first is taken.
var codings = []*coding{
	{"zstd", func(w io.Writer) (io.WriteCloser, error) {
		// One goroutine and a small window: what a reader waits for is more the
		// network than the packing, and memory is taken for each of them.
		return zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(zstdWindow))
	}},
	{"gzip", func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriterLevel(w, gzip.BestSpeed) }},
	identity,
}

// zstdWindow is how far back, in bytes, zstd looks for what it has seen.
const zstdWindow = 512 << 10

type unpacked struct{ io.Writer }

func (unpacked) Close() error { return nil }

// acceptEncoding names the header by which readers choose.
const acceptEncoding = "Accept-Encoding"

// negotiate gives the coding that a request's Accept-Encoding likes most; nil
// where it takes none. What the header does not name is taken as it says of *;
// identity, where neither is named, is taken last. Without the header, or with
// an empty one, nothing is packed. What cannot be read is passed over.
func negotiate(accept []string) *coding {
	// What is not named is not taken, but identity, after all others.
	const last, unnamed = 0, -1
	weights := make([]int, len(codings))
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
					if strings.EqualFold(name, c.name) || c.name == "gzip" && strings.EqualFold(name, "x-gzip") {
						weights[i] = weight
					}
				}
			}
		}
	}
	var best *coding
	most := unnamed
	for i, c := range codings {
		weight := weights[i]
		if weight == unnamed {
			weight = others
		}
		switch {
		case weight == 0: // refused
			continue
		case weight == unnamed && c == identity:
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
