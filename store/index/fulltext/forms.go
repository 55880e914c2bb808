package fulltext

import (
	"math/bits"
	"slices"

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

	number  int                    // of the span that is being looked at; -1 for none
	posts   [sets.SpanWords]uint64 // of it that have a form
	impacts [sets.SpanPlaces]byte  // on each of these
}

// form is one of the words in the index that a word of a query stands for.
type form struct {
	*list
	share uint32 // of the word, see wholeShare
	seen  int    // posts of the view that have it
	span  wordSpan
}

func (w *weighedWord) add(f form, public int) {
	w.forms = append(w.forms, f)
	w.seen += f.seen
	w.public += public
	w.number = -1
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
		t.best = max(t.best, byte((uint32(impact)*begunShare+wholeShare/2)/wholeShare))
		return
	}
	t.sum = min(t.sum+(unsaturated[impact]*share+wholeShare/2)/wholeShare, 1<<30)
}

func (t *together) impact() byte { return max(1, t.best, saturated(t.sum)) }

// mostIn bounds the impact of the word on a post of a span.
func (w *weighedWord) mostIn(span int) byte {
	if w.plain() {
		return w.forms[0].mostIn(span)
	}
	var t together
	for i := range w.forms {
		t.take(w.forms[i].share, w.forms[i].mostIn(span))
	}
	return t.impact()
}

// plain reports whether there is one form, as it was typed.
func (w *weighedWord) plain() bool { return len(w.forms) == 1 && w.forms[0].share == wholeShare }

// fill puts which posts of a chunk have the word into words, or takes from
// words those that have not.
func (w *weighedWord) fill(dst []uint64, chunk int, intersect bool) {
	if len(w.forms) == 1 {
		w.forms[0].fill(dst, chunk, intersect)
		return
	}
	var room, one [sets.ChunkPlaces / 64]uint64
	any, own := room[:len(dst)], one[:len(dst)]
	for i := range w.forms {
		w.forms[i].fill(own, chunk, false)
		for j := range any {
			any[j] |= own[j]
		}
	}
	for i := range dst {
		if intersect {
			dst[i] &= any[i]
		} else {
			dst[i] = any[i]
		}
	}
}

// look reads the part of the word in a span.
func (w *weighedWord) look(span int) {
	if w.number == span {
		return
	}
	w.number = span
	if w.plain() {
		f := &w.forms[0]
		f.list.span(span, &f.span)
		w.posts = f.span.posts
		return
	}
	w.posts = [sets.SpanWords]uint64{}
	var all [sets.SpanPlaces]together
	for i := range w.forms {
		f := &w.forms[i]
		f.list.span(span, &f.span)
		n := 0
		for j, word := range f.span.posts {
			w.posts[j] |= word
			for ; word != 0; word &= word - 1 {
				all[j*64+bits.TrailingZeros64(word)].take(f.share, f.span.impacts[n])
				n++
			}
		}
	}
	eachOf(&w.posts, func(at int) { w.impacts[at] = all[at].impact() })
}

// at moves the word to the span of a post. It reports whether the post has it.
func (w *weighedWord) at(ordinal int) bool {
	w.look(ordinal / sets.SpanPlaces)
	at := ordinal % sets.SpanPlaces
	return w.posts[at/64%sets.SpanWords]>>(at%64)&1 != 0
}

// impact on a post of the span that has the word.
func (w *weighedWord) impact(at int) byte {
	if w.plain() {
		s := &w.forms[0].span
		return s.impacts[s.place(at)]
	}
	return w.impacts[at]
}

// eachImpact calls a function with what the word adds to the score of each of
// some posts that has it.
func (w *weighedWord) eachImpact(span int, posts *[sets.SpanWords]uint64, f func(at int, part uint32)) {
	w.look(span)
	plain := w.plain()
	for i, word := range posts {
		for both := word & w.posts[i]; both != 0; both &= both - 1 {
			bit := bits.TrailingZeros64(both)
			if !plain {
				f(i*64+bit, w.weight*uint32(w.impacts[i*64+bit]))
				continue
			}
			s := &w.forms[0].span
			place := s.begins[i] + bits.OnesCount64(s.posts[i]&(1<<bit-1))
			f(i*64+bit, w.weight*uint32(s.impacts[place]))
		}
	}
}

// count is how many posts have a form, of all views, those with two of them twice.
func (w *weighedWord) count() (n int) {
	for i := range w.forms {
		n += w.forms[i].count
	}
	return n
}

// wordPlaces finds where a word stands in posts.
type wordPlaces struct {
	word  *weighedWord
	forms []wordPositions
	all   []uint32 // room
}

func placesOf(w *weighedWord) wordPlaces {
	p := wordPlaces{word: w, forms: make([]wordPositions, len(w.forms))}
	for i := range w.forms {
		p.forms[i] = wordPositions{list: w.forms[i].list, next: -1}
	}
	return p
}

// each calls a function with the positions of each form that the post has, which the
// word is at.
func (p *wordPlaces) each(at int, f func(positions)) {
	for i := range p.forms {
		s := &p.word.forms[i].span
		if s.has(at) {
			f(p.forms[i].of(s.before + s.place(at)))
		}
	}
}

// begin appends where a phrase can begin in which the word stands at an offset.
func (p *wordPlaces) begin(dst []uint32, at int, offset uint32, paid func(bytes int)) []uint32 {
	p.each(at, func(own positions) {
		paid(len(own))
		dst = own.appendTo(dst, offset)
	})
	if len(p.forms) > 1 {
		slices.Sort(dst)
	}
	return dst
}

// follow leaves of the beginnings those that have the word at an offset behind them.
func (p *wordPlaces) follow(begins []uint32, at int, offset uint32, paid func(bytes int)) []uint32 {
	if len(p.forms) == 1 {
		p.each(at, func(own positions) {
			paid(len(own))
			begins = own.follow(begins, offset)
		})
		return begins
	}
	p.all = p.begin(p.all[:0], at, offset, paid)
	kept, i := begins[:0], 0
	for _, begin := range begins {
		for i < len(p.all) && p.all[i] < begin {
			i++
		}
		if i < len(p.all) && p.all[i] == begin {
			kept = append(kept, begin)
		}
	}
	return kept
}
