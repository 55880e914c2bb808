package query

import (
	"context"
	"slices"
	"sort"
	"strconv"

	"alphanode/store"
	"alphanode/store/cursor"
	"alphanode/store/file"
	"alphanode/store/index/order"
	"alphanode/store/index/terms"
	"alphanode/store/posts"
)

// Find gives one page of a list of posts.
func (e *Engine) Find(ctx context.Context, tx *file.Tx, q store.PostQuery) (*store.Page, error) {
	if q.Listed() {
		return e.findListed(ctx, tx, q)
	}
	if !slices.Contains(store.SortFields, q.Order.Field) {
		return nil, &store.ArgumentError{Name: "sort", Found: strconv.Quote(string(q.Order.Field)), Expected: "a sort field"}
	}
	matching, asked, err := e.asked(ctx, tx, &q)
	if err != nil {
		return nil, err
	}
	seq, err := e.orders.Sequence(tx, q.Order)
	if err != nil {
		return nil, err
	}
	list, err := e.list(ctx, tx, matching, seq)
	if err != nil {
		return nil, err
	}
	if err := tx.Pay(ctx, priceOfPage(q)+list.priceOfCount()); err != nil {
		return nil, err
	}
	if list.total, err = list.knownCount(asked); err != nil {
		return nil, err
	}
	if err := list.payForPage(q.Window); err != nil {
		return nil, err
	}
	asked = asked.Order(q.Order)
	tx.Asked = asked // room for the next
	question := asked.Hash()
	start, end := 0, seq.N // positions between which the page lies
	if q.Window.After != "" {
		if start, err = e.cursorPosition(tx, "after", q.Window.After, question, q.Order, seq, true); err != nil {
			return nil, err
		}
	}
	if q.Window.Before != "" {
		if end, err = e.cursorPosition(tx, "before", q.Window.Before, question, q.Order, seq, false); err != nil {
			return nil, err
		}
	}
	page := &store.Page{Total: list.total}
	pager := pager{list: list, asked: asked.Number(int64(tx.View))}
	positions := pager.window(q.Window, start, end, page)
	page.Refs, page.Cursors = make([]store.Ref, len(positions)), make([]string, len(positions))
	for i, position := range positions {
		ordinal := seq.At(position)
		page.Refs[i] = store.Ref(ordinal)
		if !q.Cursors.Of(i, len(positions)) {
			continue
		}
		c, err := e.cursorAt(tx, ordinal, question, q.Order, seq)
		if err != nil {
			return nil, err
		}
		page.Cursors[i] = c.String()
	}
	return page, nil
}

// asked gives what posts must meet to be in a list, and the question without its order.
func (e *Engine) asked(ctx context.Context, tx *file.Tx, q *store.PostQuery) (matching conjunction, asked cursor.Question, err error) {
	if err := q.Window.Check(); err != nil {
		return nil, nil, err
	}
	if matching, err = e.conditions(ctx, tx, q.Filter); err != nil {
		return nil, nil, err
	}
	asked = cursor.Question(tx.Asked[:0]).Filter(q.Filter).Truth(q.Term != nil)
	if q.Term == nil {
		return matching, asked, nil
	}
	having, err := (&matcher{ctx: ctx, tx: tx, engine: e}).having(*q.Term)
	if err != nil {
		return nil, nil, err
	}
	rec, err := terms.RecordOf(tx, *q.Term)
	if err != nil {
		return nil, nil, err
	}
	return append(matching, having), asked.Text(string(rec.Kind)).Text(rec.Identity), nil
}

// priceOfPage is what a page costs whatever its list is.
func priceOfPage(q store.PostQuery) int {
	rows := q.Window.Rows()
	cursors := min(rows, 2)
	if q.Cursors == store.AllCursors {
		cursors = rows
	}
	nanos := file.PriceOfRead + file.PriceOfPlaceInList*rows + file.PriceOfRow*cursors
	if q.Order.Field == store.FieldTitle && (q.Window.After != "" || q.Window.Before != "") {
		nanos += file.PriceOfTitle
	}
	return nanos
}

// cursorAt makes the cursor of a post.
func (e *Engine) cursorAt(tx *file.Tx, ordinal uint32, question uint64, o store.Order, seq *order.Sequence) (cursor.Cursor, error) {
	c := cursor.Cursor{Question: question}
	card, err := e.posts.CardText(tx, store.Ref(ordinal))
	if err != nil {
		return c, err
	}
	if c.Slug, err = posts.CardSlug(card); err != nil {
		return c, err
	}
	if o.Field == store.FieldSlug {
		return c, nil
	}
	place := seq.PlaceOf(ordinal)
	if place >= seq.Valued {
		c.Absent = true
		return c, nil
	}
	group := seq.Index.Group(place)
	if o.Field == store.FieldTitle {
		c.Text, err = order.TitlesOf(tx).At(group)
		return c, err
	}
	c.Number = seq.Values.Int64(group)
	return c, nil
}

// cursorPosition gives the position at which the posts behind a cursor begin,
// or, where behind is false, the posts not before it. The cursor's own post may
// have changed or left since.
func (e *Engine) cursorPosition(tx *file.Tx, argument, s string, question uint64, o store.Order, seq *order.Sequence, behind bool) (int, error) {
	c, err := cursor.Parse(argument, s, question)
	if err != nil {
		return 0, err
	}
	// The order by slug turns around as a whole; every other order keeps the
	// posts of one value by ascending slug.
	descendingSlugs := o.Field == store.FieldSlug && o.Desc
	key := c.Slug
	if behind != descendingSlugs {
		key += "\x00" // the next possible slug
	}
	slugs, err := e.orders.PlaceOfSlug(tx, []byte(key))
	if err != nil {
		return 0, err
	}
	if o.Field == store.FieldSlug {
		place := seq.FromSlugs(slugs)
		if o.Desc {
			place = seq.N - place
		}
		return place, nil
	}
	low, high, err := e.cursorGroup(tx, c, o, seq)
	if err != nil {
		return 0, err
	}
	// Inside the group the posts stand by slug. Public posts with a lower slug have
	// the ordinals from 0, the others with one those behind all public posts.
	bySlug, err := e.orders.By(tx, store.FieldSlug)
	if err != nil {
		return 0, err
	}
	hidden, public := bySlug.HiddenBefore(slugs), tx.File.Info.Public
	place := low + sort.Search(high-low, func(i int) bool {
		ordinal := int(seq.Order.Uint32(low + i))
		return ordinal >= slugs-hidden && (ordinal < public || ordinal >= public+hidden)
	})
	if !o.Desc || c.Absent {
		return place, nil
	}
	return seq.Valued - high + place - low, nil
}

// cursorGroup gives the places of the posts that have the cursor's value; an
// empty range, where they would stand, if there are none.
func (e *Engine) cursorGroup(tx *file.Tx, c cursor.Cursor, o store.Order, seq *order.Sequence) (low, high int, err error) {
	if c.Absent {
		return seq.Valued, seq.N, nil
	}
	var first, after int
	if o.Field == store.FieldTitle {
		var found bool
		if first, found, err = order.TitlesOf(tx).Group(c.Text); err != nil {
			return 0, 0, err
		}
		if after = first; found {
			after++
		}
	} else {
		first = seq.Values.Search64(c.Number)
		after = first
		if first < len(seq.Values.Data)/8 && seq.Values.Int64(first) == c.Number {
			after++
		}
	}
	return int(seq.Starts.Uint32(first)), int(seq.Starts.Uint32(after)), nil
}
