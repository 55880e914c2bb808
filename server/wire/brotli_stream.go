package wire

import (
	"bufio"
	"errors"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/andybalholm/brotli/matchfinder"
)

// brotliStream packs a stream by brotli with about the work of gzip. The levels of
// the module that are as cheap look back no further than to what was written last, and
// pack posts half as well; those that do look back take twice the time, and more. So it
// is put together of the parts of the module: what finds repetitions as zstd does, and
// what writes them as brotli.
type brotliStream struct {
	*bufio.Writer // gathers what is packed together
	packer        *matchfinder.Writer
}

// brotliBlock is how many bytes are packed together, where they come in smaller pieces.
const brotliBlock = 64 << 10

func newBrotliStream(w io.Writer) *brotliStream {
	packer := &matchfinder.Writer{Dest: w, MatchFinder: &matchfinder.ZDFast{MaxDistance: zstdWindow}, Encoder: &brotli.Encoder{}}
	return &brotliStream{bufio.NewWriterSize(packer, brotliBlock), packer}
}

// Close writes what is gathered, and the end.
func (s *brotliStream) Close() error { return errors.Join(s.Flush(), s.packer.Close()) }
