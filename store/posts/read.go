package posts

import (
	"bytes"
	"context"
	"fmt"
	"unsafe"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/file"
)

// Records are the posts of a release, as its file holds them.
type Records struct {
	whole   *file.Segments
	cards   *file.Segments
	Packing *Packing
}

// Open gives the posts of a release. It reads the dictionary and no post.
func Open(f *file.File) (*Records, error) {
	dictionary, err := f.InfoValue(file.DictionaryKey)
	if err != nil {
		return nil, err
	}
	packing, err := NewPacking(bytes.Clone(dictionary)) // what is mapped can change under us
	if err != nil {
		return nil, err
	}
	return &Records{file.NewSegments(file.BucketPosts, f.Info.Posts), file.NewSegments(file.BucketCards, f.Info.Posts), packing}, nil
}

// Forget has every segment looked up and checked again.
func (x *Records) Forget() {
	file.ForgetAll(x.whole.Used)
	file.ForgetAll(x.cards.Used)
}

// BySlug finds a post by its slug, in whatever form that is asked for; NoRef where the
// view sees none.
func BySlug(tx *file.Tx, slug string) (store.Ref, error) {
	return Ordinal(tx, file.BucketSlugs, content.NormalSlug(slug))
}

// Lookup is BySlug for some posts.
func Lookup(tx *file.Tx, slugs []string) ([]store.Ref, error) {
	refs := make([]store.Ref, len(slugs))
	for i, slug := range slugs {
		ref, err := BySlug(tx, slug)
		if err != nil {
			return nil, err
		}
		refs[i] = ref
	}
	return refs, nil
}

// LookupReference finds a post by its meta.reference; NoRef where the view sees none.
func LookupReference(tx *file.Tx, reference string) (store.Ref, error) {
	return Ordinal(tx, file.BucketReferences, reference)
}

// Ordinal reads a pointer to a post and hides the post from a view that must
// not see it.
func Ordinal(tx *file.Tx, bucket, key string) (store.Ref, error) {
	if key == "" {
		return store.NoRef, nil
	}
	ordinal, ok, err := tx.Number(bucket, []byte(key))
	if err != nil || !ok {
		return store.NoRef, err
	}
	if ordinal >= tx.Size() {
		return store.NoRef, nil
	}
	return store.Ref(ordinal), nil
}

// Read reads posts, as far as a part goes; nil for NoRef.
func (x *Records) Read(ctx context.Context, tx *file.Tx, refs []store.Ref, part store.Part) ([]*store.Post, error) {
	if err := x.payForDecoding(ctx, tx, refs, part); err != nil {
		return nil, err
	}
	posts := make([]*store.Post, len(refs))
	var scratch []byte
	for i, ref := range refs {
		if ref == store.NoRef {
			continue
		}
		var err error
		if part == store.Card {
			posts[i], err = x.card(tx, ref)
		} else {
			posts[i], scratch, err = x.decoded(tx, ref, scratch)
		}
		if err != nil {
			return nil, err
		}
		posts[i].Ref = ref
	}
	return posts, nil
}

// payForDecoding pays for posts that are decoded. One alone is always read.
func (x *Records) payForDecoding(ctx context.Context, tx *file.Tx, refs []store.Ref, part store.Part) error {
	nanos := len(refs) * file.PriceOfPost
	if part == store.Whole {
		bytes, err := x.BytesOf(tx, refs)
		if err != nil {
			return err
		}
		nanos += bytes * file.PriceOfDecoded
	}
	if len(refs) == 1 {
		nanos = min(nanos, tx.Budget.Most()*file.Unit/2)
	}
	return tx.Pay(ctx, nanos)
}

