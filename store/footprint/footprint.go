package footprint

import (
	"sync"
	"unsafe"

	"github.com/cespare/xxhash/v2"

	"alphanode/store"
)

// Footprint is what an answer for the public rests on: the posts and terms that
// were read for it, and the questions whose answers went into it. It holds no
// number of a release, so that it can be held against how any two releases
// differ, see [Delta.Touches]. A Reader notes it.
type Footprint struct {
	mu sync.Mutex // an operation may read with several goroutines
	Noted
}

// Noted is what a footprint says.
type Noted struct {
	Looked     []uint64 // posts of which it was only asked whether they are there; hashes of slugs
	Cards      []uint64 // posts of which the card was read
	Wholes     []uint64 // posts of which everything was
	References []uint64 // hashes of references by which posts were looked up
	Addresses  []uint64 // hashes of addresses where posts were looked for that stood there
	Terms      []uint64 // terms that were read or looked up; hashes of kind and slug
	Present    []uint64 // terms of which it only matters that they are there; likewise
	Listed     KindSet  // kinds whose terms were listed
	Named      KindSet  // kinds whose terms were named, whichever they are
	Asked      []Asked
	Release    bool // it names its release, so it is right for no other
}

// Asked is a question about the posts that match a filter and have a term: which
// they are, and what some of their fields say.
type Asked struct {
	Filter *store.Filter // nil for every post
	Kind   store.Kind    // of the term; "" where there is none
	Slug   string
	Fields FieldSet
}

// Size is about how many bytes of memory it takes.
func (f *Footprint) Size() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := int(unsafe.Sizeof(*f)) + 8*(cap(f.Looked)+cap(f.Cards)+cap(f.Wholes)+cap(f.References)+cap(f.Addresses)+cap(f.Terms)+cap(f.Present)) + cap(f.Asked)*int(unsafe.Sizeof(Asked{}))
	for _, a := range f.Asked {
		if a.Filter != nil {
			n += a.Filter.Cost() * int(unsafe.Sizeof(store.Filter{}))
		}
	}
	return n
}

// Note notes something that a reader does.
func (f *Footprint) Note(do func(*Footprint)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do(f)
}

// All gives what was noted, when no more is.
func (f *Footprint) All() Noted {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.Noted
}

// Tie notes that the answer is right for its release alone.
func (f *Footprint) Tie() { f.Release = true }

// HashOf stands for a slug, a reference or an address in a footprint.
func HashOf(s string) uint64 { return xxhash.Sum64String(s) }

// HashTerm stands for a term in a footprint.
func HashTerm(kind store.Kind, slug string) uint64 {
	var h xxhash.Digest
	h.Reset()
	_, _ = h.WriteString(string(kind)) // a hash takes everything
	_, _ = h.WriteString("\x00")
	_, _ = h.WriteString(slug)
	return h.Sum64()
}

// LookedUp notes slugs of which it was only asked whether posts have them.
func (f *Footprint) LookedUp(slugs []string) {
	for _, slug := range slugs {
		f.Looked = append(f.Looked, HashOf(slug))
	}
}

// LookedUpReference notes a reference by which a post was looked up.
func (f *Footprint) LookedUpReference(reference string) {
	f.References = append(f.References, HashOf(reference))
}

// LookedUpAddress notes an address, in its normal form, by which a post was looked up.
func (f *Footprint) LookedUpAddress(address string) {
	f.Addresses = append(f.Addresses, HashOf(address))
}

// Read notes a post that was read.
func (f *Footprint) Read(slug string, part store.Part) { f.ReadHash(HashOf(slug), part) }

// ReadHash is Read by the hash of a slug.
func (f *Footprint) ReadHash(slug uint64, part store.Part) {
	if part == store.Card {
		f.Cards = append(f.Cards, slug)
	} else {
		f.Wholes = append(f.Wholes, slug)
	}
}

// ReadTerm notes a term that was read or looked up.
func (f *Footprint) ReadTerm(kind store.Kind, slug string) {
	f.Terms = append(f.Terms, HashTerm(kind, slug))
}

// ReadTerms notes terms that were read; nil stands for one that is not there.
func (f *Footprint) ReadTerms(terms []*store.Term) {
	for _, t := range terms {
		if t != nil {
			f.ReadTerm(t.Kind, t.Slug)
		}
	}
}

// Relies notes terms of which it only matters that they are there.
func (f *Footprint) Relies(on []*store.Term) {
	for _, t := range on {
		f.Present = append(f.Present, HashTerm(t.Kind, t.Slug))
	}
}

// ListsTerms notes kinds whose terms are listed.
func (f *Footprint) ListsTerms(kinds ...store.Kind) { f.Listed |= KindsOf(kinds...) }

// NamesTerms notes kinds whose terms are named, whichever they are.
func (f *Footprint) NamesTerms(kinds ...store.Kind) { f.Named |= KindsOf(kinds...) }

// Question notes a question about posts. A filter that searches rests on the words
// of all posts: which of them an unfinished word stands for follows from all.
func (f *Footprint) Question(a Asked) {
	f.Asked = append(f.Asked, a)
	if searchesWords(a.Filter) {
		f.Asked = append(f.Asked, Asked{Fields: SearchedFields})
	}
}

// Whole notes that an answer rests on some fields of all posts.
func (f *Footprint) Whole(fields FieldSet) { f.Asked = append(f.Asked, Asked{Fields: fields}) }

// searchesWords reports whether a filter looks for words.
func searchesWords(f *store.Filter) bool {
	if f == nil {
		return false
	}
	found := f.Search != nil || searchesWords(f.Not)
	for i := range f.And {
		found = found || searchesWords(&f.And[i])
	}
	for i := range f.Or {
		found = found || searchesWords(&f.Or[i])
	}
	return found
}
