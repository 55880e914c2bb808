package store

import (
	"encoding/binary"
	"fmt"

	"github.com/klauspost/compress/zstd"

	"alphanode/content"
)

// lookup finds posts by slug.
func (tx *readTx) lookup(slugs []string) ([]Ref, error) {
	refs := make([]Ref, len(slugs))
	for i, slug := range slugs {
		ref, err := tx.ordinal(bucketSlugs, slug)
		if err != nil {
			return nil, err
		}
		refs[i] = ref
	}
	return refs, nil
}

func (tx *readTx) lookupReference(reference string) (Ref, error) {
	return tx.ordinal(bucketReferences, reference)
}

// ordinal reads a pointer to a post and hides the post from a view that must
// not see it.
func (tx *readTx) ordinal(bucket, key string) (Ref, error) {
	if key == "" {
		return NoRef, nil
	}
	payload, err := tx.get(bucket, []byte(key))
	if err != nil || payload == nil {
		return NoRef, err
	}
	ordinal := binary.LittleEndian.Uint32(payload)
	if ordinal >= tx.size() {
		return NoRef, nil
	}
	return Ref(ordinal), nil
}

func (tx *readTx) posts(refs []Ref, part Part) ([]*Post, error) {
	posts := make([]*Post, len(refs))
	var scratch []byte
	for i, ref := range refs {
		if ref == NoRef {
			continue
		}
		var err error
		if part == Card {
			posts[i], err = tx.card(ref)
		} else {
			posts[i], scratch, err = tx.whole(ref, scratch)
		}
		if err != nil {
			return nil, err
		}
		posts[i].Ref = ref
	}
	return posts, nil
}

func (tx *readTx) card(ref Ref) (*Post, error) {
	tools, card, err := tx.cardRecord(ref)
	if err != nil {
		return nil, err
	}
	p, err := readCard(card)
	if err != nil {
		return nil, err
	}
	p.Tools = tools
	return p, nil
}

func (tx *readTx) cardRecord(ref Ref) (tools []TermID, card []byte, err error) {
	payload, err := tx.must(bucketCards, ordinalKey(uint32(ref)))
	if err != nil {
		return nil, nil, err
	}
	return readTermIDs(payload)
}

// whole reads a post; scratch is room to unpack into, for the next call.
func (tx *readTx) whole(ref Ref, scratch []byte) (*Post, []byte, error) {
	rec, err := tx.postRecord(ref)
	if err != nil {
		return nil, scratch, err
	}
	scratch, err = tx.unpack(ref, rec.compressed, scratch[:0])
	if err != nil {
		return nil, scratch, err
	}
	p, err := content.DecodePost(scratch)
	if err != nil {
		return nil, scratch, fmt.Errorf("%w: post %d: %w", ErrCorrupt, ref, err)
	}
	return &Post{Post: *p, Updated: rec.updated, Tools: rec.tools, Entities: rec.entities}, scratch, nil
}

func (tx *readTx) postRecord(ref Ref) (postRecord, error) {
	payload, err := tx.must(bucketPosts, ordinalKey(uint32(ref)))
	if err != nil {
		return postRecord{}, err
	}
	return readPostRecord(payload)
}

func (tx *readTx) unpack(ref Ref, compressed, dst []byte) ([]byte, error) {
	json, err := tx.release.packing.unpack(dst, compressed)
	if err != nil {
		return nil, fmt.Errorf("post %d: %w", ref, err)
	}
	return json, nil
}

// canonical gives the canonical JSON of a post.
func (tx *readTx) canonical(ref Ref, dst []byte) ([]byte, error) {
	rec, err := tx.postRecord(ref)
	if err != nil {
		return nil, err
	}
	return tx.unpack(ref, rec.compressed, dst)
}

func (tx *readTx) postsJSON(refs []Ref, part Part) ([][]byte, error) {
	if part == Card {
		return tx.cardsJSON(refs)
	}
	rows := make([][]byte, len(refs))
	for i, ref := range refs {
		if ref == NoRef {
			continue
		}
		updated, compressed, err := tx.postText(ref)
		if err != nil {
			return nil, err
		}
		// Room for all that follows, so that nothing is copied to grow.
		var dst []byte
		var frame zstd.Header
		if err := frame.Decode(compressed); err == nil && frame.FrameContentSize <= maxPostSize {
			dst = make([]byte, 0, int(frame.FrameContentSize)+len(updated)+updatedRoom)
		}
		json, err := tx.unpack(ref, compressed, dst)
		if err != nil {
			return nil, err
		}
		rows[i] = withUpdated(json, updated)
	}
	return rows, nil
}

// cardsJSON copies the cards out of the mapped file, into one piece of memory.
func (tx *readTx) cardsJSON(refs []Ref) ([][]byte, error) {
	rows, size := make([][]byte, len(refs)), 0
	for i, ref := range refs {
		if ref == NoRef {
			continue
		}
		card, err := tx.cardText(ref)
		if err != nil {
			return nil, err
		}
		rows[i] = card
		size += len(card)
	}
	all := make([]byte, 0, size)
	for i, card := range rows {
		if card == nil {
			continue
		}
		start := len(all)
		all = append(all, card...)
		rows[i] = all[start:len(all):len(all)]
	}
	return rows, nil
}

// cardText gives the JSON of a card, in the mapped file.
func (tx *readTx) cardText(ref Ref) ([]byte, error) {
	payload, err := tx.must(bucketCards, ordinalKey(uint32(ref)))
	if err != nil {
		return nil, err
	}
	return skipTermIDs(payload)
}

// postText gives the date of update and the compressed JSON of a post, in the
// mapped file.
func (tx *readTx) postText(ref Ref) (updated, compressed []byte, err error) {
	payload, err := tx.must(bucketPosts, ordinalKey(uint32(ref)))
	if err != nil {
		return nil, nil, err
	}
	n, used := binary.Uvarint(payload)
	if used <= 0 || n > uint64(len(payload)-used) {
		return nil, nil, fmt.Errorf("%w: post: %w", ErrCorrupt, errRecord)
	}
	updated, compressed = payload[used:used+int(n)], payload[used+int(n):]
	for range 3 { // tools, entities, stack
		if compressed, err = skipTermIDs(compressed); err != nil {
			return nil, nil, err
		}
	}
	return updated, compressed, nil
}

// updatedRoom is what withUpdated adds beside the date.
const updatedRoom = len(`,"updated":""}`)

// withUpdated adds the derived date to a post's canonical JSON. A date needs
// no escaping.
func withUpdated(json, updated []byte) []byte {
	if len(updated) == 0 {
		return json
	}
	json = append(json[:len(json)-1], `,"updated":"`...)
	json = append(json, updated...)
	return append(json, `"}`...)
}
