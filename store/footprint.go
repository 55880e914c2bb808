package store

import (
	"sync"
	"unsafe"

	"github.com/cespare/xxhash/v2"
)

// Footprint is what an answer for the public rests on: the posts and terms that
// were read for it, and the questions whose answers went into it. It holds no
// number of a release, so that it can be held against how any two releases
// differ, see [Delta.Touches]. A Reader notes it.
type Footprint struct {
	mu        sync.Mutex // an operation may read with several goroutines
	looked    []uint64   // posts of which it was only asked whether they are there; hashes of slugs
	cards     []uint64   // posts of which the card was read
	wholes    []uint64   // posts of which everything was
	reference []uint64   // hashes of references by which posts were looked up
	terms     []uint64   // terms that were read or looked up; hashes of kind and slug
	listed    kindSet    // kinds whose terms were listed
	named     kindSet    // kinds whose terms were named, whichever they are
	asked     []asked
	release   bool // it names its release, so it is right for no other
}

// asked is a question about the posts that match a filter and have a term: which
// they are, and what some of their fields say.
type asked struct {
	filter *Filter // nil for every post
	kind   Kind    // of the term; "" where there is none
	slug   string
	fields fieldSet
}

// Size is about how many bytes of memory it takes.
func (f *Footprint) Size() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := int(unsafe.Sizeof(*f)) + 8*(cap(f.looked)+cap(f.cards)+cap(f.wholes)+cap(f.reference)+cap(f.terms)) + cap(f.asked)*int(unsafe.Sizeof(asked{}))
	for _, a := range f.asked {
		if a.filter != nil {
			n += a.filter.Cost() * int(unsafe.Sizeof(Filter{}))
		}
	}
	return n
}

func hashOf(s string) uint64 { return xxhash.Sum64String(s) }

func hashTerm(kind Kind, slug string) uint64 {
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

// read notes a post that was read.
func (f *Footprint) read(slug string, part Part) { f.readHash(hashOf(slug), part) }

func (f *Footprint) readHash(slug uint64, part Part) {
	if part == Card {
		f.cards = append(f.cards, slug)
	} else {
		f.wholes = append(f.wholes, slug)
	}
}

// readTerm notes a term that was read or looked up.
func (f *Footprint) readTerm(kind Kind, slug string) { f.terms = append(f.terms, hashTerm(kind, slug)) }

func (f *Footprint) readTerms(terms []*Term) {
	for _, t := range terms {
		if t != nil {
			f.readTerm(t.Kind, t.Slug)
		}
	}
}

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
func searchesWords(f *Filter) bool {
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

// kindsIn gives the kinds of the terms that a filter names.
func kindsIn(f *Filter) (kinds kindSet) {
	if f == nil {
		return 0
	}
	for _, c := range f.termConditions() {
		if c.filter != nil {
			kinds |= kindsOf(c.kind)
		}
	}
	kinds |= kindsIn(f.Not)
	for i := range f.And {
		kinds |= kindsIn(&f.And[i])
	}
	for i := range f.Or {
		kinds |= kindsIn(&f.Or[i])
	}
	return kinds
}

// kindSet is a set of kinds of terms.
type kindSet uint16

func kindsOf(kinds ...Kind) (set kindSet) {
	for _, k := range kinds {
		for i, known := range Kinds {
			if known == k {
				set |= 1 << i
			}
		}
	}
	return set
}

// fieldSet is a set of the fields of a post that answers rest on apart.
type fieldSet uint32

const (
	ofTitle fieldSet = 1 << iota
	ofIntro
	ofBody
	ofPublished
	ofTopic
	ofSummary
	ofTools
	ofEntities
	ofStack
	ofDifficulty
	ofCodeLanguage
	ofReadingTime
	ofViewCount
	ofQuality
	ofFreshness
	ofDepth
	ofClarity
	ofScore // whether there is one
	ofStatus
	ofReviewed
	ofScenario
	ofParagraphs
	ofReference
	ofImages
	ofOther

	ofUpdated      = ofPublished | ofReviewed
	ofScores       = ofQuality | ofFreshness | ofDepth | ofClarity
	cardFields     = ofTitle | ofSummary | ofReadingTime | ofDifficulty | ofScores | ofScore | ofTools | ofImages | ofUpdated
	searchedFields = ofTitle | ofSummary | ofIntro | ofEntities | ofTools | ofBody | ofQuality | ofFreshness
	// Features of posts, and what similar posts that tie are ordered by.
	similarFields = ofEntities | ofTools | ofStack | ofQuality | ofFreshness
	allFields     = ^fieldSet(0)
)

// fieldsByPath are the fields by the paths that content.ChangedFields gives. What
// is not among them is ofOther.
var fieldsByPath = map[string]fieldSet{
	"title": ofTitle, "intro": ofIntro, "body": ofBody, "publishedAt": ofPublished,
	"meta.topic": ofTopic, "meta.summary": ofSummary, "meta.tools": ofTools, "meta.entities": ofEntities, "meta.stack": ofStack,
	"meta.difficulty": ofDifficulty, "meta.codeLanguage": ofCodeLanguage, "meta.readingTime": ofReadingTime, "meta.viewCount": ofViewCount,
	"meta.score": ofScore, "meta.score.quality": ofQuality, "meta.score.freshness": ofFreshness,
	"meta.score.depth": ofDepth, "meta.score.clarity": ofClarity,
	"meta.revision.status": ofStatus, "meta.revision.lastReviewed": ofReviewed,
	"meta.payload.scenario": ofScenario, "meta.payload.paragraphs": ofParagraphs,
	"meta.reference": ofReference, "meta.images": ofImages,
}

// fieldsAt gives the fields at paths.
func fieldsAt(paths []string) (fields fieldSet) {
	for _, path := range paths {
		if field, ok := fieldsByPath[path]; ok {
			fields |= field
		} else {
			fields |= ofOther
		}
	}
	if fields&ofScores != 0 {
		fields |= ofScore // it may have come or gone with its object
	}
	return fields
}

// fieldsOf gives what an order or a range of a field rests on.
func fieldsOf(f Field) fieldSet {
	switch f {
	case FieldSlug:
		return 0
	case FieldTitle:
		return ofTitle
	case FieldReference:
		return ofReference
	case FieldPublishedAt:
		return ofPublished
	case FieldLastReviewed:
		return ofReviewed
	case FieldUpdated:
		return ofUpdated
	case FieldQuality:
		return ofQuality
	case FieldFreshness:
		return ofFreshness
	case FieldDepth:
		return ofDepth
	case FieldClarity:
		return ofClarity
	case FieldViewCount:
		return ofViewCount
	case FieldReadingTime:
		return ofReadingTime
	case FieldParagraphs:
		return ofParagraphs
	default:
		return allFields
	}
}

// fieldsOfKind gives what the terms of a kind rest on.
func fieldsOfKind(k Kind) fieldSet {
	switch k {
	case KindTool:
		return ofTools
	case KindEntity:
		return ofEntities
	case KindStack:
		return ofStack
	case KindDifficulty:
		return ofDifficulty
	case KindCodeLanguage:
		return ofCodeLanguage
	case KindStatus:
		return ofStatus
	case KindScenario:
		return ofScenario
	case KindTopic:
		return ofTopic
	default:
		return allFields
	}
}
