package jetstream

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"alphanode/fleet/transport"
)

// pieceSize is that of the clients of NATS.
const pieceSize = 128 << 10

// meta says what the pieces of a file are, in the words of the object stores of NATS.
type meta struct {
	Name    string    `json:"name"`
	Options options   `json:"options"`
	Bucket  string    `json:"bucket"`
	ID      string    `json:"nuid"` // of this Put; its pieces are on the subject with it
	Size    int64     `json:"size"`
	Time    time.Time `json:"mtime"`
	Pieces  int       `json:"chunks"`
	Digest  string    `json:"digest"`
	Deleted bool      `json:"deleted,omitempty"`
	place   uint64    // in the stream; 0 where there is none
}

type options struct {
	PieceSize int `json:"max_chunk_size"`
}

func (n names) metas() string { return "$O." + n.files + ".M." }
func (n names) meta(name string) string {
	return n.metas() + base64.URLEncoding.EncodeToString([]byte(name))
}
func (n names) pieces(id string) string { return "$O." + n.files + ".C." + id }
func (n names) settledFiles() string    { return n.pieces("settled") } // no id is so short

// meta asks for what a file is. There is none where it has no place in the stream; what
// cannot be understood has one, and no name: to put the file again mends it.
func (l *link) meta(ctx context.Context, name string) (meta, error) {
	message, err := l.message(ctx, l.names.fileStream(), wanted{LastOf: l.names.meta(name)})
	if errors.Is(err, transport.ErrNotFound) {
		return meta{}, nil
	}
	if err != nil {
		return meta{}, err
	}
	m := l.names.read(message.Data)
	if m.Name != name {
		m = meta{}
	}
	m.place = message.Seq
	return m, nil
}

// read reads a meta; it has no name where it is none of a file that is there.
func (n names) read(data []byte) meta {
	var m meta
	if json.Unmarshal(data, &m) != nil || m.Deleted || m.Size < 0 || m.Pieces < 0 || m.ID == "" && m.Pieces > 0 {
		return meta{}
	}
	return m
}

func (l *link) List(ctx context.Context, prefix string) ([]transport.File, error) {
	found := map[string]int64{}
	end := errors.New("all was read")
	filters := []string{l.names.metas() + ">", l.names.settledFiles()}
	for {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("list files: %w", transport.Unanswered(ctx, nil))
		}
		clear(found)
		err := l.follow(ctx, l.names.fileStream(), filters, l.names.settledFiles(), func(m *nats.Msg, _ uint64) error {
			if m == nil {
				return end
			}
			if file := l.names.read(m.Data); m.Subject == l.names.meta(file.Name) && transport.ValidFile(file.Name) && strings.HasPrefix(file.Name, prefix) {
				found[file.Name] = file.Size
			}
			return nil
		})
		if errors.Is(err, end) {
			break
		}
		if !errors.Is(err, transport.ErrUnavailable) || l.nats.IsClosed() {
			return nil, fmt.Errorf("list files: %w", err)
		}
	}
	files := make([]transport.File, 0, len(found))
	for name, size := range found {
		files = append(files, transport.File{Name: name, Size: size})
	}
	return files, nil
}

func (l *link) Open(ctx context.Context, name string, offset int64) (io.ReadCloser, error) {
	if err := transport.CheckFile(name); err != nil {
		return nil, err
	}
	if offset < 0 {
		return nil, fmt.Errorf("offset %d of %s %w", offset, name, transport.ErrInvalid)
	}
	m, err := l.meta(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	if m.Name == "" {
		return nil, fmt.Errorf("file %s %w", name, transport.ErrNotFound)
	}
	r := &pieces{link: l, ctx: ctx, name: name, subject: l.names.pieces(m.ID), left: m.Pieces, skip: offset}
	if offset >= m.Size {
		r.left = 0
	}
	if err := r.fill(); err != nil && err != io.EOF {
		return nil, err
	}
	return r, nil
}

// pieces reads the pieces of a file, one after the other. None is asked for before the one
// before it was read, so a file takes the memory of one.
type pieces struct {
	link    *link
	ctx     context.Context
	name    string
	subject string
	left    int    // pieces that were not read
	place   uint64 // of the last that was
	skip    int64  // bytes until the offset
	data    []byte
}

func (p *pieces) Read(b []byte) (int, error) {
	if p.ctx.Err() != nil {
		return 0, transport.Unanswered(p.ctx, nil)
	}
	if err := p.fill(); err != nil {
		return 0, err
	}
	n := copy(b, p.data)
	p.data = p.data[n:]
	return n, nil
}

// fill reads pieces until there are bytes. JetStream has no read from an offset: what lies
// before it is read and thrown away.
func (p *pieces) fill() error {
	for len(p.data) == 0 {
		if p.left == 0 {
			return io.EOF
		}
		data, place, err := p.link.piece(p.ctx, p.subject, p.place+1)
		if err != nil {
			return fmt.Errorf("read %s: a piece of it: %w", p.name, err)
		}
		skipped := min(p.skip, int64(len(data)))
		p.data, p.place, p.skip = data[skipped:], place, p.skip-skipped
		p.left--
	}
	return nil
}

func (p *pieces) Close() error {
	p.data, p.left = nil, 0
	return nil
}

// piece reads the next piece of a subject from a place on: from any server, as a piece never
// changes, and where that one has none from the leader, which is behind nobody.
func (l *link) piece(ctx context.Context, subject string, from uint64) ([]byte, uint64, error) {
	select {
	case l.reading <- struct{}{}:
		defer func() { <-l.reading }()
	case <-ctx.Done():
		return nil, 0, transport.Unanswered(ctx, nil)
	}
	which := wanted{Seq: from, NextOf: subject}
	if l.direct {
		data, place, err := l.pieceOfAny(ctx, which)
		if !errors.Is(err, transport.ErrNotFound) {
			return data, place, err
		}
	}
	var answer struct {
		Message stored `json:"message"`
	}
	err := l.askFor(ctx, forPiece, func(ctx context.Context) error {
		return l.apiOnce(ctx, "STREAM.MSG.GET."+l.names.fileStream(), which, &answer)
	})
	return answer.Message.Data, answer.Message.Seq, err
}

func (l *link) pieceOfAny(ctx context.Context, which wanted) (data []byte, place uint64, err error) {
	request, err := json.Marshal(which)
	if err != nil {
		return nil, 0, err
	}
	err = l.askFor(ctx, forPiece, func(ctx context.Context) error {
		answer, err := l.request(ctx, &nats.Msg{Subject: "$JS.API.DIRECT.GET." + l.names.fileStream(), Data: request})
		if errors.Is(err, nats.ErrNoResponders) {
			return transport.ErrNotFound // the leader knows more
		}
		if err != nil {
			return err
		}
		if answer.Header.Get("Status") != "" {
			return transport.ErrNotFound
		}
		data = answer.Data
		place, err = parsePlace(answer.Header.Get(nats.JSSequence))
		return err
	})
	return data, place, err
}

func (l *link) Delete(ctx context.Context, name string) error {
	if err := transport.CheckFile(name); err != nil {
		return err
	}
	m, err := l.meta(ctx, name)
	if err == nil && m.place > 0 {
		err = l.purge(ctx, l.names.fileStream(), l.names.meta(name), m.place)
	}
	if err == nil && m.ID != "" {
		err = l.purge(ctx, l.names.fileStream(), l.names.pieces(m.ID), 0)
	}
	if err != nil {
		return fmt.Errorf("delete %s: %w", name, err)
	}
	return nil
}
