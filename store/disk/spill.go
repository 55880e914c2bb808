package disk

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

// SpillMemory is how many bytes of records are sorted in memory before they
// are written out. While they are, as many more are gathered.
const SpillMemory = 32 << 20

// runBlock is how many bytes of a run are packed together: each run that is
// merged needs a few times as much memory.
const runBlock = 64 << 10

// Spill sorts records by key with a bounded amount of memory: what does not
// fit is written to runs in a folder, which are merged when they are read.
// Records with the same key come out in the order in which they were added.
// It is for one goroutine, which ends it with Close.
type Spill struct {
	disk    Disk
	dir     string
	name    string     // with which its files begin
	Memory  int        // bytes after which a run is written
	Chunk   *chunk     // being gathered
	spare   *chunk     // whose room is free
	writing chan error // gives one value when the run being written is; nil where none is
	runs    []string
}

// NewSpill begins to sort in a folder, where runs are called after a name. Memory is in bytes.
func NewSpill(d Disk, dir, name string, memory int) *Spill {
	return &Spill{disk: d, dir: dir, name: name, Memory: memory, Chunk: &chunk{}, spare: &chunk{}}
}

// Add adds a record, of which it takes a copy.
func (s *Spill) Add(key, value []byte) error {
	s.Chunk.Add(key, value)
	if s.Chunk.Size < s.Memory {
		return nil
	}
	return s.WriteRun()
}

// Take adds a record that is not copied, and leaves it to the caller when a run
// is written.
func (s *Spill) Take(key, value []byte) {
	s.Chunk.entries = append(s.Chunk.entries, spillEntry{key, value})
}

// WriteRun begins to write the chunk as a run of its own, and goes on with the
// one that was written before.
func (s *Spill) WriteRun() error {
	if err := s.written(); err != nil {
		return err
	}
	path := filepath.Join(s.dir, fmt.Sprintf("%s-%d", s.name, len(s.runs)))
	s.runs = append(s.runs, path)
	full := s.Chunk
	s.Chunk, s.spare = s.spare, full
	s.Chunk.clear()
	done := make(chan error, 1)
	s.writing = done
	go func() { done <- full.write(s.disk, path) }()
	return nil
}

// written waits until the run that is being written is.
func (s *Spill) written() error {
	if s.writing == nil {
		return nil
	}
	err := <-s.writing
	s.writing = nil
	s.spare.clear() // what was taken is the garbage collector's now
	return err
}

// Merge gives all records in order. The spill takes no more of them.
func (s *Spill) Merge() (*SpillReader, error) {
	if err := s.written(); err != nil {
		return nil, err
	}
	s.spare = nil
	s.Chunk.sort()
	r := &SpillReader{}
	for i, path := range s.runs {
		f, err := os.Open(path)
		if err != nil {
			return nil, errors.Join(err, r.Close())
		}
		run := &spillRun{number: i, in: bufio.NewReaderSize(s2.NewReader(f, s2.ReaderMaxBlockSize(runBlock), s2.ReaderAllocBlock(runBlock)), 4<<10)}
		r.files = append(r.files, f)
		if err := r.push(run); err != nil {
			return nil, errors.Join(err, r.Close())
		}
	}
	err := r.push(&spillRun{number: len(s.runs), entries: s.Chunk.entries})
	return r, err
}

// Close ends the goroutine that may be writing, and forgets what is in memory. The
// runs go with their folder.
func (s *Spill) Close() {
	_ = s.written()
	s.Chunk, s.spare = nil, nil
}

// chunk is records in memory. Its room is used again when it is cleared.
type chunk struct {
	entries []spillEntry
	Size    int      // of the records and what it takes to keep them, in bytes
	slabs   [][]byte // room that entries point into; those up to current are in use
	current int
}

type spillEntry struct{ key, value []byte }

// slabSize is how many bytes of records lie in one piece.
const slabSize = 1 << 20

func (c *chunk) Add(key, value []byte) {
	c.entries = append(c.entries, spillEntry{c.keep(key), c.keep(value)})
	c.Size += len(key) + len(value) + 48 // with the entry itself
}

// keep copies bytes into a slab that has room for them.
func (c *chunk) keep(b []byte) []byte {
	if len(b) > slabSize {
		return bytes.Clone(b) // its room is not kept
	}
	for ; c.current < len(c.slabs); c.current++ {
		slab := c.slabs[c.current]
		if start := len(slab); len(b) <= cap(slab)-start {
			slab = append(slab, b...)
			c.slabs[c.current] = slab
			return slab[start:len(slab):len(slab)]
		}
	}
	c.slabs = append(c.slabs, make([]byte, 0, slabSize))
	return c.keep(b)
}

