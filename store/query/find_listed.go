package query

import (
	"context"
	"slices"
	"sort"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/cursor"
	"alphanode/store/file"
	"alphanode/store/posts"
	"alphanode/store/sets"
)

// findListed gives one page of a reading list: the posts that the filter lists and that
// meet all else it asks for, as they are listed. Their number is bounded by the cost of a
// filter, so all are looked up for each page.
func (e *Engine) findListed(ctx context.Context, tx *file.Tx, q store.PostQuery) (*store.Page, error) {
	matching, asked, err := e.asked(ctx, tx, &q)
	if err != nil {
		return nil, err
	}
	slugs := listedSlugs(q.Filter.Slug.In)
	if err := tx.Pay(ctx, priceOfPage(q)+matching.price().all+file.PriceOfLookup*len(slugs)); err != nil {
		return nil, err
	}
	asked = asked.Order(q.Order)
	tx.Asked = asked // room for the next
	question := asked.Hash()
	refs, err := posts.Lookup(tx, slugs)
	if err != nil {
		return nil, err
	}
	met := matching.within(sets.Everything(tx.Size()))
	members := make([]int, 0, len(slugs)) // places in the list
	for place, ref := range refs {
		if ref != store.NoRef && met.Contains(uint32(ref)) {
			members = append(members, place)
		}
	}
	from, to := 0, len(members)
	if q.Window.After != "" {
		place, err := listedPlace("after", q.Window.After, question, slugs)
		if err != nil {
			return nil, err
		}
		from = sort.SearchInts(members, place+1)
	}
	if q.Window.Before != "" {
		place, err := listedPlace("before", q.Window.Before, question, slugs)
		if err != nil {
			return nil, err
		}
		to = sort.SearchInts(members, place)
	}
	from, to = q.Window.Within(from, to)
	page := &store.Page{Total: len(members), HasPrevious: from > 0, HasNext: to < len(members),
		Refs: make([]store.Ref, to-from), Cursors: make([]string, to-from)}
	for i, place := range members[from:to] {
		page.Refs[i] = refs[place]
		if q.Cursors.Of(i, to-from) {
			page.Cursors[i] = cursor.Cursor{Question: question, Absent: true, Slug: slugs[place]}.String()
		}
	}
	return page, ctx.Err()
}

// listedSlugs are the slugs of a list as releases have them, each once.
func listedSlugs(given []string) []string {
	slugs, seen := make([]string, 0, len(given)), make(map[string]bool, len(given))
	for _, slug := range given {
		if slug = content.NormalSlug(slug); !seen[slug] {
			seen[slug] = true
			slugs = append(slugs, slug)
		}
	}
	return slugs
}

// listedPlace gives the place in a list at which a cursor points, whether or not there
// still is a post. The cursor holds the question, and so the list.
func listedPlace(argument, s string, question uint64, slugs []string) (int, error) {
	c, err := cursor.Parse(argument, s, question)
	return slices.Index(slugs, c.Slug), err
}
