package order

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"unicode"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/facts"
	"alphanode/store/sets"
)

// The columns of where titles begin: numbers of beginnings, in the order of what stands
// there in the title without accents, by bytes, then of places by title; and which of them
// are of posts that are not public.
const (
	beginningsColumn       = "beginnings/title"
	hiddenBeginningsColumn = "beginnings/hidden"
)

// A beginning is twice the ordinal of a post, and one more where signs that stand before
// the first letter or digit of its title are left out: a title in quotation marks is found
// by them and without them.
func beginningOf(ordinal uint32, unsigned bool) uint32 {
	if unsigned {
		return 2*ordinal + 1
	}
	return 2 * ordinal
}

// Unsigned is a text from its first letter or digit on.
func Unsigned(s string) string {
	return strings.TrimLeftFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
}

// putBeginnings puts the columns of where titles begin. The posts come by title.
func putBeginnings(g *facts.Gathered, byTitle sorted, plain []string, c *file.Columns) {
	type beginning struct {
		number uint32
		place  uint32 // of the post, by title
		text   string
	}
	all := make([]beginning, 0, len(byTitle.order))
	for group, title := range plain {
		unsigned := Unsigned(title)
		low, high := byTitle.starts[group], byTitle.starts[group+1]
		for i, ordinal := range byTitle.order[low:high] {
			all = append(all, beginning{beginningOf(ordinal, false), low + uint32(i), title})
			if unsigned != "" && len(unsigned) < len(title) {
				all = append(all, beginning{beginningOf(ordinal, true), low + uint32(i), unsigned})
			}
		}
	}
	slices.SortFunc(all, func(a, b beginning) int {
		return cmp.Or(strings.Compare(a.text, b.text), cmp.Compare(a.place, b.place))
	})
	numbers, hidden := make([]uint32, len(all)), []uint32{}
	for i, b := range all {
		if numbers[i] = b.number; b.number/2 >= uint32(g.Public) {
			hidden = append(hidden, uint32(i))
		}
	}
	c.Put(beginningsColumn, sets.Encode32(numbers))
	c.Put(hiddenBeginningsColumn, sets.Encode32(hidden))
}

// Begun is the posts whose title begins with a text: those of some beginnings.
type Begun struct {
	Count     int // posts of the view
	tx        *file.Tx
	numbers   *file.Column
	low, high int
}

// Begin finds the posts whose title begins with a text that has no accents and is not
// empty. It reads none of them.
func (o *Orders) Begin(tx *file.Tx, plain string) (b *Begun, err error) {
	b = &Begun{tx: tx}
	if b.numbers, err = tx.Column(beginningsColumn); err != nil {
		return nil, err
	}
	hidden, err := tx.Column(hiddenBeginningsColumn)
	if err != nil {
		return nil, err
	}
	byTitle, err := o.By(tx, store.FieldTitle)
	if err != nil {
		return nil, err
	}
	titles := TitlesOf(tx)
	first := func(low int, holds func(title string) bool) int {
		return low + sort.Search(b.numbers.Len32()-low, func(i int) bool {
			if err != nil {
				return true
			}
			var title string
			number := b.numbers.Uint32(low + i)
			title, err = titles.plainAt(byTitle.Group(int(byTitle.Place.Uint32(int(number / 2)))))
			if number%2 == 1 {
				title = Unsigned(title)
			}
			return holds(title)
		})
	}
	b.low = first(0, func(title string) bool { return title >= plain })
	b.high = first(b.low, func(title string) bool { return !strings.HasPrefix(title, plain) })
	if err != nil {
		return nil, err
	}
	b.Count = b.high - b.low
	if tx.View == store.Public {
		b.Count -= hidden.Search32(0, hidden.Len32(), uint32(b.high)) - hidden.Search32(0, hidden.Len32(), uint32(b.low))
	}
	return b, nil
}

// Each calls a function with the posts of the view, in any order, each once: no text begins
// both with a sign and without.
func (b *Begun) Each(f func(ordinal uint32)) {
	numbers := b.numbers.Span32(b.low, b.high)
	for i := range numbers.Len() {
		if ordinal := numbers.At(i) / 2; ordinal < b.tx.Size() {
			f(ordinal)
		}
	}
}
