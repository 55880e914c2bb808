package facts

import (
	"encoding/binary"
	"fmt"

	"alphanode/content"
	"alphanode/store/file"
)

// Draft is a post on its way into a release, with all that the indexes need, and its
// card: a given post is parsed once, and its draft waits on disk for its
// place.
type Draft struct {
	Facts
	Card []byte
	JSON []byte // canonical
}

// Facts is what of a post goes into the index.
type Facts struct {
	Public    bool
	Flags     uint8 // bit i: the post has flags[i]
	Updated   string
	title     string // folded
	reference string
	numbers   [len(NumberFields)]int64 // absent where there is none
	words     []uint32                 // its terms, by their numbers in the vocabulary
	Addresses []string                 // where it stood before, see [content.Meta.Addresses]
	Hash      uint64                   // of its canonical JSON; 0 until the post is about to be written
}

// NewDraft makes the draft of a post, given its canonical JSON. The card is still to be made.
func NewDraft(p *content.Post, json []byte, v *Vocabulary) Draft {
	d := Draft{JSON: json, Facts: Facts{
		Public: p.Public(), Updated: p.Updated(), title: content.Identity(p.Title), reference: p.Meta.Reference,
		words: v.numbersOf(termsOf(p)), Addresses: p.Meta.Addresses(),
	}}
	for i, flag := range Flags {
		if flag.of(&p.Meta.Flags) {
			d.Flags |= 1 << i
		}
	}
	for i, field := range NumberFields {
		n, ok := field.of(p)
		if !ok {
			n = Absent
		}
		d.numbers[i] = n
	}
	return d
}

// Append lays the draft out. What it appends is only read by the same build.
func (d *Draft) Append(dst []byte) []byte {
	public := byte(0)
	if d.Public {
		public = 1
	}
	dst = append(dst, public, d.Flags)
	dst = binary.LittleEndian.AppendUint64(dst, d.Hash)
	dst = file.AppendText(dst, d.Updated)
	dst = file.AppendText(dst, d.title)
	dst = file.AppendText(dst, d.reference)
	for _, n := range d.numbers {
		dst = binary.AppendVarint(dst, n)
	}
	dst = binary.AppendUvarint(dst, uint64(len(d.words)))
	for _, n := range d.words {
		dst = binary.AppendUvarint(dst, uint64(n))
	}
	dst = binary.AppendUvarint(dst, uint64(len(d.Addresses)))
	for _, address := range d.Addresses {
		dst = file.AppendText(dst, address)
	}
	dst = binary.AppendUvarint(dst, uint64(len(d.Card)))
	dst = append(dst, d.Card...)
	return append(dst, d.JSON...)
}

// ReadDraft reads what append laid out. The card and the JSON point into b.
func ReadDraft(b []byte) (d Draft, err error) {
	const fixed = 2 + 8
	if len(b) < fixed {
		return d, fmt.Errorf("draft of a post: %w", file.ErrRecord)
	}
	d.Public, d.Flags, d.Hash, b = b[0] == 1, b[1], binary.LittleEndian.Uint64(b[2:]), b[fixed:]
	for _, text := range []*string{&d.Updated, &d.title, &d.reference} {
		var ok bool
		if *text, b, ok = file.ReadText(b); !ok {
			return d, fmt.Errorf("draft of a post: %w", file.ErrRecord)
		}
	}
	for i := range d.numbers {
		n, used := binary.Varint(b)
		if used <= 0 {
			return d, fmt.Errorf("draft of a post: %w", file.ErrRecord)
		}
		d.numbers[i], b = n, b[used:]
	}
	length := func() int {
		n, used := binary.Uvarint(b)
		if used <= 0 || n > uint64(len(b)-used) {
			err = fmt.Errorf("draft of a post: %w", file.ErrRecord)
			return 0
		}
		b = b[used:]
		return int(n)
	}
	d.words = make([]uint32, length())
	for i := range d.words {
		n, used := binary.Uvarint(b)
		if used <= 0 {
			return d, fmt.Errorf("draft of a post: %w", file.ErrRecord)
		}
		d.words[i], b = uint32(n), b[used:]
	}
	for range length() {
		address, rest, ok := file.ReadText(b)
		if !ok {
			return d, fmt.Errorf("draft of a post: %w", file.ErrRecord)
		}
		d.Addresses, b = append(d.Addresses, address), rest
	}
	card := length()
	d.Card, d.JSON = b[:card:card], b[card:]
	return d, err
}
