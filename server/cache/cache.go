package cache

import (
	"bytes"
	"slices"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/maypok86/otter/v2"

	"alphanode/server/wire"
	"alphanode/store"
	"alphanode/store/footprint"
	"alphanode/trace"
)

// Cache keeps answers for the public in memory, within a bound in bytes. Which
// are kept is decided by W-TinyLFU (Einziger, Eytan, Friedman and Manes, 2022):
// those that are asked for most.
//
// The key of an answer is the whole of what it was asked with, see Question.Key, and
// holds no release. An answer knows for which releases it is right, and a question
// may have several answers, of several releases: after a rollback the old ones are
// there again.
type Cache struct {
	slots *otter.Cache[string, *Slot]
	most  int // bytes that one answer may have
}

// Slot holds the answers to one question, the newest first. It is not changed once
// it is in the cache.
type Slot struct{ answers []*Kept }

// maxAnswers is how many answers of one question are kept: of the release that is
// served, the one before, and one that is pinned.
const maxAnswers = 3

// Kept is an answer that is kept. Its packed forms are made when they are first
// asked for.
type Kept struct {
	Asked     Question
	Fields    wire.Head // without what is added when it is sent
	Keys      string
	Tag       string
	Body      []byte
	Spent     int                                             // units
	Operation *trace.Operation                                // of GraphQL; else nil
	packed    [len(wire.AnswerCodings)]atomic.Pointer[[]byte] // by number of the coding
	heads     [len(wire.AnswerCodings)]atomic.Pointer[wire.SealedHead]
	Footprint *footprint.Footprint
	right     atomic.Pointer[[]ReleaseID] // for which releases
	made      atomic.Pointer[time.Time]   // when it was begun to be made, the last time
}

// ReleaseID tells releases apart, and what stands under one name at two times.
type ReleaseID struct{ Name, Sum string }

// IDOf gives that of a release.
func IDOf(m store.Manifest) ReleaseID { return ReleaseID{m.Name, m.SHA256} }

// maxRight bounds for how many releases it is remembered that an answer is right.
const maxRight = 16

// New makes a cache that takes so many bytes.
func New(most int) *Cache {
	return &Cache{
		slots: otter.Must(&otter.Options[string, *Slot]{
			MaximumWeight: uint64(most),
			Weigher:       func(key string, s *Slot) uint32 { return s.size(key) },
		}),
		most: min(most/16, 1<<20),
	}
}

// size is about how many bytes of memory the answers to a question take.
func (s *Slot) size(key string) uint32 {
	const bookkeeping = 700 // of the library and the structures here
	n := len(key)
	for _, k := range s.answers {
		n += bookkeeping + len(k.Body) + len(k.Keys) + len(k.Asked.Body) + len(k.Asked.Target) + k.Footprint.Size()
		for _, f := range k.Fields {
			n += len(f.Value) + int(unsafe.Sizeof(f))
		}
		for i := range k.packed {
			if packed := k.packed[i].Load(); packed != nil {
				n += len(*packed)
			}
			if sealed := k.heads[i].Load(); sealed != nil {
				n += sealed.Size()
			}
		}
	}
	return uint32(min(n, 1<<31))
}

// Find gives the answer to a question that is right for a release, nil where there
// is none, or none that was made since the release is relied on.
func (c *Cache) Find(key string, id ReleaseID, since time.Time) *Kept {
	s, ok := c.slots.GetIfPresent(key)
	if !ok {
		return nil
	}
	k := s.Right(id)
	if k == nil || k.made.Load().Before(since) {
		return nil
	}
	return k
}

// Question is what the answers answer.
func (s *Slot) Question() Question { return s.answers[0].Asked }

// Right gives the answer that is right for a release, nil where there is none.
func (s *Slot) Right(id ReleaseID) *Kept {
	for _, k := range s.answers {
		if k.isRight(id) {
			return k
		}
	}
	return nil
}

