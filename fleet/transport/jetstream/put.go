package jetstream

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"

	"alphanode/fleet/transport"
)

// Put sends the pieces of a file and then says that it is there. Pieces must come in order, so
// where one is lost, as when a server dies, the file is sent again from its beginning.
func (l *link) Put(ctx context.Context, name string, size int64, r io.ReadSeeker) error {
	if err := transport.CheckFile(name); err != nil {
		return err
	}
	start, err := r.Seek(0, io.SeekCurrent)
	if err != nil {
		return fmt.Errorf("put %s: %w", name, err)
	}
	for tries := 0; ; tries++ {
		if _, err = r.Seek(start, io.SeekStart); err != nil {
			break
		}
		if err = l.put(ctx, name, size, r, tries); err == nil || !errors.Is(err, errPieceLost) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("put %s: %w", name, err)
	}
	return nil
}

// errPieceLost says that a piece was not acknowledged: it may be there or not.
var errPieceLost = errors.New("a piece was not acknowledged")

func (l *link) put(ctx context.Context, name string, size int64, r io.Reader, tries int) error {
	before, err := l.meta(ctx, name)
	if err != nil {
		return err
	}
	m := meta{Name: name, Bucket: l.names.files, ID: rand.Text(), Size: size, Time: time.Now().UTC(), Options: options{pieceSize}}
	s := &sending{link: l, ctx: ctx, subject: l.names.pieces(m.ID), in: r, left: size, sum: sha256.New(), tries: tries, began: time.Now()}
	err = s.send()
	if err == nil {
		m.Pieces, m.Digest = s.sent, "SHA-256="+base64.URLEncoding.EncodeToString(s.sum.Sum(nil))
		err = l.tell(ctx, m, before)
	}
	if err != nil {
		l.forget(ctx, m.ID)
	}
	return err
}

// tell says that a file is there, in the place of what was. Who is told that another has put
// the file meanwhile takes that one's place.
func (l *link) tell(ctx context.Context, m, before meta) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	for {
		message := expecting(&nats.Msg{Subject: l.names.meta(m.Name), Data: text}, before.place)
		message.Header.Set(headerRollup, nats.MsgRollupSubject)
		_, err = l.publish(ctx, l.names.fileStream(), message)
		if !errors.Is(err, transport.ErrConflict) {
			break
		}
		if before, err = l.meta(ctx, m.Name); err != nil {
			break
		}
	}
	if err == nil && before.ID != "" {
		l.forget(ctx, before.ID)
	}
	return err
}

// forget removes pieces that no file has, also for whom is no longer waited, while there is a
// connection. What is left of them takes room and is never read.
func (l *link) forget(ctx context.Context, id string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), forPiece)
	defer cancel()
	defer context.AfterFunc(l.connection(), cancel)()
	if err := l.purge(ctx, l.names.fileStream(), l.names.pieces(id), 0); err != nil && !l.nats.IsClosed() {
		l.log.Warn("pieces of a file that was broken off or replaced are left in NATS, where they take room", "subject", l.names.pieces(id), "error", err)
	}
}

// sending sends the pieces of one file. A bounded number of them is under way.
type sending struct {
	link    *link
	ctx     context.Context
	subject string
	in      io.Reader
	left    int64 // bytes that were not sent
	sum     hash.Hash
	tries   int
	began   time.Time

	sub   *nats.Subscription // of what acknowledges them
	inbox string
	sent  int
	acked int
}

// send sends all of it, and returns when all is acknowledged.
func (s *sending) send() error {
	if s.left == 0 {
		return s.end()
	}
	s.inbox = s.link.nats.NewInbox()
	var err error
	if s.sub, err = s.link.nats.SubscribeSync(s.inbox); err != nil {
		return s.fault(err)
	}
	alive, cancel := context.WithCancel(s.ctx)
	defer context.AfterFunc(s.link.connection(), cancel)()
	defer func() {
		cancel()
		s.abandon()
	}()
	piece := make([]byte, min(s.left, pieceSize))
	for s.left > 0 {
		for !s.room() {
			if err := s.wait(alive); err != nil {
				return err
			}
		}
		if err := s.one(piece); err != nil {
			return err
		}
	}
	if err := s.end(); err != nil {
		return err
	}
	for s.acked < s.sent {
		if err := s.wait(alive); err != nil {
			return err
		}
	}
	return nil
}

