package store

import (
	"fmt"

	"github.com/klauspost/compress/s2"
)

// maxPostSize bounds, in bytes, what one post may unpack to.
const maxPostSize = 64 << 20

// packing packs and unpacks the posts of a release with its dictionary. It is
// safe for many goroutines.
type packing struct{ dictionary *s2.Dict }

func newPacking(dictionary []byte) (*packing, error) {
	d := s2.NewDict(dictionary)
	if d == nil {
		return nil, fmt.Errorf("%w: found %d bytes that are no dictionary", ErrCorrupt, len(dictionary))
	}
	return &packing{d}, nil
}

// pack gives src packed. It writes over room where that is large enough.
func (p *packing) pack(room, src []byte) []byte { return p.dictionary.Encode(room[:cap(room)], src) }

// unpack gives what was packed. It writes over room where that is large enough.
func (p *packing) unpack(room, packed []byte) ([]byte, error) {
	if n, err := s2.DecodedLen(packed); err != nil || n > maxPostSize {
		return nil, fmt.Errorf("%w: a packed post says it has %d bytes", ErrCorrupt, n)
	}
	text, err := p.dictionary.Decode(room[:cap(room)], packed)
	if err != nil {
		return nil, fmt.Errorf("%w: unpack: %w", ErrCorrupt, err)
	}
	return text, nil
}
