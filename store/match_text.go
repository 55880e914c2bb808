package store

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"alphanode/content"
)

func (m *matcher) slug(f *SlugFilter) set {
	result := everything(m.tx.size())
	if f.Eq != nil {
		ref, err := m.tx.ordinal(bucketSlugs, *f.Eq)
		result = result.and(m.checked(single(m.tx.size(), ref), err))
	}
	if f.Prefix != nil {
		result = result.and(m.checked(m.tx.slugPrefix(*f.Prefix)))
	}
	return result
}

func single(size uint32, ref Ref) set {
	s := nothing(size)
	if ref != NoRef {
		s.members.Add(uint32(ref))
	}
	return s
}

// afterPrefix is a key behind every UTF-8 text that begins with the prefix.
func afterPrefix(prefix string) []byte { return append([]byte(prefix), 0xff) }

func (tx *readTx) slugPrefix(prefix string) (set, error) {
	low, err := tx.slugPlace([]byte(prefix))
	if err != nil {
		return set{}, err
	}
	high, err := tx.slugPlace(afterPrefix(prefix))
	if err != nil {
		return set{}, err
	}
	return tx.places(FieldSlug, low, high)
}

// slugPlace gives how many slugs stand before a key, be it there or not.
func (tx *readTx) slugPlace(key []byte) (int, error) {
	k, v := tx.bucket(bucketSlugs).Cursor().Seek(key)
	if k == nil {
		return tx.release.info.Posts, nil
	}
	payload, err := unseal(bucketSlugs, k, v)
	if err != nil {
		return 0, err
	}
	place, err := tx.column(placeColumn(FieldSlug))
	if err != nil {
		return 0, err
	}
	return int(place.uint32(int(binary.LittleEndian.Uint32(payload)))), nil
}

func (m *matcher) title(f *TextFilter) set {
	result := everything(m.tx.size())
	if f.Eq != nil {
		title := content.Identity(*f.Eq)
		result = result.and(m.checked(m.tx.titleRange(
			func(t string) bool { return t >= title }, func(t string) bool { return t > title })))
	}
	if f.Prefix != nil {
		prefix := content.Identity(*f.Prefix)
		result = result.and(m.checked(m.tx.titleRange(
			func(t string) bool { return t >= prefix },
			func(t string) bool { return t >= prefix && !strings.HasPrefix(t, prefix) })))
	}
	if f.Contains != nil {
		result = result.and(m.checked(m.tx.titleContains(m.ctx, content.Identity(*f.Contains))))
	}
	return result
}

func (m *matcher) reference(f *TextFilter) set {
	result := everything(m.tx.size())
	if f.Eq != nil {
		ref, err := m.tx.lookupReference(*f.Eq)
		result = result.and(m.checked(single(m.tx.size(), ref), err))
	}
	if f.Prefix != nil {
		prefix := []byte(*f.Prefix)
		result = result.and(m.checked(m.tx.references(prefix, func(k []byte) bool { return true })))
	}
	if f.Contains != nil {
		part := []byte(*f.Contains)
		result = result.and(m.checked(m.tx.references(nil, func(k []byte) bool { return bytes.Contains(k, part) })))
	}
	return result
}

// references gives the posts whose reference begins with a prefix and is one
// the caller wants.
func (tx *readTx) references(prefix []byte, want func(reference []byte) bool) (set, error) {
	var ordinals []uint32
	cursor := tx.bucket(bucketReferences).Cursor()
	for k, v := cursor.Seek(prefix); bytes.HasPrefix(k, prefix) && k != nil; k, v = cursor.Next() {
		if !want(k) {
			continue
		}
		payload, err := unseal(bucketReferences, k, v)
		if err != nil {
			return set{}, err
		}
		if ordinal := binary.LittleEndian.Uint32(payload); ordinal < tx.size() {
			ordinals = append(ordinals, ordinal)
		}
	}
	slices.Sort(ordinals)
	return set{tx.size(), roaring.BitmapOf(ordinals...)}, nil
}

// topicContains looks into the topics, of which there are fewer than posts.
func (m *matcher) topicContains(part string) set {
	result := nothing(m.tx.size())
	folded := []byte(content.Identity(part))
	prefix := termIDKey(KindTopic, "")
	cursor := m.tx.bucket(bucketTermIDs).Cursor()
	for k, v := cursor.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = cursor.Next() {
		if !bytes.Contains(k[len(prefix):], folded) {
			continue
		}
		payload, err := unseal(bucketTermIDs, k, v)
		if err != nil {
			return m.checked(set{}, err)
		}
		result = result.or(m.checked(m.tx.postings(bucketPostings, ordinalKey(binary.LittleEndian.Uint32(payload)))))
	}
	return result
}
