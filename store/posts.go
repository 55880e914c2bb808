package store

import (
	"context"
	"fmt"

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
	ordinal, ok, err := tx.number(bucket, []byte(key))
	if err != nil || !ok {
		return NoRef, err
	}
	if ordinal >= tx.size() {
		return NoRef, nil
	}
	return Ref(ordinal), nil
}

func (tx *readTx) posts(ctx context.Context, refs []Ref, part Part) ([]*Post, error) {
	if err := tx.payForDecoding(ctx, refs, part); err != nil {
		return nil, err
	}
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

// payForDecoding pays for posts that are decoded. One alone is always read.
func (tx *readTx) payForDecoding(ctx context.Context, refs []Ref, part Part) error {
	nanos := len(refs) * priceOfPost
	if part == Whole {
		bytes, err := tx.bytesOf(refs)
		if err != nil {
			return err
		}
		nanos += bytes * priceOfDecoded
	}
	if len(refs) == 1 {
		nanos = min(nanos, tx.budget.Most()*unit/2)
	}
	return tx.pay(ctx, nanos)
}

// bytesOf gives how long some posts are as JSON, which is known before they are
// unpacked.
func (tx *readTx) bytesOf(refs []Ref) (sum int, err error) {
	for _, ref := range refs {
		if ref == NoRef {
			continue
		}
		_, packed, err := tx.postText(ref)
		if err != nil {
			return 0, err
		}
		n, err := unpackedLen(packed)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
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
	record, err := tx.release.cards.record(tx, uint32(ref))
	if err != nil {
		return nil, nil, err
	}
	return readTermIDs(record, new([]TermID))
}

// cardText gives the JSON of a card, in the mapped file.
func (tx *readTx) cardText(ref Ref) ([]byte, error) {
	record, err := tx.release.cards.record(tx, uint32(ref))
	if err != nil {
		return nil, err
	}
	return skipTermIDs(record)
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
	record, err := tx.release.posts.record(tx, uint32(ref))
	if err != nil {
		return postRecord{}, err
	}
	return readPostRecord(record, new([]TermID))
}

// postText gives what stands first in the record of a post, and its compressed
// JSON, in the mapped file.
func (tx *readTx) postText(ref Ref) (head postHead, compressed []byte, err error) {
	record, err := tx.release.posts.record(tx, uint32(ref))
	if err != nil {
		return head, nil, err
	}
	if head, err = readPostHead(record); err != nil {
		return head, nil, err
	}
	compressed = head.rest
	for range 3 { // tools, entities, stack
		if compressed, err = skipTermIDs(compressed); err != nil {
			return head, nil, err
		}
	}
	return head, compressed, nil
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
	_, compressed, err := tx.postText(ref)
	if err != nil {
		return nil, err
	}
	return tx.unpack(ref, compressed, dst)
}
