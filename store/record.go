package store

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/go-faster/jx"

	"alphanode/content"
)

// A post record is the date of update, the post's terms by number (tools,
// entities, stack), and its canonical JSON, compressed. A card record is the
// tools by number and the card as JSON, not compressed: a list reads twenty of
// them and must not wait for a decompressor.

// features are the terms by which posts are similar, as one post lists them.
type features struct {
	tools, entities, stack []TermID
}

func appendPostRecord(dst []byte, updated string, f *features, compressed []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(updated)))
	dst = append(dst, updated...)
	dst = appendTermIDs(dst, f.tools)
	dst = appendTermIDs(dst, f.entities)
	dst = appendTermIDs(dst, f.stack)
	return append(dst, compressed...)
}

type postRecord struct {
	updated string
	features
	compressed []byte // points into the mapped file
}

var errRecord = errors.New("record ends too early")

func readPostRecord(payload []byte) (rec postRecord, err error) {
	n, used := binary.Uvarint(payload)
	if used <= 0 || n > uint64(len(payload)-used) {
		return rec, fmt.Errorf("%w: post: %w", ErrCorrupt, errRecord)
	}
	rec.updated = string(payload[used : used+int(n)])
	rest := payload[used+int(n):]
	for _, ids := range []*[]TermID{&rec.tools, &rec.entities, &rec.stack} {
		if *ids, rest, err = readTermIDs(rest); err != nil {
			return rec, err
		}
	}
	rec.compressed = rest
	return rec, nil
}

func appendTermIDs(dst []byte, ids []TermID) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(ids)))
	for _, id := range ids {
		dst = binary.AppendUvarint(dst, uint64(id))
	}
	return dst
}

func readTermIDs(b []byte) ([]TermID, []byte, error) {
	n, used := binary.Uvarint(b)
	if used <= 0 || n > uint64(len(b)) {
		return nil, nil, fmt.Errorf("%w: terms: %w", ErrCorrupt, errRecord)
	}
	b = b[used:]
	ids := make([]TermID, n)
	for i := range ids {
		id, used := binary.Uvarint(b)
		if used <= 0 {
			return nil, nil, fmt.Errorf("%w: terms: %w", ErrCorrupt, errRecord)
		}
		ids[i], b = TermID(id), b[used:]
	}
	return ids, b, nil
}

// skipTermIDs gives what stands behind a list of terms.
func skipTermIDs(b []byte) ([]byte, error) {
	n, used := binary.Uvarint(b)
	for i := uint64(0); used > 0 && i <= n; i++ {
		if b = b[used:]; i < n {
			_, used = binary.Uvarint(b)
		}
	}
	if used <= 0 {
		return nil, fmt.Errorf("%w: terms: %w", ErrCorrupt, errRecord)
	}
	return b, nil
}

// appendCard appends the card of a post as JSON.
func appendCard(dst []byte, p *content.Post, updated string) []byte {
	w := jx.Writer{Buf: dst}
	w.RawStr(`{"slug":`)
	w.Str(p.Slug)
	text := func(name, value string) {
		if value != "" {
			w.Comma()
			w.FieldStart(name)
			w.Str(value)
		}
	}
	text("title", p.Title)
	text("summary", p.Meta.Summary)
	if p.Meta.ReadingTime != nil {
		w.RawStr(`,"readingTime":`)
		w.Int(*p.Meta.ReadingTime)
	}
	text("difficulty", p.Meta.Difficulty)
	if p.Meta.Score != nil {
		w.RawStr(`,"score":`)
		w.Buf = p.Meta.Score.AppendJSON(w.Buf)
	}
	w.RawStr(`,"tools":[`)
	for i, name := range p.Meta.Tools {
		if i > 0 {
			w.Comma()
		}
		w.Str(name)
	}
	w.ArrEnd()
	if len(p.Meta.Images) > 0 {
		w.RawStr(`,"image":`)
		w.Buf = p.Meta.Images[0].AppendJSON(w.Buf)
	}
	text("updated", updated)
	w.ObjEnd()
	return w.Buf
}

// cardSlug reads the slug, with which every card begins.
func cardSlug(card []byte) (string, error) {
	slug, err := "", errRecord
	if d := jx.DecodeBytes(card[min(len(`{"slug":`), len(card)):]); len(card) > 0 {
		slug, err = d.Str()
	}
	if err != nil {
		return "", fmt.Errorf("%w: card: %w", ErrCorrupt, err)
	}
	return slug, nil
}

// readCard fills of a post what its card holds. The card's first image is left
// to JSON: a post's images are a list, which a card does not have whole.
func readCard(card []byte) (*Post, error) {
	p := &Post{}
	d := jx.DecodeBytes(card)
	text := func(dst *string) (err error) {
		*dst, err = d.Str()
		return err
	}
	err := d.ObjBytes(func(d *jx.Decoder, key []byte) error {
		switch string(key) {
		case "slug":
			return text(&p.Slug)
		case "title":
			return text(&p.Title)
		case "summary":
			return text(&p.Meta.Summary)
		case "difficulty":
			return text(&p.Meta.Difficulty)
		case "updated":
			return text(&p.Updated)
		case "readingTime":
			n, err := d.Int()
			p.Meta.ReadingTime = &n
			return err
		case "score":
			raw, err := d.Raw()
			if err != nil {
				return err
			}
			p.Meta.Score, err = content.DecodeScore(raw)
			return err
		case "tools":
			return d.Arr(func(d *jx.Decoder) error {
				name, err := d.Str()
				p.Meta.Tools = append(p.Meta.Tools, name)
				return err
			})
		default:
			return d.Skip()
		}
	})
	if err != nil {
		return nil, fmt.Errorf("%w: card: %w", ErrCorrupt, err)
	}
	return p, nil
}
