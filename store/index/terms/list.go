package terms

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/cursor"
	"alphanode/store/file"
	"alphanode/store/sets"
)

// List gives one page of a list of terms.
func (x *Index) List(ctx context.Context, tx *file.Tx, q store.TermQuery) (*store.TermPage, error) {
	if err := q.Window.Check(); err != nil {
		return nil, err
	}
	terms, err := x.Seen(tx, q.Kind)
	if err != nil {
		return nil, err
	}
	nanos := file.PriceOfRead + q.Window.Rows()*file.PriceOfTermRow + file.PriceOfTyped*(len(q.Type)+len(q.Prefix))
	if q.Prefix != "" {
		nanos += file.PriceOfTitle
		if q.Order.ByPostCount {
			nanos += file.PriceOfMember * terms
		}
	}
	if q.Window.After != "" || q.Window.Before != "" {
		nanos += file.PriceOfTitle
	}
	if err := tx.Pay(ctx, nanos); err != nil {
		return nil, err
	}
	list, err := x.termList(tx, q)
	if err != nil {
		return nil, err
	}
	question := cursor.Question(nil).Text("terms").Text(string(q.Kind)).Text(content.Identity(q.Type)).Text(content.Identity(q.Prefix)).
		Truth(q.Order.ByPostCount).Truth(q.Order.Desc).Hash()
	start, end := 0, list.len()
	if q.Window.After != "" {
		if start, err = list.after("after", q.Window.After, question); err != nil {
			return nil, err
		}
	}
	if q.Window.Before != "" {
		if end, err = list.before("before", q.Window.Before, question); err != nil {
			return nil, err
		}
	}
	low, high := q.Window.Within(start, end)
	page := &store.TermPage{Total: list.len(), HasNext: high < list.len(), HasPrevious: low > 0}
	for i := low; i < high; i++ {
		t, c, err := list.at(i)
		if err != nil {
			return nil, err
		}
		c.Question = question
		page.Terms = append(page.Terms, t)
		page.Cursors = append(page.Cursors, c.String())
	}
	return page, nil
}

// termList is a list of terms in an order: a stretch of a stored column, or
// terms sorted for the occasion.
type termList struct {
	tx        *file.Tx
	order     store.TermOrder
	column    *file.Column
	low, high int // of the column
	sorted    []store.TermID
}

// termList finds the terms a query is about.
func (x *Index) termList(tx *file.Tx, q store.TermQuery) (*termList, error) {
	list := &termList{tx: tx, order: q.Order}
	typ := content.Identity(q.Type)
	column, err := listColumn(tx, q.Kind, typ, q.Order)
	if err != nil || column == nil {
		return list, err // no term of this type: an empty list
	}
	list.column, list.high = column, column.Len32()
	if q.Prefix == "" {
		return list, nil
	}
	// Names that begin alike lie together in an order by name.
	byCount, byName := list.column, q.Order
	byName.ByPostCount = false
	if list.column, err = listColumn(tx, q.Kind, typ, byName); err != nil {
		return nil, err
	}
	if list.low, list.high, err = list.prefix(content.Identity(q.Prefix), q.Order.Desc); err != nil || !q.Order.ByPostCount {
		return list, err
	}
	if (list.high-list.low)*costOfTerm < byCount.Len32() {
		return list, list.sortByPostCount()
	}
	list.pick(byCount)
	return list, nil
}

// costOfTerm is how many numbers of a column are read while a term is.
const costOfTerm = 512

// listColumn gives a stored order of terms, nil where no term is of the kind
// and type.
func listColumn(tx *file.Tx, kind store.Kind, typ string, o store.TermOrder) (*file.Column, error) {
	name := termColumn(tx.View, kind, typ, o)
	if found, _ := tx.Seek(file.BucketColumns, []byte(name)); string(found) != name {
		return nil, nil
	}
	return tx.Column(name)
}

// PlacesByName gives where the terms of a kind stand in their list by name, by their
// numbers; what the view does not see stands nowhere.
func PlacesByName(tx *file.Tx, kind store.Kind, desc bool) ([]uint32, error) {
	places := make([]uint32, tx.File.Info.Terms)
	column, err := listColumn(tx, kind, "", store.TermOrder{Desc: desc})
	if column == nil || err != nil {
		return places, err
	}
	ids := column.Span32(0, column.Len32())
	for i := range ids.Len() {
		places[ids.At(i)] = uint32(i)
	}
	return places, nil
}