func (c *chunk) clear() {
	for i := range c.slabs {
		c.slabs[i] = c.slabs[i][:0]
	}
	clear(c.entries)
	c.entries, c.Size, c.current = c.entries[:0], 0, 0
}

func (c *chunk) sort() {
	slices.SortStableFunc(c.entries, func(a, b spillEntry) int { return bytes.Compare(a.key, b.key) })
}

// write sorts the records and writes them as a run.
func (c *chunk) write(d Disk, path string) error {
	c.sort()
	f, err := d.Open(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("write sorted run: %w", err)
	}
	w := s2.NewWriter(f, s2.WriterConcurrency(1), s2.WriterBlockSize(runBlock))
	var lengths []byte
	for _, e := range c.entries {
		lengths = binary.AppendUvarint(lengths[:0], uint64(len(e.key)))
		lengths = binary.AppendUvarint(lengths, uint64(len(e.value)))
		for _, part := range [][]byte{lengths, e.key, e.value} {
			if _, err := w.Write(part); err != nil {
				return errors.Join(fmt.Errorf("write sorted run: %w", err), f.Close())
			}
		}
	}
	if err := errors.Join(w.Close(), f.Close()); err != nil {
		return fmt.Errorf("write sorted run: %w", err)
	}
	return nil
}

// SpillReader merges runs. Of each it holds the key that comes next; a value,
// which can be large, is read when it is given.
type SpillReader struct {
	runs    spillHeap
	files   []*os.File
	current *spillRun // whose entry was given last
	room    []byte    // for the value that was given last
}

func (r *SpillReader) push(run *spillRun) error {
	ok, err := run.advance()
	if ok {
		heap.Push(&r.runs, run)
	}
	return err
}

// Next gives the next record, io.EOF behind the last. Its bytes are valid until
// the next call.
func (r *SpillReader) Next() (key, value []byte, err error) {
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
	if r.current.in == nil {
		return r.current.key, r.current.kept, nil
	}
	r.room, err = r.current.value(r.room)
	return r.current.key, r.room, err
}

// Close closes the files of the runs.
func (r *SpillReader) Close() error {
	var err error
	for _, f := range r.files {
		err = errors.Join(err, f.Close())
	}
	return err
}

// spillRun is one sorted run: a file, or the entries still in memory.
type spillRun struct {
	number  int
	in      *bufio.Reader // nil where the entries are in memory
	entries []spillEntry  // behind the one it is at
	key     []byte        // of that one
	kept    []byte        // its value, in memory
	length  int           // of its value, which is not yet read from in
}

// advance moves to the next entry and reports whether there is one. The value of
// the one before must have been read.
func (r *spillRun) advance() (bool, error) {
	if r.in == nil {
		if len(r.entries) == 0 {
			return false, nil
		}
		r.key, r.kept, r.entries = r.entries[0].key, r.entries[0].value, r.entries[1:]
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
		return false, fmt.Errorf("read sorted run: %w", Torn(err))
	}
	r.length = int(valueLen)
	if r.key, err = readInto(r.key, r.in, int(keyLen)); err != nil {
		return false, fmt.Errorf("read sorted run: %w", err)
	}
	return true, nil
}

// value reads the value of the entry it is at in a file, into room where that is
// large enough.
func (r *spillRun) value(room []byte) ([]byte, error) {
	value, err := readInto(room, r.in, r.length)
	if err != nil {
		return nil, fmt.Errorf("read sorted run: %w", err)
	}
	return value, nil
}

func readInto(room []byte, from io.Reader, n int) ([]byte, error) {
	room = slices.Grow(room[:0], n)[:n]
	if _, err := io.ReadFull(from, room); err != nil {
		return nil, Torn(err)
	}
	return room, nil
}

// Torn makes the end of a file inside a record an error of its own, which
// nobody takes for the end of the run.
func Torn(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// spillHeap orders runs by the key that comes next, then by their number.
type spillHeap []*spillRun

func (h spillHeap) Len() int      { return len(h) }
func (h spillHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h spillHeap) Less(i, j int) bool {
	if c := bytes.Compare(h[i].key, h[j].key); c != 0 {
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
