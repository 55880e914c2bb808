package release

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	hashing "hash"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"alphanode/store"
	"alphanode/store/file"
)

// What is read from a release again and again is checked once, see column. So that a
// bit which is flipped later is not relied on for long, the file of the release that
// is served is proven again and again, behind serving, a pass after the other; and
// after each, what was checked once is forgotten, and what was found from it.

// scrubPiece is how many bytes are read at once. They go through a buffer, so
// that the pages of the file which nobody asks for take no memory of the process.
const scrubPiece = 1 << 20

// scrub is one pass over the file of a release. It is for one goroutine, and uses the
// file only during a step.
type scrub struct {
	file  *file.File
	sum   string // SHA-256 of the file, in hex; "" where the table of leaves is enough
	Began time.Time
	at    int64        // bytes that are proven
	table []byte       // of leaves; nil where the file has none
	whole hashing.Hash // of all bytes; nil where their sum is not asked for
	again bool         // it was begun anew as the sum was another
	room  []byte
}

// newScrub begins a pass. A file that nothing but its SHA-256 tells from others is held
// against that.
func newScrub(f *file.File, sum string) *scrub {
	s := &scrub{file: f, sum: sum, room: make([]byte, max(scrubPiece/f.Pages.Size, 1)*f.Pages.Size)}
	s.Restart()
	return s
}

// Restart begins the pass anew.
func (s *scrub) Restart() {
	s.Began, s.at, s.table = time.Now(), 0, nil
	if s.sum != "" {
		s.whole = sha256.New()
	}
}

// Doubt begins the pass anew, once, where what was found at its end may be of a bit that
// was turned back since. It reports whether it did.
func (s *scrub) Doubt() bool {
	if s.whole == nil || s.again {
		return false
	}
	s.again = true
	s.Restart()
	return true
}

// Steps is how many there are, about: less than one where the file is small.
func (s *scrub) Steps() float64 { return float64(s.file.Bytes) / float64(len(s.room)) }

// Step proves the next piece, and reports whether it was the last. An error is damage.
func (s *scrub) Step() (done bool, err error) {
	p := s.file.Pages
	if s.table == nil && p.Known != nil {
		if err := s.readTable(); err != nil {
			return false, err
		}
	}
	piece := s.room[:min(int64(len(s.room)), s.file.Bytes-s.at)]
	if err := p.Read(piece, s.at); err != nil {
		return false, err
	}
	if s.whole != nil {
		s.whole.Write(piece)
	}
	for at := 0; s.table != nil && at+p.Size <= len(piece); at += p.Size {
		id := (int(s.at) + at) / p.Size
		if id >= p.Count { // the table, which was proven first
			break
		}
		page := piece[at:][:p.Size]
		if s.sound(id, page) {
			continue
		}
		if err := p.Read(page, int64(id*p.Size)); err != nil { // once more: it may have been turned back
			return false, err
		}
		if !s.sound(id, page) {
			return false, file.DamagedPage(id)
		}
	}
	if s.at += int64(len(piece)); s.at < s.file.Bytes {
		return false, nil
	}
	if s.whole != nil && !strings.EqualFold(hex.EncodeToString(s.whole.Sum(nil)), s.sum) {
		return true, fmt.Errorf("%w: the SHA-256 of the file is not what its manifest says", store.ErrCorrupt)
	}
	return true, nil
}

func (s *scrub) sound(id int, page []byte) bool {
	return binary.LittleEndian.Uint32(s.table[id*file.LeafEntrySize:]) == file.PageSum(page)
}

// readTable reads the table of leaves, as it was when the release was opened.
func (s *scrub) readTable() error {
	p := s.file.Pages
	begin := int64(p.Count * p.Size)
	table := make([]byte, s.file.Bytes-begin)
	for range 2 { // the first may be of a bit that was turned back
		if err := p.Read(table, begin); err != nil {
			return err
		}
		if xxhash.Sum64(table) == p.Table {
			s.table = table
			return nil
		}
	}
	return fmt.Errorf("%w: the table of leaves is damaged", store.ErrCorrupt)
}