// BytesOf gives how long some posts are as JSON, which is known before they are
// unpacked.
func (x *Records) BytesOf(tx *file.Tx, refs []store.Ref) (sum int, err error) {
	for _, ref := range refs {
		if ref == store.NoRef {
			continue
		}
		_, packed, err := x.PostText(tx, ref)
		if err != nil {
			return 0, err
		}
		n, err := UnpackedLen(packed)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

func (x *Records) card(tx *file.Tx, ref store.Ref) (*store.Post, error) {
	tools, card, err := x.cardRecord(tx, ref)
	if err != nil {
		return nil, err
	}
	p, err := ReadCard(card)
	if err != nil {
		return nil, err
	}
	p.Tools = tools
	return p, nil
}

func (x *Records) cardRecord(tx *file.Tx, ref store.Ref) (tools []store.TermID, card []byte, err error) {
	record, err := x.cards.Record(tx, uint32(ref))
	if err != nil {
		return nil, nil, err
	}
	return readTermIDs(record, new([]store.TermID))
}

// CardText gives the JSON of a card, in the mapped file.
func (x *Records) CardText(tx *file.Tx, ref store.Ref) ([]byte, error) {
	record, err := x.cards.Record(tx, uint32(ref))
	if err != nil {
		return nil, err
	}
	return skipTermIDs(record)
}

// decoded reads a post; scratch is room to unpack into, for the next call.
func (x *Records) decoded(tx *file.Tx, ref store.Ref, scratch []byte) (*store.Post, []byte, error) {
	rec, err := x.PostRecord(tx, ref)
	if err != nil {
		return nil, scratch, err
	}
	scratch, err = x.Unpack(tx, ref, rec.Compressed, scratch[:0])
	if err != nil {
		return nil, scratch, err
	}
	p, err := content.DecodePost(scratch)
	if err != nil {
		return nil, scratch, fmt.Errorf("%w: post %d: %w", store.ErrCorrupt, ref, err)
	}
	whole := &store.Post{Post: *p, Updated: rec.updated, Tools: rec.Tools, Entities: rec.Entities}
	if len(p.Meta.Images) > 0 {
		whole.Image = &whole.Meta.Images[0]
	}
	return whole, scratch, nil
}

// PostRecord reads the record of a post; what it gives points into the mapped file.
func (x *Records) PostRecord(tx *file.Tx, ref store.Ref) (postRecord, error) {
	record, err := x.whole.Record(tx, uint32(ref))
	if err != nil {
		return postRecord{}, err
	}
	return readPostRecord(record, new([]store.TermID))
}

// PostText gives what stands first in the record of a post, and its compressed
// JSON, in the mapped file.
func (x *Records) PostText(tx *file.Tx, ref store.Ref) (head postHead, compressed []byte, err error) {
	record, err := x.whole.Record(tx, uint32(ref))
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

// Unpack unpacks the JSON of a post, into room where that is large enough.
func (x *Records) Unpack(tx *file.Tx, ref store.Ref, compressed, dst []byte) ([]byte, error) {
	json, err := x.Packing.Unpack(dst, compressed)
	if err != nil {
		return nil, fmt.Errorf("post %d: %w", ref, err)
	}
	return json, nil
}

// Canonical gives the canonical JSON of a post.
func (x *Records) Canonical(tx *file.Tx, ref store.Ref, dst []byte) ([]byte, error) {
	_, compressed, err := x.PostText(tx, ref)
	if err != nil {
		return nil, err
	}
	return x.Unpack(tx, ref, compressed, dst)
}

// Texts reads the texts of a post. They are parts of what it is unpacked into, which is room
// where that is large enough, and are good until room is used again: twenty posts are
// read for a page of a search, and copying them would take a tenth of the time.
func (x *Records) Texts(tx *file.Tx, ref store.Ref, t *content.Texts, room []byte) ([]byte, error) {
	room, err := x.Canonical(tx, ref, room)
	if err != nil {
		return room, err
	}
	if err := t.Read(unsafe.String(unsafe.SliceData(room), len(room))); err != nil {
		return room, fmt.Errorf("%w: post %d: %w", store.ErrCorrupt, ref, err)
	}
	return room, nil
}

// Slug reads the slug of a post off its card.
func (x *Records) Slug(tx *file.Tx, ref store.Ref) (string, error) {
	_, card, err := x.cardRecord(tx, ref)
	if err != nil {
		return "", err
	}
	return CardSlug(card)
}
