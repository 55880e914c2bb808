package draft

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"net/url"
	"slices"
	"sync/atomic"
	"time"

	"alphanode/ingest/record"
)

// File is where drafts are kept between the passes.
type File interface {
	io.Writer
	io.ReaderAt
}

// Options say how drafts become posts.
type Options struct {
	Language string    // the archive's own, a normal tag; "" where it is not known
	Base     *url.URL  // where the archive's site stood; nil where that is not known
	Now      time.Time // by which a post is still to come; zero where none is
}

// Spool takes the drafts of an import and makes posts of them. It is for one goroutine.
type Spool struct {
	options Options
	emit    func(record.Item) error
	file    File
	out     *bufio.Writer
	size    int64
	convert []Convert
	posts   []place
	kept    []kept // by hash and offset once they are settled

	unread atomic.Pointer[error] // why a kept draft could not be read, where one could not
}

// place is where the draft of a post stands in the file, and what naming needs of it.
type place struct {
	offset int64
	slug   uint64 // hash of the slug; 0 where the body must tell it
	day    int32  // 20141225; 0 for none
}

// kept is where a draft stands that is found by its key.
type kept struct {
	key    uint64 // hash
	offset int64
}

// NewSpool begins to take drafts. emit is given what needs no second pass at once, and
// the rest by [Spool.Settle].
func NewSpool(file File, o Options, emit func(record.Item) error) *Spool {
	return &Spool{options: o, emit: emit, file: file, out: bufio.NewWriterSize(file, 256<<10)}
}

// Sink takes what the reader of one format finds.
type Sink struct {
	spool  *Spool
	format byte // the number of its Convert
}

// Sink gives what a reader writes to, whose bodies become blocks by convert.
func (s *Spool) Sink(convert Convert) *Sink {
	s.convert = append(s.convert, convert)
	return &Sink{s, byte(len(s.convert) - 1)}
}

// LeaveOut counts an item of the source that is no post on purpose: a revision, an
// image, a section.
func (s *Sink) LeaveOut(kind string, at record.Origin) error {
	return s.spool.emit(record.Item{Origin: at, LeftOut: kind})
}

// Reject gives an item that is wrong.
func (s *Sink) Reject(at record.Origin, faults ...record.Reject) error {
	return s.spool.emit(record.Item{Origin: at, Rejects: faults})
}

// Keep takes a draft that is no post, to be found by its key, and counts it as left
// out where kind is not empty. Of several with one key the first is found.
func (s *Sink) Keep(d *Draft, kind string) error {
	if err := s.write(d); err != nil {
		return err
	}
	if kind == "" {
		return nil
	}
	return s.LeaveOut(kind, d.Origin)
}

// Add takes the draft of a post. It may be changed afterwards.
func (s *Sink) Add(d *Draft) error {
	s.spool.name(d)
	p := place{offset: s.spool.size, day: dayNumber(d.Post.PublishedAt)}
	if d.Slug != "" {
		p.slug = hash(d.Slug)
	}
	if err := s.write(d); err != nil {
		return err
	}
	s.spool.posts = append(s.spool.posts, p)
	return nil
}

// hash tells slugs and keys apart. It is FNV-1a, which can be carried on: see
// [carryOn]. Of a million slugs two meet by chance once in 30 million imports; they
// would get their days then.
func hash(text string) uint64 {
	h := fnv.New64a()
	_, _ = io.WriteString(h, text)
	return h.Sum64()
}

// carryOn gives the hash of a text that goes on, by that of its beginning.
func carryOn(h uint64, text string) uint64 {
	const prime = 1099511628211
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * prime
	}
	return h
}

