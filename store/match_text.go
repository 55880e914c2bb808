package store

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"alphanode/content"
)

func (m *matcher) slug(all conjunction, f *SlugFilter) conjunction {
	if f.Eq != nil {
		ref, err := m.tx.ordinal(bucketSlugs, *f.Eq)
		all = append(all, checked(m, single(m.tx.size(), ref), err))
	}
	if f.Prefix != nil {
		within, err := m.tx.slugPrefix(*f.Prefix)
		all = append(all, checked(m, within, err))
	}
	return all
}

func single(size uint32, ref Ref) fixed {
	s := nothing(size)
	if ref != NoRef {
		s.members.Add(uint32(ref))
	}
	return fixed{s}
}

// afterPrefix is a key behind every UTF-8 text that begins with the prefix.
func afterPrefix(prefix string) []byte { return append([]byte(prefix), 0xff) }

func (tx *readTx) slugPrefix(prefix string) (*interval, error) {
	low, err := tx.slugPlace([]byte(prefix))
	if err != nil {
		return nil, err
	}
	high, err := tx.slugPlace(afterPrefix(prefix))
	if err != nil {
		return nil, err
	}
	x, err := tx.orderBy(FieldSlug)
	if err != nil {
		return nil, err
	}
	return tx.interval(x, low, high), nil
}

// slugPlace gives how many slugs stand before a key, be it there or not.
func (tx *readTx) slugPlace(key []byte) (int, error) {
	k, v := tx.seek(bucketSlugs, key)
	if k == nil {
		return tx.release.info.Posts, nil
	}
	ordinal, err := unsealNumber(bucketSlugs, k, v)
	if err != nil {
		return 0, err
	}
	bySlug, err := tx.orderBy(FieldSlug)
	if err != nil {
		return 0, err
	}
	return int(bySlug.place.uint32(int(ordinal))), nil
}

func (m *matcher) title(all conjunction, f *TextFilter) conjunction {
	between := func(from, until func(title string) bool) {
		within, err := m.tx.titleRange(from, until)
		all = append(all, checked(m, within, err))
	}
	if f.Eq != nil {
		title := content.Identity(*f.Eq)
		between(func(t string) bool { return t >= title }, func(t string) bool { return t > title })
	}
	if f.Prefix != nil {
		prefix := content.Identity(*f.Prefix)
		between(func(t string) bool { return t >= prefix },
			func(t string) bool { return t >= prefix && !strings.HasPrefix(t, prefix) })
	}
	if f.Contains != nil {
		posts, err := m.tx.titleContains(m.ctx, content.Identity(*f.Contains))
		all = append(all, checked(m, fixed{posts}, err))
	}
	return all
}

func (m *matcher) reference(all conjunction, f *TextFilter) conjunction {
	if f.Eq != nil {
		ref, err := m.tx.lookupReference(*f.Eq)
		all = append(all, checked(m, single(m.tx.size(), ref), err))
	}
	if f.Prefix != nil {
		posts, err := m.tx.references([]byte(*f.Prefix), func(k []byte) bool { return true })
		all = append(all, checked(m, fixed{posts}, err))
	}
	if f.Contains != nil {
		part := []byte(*f.Contains)
		posts, err := m.tx.references(nil, func(k []byte) bool { return bytes.Contains(k, part) })
		all = append(all, checked(m, fixed{posts}, err))
	}
	return all
}

// references gives the posts whose reference begins with a prefix and is one
// the caller wants.
func (tx *readTx) references(prefix []byte, want func(reference []byte) bool) (set, error) {
	var ordinals []uint32
	cursor := tx.cursor(bucketReferences)
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
func (m *matcher) topicContains(part string) condition {
	folded := []byte(content.Identity(part))
	prefix := termIDKey(KindTopic, "")
	var any []condition
	cursor := m.tx.cursor(bucketTermIDs)
	for k, v := cursor.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = cursor.Next() {
		if !bytes.Contains(k[len(prefix):], folded) {
			continue
		}
		payload, err := unseal(bucketTermIDs, k, v)
		if m.check(err); m.err != nil {
			break
		}
		having, err := m.having(TermID(binary.LittleEndian.Uint32(payload)))
		any = append(any, checked(m, having, err))
	}
	return m.any(any)
}
