package posts

import (
	"context"

	"alphanode/store"
	"alphanode/store/file"
)

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

// AppendTexts appends the JSON of posts, and says where each stands.
func (x *Records) AppendTexts(ctx context.Context, tx *file.Tx, dst []byte, refs []store.Ref, part store.Part, room store.Room) ([]byte, []store.Text, error) {
	texts, stored := make([]store.Text, len(refs)), make([]storedText, len(refs))
	size := 0
	for i, ref := range refs {
		texts[i].Ref = ref
		if part == store.Card {
			card, err := x.CardText(tx, ref)
			if err != nil {
				return dst, nil, err
			}
			stored[i].text = card
			size += len(",") + len(card)
			continue
		}
		head, packed, err := x.PostText(tx, ref)
		if err != nil {
			return dst, nil, err
		}
		n, err := UnpackedLen(packed)
		if err != nil {
			return dst, nil, err
		}
		stored[i] = storedText{packed, head.updated}
		texts[i].NoIndex = head.noIndex
		size += len(",") + n + len(updatedStart) + len(head.updated) + len(updatedEnd)
	}
	if len(refs) > 1 && room.Most > 0 && size > room.Most {
		return dst, nil, &store.LengthError{Found: size, Most: room.Most}
	}
	if err := tx.Pay(ctx, (1+len(refs))*file.PriceOfText+size*file.PriceOfUnpacked); err != nil {
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
		if part == store.Card {
			dst = append(dst, s.text...)
		} else {
			json, err := x.Unpack(tx, refs[i], s.text, dst[start:])
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