// A frame is the number of the format, the lengths of the draft's JSON and of its body,
// and these.
func (s *Sink) write(d *Draft) error {
	sp := s.spool
	head, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("%s: keep the draft: %w", d.Origin, err)
	}
	if d.Key != "" {
		sp.kept = append(sp.kept, kept{hash(d.Key), sp.size})
	}
	var lengths [1 + 2*binary.MaxVarintLen64]byte
	lengths[0] = s.format
	b := binary.AppendUvarint(lengths[:1], uint64(len(head)))
	b = binary.AppendUvarint(b, uint64(len(d.Body)))
	_, err = sp.out.Write(b)
	if err == nil {
		_, err = sp.out.Write(head)
	}
	if err == nil {
		_, err = sp.out.WriteString(d.Body)
	}
	if err != nil {
		return fmt.Errorf("%s: keep the draft: %w", d.Origin, err)
	}
	sp.size += int64(len(b) + len(head) + len(d.Body))
	return nil
}

// frame is a draft as it stands in the file.
type frame struct {
	post   int // its number among the posts, where it is one
	offset int64
	format byte
	head   []byte
	body   string
}

// draft reads what the frame has.
func (f frame) draft() (*Draft, error) {
	d := &Draft{}
	if err := json.Unmarshal(f.head, d); err != nil {
		return nil, fmt.Errorf("read the draft at byte %d: %w", f.offset, err)
	}
	d.Body = f.body
	return d, nil
}

// frameReader reads frames one after the other.
type frameReader struct {
	in     *bufio.Reader
	offset int64
	room   []byte // for the body that is read
}

func (s *Spool) framesFrom(offset int64, size int) *frameReader {
	return &frameReader{in: bufio.NewReaderSize(io.NewSectionReader(s.file, offset, s.size-offset), size), offset: offset}
}

// next reads a frame, or [io.EOF] behind the last one. A body that is not wanted is
// passed over.
func (r *frameReader) next(wanted func(offset int64) bool) (frame, error) {
	f := frame{offset: r.offset}
	var err error
	if f.format, err = r.in.ReadByte(); err != nil {
		return f, err
	}
	head, err := r.length(err)
	body, err := r.length(err)
	if err != nil {
		return f, fmt.Errorf("read the draft at byte %d: %w", f.offset, err)
	}
	r.offset += int64(1 + uvarintLen(head) + uvarintLen(body) + head + body)
	if !wanted(f.offset) {
		for _, n := range []int{head, body} {
			if _, err = r.in.Discard(n); err != nil {
				break
			}
		}
	} else {
		r.room = slices.Grow(r.room[:0], body)[:body]
		f.head = make([]byte, head)
		if _, err = io.ReadFull(r.in, f.head); err == nil {
			_, err = io.ReadFull(r.in, r.room)
		}
		f.body = string(r.room)
	}
	if err != nil {
		return f, fmt.Errorf("read the draft at byte %d: %w", f.offset, noEnd(err))
	}
	return f, nil
}

func (r *frameReader) length(err error) (int, error) {
	if err != nil {
		return 0, err
	}
	n, err := binary.ReadUvarint(r.in)
	return int(n), noEnd(err)
}

// noEnd makes an end inside a frame an error like others.
func noEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func uvarintLen(n int) int {
	return len(binary.AppendUvarint(nil, uint64(n)))
}

// at reads the draft that stands somewhere in the file.
func (s *Spool) at(offset int64) (*Draft, byte, error) {
	f, err := s.framesFrom(offset, 4<<10).next(func(int64) bool { return true })
	if err != nil {
		return nil, 0, err
	}
	d, err := f.draft()
	return d, f.format, err
}

// find gives the draft that was kept under a key. Keys whose hashes meet are told apart
// by the drafts.
func (s *Spool) find(name string) (*Draft, bool) {
	h := hash(name)
	i, _ := slices.BinarySearchFunc(s.kept, kept{h, 0}, compareKept)
	for ; i < len(s.kept) && s.kept[i].key == h; i++ {
		d, _, err := s.at(s.kept[i].offset)
		if err != nil {
			s.unread.CompareAndSwap(nil, &err) // and Settle fails: the post would lose something
			return nil, false
		}
		if d.Key == name {
			d.whole = s.options.whole("")
			return d, true
		}
	}
	return nil, false
}

func compareKept(a, b kept) int {
	return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.offset, b.offset))
}
