package store

import (
	"bytes"
	"context"
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
		part, posts := content.Identity(*f.Contains), int(m.tx.size())
		all = append(all, &sought{matcher: m, count: posts, cost: priceOfTitleRead * posts, find: func() (set, error) {
			return m.tx.titleContains(m.ctx, part)
		}})
	}
	return all
}

func (m *matcher) reference(all conjunction, f *TextFilter) conjunction {
	if f.Eq != nil {
		ref, err := m.tx.lookupReference(*f.Eq)
		all = append(all, checked(m, single(m.tx.size(), ref), err))
	}
	if f.Prefix != nil {
		// How many begin so is not known: they are paid for as they are read.
		posts, err := m.tx.references(m.ctx, []byte(*f.Prefix))
		all = append(all, checked(m, fixed{posts}, err))
	}
	if f.Contains != nil {
		part, posts := []byte(*f.Contains), int(m.tx.size())
		all = append(all, &sought{matcher: m, count: posts, cost: priceOfReference * posts, find: func() (set, error) {
			return m.tx.eachReference(m.ctx, nil, func(k []byte, _ int) (bool, error) { return bytes.Contains(k, part), nil })
		}})
	}
	return all
}

// referencesBetween is how many references are paid for at once.
const referencesBetween = 256

// references gives the posts whose reference begins with a prefix.
func (tx *readTx) references(ctx context.Context, prefix []byte) (set, error) {
	return tx.eachReference(ctx, prefix, func(_ []byte, number int) (bool, error) {
		if number%referencesBetween != 0 {
			return true, nil
		}
		return true, tx.pay(ctx, referencesBetween*priceOfReference)
	})
}

// eachReference gives the posts whose reference begins with a prefix and is wanted. It
// asks about those that the view sees, by number.
func (tx *readTx) eachReference(ctx context.Context, prefix []byte, want func(reference []byte, number int) (bool, error)) (set, error) {
	var ordinals []uint32
	looked, seen := 0, 0
	cursor := tx.cursor(bucketReferences)
	for k, v := cursor.Seek(prefix); bytes.HasPrefix(k, prefix) && k != nil; k, v = cursor.Next() {
		if looked++; looked%1024 == 0 && ctx.Err() != nil {
			return set{}, ctx.Err()
		}
		payload, err := unseal(bucketReferences, k, v)
		if err != nil {
			return set{}, err
		}
		ordinal := binary.LittleEndian.Uint32(payload)
		if ordinal >= tx.size() {
			continue
		}
		wanted, err := want(k, seen)
		if err != nil {
			return set{}, err
		}
		if seen++; wanted {
			ordinals = append(ordinals, ordinal)
		}
	}
	slices.Sort(ordinals)
	return set{tx.size(), roaring.BitmapOf(ordinals...)}, nil
}

// topicContains looks into the topics, of which there are fewer than posts.
func (m *matcher) topicContains(part string) condition {
	folded := []byte(content.Identity(part))
	topics, err := m.tx.termsSeen(KindTopic)
	m.check(err)
	size := int(m.tx.size())
	return &sought{matcher: m, count: size, cost: priceOfTopic*topics + priceOfMember*size, find: func() (set, error) {
		return m.tx.topicContains(m.ctx, folded)
	}}
}

// topicContains gives the posts whose topic contains a text. Topics that contain it
// may be as many as posts, so their posts are found in one go over all.
func (tx *readTx) topicContains(ctx context.Context, folded []byte) (set, error) {
	index, err := tx.valueIndex(KindTopic)
	if err != nil {
		return set{}, err
	}
	wanted := newBitset(index.values())
	prefix, looked := termIDKey(KindTopic, ""), 0
	cursor := tx.cursor(bucketTermIDs)
	for k, v := cursor.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = cursor.Next() {
		if looked++; looked%1024 == 0 && ctx.Err() != nil {
			return set{}, ctx.Err()
		}
		if !bytes.Contains(k[len(prefix):], folded) {
			continue
		}
		payload, err := unseal(bucketTermIDs, k, v)
		if err != nil {
			return set{}, err
		}
		wanted.add(index.terms.search32(0, index.values(), binary.LittleEndian.Uint32(payload)))
	}
	size := int(tx.size())
	index.check(size)
	sets, members := newBitset(index.sets()), newBitset(size)
	for number := range index.sets() {
		for values := index.valuesOf(uint32(number)); len(values) > 0; values = values[4:] {
			if wanted.contains(int(binary.LittleEndian.Uint32(values))) {
				sets.add(number)
				break
			}
		}
	}
	index.posts.checkAll()
	for ordinal := range size {
		if sets.contains(int(index.set(uint32(ordinal)))) {
			members.add(ordinal)
		}
	}
	return set{tx.size(), roaring.FromDense(members, false)}, nil
}
