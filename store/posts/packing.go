package posts

import (
	"bytes"
	"fmt"

	"github.com/klauspost/compress/s2"

	"alphanode/store"
)

// maxPostSize bounds, in bytes, what one post may unpack to.
const maxPostSize = 64 << 20

// Packing packs and unpacks the posts of a release with its dictionary. It is
// safe for many goroutines.
type Packing struct {
	Dictionary *s2.Dict
	From       []byte // what the dictionary was made of
}

// NewPacking packs with a dictionary as a release holds it. What is none is an ErrCorrupt.
func NewPacking(dictionary []byte) (*Packing, error) {
	d := s2.NewDict(dictionary)
	if d == nil {
		return nil, fmt.Errorf("%w: found %d bytes that are no dictionary", store.ErrCorrupt, len(dictionary))
	}
	return &Packing{d, dictionary}, nil
}

// mostPacked is how many bytes of room are kept.
const mostPacked = 1 << 20

// Packer packs one post after the other. It is for one goroutine.
type Packer struct {
	*Packing
	room []byte
}

// Pack packs a post.
func (p *Packer) Pack(src []byte) []byte {
	p.room = p.Dictionary.Encode(p.room[:cap(p.room)], src)
	packed := bytes.Clone(p.room)
	if cap(p.room) > mostPacked {
		p.room = nil // one huge post must not be paid for to the end
	}
	return packed
}

// UnpackedLen is how many bytes were packed.
func UnpackedLen(packed []byte) (int, error) {
	n, err := s2.DecodedLen(packed)
	if err != nil || n > maxPostSize {
		return 0, fmt.Errorf("%w: a packed post says it has %d bytes", store.ErrCorrupt, n)
	}
	return n, nil
}

// Unpack gives what was packed. It writes over room where that is large enough.
func (p *Packing) Unpack(room, packed []byte) ([]byte, error) {
	if _, err := UnpackedLen(packed); err != nil {
		return nil, err
	}
	text, err := p.Dictionary.Decode(room[:cap(room)], packed)
	if err != nil {
		return nil, fmt.Errorf("%w: unpack: %w", store.ErrCorrupt, err)
	}
	return text, nil
}
