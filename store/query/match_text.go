package query

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/terms"
	"alphanode/store/posts"
	"alphanode/store/sets"
	"alphanode/text"
)

func (m *matcher) slug(all conjunction, f *store.SlugFilter) conjunction {
	if f.Eq != nil {
		ref, err := posts.BySlug(m.tx, *f.Eq)
		all = append(all, checked(m, single(m.tx.Size(), ref), err))
	}
	if f.In != nil {
		refs, err := posts.Lookup(m.tx, listedSlugs(f.In))
		all = append(all, checked(m, these(m.tx.Size(), refs), err))
	}
	if f.Prefix != nil {
		within, err := m.engine.slugPrefix(m.tx, content.NormalSlug(*f.Prefix))
		all = append(all, checked(m, within, err))
	}
	return all
}

func single(size uint32, ref store.Ref) fixed { return these(size, []store.Ref{ref}) }

// these is met by a few posts. A NoRef is none.
func these(size uint32, refs []store.Ref) fixed {
	s := sets.Nothing(size)
	for _, ref := range refs {
		if ref != store.NoRef {
			s.Members.Add(uint32(ref))
		}
	}
	return fixed{s}
}

// afterPrefix is a key behind every UTF-8 text that begins with the prefix.
func afterPrefix(prefix string) []byte { return append([]byte(prefix), 0xff) }

func (e *Engine) slugPrefix(tx *file.Tx, prefix string) (*interval, error) {
	low, err := e.orders.PlaceOfSlug(tx, []byte(prefix))
	if err != nil {
		return nil, err
	}
	high, err := e.orders.PlaceOfSlug(tx, afterPrefix(prefix))
	if err != nil {
		return nil, err
	}
	x, err := e.orders.By(tx, store.FieldSlug)
	if err != nil {
		return nil, err
	}
	return e.interval(tx, x, low, high), nil
}

func (m *matcher) reference(all conjunction, f *store.TextFilter) conjunction {
	if f.Eq != nil {
		ref, err := posts.LookupReference(m.tx, *f.Eq)
		all = append(all, checked(m, single(m.tx.Size(), ref), err))
	}
	if f.Prefix != nil {
		// How many begin so is not known: they are paid for as they are read.
		posts, err := references(m.ctx, m.tx, []byte(*f.Prefix))
		all = append(all, checked(m, fixed{posts}, err))
	}
	if f.Contains != nil {
		part, posts := []byte(*f.Contains), int(m.tx.Size())
		all = append(all, &sought{matcher: m, count: posts, cost: file.PriceOfReference * posts, find: func() (sets.Set, error) {
			return eachReference(m.ctx, m.tx, nil, func(k []byte, _ int) (bool, error) { return bytes.Contains(k, part), nil })
		}})
	}
	return all
}

// referencesBetween is how many references are paid for at once.
const referencesBetween = 256

// references gives the posts whose reference begins with a prefix.
func references(ctx context.Context, tx *file.Tx, prefix []byte) (sets.Set, error) {
	return eachReference(ctx, tx, prefix, func(_ []byte, number int) (bool, error) {
		if number%referencesBetween != 0 {
			return true, nil
		}
		return true, tx.Pay(ctx, referencesBetween*file.PriceOfReference)
	})
}

// eachReference gives the posts whose reference begins with a prefix and is wanted. It
// asks about those that the view sees, by number.
func eachReference(ctx context.Context, tx *file.Tx, prefix []byte, want func(reference []byte, number int) (bool, error)) (sets.Set, error) {
	var ordinals []uint32
	looked, seen := 0, 0
	cursor := tx.Cursor(file.BucketReferences)
	for k, v := cursor.Seek(prefix); bytes.HasPrefix(k, prefix) && k != nil; k, v = cursor.Next() {
		if looked++; looked%1024 == 0 && ctx.Err() != nil {
			return sets.Set{}, ctx.Err()
		}
		payload, err := file.Unseal(file.BucketReferences, k, v)
		if err != nil {
			return sets.Set{}, err
		}
		ordinal := binary.LittleEndian.Uint32(payload)
		if ordinal >= tx.Size() {
			continue
		}
		wanted, err := want(k, seen)
		if err != nil {
			return sets.Set{}, err
		}
		if seen++; wanted {
			ordinals = append(ordinals, ordinal)
		}
	}
	slices.Sort(ordinals)
	return sets.Of(tx.Size(), roaring.BitmapOf(ordinals...)), nil
}

// topicContains looks into the topics, of which there are fewer than posts.
func (m *matcher) topicContains(part string) condition {
	plain := text.Unaccented(content.Identity(part))
	topics, err := m.engine.terms.Seen(m.tx, store.KindTopic)
	m.check(err)
	size := int(m.tx.Size())
	return &sought{matcher: m, count: size, cost: 2*file.PriceOfTopic*topics + file.PriceOfMember*size, find: func() (sets.Set, error) {
		return m.engine.topicContains(m.ctx, m.tx, plain)
	}}
}

// topicContains gives the posts whose topic contains a text. Topics that contain it
// may be as many as posts, so their posts are found in one go over all.
func (e *Engine) topicContains(ctx context.Context, tx *file.Tx, plain string) (sets.Set, error) {
	index, err := e.terms.Values(tx, store.KindTopic)
	if err != nil {
		return sets.Set{}, err
	}
	wanted := sets.NewBits(index.Len())
	prefix, looked := terms.IDKey(store.KindTopic, ""), 0
	cursor := tx.Cursor(file.BucketTermIDs)
	for k, v := cursor.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = cursor.Next() {
		if looked++; looked%1024 == 0 && ctx.Err() != nil {
			return sets.Set{}, ctx.Err()
		}
		if !strings.Contains(text.Unaccented(string(k[len(prefix):])), plain) {
			continue
		}
		payload, err := file.Unseal(file.BucketTermIDs, k, v)
		if err != nil {
			return sets.Set{}, err
		}
		wanted.Add(index.Terms.Search32(0, index.Len(), binary.LittleEndian.Uint32(payload)))
	}
	size := int(tx.Size())
	index.Check(size)
	having, members := sets.NewBits(index.Sets()), sets.NewBits(size)
	for number := range index.Sets() {
		for values := index.ValuesOf(uint32(number)); len(values) > 0; values = values[4:] {
			if wanted.Contains(int(binary.LittleEndian.Uint32(values))) {
				having.Add(number)
				break
			}
		}
	}
	index.Posts.CheckAll()
	for ordinal := range size {
		if having.Contains(int(index.Set(uint32(ordinal)))) {
			members.Add(ordinal)
		}
	}
	return sets.Of(tx.Size(), roaring.FromDense(members, false)), nil
}
