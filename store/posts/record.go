package posts

import (
	"encoding/binary"
	"fmt"

	"github.com/go-faster/jx"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/file"
)

// A post record is a byte of flags, the date of update, the post's terms by
// number (tools, entities, stack), and its canonical JSON, compressed. A card record is the
// tools by number and the card as JSON, not compressed: a list reads twenty of
// them and must not wait for a decompressor.

// features are the terms by which posts are similar, as one post lists them.
type features struct {
	Tools, Entities, Stack []store.TermID
}

// noIndex is the bit of needsHumanReview among the flags: the post may be read
// but not indexed.
const noIndex = 1 << 3

// AppendPostRecord lays out the record of a post.
func AppendPostRecord(dst []byte, flags byte, updated string, tools, entities, stack []store.TermID, compressed []byte) []byte {
	dst = file.AppendText(append(dst, flags), updated)
	dst = AppendTermIDs(dst, tools)
	dst = AppendTermIDs(dst, entities)
	dst = AppendTermIDs(dst, stack)
	return append(dst, compressed...)
}

// postHead is what stands first in a post record. Its bytes point into the
// mapped file.
type postHead struct {
	noIndex bool
	updated []byte
	rest    []byte // of the record
}

func readPostHead(record []byte) (h postHead, err error) {
	if len(record) == 0 {
		return h, fmt.Errorf("%w: post: %w", store.ErrCorrupt, file.ErrRecord)
	}
	n, used := binary.Uvarint(record[1:])
	if used <= 0 || n > uint64(len(record)-1-used) {
		return h, fmt.Errorf("%w: post: %w", store.ErrCorrupt, file.ErrRecord)
	}
	text := record[1+used:]
	return postHead{record[0]&noIndex != 0, text[:n], text[n:]}, nil
}

type postRecord struct {
	noIndex bool
	updated string
	features
	Compressed []byte // points into the mapped file
}

func readPostRecord(record []byte, room *[]store.TermID) (rec postRecord, err error) {
	head, err := readPostHead(record)
	if err != nil {
		return rec, err
	}
	rec.noIndex, rec.updated = head.noIndex, string(head.updated)
	rest := head.rest
	for _, ids := range []*[]store.TermID{&rec.Tools, &rec.Entities, &rec.Stack} {
		if *ids, rest, err = readTermIDs(rest, room); err != nil {
			return rec, err
		}
	}
	rec.Compressed = rest
	return rec, nil
}

// AppendTermIDs lays out numbers of terms, with how many they are in front.
func AppendTermIDs(dst []byte, ids []store.TermID) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(ids)))
	for _, id := range ids {
		dst = binary.AppendUvarint(dst, uint64(id))
	}
	return dst
}

// readTermIDs reads a list of terms and gives what stands behind it. The list
// is cut from room where that is large enough.
func readTermIDs(b []byte, room *[]store.TermID) (ids []store.TermID, rest []byte, err error) {
	n, used := binary.Uvarint(b)
	if used <= 0 || n > uint64(len(b)) {
		return nil, nil, fmt.Errorf("%w: terms: %w", store.ErrCorrupt, file.ErrRecord)
	}
	b = b[used:]
	if uint64(cap(*room)-len(*room)) < n {
		*room = make([]store.TermID, 0, max(int(n), 2*cap(*room)))
	}
	all := *room
	start := len(all)
	for range n {
		id, used := binary.Uvarint(b)
		if used <= 0 {
			return nil, nil, fmt.Errorf("%w: terms: %w", store.ErrCorrupt, file.ErrRecord)
		}
		all, b = append(all, store.TermID(id)), b[used:]
	}
	*room = all
	return all[start:len(all):len(all)], b, nil
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
		return nil, fmt.Errorf("%w: terms: %w", store.ErrCorrupt, file.ErrRecord)
	}
	return b, nil
}

// AppendCard appends the card of a post as JSON.
func AppendCard(dst []byte, p *content.Post, updated string) []byte {
	w := jx.Writer{Buf: dst}
	str := func(s string) { w.Buf = content.AppendString(w.Buf, s) }
	w.RawStr(`{"slug":`)
	str(p.Slug)
	text := func(name, value string) {
		if value != "" {
			w.Comma()
			w.FieldStart(name)
			str(value)
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
		str(name)
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

// CardSlug reads the slug, with which every card begins.
func CardSlug(card []byte) (string, error) {
	slug, err := "", file.ErrRecord
	if d := jx.DecodeBytes(card[min(len(`{"slug":`), len(card)):]); len(card) > 0 {
		slug, err = d.Str()
	}
	if err != nil {
		return "", fmt.Errorf("%w: card: %w", store.ErrCorrupt, err)
	}
	return slug, nil
}

// ReadCard fills of a post what its card holds.
func ReadCard(card []byte) (*store.Post, error) {
	p := &store.Post{}
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
		case "image":
			raw, err := d.Raw()
			if err != nil {
				return err
			}
			p.Image, err = content.DecodeImage(raw)
			return err
		default:
			return d.Skip()
		}
	})
	if err != nil {
		return nil, fmt.Errorf("%w: card: %w", store.ErrCorrupt, err)
	}
	return p, nil
}