func (k *Kept) isRight(id ReleaseID) bool { return slices.Contains(*k.right.Load(), id) }

// Prove notes that the answer is right for one more release.
func (k *Kept) Prove(id ReleaseID) {
	for {
		old := k.right.Load()
		if slices.Contains(*old, id) {
			return
		}
		more := append(slices.Clone((*old)[max(0, len(*old)-maxRight+1):]), id)
		if k.right.CompareAndSwap(old, &more) {
			return
		}
	}
}

// Put keeps an answer that was made from a release, and gives the one that is kept:
// where there is an equal one of another release, that is right for this one too,
// and its tag and packed forms stay.
func (c *Cache) Put(key string, fresh *Kept, id ReleaseID, made time.Time) (_ *Kept, equal bool) {
	fresh.right.Store(&[]ReleaseID{id})
	fresh.made.Store(&made)
	stays := fresh
	c.slots.Compute(key, func(old *Slot, found bool) (*Slot, otter.ComputeOp) {
		answers := []*Kept{fresh}
		if found {
			for i, k := range old.answers {
				if k.equal(fresh) {
					k.Prove(id)
					k.made.Store(&made)
					stays, equal = k, true
					if i == 0 {
						return old, otter.CancelOp
					}
					return &Slot{slices.Insert(slices.Delete(slices.Clone(old.answers), i, i+1), 0, k)}, otter.WriteOp
				}
			}
			answers = append(answers, old.answers[:min(len(old.answers), maxAnswers-1)]...)
		}
		return &Slot{answers}, otter.WriteOp
	})
	return stays, equal
}

func (k *Kept) equal(other *Kept) bool {
	return bytes.Equal(k.Body, other.Body) && k.Keys == other.Keys && slices.Equal(k.Fields, other.Fields)
}

// Packed gives the answer in a coding, where that was kept.
func (k *Kept) Packed(c wire.Coding) (body []byte, ok bool) {
	if packed := k.packed[c.Place()].Load(); packed != nil {
		return *packed, true
	}
	return nil, false
}

// Head gives the header with which the answer is sent in a coding, nil where that was
// not kept.
func (k *Kept) Head(c wire.Coding) *wire.SealedHead { return k.heads[c.Place()].Load() }

// KeepPacked keeps an answer in a coding too.
func (c *Cache) KeepPacked(key string, k *Kept, in wire.Coding, packed []byte) {
	k.packed[in.Place()].Store(&packed)
	c.reweigh(key)
}

// KeepHead keeps the header with which an answer is sent in a coding.
func (c *Cache) KeepHead(key string, k *Kept, in wire.Coding, head *wire.SealedHead) {
	k.heads[in.Place()].Store(head)
	c.reweigh(key)
}

// reweigh lets the cache know that a packed form or a header was added.
func (c *Cache) reweigh(key string) {
	c.slots.ComputeIfPresent(key, func(old *Slot) (*Slot, otter.ComputeOp) { return old, otter.WriteOp })
}

// Drop forgets the answers to a question, and DropAll those to all.
func (c *Cache) Drop(key string) { c.slots.Invalidate(key) }
func (c *Cache) DropAll()        { c.slots.InvalidateAll() }

// Longest is how many bytes an answer that is kept may have.
func (c *Cache) Longest() int { return c.most }

// Bytes is about how much memory is taken, and Questions the number of those whose
// answers are kept.
func (c *Cache) Bytes() uint64  { return c.slots.WeightedSize() }
func (c *Cache) Questions() int { return c.slots.EstimatedSize() }

// CleanUp does at once what is else done beside later calls.
func (c *Cache) CleanUp() { c.slots.CleanUp() }

// Hottest gives all questions, those that are asked for most first.
func (c *Cache) Hottest() (keys []string, slots []*Slot) {
	for entry := range c.slots.Hottest() {
		keys, slots = append(keys, entry.Key), append(slots, entry.Value)
	}
	return keys, slots
}
