package facts

import (
	"cmp"
	"math"
	"slices"

	"alphanode/store"
	"alphanode/store/sets"
)

// Gathered is what the indexes of a release are made of: the facts of all posts, taken
// post by post in the order of ordinals. It takes some 300 bytes of memory for a post.
type Gathered struct {
	Posts      int // ordinals are below
	Public     int // ordinals below are public
	Numbers    [len(NumberFields)][]int64
	Hashes     []int64 // of posts
	Titles     Texts   // identities
	References Texts   // by ordinal, empty where there is none
	Flags      []sets.List
	Vocabulary *Vocabulary
	Spelled    []spelled                              // by number in the vocabulary
	TermIDs    map[store.Kind]map[string]store.TermID // by identity
	Terms      []*TermStats
}

// spelled says which term a spelling stands for, and which of the term's
// spellings it is.
type spelled struct {
	known bool
	id    store.TermID
	at    int // in TermStats.spellings
}

// Absent marks, in memory only, a post without a number. No date or count is
// as low.
const Absent = math.MinInt64

// NewGathered begins with no posts; the vocabulary is that of their drafts.
func NewGathered(v *Vocabulary) *Gathered {
	x := &Gathered{Flags: make([]sets.List, len(Flags)), Vocabulary: v, TermIDs: make(map[store.Kind]map[string]store.TermID, len(store.Kinds))}
	for _, kind := range store.Kinds {
		x.TermIDs[kind] = map[string]store.TermID{}
	}
	return x
}

// Add takes the facts of the next post and gives its features by number.
func (x *Gathered) Add(f *Facts) (tools, entities, stack []store.TermID) {
	ordinal := uint32(x.Posts)
	x.Posts++
	if f.Public {
		x.Public++
	}
	for i, n := range f.numbers {
		x.Numbers[i] = append(x.Numbers[i], n)
	}
	x.Hashes = append(x.Hashes, int64(f.Hash))
	x.Titles.Append([]byte(f.title))
	x.References.Append([]byte(f.reference))
	for i := range Flags {
		if f.Flags&(1<<i) != 0 {
			x.Flags[i].Add(ordinal)
		}
	}
	for _, number := range f.words {
		s := x.spelling(number)
		stats := x.Terms[s.id]
		stats.add(ordinal, s.at, f.Public)
		switch stats.Sample.Kind {
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

// Size is how many posts a view sees.
func (x *Gathered) Size(v store.View) uint32 {
	if v == store.Public {
		return uint32(x.Public)
	}
	return uint32(x.Posts)
}

// NumbersOf gives the values of a field by ordinal, nil once they are let go.
func (x *Gathered) NumbersOf(f store.Field) []int64 {
	return x.Numbers[slices.IndexFunc(NumberFields[:], func(n numberField) bool { return n.Field == f })]
}

// spelling finds the term that a spelling stands for. Terms are numbered as
// posts name them, in the order of ordinals.
func (x *Gathered) spelling(number uint32) spelled {
	if n := int(number) + 1; n > len(x.Spelled) {
		x.Spelled = append(x.Spelled, make([]spelled, n-len(x.Spelled))...)
	}
	s := &x.Spelled[number]
	if !s.known {
		w := x.Vocabulary.word(number)
		id := x.term(w)
		stats := x.Terms[id]
		*s = spelled{known: true, id: id, at: len(stats.spellings)}
		stats.spellings = append(stats.spellings, spelling{Name: w.Name, Typ: w.Typ})
	}
	return *s
}

func (x *Gathered) term(w word) store.TermID {
	ids := x.TermIDs[w.Kind]
	id, ok := ids[w.identity]
	if !ok {
		id = store.TermID(len(x.Terms))
		ids[w.identity] = id
		x.Terms = append(x.Terms, &TermStats{Sample: w.Term, Identity: w.identity})
	}
	return id
}

// TermStats is what is known of one term.
type TermStats struct {
	Sample    Term // any spelling
	Identity  string
	Posts     sets.List
	Public    int
	spellings []spelling
}

type spelling struct {
	Name, Typ string
	posts     [2]int // by View
}

func (t *TermStats) add(ordinal uint32, spelling int, public bool) {
	if !t.Posts.Add(ordinal) {
		return // the post names it twice
	}
	s := &t.spellings[spelling]
	s.posts[store.Preview]++
	if public {
		t.Public++
		s.posts[store.Public]++
	}
}

// Count is how many posts of a view have the term.
func (t *TermStats) Count(v store.View) int {
	if v == store.Public {
		return t.Public
	}
	return t.Posts.Count
}

// Spelled is the spelling that most posts of a view use; of two as common, the
// one that sorts first.
func (t *TermStats) Spelled(v store.View) spelling {
	return slices.MinFunc(t.spellings, func(a, b spelling) int {
		return cmp.Or(cmp.Compare(b.posts[v], a.posts[v]), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Typ, b.Typ))
	})
}

// Texts is a growing list of texts in one piece of memory.
type Texts struct {
	bytes []byte
	Ends  []uint64
}

// Append adds a text.
func (t *Texts) Append(s []byte) {
	t.bytes = append(t.bytes, s...)
	t.Ends = append(t.Ends, uint64(len(t.bytes)))
}

// At gives text number i.
func (t *Texts) At(i int) []byte {
	var start uint64
	if i > 0 {
		start = t.Ends[i-1]
	}
	return t.bytes[start:t.Ends[i]]
}