// abandon waits a little for what is still under way, so that it is there when it is removed.
func (s *sending) abandon() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), time.Second)
	defer cancel()
	defer context.AfterFunc(s.link.connection(), cancel)()
	for s.acked < s.sent {
		if _, err := s.sub.NextMsgWithContext(ctx); err != nil {
			break
		}
		s.acked++
		<-s.link.sending
	}
	for ; s.acked < s.sent; s.acked++ {
		<-s.link.sending
	}
	_ = s.sub.Unsubscribe() // it may be gone with the connection
}

// room takes the room of a piece. It waits for other files where this one has none under way.
func (s *sending) room() bool {
	if s.acked < s.sent {
		select {
		case s.link.sending <- struct{}{}:
			return true
		default:
			return false
		}
	}
	select {
	case s.link.sending <- struct{}{}:
		return true
	case <-s.ctx.Done():
		return false // and wait says why
	}
}

// one reads and sends a piece. Its room was taken.
func (s *sending) one(piece []byte) error {
	if s.ctx.Err() != nil {
		<-s.link.sending
		return transport.Unanswered(s.ctx, nil)
	}
	piece = piece[:min(s.left, int64(len(piece)))]
	if n, err := io.ReadFull(s.in, piece); err != nil {
		<-s.link.sending
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return fmt.Errorf("its reader ended %d bytes too early", s.left-int64(n))
		}
		return fmt.Errorf("read: %w", err)
	}
	s.sum.Write(piece)
	if err := s.link.nats.PublishMsg(&nats.Msg{Subject: s.subject, Reply: s.inbox, Data: piece}); err != nil {
		<-s.link.sending
		return s.fault(err)
	}
	s.sent++
	s.left -= int64(len(piece))
	return nil
}

// end looks whether the reader ends where the file does.
func (s *sending) end() error {
	n, err := io.ReadFull(s.in, make([]byte, 1))
	if n > 0 {
		return errors.New("its reader goes on behind the end of the file")
	}
	if err != io.EOF {
		return fmt.Errorf("read: %w", err)
	}
	return nil
}

// wait waits until a piece is acknowledged. It looks up now and then: that a piece may not be
// sent is not said in answer to it.
func (s *sending) wait(alive context.Context) error {
	const glance = 500 * time.Millisecond
	wait, cancel := context.WithTimeout(alive, patience(forPiece, s.tries))
	defer cancel()
	var answer *nats.Msg
	err := context.DeadlineExceeded
	for answer == nil && wait.Err() == nil && !s.link.wasRefused(s.began, s.subject) {
		moment, cancel := context.WithTimeout(wait, glance)
		answer, err = s.sub.NextMsgWithContext(moment)
		cancel()
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			break
		}
	}
	if s.ctx.Err() != nil {
		return transport.Unanswered(s.ctx, nil)
	}
	if err != nil {
		return s.fault(err)
	}
	s.acked++ // or refused
	<-s.link.sending
	if answer.Header.Get("Status") == "503" {
		return s.fault(nats.ErrNoResponders)
	}
	if err := s.link.decode(answer.Data, s.link.names.fileStream(), &receipt{}); err != nil {
		return s.lost(err)
	}
	return nil
}

func (s *sending) fault(err error) error {
	return s.lost(s.link.explain(err, s.began, s.subject))
}

// lost marks an error after which the file is sent again, and waits a little before.
func (s *sending) lost(err error) error {
	if !errors.Is(err, transport.ErrUnavailable) || s.link.nats.IsClosed() {
		return err
	}
	select {
	case <-s.ctx.Done():
		return transport.Unanswered(s.ctx, err)
	case <-time.After(min(50*time.Millisecond<<min(s.tries, 6), time.Second)):
	}
	return fmt.Errorf("%w: %w", errPieceLost, err)
}

func parsePlace(text string) (uint64, error) {
	place, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("NATS: %w: a message without its place: %w", transport.ErrUnavailable, err)
	}
	return place, nil
}
