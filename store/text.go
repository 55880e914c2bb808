package store

import (
	"context"
	"fmt"
	"slices"
)

// Text is a post as JSON, as it is sent: Whole is its canonical JSON plus
// updated, Card its compact form.
type Text struct {
	Ref     Ref
	JSON    []byte
	NoIndex bool // the post may be read but not indexed; Whole only
}

// Room is how many bytes there are for texts.
type Room struct {
	Spare int // that stay free behind the texts, at least
	Most  int // of all texts together, where there are several; 0 for no bound
}

// LengthError says that texts have more bytes than there is room for. Nothing was
// read of them but how long they are. It is ErrTooComplex.
type LengthError struct {
	Found, Most int // bytes
}

func (e *LengthError) Error() string {
	return fmt.Sprintf("the texts have %d bytes, expected at most %d", e.Found, e.Most)
}

// Unwrap gives the kind of the error.
func (e *LengthError) Unwrap() error { return ErrTooComplex }

// AppendTexts appends posts as JSON to dst, in the order of refs and with
// commas between them, and says where each of them stands in it. A NoRef is an
// error; so is a *LengthError. One post alone is never too long.
func (r *Reader) AppendTexts(ctx context.Context, dst []byte, refs []Ref, part Part, room Room) (all []byte, texts []Text, err error) {
	texts, err = call(ctx, r, func(tx *readTx) (texts []Text, err error) {
		all, texts, err = r.release.posts.appendTexts(ctx, tx, dst, refs, part, room)
		return texts, err
	})
	r.noteTexts(texts, part)
	return all, texts, err
}

func (r *Reader) noteTexts(texts []Text, part Part) {
	r.note(func(f *Footprint) {
		for _, t := range texts {
			f.readText(t.JSON, part)
		}
	})
}

// AppendText is AppendTexts for the post with this slug; ErrNotFound where this
// view has none.
func (r *Reader) AppendText(ctx context.Context, dst []byte, slug string, spare int) (all []byte, text Text, err error) {
	r.note(func(f *Footprint) { f.read(slug, Whole) })
	text, err = call(ctx, r, func(tx *readTx) (Text, error) {
		ref, err := ordinal(tx, bucketSlugs, slug)
		if err != nil {
			return Text{}, err
		}
		if ref == NoRef {
			return Text{}, ErrNotFound
		}
		var texts []Text
		if all, texts, err = r.release.posts.appendTexts(ctx, tx, dst, []Ref{ref}, Whole, Room{Spare: spare}); err != nil {
			return Text{}, err
		}
		return texts[0], nil
	})
	return all, text, err
}

// PostsJSON reads posts as AppendTexts does, in the order of refs. A NoRef
// gives nil.
func (r *Reader) PostsJSON(ctx context.Context, refs []Ref, part Part) ([][]byte, error) {
	known := slices.DeleteFunc(slices.Clone(refs), func(ref Ref) bool { return ref == NoRef })
	_, texts, err := r.AppendTexts(ctx, nil, known, part, Room{})
	if err != nil {
		return nil, err
	}
	rows := make([][]byte, len(refs))
	for i, ref := range refs {
		if ref != NoRef {
			rows[i], texts = texts[0].JSON, texts[1:]
		}
	}
	return rows, nil
}

// storedText is a post as it stands in the mapped file.
type storedText struct {
	text    []byte // a card, or a packed post
	updated []byte // of a packed post
}

// updated frames the date that is added to a post. A date needs no escaping.
const (
	updatedStart = `,"updated":"`
	updatedEnd   = `"}`
)

func (x *records) appendTexts(ctx context.Context, tx *readTx, dst []byte, refs []Ref, part Part, room Room) ([]byte, []Text, error) {
	texts, stored := make([]Text, len(refs)), make([]storedText, len(refs))
	size := 0
	for i, ref := range refs {
		texts[i].Ref = ref
		if part == Card {
			card, err := x.cardText(tx, ref)
			if err != nil {
				return dst, nil, err
			}
			stored[i].text = card
			size += len(",") + len(card)
			continue
		}
		head, packed, err := x.postText(tx, ref)
		if err != nil {
			return dst, nil, err
		}
		n, err := unpackedLen(packed)
		if err != nil {
			return dst, nil, err
		}
		stored[i] = storedText{packed, head.updated}
		texts[i].NoIndex = head.noIndex
		size += len(",") + n + len(updatedStart) + len(head.updated) + len(updatedEnd)
	}
	if len(refs) > 1 && room.Most > 0 && size > room.Most {
		return dst, nil, &LengthError{Found: size, Most: room.Most}
	}
	if err := tx.pay(ctx, (1+len(refs))*priceOfText+size*priceOfUnpacked); err != nil {
		return dst, nil, err
	}
	if size += room.Spare; cap(dst)-len(dst) < size { // once, for all that follows
		dst = append(make([]byte, 0, len(dst)+size), dst...)
	}
	for i, s := range stored {
		if i > 0 {
			dst = append(dst, ',')
		}
		start := len(dst)
		if part == Card {
			dst = append(dst, s.text...)
		} else {
			json, err := x.unpack(tx, refs[i], s.text, dst[start:])
			if err != nil {
				return dst, nil, err
			}
			dst = dst[:start+len(json)]
			if len(s.updated) > 0 {
				dst = append(dst[:len(dst)-len("}")], updatedStart...)
				dst = append(append(dst, s.updated...), updatedEnd...)
			}
		}
		texts[i].JSON = dst[start:len(dst):len(dst)]
	}
	return dst, texts, nil
}