func (l *termList) len() int {
	if l.sorted != nil {
		return len(l.sorted)
	}
	return l.high - l.low
}

func (l *termList) id(i int) store.TermID {
	if l.sorted != nil {
		return l.sorted[i]
	}
	return store.TermID(l.column.Uint32(l.low + i))
}

// at gives a term and the cursor that points at it.
func (l *termList) at(i int) (*store.Term, cursor.Cursor, error) {
	id := l.id(i)
	rec, err := RecordOf(l.tx, id)
	if err != nil {
		return nil, cursor.Cursor{}, err
	}
	t := rec.seenBy(l.tx.View, id)
	c := cursor.Cursor{Slug: t.Slug}
	if l.order.ByPostCount {
		c.Number = int64(t.PostCount)
	} else {
		c.Text = rec.nameKey()
	}
	return t, c, nil
}

// search gives the first term for which the predicate holds; it must hold for
// every term behind that one.
func (l *termList) search(holds func(at cursor.Cursor) bool) (int, error) {
	low, high := 0, l.len()
	for low < high {
		mid := (low + high) / 2
		_, c, err := l.at(mid)
		if err != nil {
			return 0, err
		}
		if holds(c) {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low, nil
}

// after gives the first term behind a cursor.
func (l *termList) after(argument, s string, question uint64) (int, error) {
	c, err := cursor.Parse(argument, s, question)
	if err != nil {
		return 0, err
	}
	return l.search(func(at cursor.Cursor) bool { return compareTermsBy(l.order, at, c) > 0 })
}

// before gives the first term that is not before a cursor.
func (l *termList) before(argument, s string, question uint64) (int, error) {
	c, err := cursor.Parse(argument, s, question)
	if err != nil {
		return 0, err
	}
	return l.search(func(at cursor.Cursor) bool { return compareTermsBy(l.order, at, c) >= 0 })
}

// compareTermsBy says which of two terms stands first in the order.
func compareTermsBy(o store.TermOrder, a, b cursor.Cursor) int {
	var c int
	if o.ByPostCount {
		c = cmp.Compare(a.Number, b.Number)
	} else {
		c = strings.Compare(a.Text, b.Text)
	}
	if o.Desc {
		c = -c
	}
	if c == 0 {
		c = strings.Compare(a.Slug, b.Slug)
	}
	return c
}

// prefix gives the stretch of the column whose names begin with a prefix.
func (l *termList) prefix(prefix string, desc bool) (low, high int, err error) {
	byName := &termList{tx: l.tx, column: l.column, high: l.column.Len32()}
	begins := func(at cursor.Cursor) bool { return strings.HasPrefix(at.Text, prefix) }
	low, err = byName.search(func(at cursor.Cursor) bool {
		if desc {
			return begins(at) || at.Text < prefix
		}
		return at.Text >= prefix
	})
	if err != nil {
		return 0, 0, err
	}
	high, err = byName.search(func(at cursor.Cursor) bool {
		if desc {
			return !begins(at) && at.Text < prefix
		}
		return !begins(at) && at.Text > prefix
	})
	return low, high, err
}

// pick takes the terms of the stretch that was found by prefix from a column that
// has all of them in the order of the list.
func (l *termList) pick(all *file.Column) {
	within, names := sets.NewBits(l.tx.File.Info.Terms), l.column.Span32(l.low, l.high)
	for i := range names.Len() {
		within.Add(int(names.At(i)))
	}
	l.sorted = make([]store.TermID, 0, names.Len())
	ids := all.Span32(0, all.Len32())
	for i := range ids.Len() {
		if id := ids.At(i); within.Contains(int(id)) {
			l.sorted = append(l.sorted, store.TermID(id))
		}
	}
}

// sortByPostCount sorts the stretch of names found by prefix.
func (l *termList) sortByPostCount() error {
	type entry struct {
		id store.TermID
		at cursor.Cursor
	}
	entries := make([]entry, l.high-l.low)
	for i := range entries {
		_, c, err := l.at(i)
		if err != nil {
			return fmt.Errorf("sort terms: %w", err)
		}
		entries[i] = entry{l.id(i), c}
	}
	slices.SortFunc(entries, func(a, b entry) int { return compareTermsBy(l.order, a.at, b.at) })
	sorted := make([]store.TermID, len(entries))
	for i, e := range entries {
		sorted[i] = e.id
	}
	l.sorted = sorted
	return nil
}
