package terms

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/sets"
	"alphanode/text"
)

// Beginnings calls a function with where each word of a plain name begins, in bytes and
// in order: at the name's own beginning, behind each space, and where a text that is
// searched for would have a word begin. So node.js has two, and so has ".net core", of
// which the first is asked for with the dot and without it; of scripts that are written
// without spaces each character may begin one, as Unicode Standard Annex 29 has it.
func Beginnings(name string, f func(at int)) {
	next := 0 // the first that was not told yet, of those at spaces
	spaced := func(until int) {
		for next >= 0 && next < until {
			f(next)
			next = behindSpace(name, next)
		}
	}
	text.Each(name, func(_ string, start int) {
		spaced(start)
		if start == next {
			next = behindSpace(name, next)
		}
		f(start)
	})
	spaced(len(name))
}

// behindSpace gives what stands behind the first space from a place on, -1 where there
// is none.
func behindSpace(name string, from int) int {
	if space := strings.IndexByte(name[from:], ' '); space >= 0 {
		return from + space + 1
	}
	return -1
}

// beginningKinds are the kinds whose terms are found by what their words begin with.
var beginningKinds = []store.Kind{store.KindEntity, store.KindTool}

// beginningsColumn lists where the words of the names of a kind begin, those of the terms
// that a view sees: for each the term, and how many bytes of its plain name stand before
// it; in the order of what follows there, then of terms. So words that begin alike lie
// together.
func beginningsColumn(v store.View, k store.Kind) string {
	return "terms/" + v.Name() + "/" + string(k) + "/beginnings"
}

// listBeginnings makes the columns of where words begin.
func listBeginnings(records []*termRecord, c *file.Columns) {
	type beginning struct {
		id   store.TermID
		at   uint32
		rest string
	}
	for _, kind := range beginningKinds {
		var all []beginning
		for id, rec := range records {
			if rec.Kind != kind {
				continue
			}
			name := text.Unaccented(rec.nameKey())
			Beginnings(name, func(at int) { all = append(all, beginning{store.TermID(id), uint32(at), name[at:]}) })
		}
		slices.SortFunc(all, func(x, y beginning) int {
			return cmp.Or(strings.Compare(x.rest, y.rest), cmp.Compare(x.id, y.id))
		})
		for _, v := range []store.View{store.Public, store.Preview} {
			numbers := make([]uint32, 0, 2*len(all))
			for _, b := range all {
				if records[b.id].views[v].posts > 0 {
					numbers = append(numbers, uint32(b.id), b.at)
				}
			}
			c.Put(beginningsColumn(v, kind), sets.Encode32(numbers))
		}
	}
}

// begun is the terms of a kind of which a word begins with a text, some perhaps several
// times.
type begun struct {
	tx        *file.Tx
	column    *file.Column
	low, high int // of its beginnings
}

// begin finds them.
func begin(tx *file.Tx, kind store.Kind, plain string) (*begun, error) {
	if !slices.Contains(beginningKinds, kind) {
		return nil, &store.ArgumentError{Name: "query", Found: "the beginning of a " + string(kind), Expected: "that of a tool or an entity"}
	}
	column, err := tx.Column(beginningsColumn(tx.View, kind))
	if err != nil {
		return nil, err
	}
	b := &begun{tx: tx, column: column}
	if b.low, err = b.search(0, func(rest string) bool { return rest >= plain }); err != nil {
		return nil, err
	}
	b.high, err = b.search(b.low, func(rest string) bool { return !strings.HasPrefix(rest, plain) })
	return b, err
}

// search gives the first beginning from one on for which the predicate holds; it must
// hold for every one behind that.
func (b *begun) search(low int, holds func(rest string) bool) (int, error) {
	high := b.column.Len32() / 2
	for low < high {
		mid := int(uint(low+high) / 2)
		rest, err := b.rest(mid)
		if err != nil {
			return 0, err
		}
		if holds(rest) {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low, nil
}

// rest is what stands in a name from a beginning on.
func (b *begun) rest(i int) (string, error) {
	id, at := b.column.Uint32(2*i), int(b.column.Uint32(2*i+1))
	record, err := b.tx.Must(file.BucketTerms, file.OrdinalKey(id))
	if err != nil {
		return "", err
	}
	identity, err := nameIn(record)
	name := text.Unaccented(string(identity))
	if err == nil && at > len(name) {
		err = fmt.Errorf("%w: a word of term %d begins behind its name", store.ErrCorrupt, id)
	}
	if err != nil {
		return "", err
	}
	return name[at:], nil
}

// count is how many beginnings they have.
func (b *begun) count() int { return b.high - b.low }

// set is the set of the terms.
func (b *begun) set() sets.Bits {
	all, numbers := sets.NewBits(b.tx.File.Info.Terms), b.column.Span32(2*b.low, 2*b.high)
	for i := 0; i < numbers.Len(); i += 2 {
		all.Add(int(numbers.At(i)))
	}
	return all
}

// ids are the terms, each once.
func (b *begun) ids() []store.TermID {
	all, numbers := make([]store.TermID, 0, b.count()), b.column.Span32(2*b.low, 2*b.high)
	for i := 0; i < numbers.Len(); i += 2 {
		all = append(all, store.TermID(numbers.At(i)))
	}
	slices.Sort(all)
	return slices.Compact(all)
}
