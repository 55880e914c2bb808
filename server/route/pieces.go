package route

import (
	"context"
	"io"

	"alphanode/server/wire"
	"alphanode/store"
)

// Pieces make the body of a stream, one piece after the other, of which one is in memory.
type Pieces interface {
	// Next makes the next piece, which is right until another is made, and says what that
	// has cost, in units. Behind the last the piece is empty.
	Next(ctx context.Context) (piece []byte, paid int, err error)
}

// Place takes a place for a stream, which who has it leaves.
type Place func(*Request) (leave func(), err error)

// Begin takes a place for the stream and makes its first piece: while nothing is sent,
// what is wrong can still be told by a status. All of it is made from the release of the
// request.
func (s *Stream) Begin(r *Request, place Place, coding wire.Coding, pieces Pieces) error {
	leave, err := place(r)
	if err != nil {
		return err
	}
	release := r.Reader.NamedRelease()
	if !release.Retain() { // not while the request has it
		leave()
		return store.ErrNotReady
	}
	s.Close = func() {
		leave()
		_ = release.Close() // it was only read from
	}
	first, paid, err := pieces.Next(r.Ctx)
	if err != nil {
		s.Close()
		return err
	}
	s.Write = func(ctx context.Context, w io.Writer) error {
		packed, err := coding.Stream(w)
		if err != nil {
			return err
		}
		all := &begun{pieces, first, paid}
		if err := WritePieces(ctx, packed, coding, all, s.Pay); err != nil {
			return err // and no end of what is packed, which would make a whole of it
		}
		return packed.Close()
	}
	return nil
}

// begun are pieces of which the first is made already.
type begun struct {
	Pieces
	first []byte
	paid  int
}

func (b *begun) Next(ctx context.Context) ([]byte, int, error) {
	if first := b.first; first != nil {
		b.first = nil
		return first, b.paid, nil
	}
	return b.Pieces.Next(ctx)
}

// bytesWritten is how many bytes are made and sent for one unit, beside what it costs to
// read and to pack them.
const bytesWritten = 4 << 10

// mostUnsent is how many bytes a packer may hold back. What it packs apart it packs
// less well: of so much it loses a hundredth. The first piece is sent at once.
const mostUnsent = 256 << 10

// WritePieces makes, pays for and writes each piece.
func WritePieces(ctx context.Context, to wire.Packing, coding wire.Coding, pieces Pieces, pay func(ctx context.Context, units int) error) error {
	unsent := mostUnsent
	for {
		piece, paid, err := pieces.Next(ctx)
		if err != nil || len(piece) == 0 {
			return err
		}
		if err := pay(ctx, paid+coding.StreamCost(len(piece))+len(piece)/bytesWritten); err != nil {
			return err
		}
		if _, err := to.Write(piece); err != nil {
			return err
		}
		if unsent += len(piece); unsent >= mostUnsent {
			unsent = 0
			if err := to.Flush(); err != nil {
				return err
			}
		}
	}
}
