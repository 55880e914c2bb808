package store

import (
	"bufio"
	"bytes"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/klauspost/compress/s2"
)

// spillMemory is how many bytes of records are sorted in memory before they
// are written out, in bytes.
const spillMemory = 32 << 20

// runBlock is how many bytes of a run are packed together: each run that is
// merged needs a few times as much memory.
const runBlock = 64 << 10

// spill sorts records by key with a bounded amount of memory: what does not
// fit is written to runs in a folder, which are merged when they are read.
// Records with the same key come out in the order in which they were added.
type spill struct {
	dir     string
	memory  int // bytes after which a run is written
	entries []spillEntry
	size    int
	slab    []byte // room that entries point into
	runs    []string
}

type spillEntry struct{ key, value []byte }

func newSpill(dir string, memory int) *spill { return &spill{dir: dir, memory: memory} }

// keep copies bytes into the current slab.
func (s *spill) keep(b []byte) []byte {
	if len(b) > cap(s.slab)-len(s.slab) {
		s.slab = make([]byte, 0, max(1<<20, len(b)))
	}
	start := len(s.slab)
	s.slab = append(s.slab, b...)
	return s.slab[start:len(s.slab):len(s.slab)]
}

func (s *spill) add(key, value []byte) error {
	s.entries = append(s.entries, spillEntry{s.keep(key), s.keep(value)})
	s.size += len(key) + len(value) + 48 // with the entry itself
	if s.size < s.memory {
		return nil
	}
	return s.writeRun()
}

func (s *spill) sort() {
	slices.SortStableFunc(s.entries, func(a, b spillEntry) int { return bytes.Compare(a.key, b.key) })
}

func (s *spill) writeRun() error {
	s.sort()
	path := filepath.Join(s.dir, fmt.Sprintf("run-%d", len(s.runs)))
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write sorted run: %w", err)
	}
	s.runs = append(s.runs, path)
	w := s2.NewWriter(f, s2.WriterConcurrency(1), s2.WriterBlockSize(runBlock))
	var lengths []byte
	for _, e := range s.entries {
		lengths = binary.AppendUvarint(lengths[:0], uint64(len(e.key)))
		lengths = binary.AppendUvarint(lengths, uint64(len(e.value)))
		for _, part := range [][]byte{lengths, e.key, e.value} {
			if _, err := w.Write(part); err != nil {
				return errors.Join(fmt.Errorf("write sorted run: %w", err), f.Close())
			}
		}
	}
	clear(s.entries) // which would keep the slabs alive
	s.entries, s.size, s.slab = s.entries[:0], 0, nil
	if err := errors.Join(w.Close(), f.Close()); err != nil {
		return fmt.Errorf("write sorted run: %w", err)
	}
	return nil
}

// merge gives all records in order. The spill takes no more of them.
func (s *spill) merge() (*spillReader, error) {
	s.sort()
	r := &spillReader{}
	for i, path := range s.runs {
		f, err := os.Open(path)
		if err != nil {
			return nil, errors.Join(err, r.close())
		}
		run := &spillRun{number: i, file: f, in: bufio.NewReaderSize(s2.NewReader(f, s2.ReaderMaxBlockSize(runBlock), s2.ReaderAllocBlock(runBlock)), 4<<10)}
		r.files = append(r.files, f)
		if err := r.push(run); err != nil {
			return nil, errors.Join(err, r.close())
		}
	}
	err := r.push(&spillRun{number: len(s.runs), entries: s.entries})
	return r, err
}

// spillReader merges runs.
type spillReader struct {
	runs    spillHeap
	files   []*os.File
	current *spillRun // whose entry was given last
}

func (r *spillReader) push(run *spillRun) error {
	ok, err := run.advance()
	if ok {
		heap.Push(&r.runs, run)
	}
	return err
}

// next gives the next record, io.EOF behind the last. Its bytes are valid until
// the next call.
func (r *spillReader) next() (key, value []byte, err error) {
	if r.current != nil {
		if err := r.push(r.current); err != nil {
			return nil, nil, err
		}
		r.current = nil
	}
	if len(r.runs) == 0 {
		return nil, nil, io.EOF
	}
	r.current = heap.Pop(&r.runs).(*spillRun)
	return r.current.entry.key, r.current.entry.value, nil
}

func (r *spillReader) close() error {
	var err error
	for _, f := range r.files {
		err = errors.Join(err, f.Close())
	}
	return err
}

// spillRun is one sorted run: a file, or the entries still in memory.
type spillRun struct {
	number  int
	file    *os.File
	in      *bufio.Reader
	entries []spillEntry
	entry   spillEntry
	buffer  []byte
}

// advance moves to the next entry and reports whether there is one.
func (r *spillRun) advance() (bool, error) {
	if r.file == nil {
		if len(r.entries) == 0 {
			return false, nil
		}
		r.entry, r.entries = r.entries[0], r.entries[1:]
		return true, nil
	}
	keyLen, err := binary.ReadUvarint(r.in)
	if err == io.EOF {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read sorted run: %w", err)
	}
	valueLen, err := binary.ReadUvarint(r.in)
	if err != nil {
		return false, fmt.Errorf("read sorted run: %w", torn(err))
	}
	r.buffer = slices.Grow(r.buffer[:0], int(keyLen+valueLen))[:keyLen+valueLen]
	if _, err := io.ReadFull(r.in, r.buffer); err != nil {
		return false, fmt.Errorf("read sorted run: %w", torn(err))
	}
	r.entry = spillEntry{r.buffer[:keyLen], r.buffer[keyLen:]}
	return true, nil
}

// torn makes the end of a file inside a record an error of its own, which
// nobody takes for the end of the run.
func torn(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// spillHeap orders runs by their entry's key, then by their number.
type spillHeap []*spillRun

func (h spillHeap) Len() int      { return len(h) }
func (h spillHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h spillHeap) Less(i, j int) bool {
	if c := bytes.Compare(h[i].entry.key, h[j].entry.key); c != 0 {
		return c < 0
	}
	return h[i].number < h[j].number
}
func (h *spillHeap) Push(x any) { *h = append(*h, x.(*spillRun)) }
func (h *spillHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
