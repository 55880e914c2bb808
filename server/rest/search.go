package rest

import (
	"strconv"

	"alphanode/server/route"
	"alphanode/server/schema"
	"alphanode/store"
)

// searchPosts gives a page of the posts that a text finds: each with its card,
// how well it fits, and where.
func searchPosts(r *route.Request) (*route.Answer, error) {
	found, err := r.Reader.Search(r.Ctx, store.SearchQuery{
		Search: r.Searching(), Correct: r.Correct, Filter: r.Filter, First: r.Limit, After: r.After, Cursors: store.LastCursor, Suggest: true,
	})
	if err != nil {
		return nil, route.InAddress(r.Query, err)
	}
	refs := make([]store.Ref, len(found.Hits))
	for i, hit := range found.Hits {
		refs[i] = hit.Ref
	}
	cards, texts, err := texts(r, r.Bodies.Take(""), refs, store.Card, 0)
	if err != nil {
		return nil, err
	}
	defer r.Bodies.Give(cards)
	highlights, err := r.Reader.Highlights(r.Ctx, found.Searched(r.Searching()), refs)
	if err != nil {
		return nil, route.InAddress(r.Query, err)
	}
	body := r.Bodies.Take(listStart)
	slugs := make([][]byte, len(refs))
	for i, hit := range found.Hits {
		body = append(separate(body, i), `{"post":`...)
		start := len(body)
		body = append(body, texts[i].JSON...)
		if slugs[i], err = slugOf(body[start:]); err != nil {
			return nil, err
		}
		body = append(body, `,"score":`...)
		body = appendFraction(body, hit.Score)
		body = append(body, `,"highlights":[`...)
		for j, h := range highlights[i] {
			body = append(separate(body, j), `{"field":"`...)
			body = append(appendLower(body, string(h.Field)), '"')
			body = append(body, `,"html":`...)
			body = append(appendString(body, h.HTML), '}')
		}
		body = append(body, `]}`...)
	}
	at := located{total: found.Total, hasNext: found.HasNext}
	if n := len(found.Hits); n > 0 {
		at.cursors = []string{found.Hits[n-1].Cursor}
	}
	suggested, err := suggestions(r, found.Suggestions...)
	if err != nil {
		return nil, err
	}
	a := endList(r, body, at, suggested, understood(found)...)
	a.AboutPosts(slugs)
	return a, nil
}

// understood is the members of the envelope that say how a search was understood.
func understood(found *store.SearchPage) []byte {
	members := matched(found.Match)
	if found.Corrected == nil {
		return members
	}
	members = appendString(append(members, `,"corrected":{"from":`...), found.Corrected.From)
	return append(appendString(append(members, `,"to":`...), found.Corrected.To), '}')
}

func matched(m store.Matched) []byte {
	member := append(make([]byte, 0, 64), `,"match":{"mode":"`...)
	member = append(append(member, m.Mode...), `","words":`...)
	member = strconv.AppendInt(member, int64(m.Words), 10)
	member = append(member, `,"needed":`...)
	return append(strconv.AppendInt(member, int64(m.Needed), 10), '}')
}

// searchParameter takes what people type into a box for searching. How long it
// may be is for the store to say.
func searchParameter(name, doc string) *route.Parameter {
	p := route.SingleParameter(name, doc, &schema.Schema{Type: "string", MaxLength: store.MaxSearch, Examples: []any{"rollback plan"}}, func(q *route.Query, typed string) *route.Misfit {
		q.Search = typed
		return nil
	})
	p.Needed = "the words to search for"
	return p
}
