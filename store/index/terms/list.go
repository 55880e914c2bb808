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
	"alphanode/text"
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
		if start, err = list.search("after", q.Window.After, question, true); err != nil {
			return nil, err
		}
	}
	if q.Window.Before != "" {
		if end, err = list.search("before", q.Window.Before, question, false); err != nil {
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
	return file.PriceOfTyped*len(q.Prefix) + file.PriceOfTitle + file.PriceOfMember*terms, err
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
	typ, plain := content.Identity(q.Type), text.Unaccented(content.Identity(q.Prefix))
	column, err := listColumn(tx, q.Kind, typ, q.Order)
	if err != nil {
		return nil, err
	}
	list := &termList{tx: tx, order: q.Order, column: column}
	if column == nil || plain == "" { // no term of this type, or all
		return list, nil
	}
	found, err := begin(tx, q.Kind, plain)
	switch {
	case err != nil:
		return nil, err
	case found.count()*costOfTerm < list.len():
		return list, list.sort(found.ids(), typ)
	default:
		list.pick(found.set(), min(found.count(), list.len()))
	}
	return list, nil
}

// costOfTerm is how many numbers of a column are read while a term is, and its name put in
// order.
const costOfTerm = 1024

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

// search gives the first term that stands behind a cursor, or that does not stand before it.
func (l *termList) search(argument, s string, question uint64, behind bool) (int, error) {
	c, err := cursor.Parse(argument, s, question)
	if err != nil {
		return 0, err
	}
	collator, least := text.NewCollator(), 0
	if behind {
		least = 1
	}
	wanted := standingAt(c, l.order, collator)
	low, high := 0, l.len()
	for low < high {
		mid := (low + high) / 2
		_, at, err := l.at(mid)
		if err != nil {
			return 0, err
		}
		if standingAt(at, l.order, collator).compare(wanted, l.order) >= least {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low, nil
}

// standing is what a term is put in order by.
type standing struct {
	name  text.Collated // of an order by name
	posts int64         // of one by how many posts have it
	slug  string
}

// standingAt is where a cursor points.
func standingAt(c cursor.Cursor, o store.TermOrder, collator *text.Collator) standing {
	at := standing{posts: c.Number, slug: c.Slug}
	if !o.ByPostCount {
		at.name = collator.Of(c.Text)
	}
	return at
}

// compare says which of two terms stands first in an order.
func (s standing) compare(other standing, o store.TermOrder) int {
	c := cmp.Or(cmp.Compare(s.posts, other.posts), s.name.Compare(other.name))
	if o.Desc {
		c = -c
	}
	return cmp.Or(c, strings.Compare(s.slug, other.slug))
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
		at standing
	}
	collator := text.NewCollator()
	entries := make([]entry, 0, len(ids))
	for _, id := range ids {
		rec, err := RecordOf(l.tx, id)
		if err != nil {
			return fmt.Errorf("sort terms: %w", err)
		}
		if _, of, _ := strings.Cut(rec.Identity, "\x00"); typ == "" || of == typ {
			entries = append(entries, entry{id, standingAt(l.cursorOf(rec), l.order, collator)})
		}
	}
	slices.SortFunc(entries, func(a, b entry) int { return a.at.compare(b.at, l.order) })
	l.some = make([]store.TermID, len(entries))
	for i, e := range entries {
		l.some[i] = e.id
	}
	return nil
}
