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
	nanos, err := x.priceOfBeginning(tx, q)
	if err != nil {
		return nil, err
	}
	nanos += file.PriceOfRead + q.Window.Rows()*file.PriceOfTermRow + file.PriceOfTyped*len(q.Type)
	if q.Window.After != "" || q.Window.Before != "" {
		nanos += file.PriceOfTitle
	}
	if err := tx.Pay(ctx, nanos); err != nil {
		return nil, err
	}
	list, err := x.termList(ctx, tx, q)
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

// priceOfBeginning is what it costs to find the terms that begin with what a query asks for.
func (x *Index) priceOfBeginning(tx *file.Tx, q store.TermQuery) (nanos int, err error) {
	if q.Prefix == "" {
		return 0, nil
	}
	terms, err := x.Seen(tx, q.Kind)
	if err != nil {
		return 0, err
	}
	nanos = file.PriceOfTyped*len(q.Prefix) + file.PriceOfTitle + file.PriceOfMember*terms
	if !listsBeginnings(tx, q.Kind) {
		nanos += 2 * file.PriceOfTopic * terms // to look into each, and at the words of those that hold it
	}
	return nanos, nil
}

// termList is a list of terms in an order: a stored column, or some of its terms.
type termList struct {
	tx     *file.Tx
	order  store.TermOrder
	column *file.Column   // nil where no term is in the list
	some   []store.TermID // nil where all of the column are
}

// termList finds the terms a query is about.
func (x *Index) termList(ctx context.Context, tx *file.Tx, q store.TermQuery) (*termList, error) {
	typ, folded := content.Identity(q.Type), content.Identity(q.Prefix)
	column, err := listColumn(tx, q.Kind, typ, q.Order)
	if err != nil {
		return nil, err
	}
	list := &termList{tx: tx, order: q.Order, column: column}
	if column == nil || folded == "" { // no term of this type, or all
		return list, nil
	}
	found, err := begin(tx, q.Kind, folded)
	switch {
	case err != nil:
		return nil, err
	case found == nil:
		within, err := lookForBeginnings(ctx, tx, q.Kind, folded)
		if err != nil {
			return nil, err
		}
		list.pick(within, 0)
	case found.count()*costOfTerm < list.len():
		return list, list.sort(found.ids(), typ)
	default:
		list.pick(found.set(), min(found.count(), list.len()))
	}
	return list, nil
}

// costOfTerm is how many numbers of a column are read while a term is.
const costOfTerm = 512

// listColumn gives a stored order of terms, nil where no term is of the kind
// and type.
func listColumn(tx *file.Tx, kind store.Kind, typ string, o store.TermOrder) (*file.Column, error) {
	name := termColumn(tx.View, kind, typ, o)
	if !hasColumn(tx, name) {
		return nil, nil
	}
	return tx.Column(name)
}

func hasColumn(tx *file.Tx, name string) bool {
	found, _ := tx.Seek(file.BucketColumns, []byte(name))
	return string(found) == name
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
	switch {
	case l.some != nil:
		return len(l.some)
	case l.column != nil:
		return l.column.Len32()
	default:
		return 0
	}
}

func (l *termList) id(i int) store.TermID {
	if l.some != nil {
		return l.some[i]
	}
	return store.TermID(l.column.Uint32(i))
}

// at gives a term and the cursor that points at it.
func (l *termList) at(i int) (*store.Term, cursor.Cursor, error) {
	id := l.id(i)
	rec, err := RecordOf(l.tx, id)
	if err != nil {
		return nil, cursor.Cursor{}, err
	}
	return rec.seenBy(l.tx.View, id), l.cursorOf(rec), nil
}

// cursorOf gives the cursor that points at a term.
func (l *termList) cursorOf(rec *termRecord) cursor.Cursor {
	seen := &rec.views[l.tx.View]
	c := cursor.Cursor{Slug: seen.Slug}
	if l.order.ByPostCount {
		c.Number = int64(seen.posts)
	} else {
		c.Text = rec.nameKey()
	}
	return c
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

// pick takes some terms out of the list, in its order, for which there is room.
func (l *termList) pick(within sets.Bits, room int) {
	some := make([]store.TermID, 0, room)
	ids := l.column.Span32(0, l.column.Len32())
	for i := range ids.Len() {
		if id := ids.At(i); within.Contains(int(id)) {
			some = append(some, store.TermID(id))
		}
	}
	l.some = some
}

// sort takes some terms of the list's kind as the list: those of a type where one is
// given, in the list's order. They are so few that it costs less to read them than to
// find them in the column.
func (l *termList) sort(ids []store.TermID, typ string) error {
	type entry struct {
		id store.TermID
		at cursor.Cursor
	}
	entries := make([]entry, 0, len(ids))
	for _, id := range ids {
		rec, err := RecordOf(l.tx, id)
		if err != nil {
			return fmt.Errorf("sort terms: %w", err)
		}
		if _, of, _ := strings.Cut(rec.Identity, "\x00"); typ == "" || of == typ {
			entries = append(entries, entry{id, l.cursorOf(rec)})
		}
	}
	slices.SortFunc(entries, func(a, b entry) int { return compareTermsBy(l.order, a.at, b.at) })
	l.some = make([]store.TermID, len(entries))
	for i, e := range entries {
		l.some[i] = e.id
	}
	return nil
}
