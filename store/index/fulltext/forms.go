package fulltext

import (
	"math/bits"

	"alphanode/store/sets"
)

// weighedWord is a word of a query: the posts that have any of its forms, and how much
// it counts. It is for one goroutine.
type weighedWord struct {
	word   string // as it was typed, folded
	forms  []form
	seen   int // posts of the view that have a form, those that have two of them twice
	public int // posts that have a form, likewise
	having int // public posts that have a form, in posts of all analyses: see weigher.weigh
	weight uint32

	posts   spanPosts             // that have a form, of the span that look was called for
	impacts [sets.SpanPlaces]byte // on posts of it: see impactsOn
}

// form is one of the words in the index that a word of a query stands for.
type form struct {
	*list
	share uint32 // of the word, see wholeShare
	seen  int    // posts of the view that have it
	span  wordSpan
	tops  []byte // the highest impact in each span, where the best are looked for
}

func (w *weighedWord) add(f form, public int) {
	w.forms = append(w.forms, f)
	w.seen += f.seen
	w.public += public
}

// Of several forms in a post the impacts add up as their occurrences would: each is
// brought back to what it was before it was saturated, in 1/unsaturatedOne.
const unsaturatedOne = 1 << 12

var unsaturated = func() (all [impactOne + 1]uint32) {
	for i := range uint32(impactOne) {
		all[i] = (i*unsaturatedOne + (impactOne-i)/2) / (impactOne - i)
	}
	all[impactOne] = 2 * all[impactOne-1]
	return all
}()

// saturated is the impact of a sum.
func saturated(sum uint32) byte {
	return byte((impactOne*uint64(sum) + uint64(unsaturatedOne+sum)/2) / uint64(unsaturatedOne+sum))
}

// together is what the forms add up to: those that are the word, or of its stem, are
// added, and of those that only begin as it does the best counts, where it is more.
type together struct {
	sum  uint32
	best byte
}

func (t *together) take(share uint32, impact byte) {
	if share == begunShare {
		t.best = max(t.best, begun(impact))
		return
	}
	t.sum = min(t.sum+(unsaturated[impact]*share+wholeShare/2)/wholeShare, 1<<30)
}

// begun is what the impact of a word comes to that only begins as another does.
func begun(impact byte) byte {
	return byte((uint32(impact)*begunShare + wholeShare/2) / wholeShare)
}

func (t *together) impact() byte { return max(1, t.best, saturated(t.sum)) }

// mostIn bounds the impact of the word on a post of a span.
func (w *weighedWord) mostIn(span int) byte {
	if w.plain() {
		return w.forms[0].tops[span]
	}
	var t together
	for i := range w.forms {
		if most := w.forms[i].tops[span]; most > 0 {
			t.take(w.forms[i].share, most)
		}
	}
	if t == (together{}) {
		return 0
	}
	return t.impact()
}

// plain reports whether there is one form, as it was typed.
func (w *weighedWord) plain() bool { return len(w.forms) == 1 && w.forms[0].share == wholeShare }

// keep leaves of the posts of a chunk those that have the word.
func (w *weighedWord) keep(posts []uint64, chunk int) {
	if len(w.forms) == 1 {
		w.forms[0].keep(posts, chunk)
		return
	}
	var room [sets.ChunkPlaces / 64]uint64
	any := room[:len(posts)]
	w.unite(any, chunk)
	for i := range posts {
		posts[i] &= any[i]
	}
}

// unite adds the posts of a chunk that have the word.
func (w *weighedWord) unite(posts []uint64, chunk int) {
	for i := range w.forms {
		w.forms[i].unite(posts, chunk)
	}
}

// look reads which posts of a span have the word.
func (w *weighedWord) look(span int) {
	w.posts = spanPosts{}
	for i := range w.forms {
		f := &w.forms[i]
		f.open(span)
		for j, word := range f.span.posts {
			w.posts[j] |= word
		}
	}
}

// open reads the part of a form in a span.
func (f *form) open(span int) {
	if f.span.number != span {
		f.list.span(span, &f.span)
	}
}

// impact on a post of the span that look was called for, which has the word.
func (w *weighedWord) impact(at int) byte {
	if w.plain() {
		return w.forms[0].span.impact(at)
	}
	var t together
	for i := range w.forms {
		if s := &w.forms[i].span; s.has(at) {
			t.take(w.forms[i].share, s.impact(at))
		}
	}
	return t.impact()
}

// impactsOn reads the impacts on some posts of a span, and gives those that have the word.
// Those on which it has less than the least may be left out, or be given less: forms that
// count by themselves, and come to no more, are not read.
func (w *weighedWord) impactsOn(span int, posts *spanPosts, least byte) (having spanPosts) {
	if w.plain() {
		f := &w.forms[0]
		f.open(span)
		for i, word := range posts {
			for both := word & f.span.posts[i]; both != 0; both &= both - 1 {
				at := (i*64 + bits.TrailingZeros64(both)) % sets.SpanPlaces
				if impact := f.span.impact(at); impact >= least {
					w.impacts[at] = impact
					having[i] |= both & -both
				}
			}
		}
		return having
	}
	var all [sets.SpanPlaces]together
	for i := range w.forms {
		f := &w.forms[i]
		if most := f.tops[span]; most == 0 || f.share == begunShare && begun(most) < least {
			continue
		}
		f.open(span)
		for j, word := range posts {
			both := word & f.span.posts[j]
			having[j] |= both
			for ; both != 0; both &= both - 1 {
				at := (j*64 + bits.TrailingZeros64(both)) % sets.SpanPlaces
				all[at].take(f.share, f.span.impact(at))
			}
		}
	}
	eachOf(&having, func(at int) { w.impacts[at%sets.SpanPlaces] = all[at%sets.SpanPlaces].impact() })
	return having
}

// count is how many posts have a form, of all views, those with two of them twice.
func (w *weighedWord) count() (n int) {
	for i := range w.forms {
		n += w.forms[i].count
	}
	return n
}
