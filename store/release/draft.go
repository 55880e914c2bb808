package release

import (
	"encoding/binary"
	"fmt"

	"alphanode/content"
	"alphanode/store/file"
)

// draft is a post on its way into a release, with all that the indexes need, and its
// card: a given post is parsed once, and its draft waits on disk for its
// place.
type draft struct {
	facts
	card []byte
	json []byte // canonical
}

// facts is what of a post goes into the index.
type facts struct {
	public    bool
	flags     uint8 // bit i: the post has flags[i]
	updated   string
	title     string // folded
	reference string
	numbers   [len(numberFields)]int64 // absent where there is none
	words     []uint32                 // its terms, by their numbers in the vocabulary
	hash      uint64                   // of its canonical JSON; 0 until the post is about to be written
}

func newDraft(p *content.Post, json []byte, v *vocabulary) draft {
	d := draft{json: json, facts: facts{
		public: p.Public(), updated: p.Updated(), title: content.Identity(p.Title), reference: p.Meta.Reference,
		words: v.numbersOf(termsOf(p)),
	}}
	for i, flag := range flags {
		if flag.of(&p.Meta.Flags) {
			d.flags |= 1 << i
		}
	}
	for i, field := range numberFields {
		n, ok := field.of(p)
		if !ok {
			n = absent
		}
		d.numbers[i] = n
	}
	return d
}

// append lays the draft out. What it appends is only read by the same build.
func (d *draft) append(dst []byte) []byte {
	public := byte(0)
	if d.public {
		public = 1
	}
	dst = append(dst, public, d.flags)
	dst = binary.LittleEndian.AppendUint64(dst, d.hash)
	dst = file.AppendText(dst, d.updated)
	dst = file.AppendText(dst, d.title)
	dst = file.AppendText(dst, d.reference)
	for _, n := range d.numbers {
		dst = binary.AppendVarint(dst, n)
	}
	dst = binary.AppendUvarint(dst, uint64(len(d.words)))
	for _, n := range d.words {
		dst = binary.AppendUvarint(dst, uint64(n))
	}
	dst = binary.AppendUvarint(dst, uint64(len(d.card)))
	dst = append(dst, d.card...)
	return append(dst, d.json...)
}

// readDraft reads what append laid out. The card and the JSON point into b.
func readDraft(b []byte) (d draft, err error) {
	const fixed = 2 + 8
	if len(b) < fixed {
		return d, fmt.Errorf("draft of a post: %w", file.ErrRecord)
	}
	d.public, d.flags, d.hash, b = b[0] == 1, b[1], binary.LittleEndian.Uint64(b[2:]), b[fixed:]
	for _, text := range []*string{&d.updated, &d.title, &d.reference} {
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
	card := length()
	d.card, d.json = b[:card:card], b[card:]
	return d, err
}
