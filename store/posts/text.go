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
	days    store.Days
}

// updatedStart begins the date that is added to a post. A date needs no escaping.
const updatedStart = `,"updated":"`

// AppendTexts appends the JSON of posts, and says where each stands. days gives the days
// of a post.
func (x *Records) AppendTexts(ctx context.Context, tx *file.Tx, dst []byte, refs []store.Ref, part store.Part, room store.Room, days func(store.Ref) store.Days) ([]byte, []store.Text, error) {
	texts, stored := make([]store.Text, len(refs)), make([]storedText, len(refs))
	size := 0
	for i, ref := range refs {
		texts[i].Ref = ref
		if part == store.Card {
			card, err := x.CardText(tx, ref)
			if err != nil {
				return dst, nil, err
			}
			stored[i] = storedText{text: card, days: days(ref).OfCard()}
			size += len(",") + len(card) + stored[i].days.Len()
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
		stored[i] = storedText{packed, head.updated, days(ref)}
		texts[i].NoIndex = head.noIndex
		size += len(",") + n + len(updatedStart) + len(head.updated) + len(`"`) + stored[i].days.Len()
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
		}
		dst = s.appendDerived(dst[:len(dst)-len("}")])
		texts[i].JSON = dst[start:len(dst):len(dst)]
	}
	return dst, texts, nil
}

// appendDerived appends what is added to a post, and its end.
func (s *storedText) appendDerived(dst []byte) []byte {
	if len(s.updated) > 0 {
		dst = append(append(append(dst, updatedStart...), s.updated...), '"')
	}
	return append(s.days.AppendMembers(dst), '}')
}
