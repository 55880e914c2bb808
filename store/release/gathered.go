package release

import (
	"cmp"
	"math"
	"slices"

	"alphanode/store"
	"alphanode/store/sets"
)

// gathered is what the indexes of a release are made of: the facts of all posts, taken
// post by post in the order of ordinals. It takes some 300 bytes of memory for a post.
type gathered struct {
	posts      int // ordinals are below
	public     int // ordinals below are public
	numbers    [len(numberFields)][]int64
	hashes     []int64 // of posts
	titles     texts   // folded
	references texts   // by ordinal, empty where there is none
	flags      []sets.List
	vocabulary *vocabulary
	spelled    []spelled                              // by number in the vocabulary
	termIDs    map[store.Kind]map[string]store.TermID // by identity
	terms      []*termStats
}

// spelled says which term a spelling stands for, and which of the term's
// spellings it is.
type spelled struct {
	known bool
	id    store.TermID
	at    int // in termStats.spellings
}

// absent marks, in memory only, a post without a number. No date or count is
// as low.
const absent = math.MinInt64

func newGathered(v *vocabulary) *gathered {
	x := &gathered{flags: make([]sets.List, len(flags)), vocabulary: v, termIDs: make(map[store.Kind]map[string]store.TermID, len(store.Kinds))}
	for _, kind := range store.Kinds {
		x.termIDs[kind] = map[string]store.TermID{}
	}
	return x
}

// add takes the facts of the next post and gives its features by number.
func (x *gathered) add(f *facts) (tools, entities, stack []store.TermID) {
	ordinal := uint32(x.posts)
	x.posts++
	if f.public {
		x.public++
	}
	for i, n := range f.numbers {
		x.numbers[i] = append(x.numbers[i], n)
	}
	x.hashes = append(x.hashes, int64(f.hash))
	x.titles.append(f.title)
	x.references.append(f.reference)
	for i := range flags {
		if f.flags&(1<<i) != 0 {
			x.flags[i].Add(ordinal)
		}
	}
	for _, number := range f.words {
		s := x.spelling(number)
		stats := x.terms[s.id]
		stats.add(ordinal, s.at, f.public)
		switch stats.sample.kind {
		case store.KindTool:
			tools = append(tools, s.id)
		case store.KindEntity:
			entities = append(entities, s.id)
		case store.KindStack:
			stack = append(stack, s.id)
		}
	}
	return tools, entities, stack
}

// size is how many posts a view sees.
func (x *gathered) size(v store.View) uint32 {
	if v == store.Public {
		return uint32(x.public)
	}
	return uint32(x.posts)
}

// numbersOf gives the values of a field by ordinal, nil once they are let go.
func (x *gathered) numbersOf(f store.Field) []int64 {
	return x.numbers[slices.IndexFunc(numberFields[:], func(n numberField) bool { return n.field == f })]
}

// spelling finds the term that a spelling stands for. Terms are numbered as
// posts name them, in the order of ordinals.
func (x *gathered) spelling(number uint32) spelled {
	if n := int(number) + 1; n > len(x.spelled) {
		x.spelled = append(x.spelled, make([]spelled, n-len(x.spelled))...)
	}
	s := &x.spelled[number]
	if !s.known {
		w := x.vocabulary.word(number)
		id := x.term(w)
		stats := x.terms[id]
		*s = spelled{known: true, id: id, at: len(stats.spellings)}
		stats.spellings = append(stats.spellings, spelling{name: w.name, typ: w.typ})
	}
	return *s
}

func (x *gathered) term(w word) store.TermID {
	ids := x.termIDs[w.kind]
	id, ok := ids[w.identity]
	if !ok {
		id = store.TermID(len(x.terms))
		ids[w.identity] = id
		x.terms = append(x.terms, &termStats{sample: w.term, identity: w.identity})
	}
	return id
}

// termStats is what is known of one term.
type termStats struct {
	sample    term // any spelling
	identity  string
	posts     sets.List
	public    int
	spellings []spelling
}

type spelling struct {
	name, typ string
	posts     [2]int // by View
}

func (t *termStats) add(ordinal uint32, spelling int, public bool) {
	if !t.posts.Add(ordinal) {
		return // the post names it twice
	}
	s := &t.spellings[spelling]
	s.posts[store.Preview]++
	if public {
		t.public++
		s.posts[store.Public]++
	}
}

// count is how many posts of a view have the term.
func (t *termStats) count(v store.View) int {
	if v == store.Public {
		return t.public
	}
	return t.posts.Count
}

// spelled is the spelling that most posts of a view use; of two as common, the
// one that sorts first.
func (t *termStats) spelled(v store.View) spelling {
	return slices.MinFunc(t.spellings, func(a, b spelling) int {
		return cmp.Or(cmp.Compare(b.posts[v], a.posts[v]), cmp.Compare(a.name, b.name), cmp.Compare(a.typ, b.typ))
	})
}

// texts is a growing list of texts in one piece of memory.
type texts struct {
	bytes []byte
	ends  []uint64
}

func (t *texts) append(s string) {
	t.bytes = append(t.bytes, s...)
	t.ends = append(t.ends, uint64(len(t.bytes)))
}

func (t *texts) at(i int) []byte {
	var start uint64
	if i > 0 {
		start = t.ends[i-1]
	}
	return t.bytes[start:t.ends[i]]
}
