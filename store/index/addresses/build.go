package addresses

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"io"

	"alphanode/store/disk"
	"alphanode/store/file"
)

// Gatherer gathers where posts stood, in sorted runs on disk where they are many. It is
// for one goroutine, which ends it with Close.
type Gatherer struct{ spill *disk.Spill }

// NewGatherer begins to gather in a folder. Memory is in bytes.
func NewGatherer(d disk.Disk, dir string, memory int) *Gatherer {
	return &Gatherer{disk.NewSpill(d, dir, "addresses", memory)}
}

// Add takes the addresses of a post, in their normal form, the newest first.
func (g *Gatherer) Add(ordinal uint32, addresses []string) error {
	for i, address := range addresses {
		value := binary.LittleEndian.AppendUint32(nil, uint32(i))
		if err := g.spill.Add([]byte(address), binary.LittleEndian.AppendUint32(value, ordinal)); err != nil {
			return err
		}
	}
	return nil
}

// Close gives back what gathering takes.
func (g *Gatherer) Close() { g.spill.Close() }

// holder is a post that stood at an address.
type holder struct{ front, ordinal, slug uint32 } // its place in the post's list; the post, and its place by slug

func (h holder) before(other *holder) bool {
	return other == nil || cmp.Or(cmp.Compare(h.front, other.front), cmp.Compare(h.slug, other.slug)) < 0
}

// Build writes which post holds each address. Ordinals below public are public; bySlug
// has all of them in the order of slugs.
func (g *Gatherer) Build(bySlug []uint32, public int, out *file.Writer) (err error) {
	places := make([]uint32, len(bySlug))
	for place, ordinal := range bySlug {
		places[ordinal] = uint32(place)
	}
	all, err := g.spill.Merge()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, all.Close()) }()
	var address []byte
	var first, seen *holder // of all, and of those that the public sees
	write := func() error {
		if first == nil {
			return nil
		}
		if err := out.Put(file.BucketAddresses, bytes.Clone(address), file.OrdinalValue(first.ordinal)); err != nil {
			return err
		}
		if seen == nil || seen.ordinal == first.ordinal {
			return nil
		}
		return out.Put(file.BucketAddresses, []byte(publicKey(string(address))), file.OrdinalValue(seen.ordinal))
	}
	for {
		key, value, err := all.Next()
		if errors.Is(err, io.EOF) {
			return write()
		}
		if err != nil {
			return err
		}
		if first == nil || !bytes.Equal(key, address) {
			if err := write(); err != nil {
				return err
			}
			address, first, seen = append(address[:0], key...), nil, nil
		}
		h := holder{front: binary.LittleEndian.Uint32(value), ordinal: binary.LittleEndian.Uint32(value[4:])}
		h.slug = places[h.ordinal]
		if h.before(first) {
			first = &h
		}
		if int(h.ordinal) < public && h.before(seen) {
			seen = &h
		}
	}
}
