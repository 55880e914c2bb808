package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	hashing "hash"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"
)

// What is read from a release again and again is checked once, see column. So that a
// bit which is flipped later is not relied on for long, the file of the release that
// is served is proven again and again, behind serving, a pass after the other; and
// after each, what was checked once is forgotten, and what was found from it.
const (
	// scrubPeriod is how long a pass takes. Whatever was wrong for a moment is gone
	// after two: what was read from it in the first is not relied on after the second.
	scrubPeriod = 2 * time.Minute
	// scrubRate bounds it, in bytes a second: of a file of more than about a gigabyte
	// a pass takes longer. At that rate it takes half of a hundredth of a processor.
	scrubRate = 9 << 20
	// scrubPiece is how many bytes are read at once. They go through a buffer, so
	// that the pages of the file which nobody asks for take no memory of the process.
	scrubPiece = 1 << 20
	// hurry is the rest between pieces where a read has met what seems to be damage: a
	// gigabyte is proven in about two seconds.
	hurry = time.Millisecond
)

// ReliableSince is the time from which on what was read from the release is relied on.
// An older answer may rest on bytes that were wrong for a while after they were
// checked, and is to be made anew.
func (r *Release) ReliableSince() time.Time { return *r.reliable.Load() }

// wake tells who waits for a channel, of which one waits at most.
func wake(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// forget has everything checked again when it is next read.
func (r *Release) forget() {
	for _, part := range []interface{ forget() }{r.file, r.posts, r.orders, r.terms, r.words, r.similar, r.engine} {
		part.forget()
	}
}

// scrub is one pass over the file of a release. It is for one goroutine, and uses the
// release only during a step.
type scrub struct {
	release *Release
	began   time.Time
	size    int64        // bytes of the file
	at      int64        // that are proven
	table   []byte       // of leaves; nil where the file has none
	whole   hashing.Hash // of all bytes; nil where their identity is known
	room    []byte
}

func newScrub(r *Release) *scrub {
	s := &scrub{release: r, began: time.Now(), size: r.manifest.Size, room: make([]byte, max(scrubPiece/r.file.pages.size, 1)*r.file.pages.size)}
	// A file that nothing but its SHA-256 tells from others is held against that.
	if r.manifest.Identity == "" {
		s.whole = sha256.New()
	}
	return s
}

// step proves the next piece, and reports whether it was the last. An error is damage.
func (s *scrub) step() (done bool, err error) {
	p := s.release.file.pages
	if s.table == nil && p.known != nil {
		if err := s.readTable(); err != nil {
			return false, err
		}
	}
	piece := s.room[:min(int64(len(s.room)), s.size-s.at)]
	if err := p.read(piece, s.at); err != nil {
		return false, err
	}
	if s.whole != nil {
		s.whole.Write(piece)
	}
	for at := 0; s.table != nil && at+p.size <= len(piece); at += p.size {
		id := (int(s.at) + at) / p.size
		if id >= p.count { // the table, which was proven first
			break
		}
		page := piece[at:][:p.size]
		if s.sound(id, page) {
			continue
		}
		if err := p.read(page, int64(id*p.size)); err != nil { // once more: it may have been turned back
			return false, err
		}
		if !s.sound(id, page) {
			return false, damagedPage(id)
		}
	}
	if s.at += int64(len(piece)); s.at < s.size {
		return false, nil
	}
	if s.whole != nil && !strings.EqualFold(hex.EncodeToString(s.whole.Sum(nil)), s.release.manifest.SHA256) {
		return true, fmt.Errorf("%w: the SHA-256 of the file is not what its manifest says", ErrCorrupt)
	}
	return true, nil
}

func (s *scrub) sound(id int, page []byte) bool {
	return binary.LittleEndian.Uint32(s.table[id*leafEntrySize:]) == pageSum(page)
}

// readTable reads the table of leaves, as it was when the release was opened.
func (s *scrub) readTable() error {
	p := s.release.file.pages
	begin := int64(p.count * p.size)
	table := make([]byte, s.size-begin)
	for range 2 { // the first may be of a bit that was turned back
		if err := p.read(table, begin); err != nil {
			return err
		}
		if xxhash.Sum64(table) == p.table {
			s.table = table
			return nil
		}
	}
	return fmt.Errorf("%w: the table of leaves is damaged", ErrCorrupt)
}

// scrub proves the release that is served, again and again.
func (l *Live) scrub(ctx context.Context, period time.Duration) {
	for ctx.Err() == nil {
		r := l.current.Load()
		if r == nil {
			l.rest(ctx, nil, period)
			continue
		}
		if l.pass(ctx, r, period, r.health.suspects) && l.current.Load() == r {
			// Reads that fail for another reason must not keep a processor busy.
			l.pass(ctx, r, period, nil)
		}
	}
}

// pass proves a release once: in haste where a read meanwhile met what seems to be
// damage, which it reports. It ends where another is served.
func (l *Live) pass(ctx context.Context, r *Release, period time.Duration, suspects <-chan error) (hastened bool) {
	s, again := newScrub(r), false
	period = max(period, time.Duration(float64(s.size)/scrubRate*float64(time.Second)))
	rest := time.Duration(float64(period) * min(1, float64(len(s.room))/float64(s.size)))
	var met error
	for {
		if suspicion := l.rest(ctx, suspects, rest); suspicion != nil {
			s, rest, suspects, met = newScrub(r), min(rest, hurry), nil, suspicion
		}
		if ctx.Err() != nil || l.current.Load() != r || !r.Retain() {
			return met != nil
		}
		done, err := s.step()
		if err == nil && !done {
			_ = r.Close() // it was only read from
			continue
		}
		if err != nil && s.whole != nil && done && !again { // which could be of a bit that was turned back
			_ = r.Close()
			s, rest, again = newScrub(r), min(rest, hurry), true
			continue
		}
		r.forget()
		if err != nil {
			s.began = time.Now() // what was read from it until now may be wrong
		}
		r.reliable.Store(&s.began)
		switch {
		case err != nil && met != nil:
			l.fallback.prove(r, fmt.Errorf("%w; it was met as: %w", err, met))
		case err != nil:
			l.fallback.prove(r, err)
		case met != nil:
			l.fallback.refute(r, met)
		}
		_ = r.Close()
		if err != nil {
			l.rest(ctx, nil, period) // it is known now
		}
		return met != nil
	}
}

// rest waits, and gives the suspicion that ended it, nil where none did.
func (l *Live) rest(ctx context.Context, suspects <-chan error, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-l.switched:
	case suspicion := <-suspects:
		return suspicion
	}
	return nil
}
