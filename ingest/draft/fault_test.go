package draft_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"alphanode/ingest/draft"
	"alphanode/ingest/record"
)

var (
	errFull   = errors.New("no space left")
	errBroken = errors.New("a sector that cannot be read")
)

// memory is a file that takes so many bytes, and of which so many can be read.
type memory struct {
	text           []byte
	room, readable int
	leap           bool // that what is far back cannot be read again
}

func (m *memory) Write(p []byte) (int, error) {
	if len(m.text)+len(p) > m.room {
		return 0, errFull
	}
	m.text = append(m.text, p...)
	return len(p), nil
}

func (m *memory) ReadAt(p []byte, at int64) (int, error) {
	if at+int64(len(p)) > int64(m.readable) && m.readable < len(m.text) {
		return 0, errBroken
	}
	if m.leap && at > 0 && len(p) <= 4<<10 {
		return 0, errBroken
	}
	if at >= int64(len(m.text)) {
		return 0, io.EOF
	}
	n := copy(p, m.text[at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// spooled gives 1,000 drafts to a spool over a file, and settles them.
func spooled(ctx context.Context, file draft.File, emit func(record.Item) error) error {
	s := draft.NewSpool(file, draft.Options{}, emit)
	sink := s.Sink(paragraphs)
	for n := range 1000 {
		if err := sink.Add(&draft.Draft{Slug: fmt.Sprint("post-", n), Title: "t", Body: strings.Repeat("words ", 200)}); err != nil {
			return err
		}
	}
	return s.Settle(ctx)
}

// TestFaultsOfTheFile: a disk that is full and one that cannot be read end the import with
// what is wrong, never with fewer posts; no goroutine stays.
func TestFaultsOfTheFile(t *testing.T) {
	defer goleak.VerifyNone(t)
	whole := &memory{room: 1 << 30, readable: 1 << 30}
	posts := 0
	count := func(i record.Item) error {
		if i.Post != nil {
			posts++
		}
		return nil
	}
	if err := spooled(t.Context(), whole, count); err != nil || posts != 1000 {
		t.Fatal(posts, err)
	}
	for _, most := range []int{0, 1, 100_000, len(whole.text) / 2, len(whole.text) - 1} {
		if err := spooled(t.Context(), &memory{room: most, readable: 1 << 30}, count); !errors.Is(err, errFull) {
			t.Errorf("room for %d bytes: found %v", most, err)
		}
		if err := spooled(t.Context(), &memory{room: 1 << 30, readable: most}, count); !errors.Is(err, errBroken) {
			t.Errorf("%d bytes that can be read: found %v", most, err)
		}
	}
	s := draft.NewSpool(&memory{room: 1 << 30, readable: 1 << 30, leap: true}, draft.Options{}, count)
	sink := s.Sink(paragraphs)
	if err := errors.Join(sink.Add(&draft.Draft{Slug: "a", Title: "a", Body: ">x"}), sink.Keep(&draft.Draft{Key: "x", Body: "kept"}, "")); err != nil {
		t.Fatal(err)
	}
	if err := s.Settle(t.Context()); !errors.Is(err, errBroken) {
		t.Errorf("a kept draft that cannot be read: found %v", err)
	}
	wrong := errors.New("no more")
	if err := spooled(t.Context(), &memory{room: 1 << 30, readable: 1 << 30}, func(record.Item) error { return wrong }); !errors.Is(err, wrong) {
		t.Errorf("an item that is not taken: found %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err := spooled(ctx, &memory{room: 1 << 30, readable: 1 << 30}, func(record.Item) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: found %v", err)
	}
}
