package release

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
	noted
}

// noted is what a footprint says.
type noted struct {
	looked     []uint64 // posts of which it was only asked whether they are there; hashes of slugs
	cards      []uint64 // posts of which the card was read
	wholes     []uint64 // posts of which everything was
	references []uint64 // hashes of references by which posts were looked up
	terms      []uint64 // terms that were read or looked up; hashes of kind and slug
	listed     kindSet  // kinds whose terms were listed
	named      kindSet  // kinds whose terms were named, whichever they are
	asked      []asked
	release    bool // it names its release, so it is right for no other
}

// asked is a question about the posts that match a filter and have a term: which
// they are, and what some of their fields say.
type asked struct {
	filter *store.Filter // nil for every post
	kind   store.Kind    // of the term; "" where there is none
	slug   string
	fields fieldSet
}

// Size is about how many bytes of memory it takes.
func (f *Footprint) Size() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := int(unsafe.Sizeof(*f)) + 8*(cap(f.looked)+cap(f.cards)+cap(f.wholes)+cap(f.references)+cap(f.terms)) + cap(f.asked)*int(unsafe.Sizeof(asked{}))
	for _, a := range f.asked {
		if a.filter != nil {
			n += a.filter.Cost() * int(unsafe.Sizeof(store.Filter{}))
		}
	}
	return n
}

// note notes something that a reader does.
func (f *Footprint) note(do func(*Footprint)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do(f)
}

// all gives what was noted, when no more is.
func (f *Footprint) all() noted {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.noted
}

// tie notes that the answer is right for its release alone.
func (f *Footprint) tie() { f.release = true }

func hashOf(s string) uint64 { return xxhash.Sum64String(s) }

func hashTerm(kind store.Kind, slug string) uint64 {
	var h xxhash.Digest
	h.Reset()
	_, _ = h.WriteString(string(kind)) // a hash takes everything
	_, _ = h.WriteString("\x00")
	_, _ = h.WriteString(slug)
	return h.Sum64()
}

func (f *Footprint) lookedUp(slugs []string) {
	for _, slug := range slugs {
		f.looked = append(f.looked, hashOf(slug))
	}
}

// lookedUpReference notes a reference by which a post was looked up.
func (f *Footprint) lookedUpReference(reference string) {
	f.references = append(f.references, hashOf(reference))
}

// read notes a post that was read.
func (f *Footprint) read(slug string, part store.Part) { f.readHash(hashOf(slug), part) }

func (f *Footprint) readHash(slug uint64, part store.Part) {
	if part == store.Card {
		f.cards = append(f.cards, slug)
	} else {
		f.wholes = append(f.wholes, slug)
	}
}

// readTerm notes a term that was read or looked up.
func (f *Footprint) readTerm(kind store.Kind, slug string) {
	f.terms = append(f.terms, hashTerm(kind, slug))
}

func (f *Footprint) readTerms(terms []*store.Term) {
	for _, t := range terms {
		if t != nil {
			f.readTerm(t.Kind, t.Slug)
		}
	}
}

// listsTerms notes kinds whose terms are listed.
func (f *Footprint) listsTerms(kinds ...store.Kind) { f.listed |= kindsOf(kinds...) }

// namesTerms notes kinds whose terms are named, whichever they are.
func (f *Footprint) namesTerms(kinds ...store.Kind) { f.named |= kindsOf(kinds...) }

// question notes a question about posts. A filter that searches rests on the words
// of all posts: which of them an unfinished word stands for follows from all.
func (f *Footprint) question(a asked) {
	f.asked = append(f.asked, a)
	if searchesWords(a.filter) {
		f.asked = append(f.asked, asked{fields: searchedFields})
	}
}

// whole notes that an answer rests on some fields of all posts.
func (f *Footprint) whole(fields fieldSet) { f.asked = append(f.asked, asked{fields: fields}) }

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
