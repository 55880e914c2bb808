package rest

import (
	"alphanode/server/route"
	"alphanode/store"
)

// listChanges gives a page of what changed since a release, with the posts as
// they are now.
func listChanges(r *route.Request) (*route.Answer, error) {
	found, err := r.Reader.Changes(r.Ctx, store.ChangeQuery{
		Since: r.Since, Filter: r.Filter, First: r.Limit, After: r.After, Cursors: store.LastCursor,
	})
	if err != nil {
		return nil, aboutRelease(r.Query, err, map[string]string{"since": "query.since"})
	}
	var refs []store.Ref
	for _, change := range found.Changes {
		if change.Ref != store.NoRef {
			refs = append(refs, change.Ref)
		}
	}
	part := store.Whole
	if r.Summary || r.Fields != nil && r.Fields.Within(commonPart) {
		part = store.Card
	}
	body, left, mayIndex := r.Bodies.Take(listStart), found.Changes, true
	removed := func() { // the changes up to the next that has a post
		for ; len(left) > 0 && left[0].Ref == store.NoRef; left = left[1:] {
			body = append(appendChange(separate(body, len(found.Changes)-len(left)), left[0]), '}')
		}
	}
	err = eachText(r, refs, part, func(i int, text store.Text) (err error) {
		removed()
		body = append(appendChange(separate(body, len(found.Changes)-len(left)), left[0]), `,"post":`...)
		left = left[1:]
		if r.Fields == nil {
			body = append(body, text.JSON...)
		} else if body, err = r.Fields.AppendTo(body, text.JSON); err != nil {
			return err
		}
		body = append(body, '}')
		mayIndex = mayIndex && !text.NoIndex
		if i > 0 {
			return r.CheckLength(body)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	removed()
	var upTo []byte
	if found.Since != r.Since { // which was a time
		upTo = appendString(append(upTo, `,"since":`...), found.Since)
	}
	upTo = appendString(append(upTo, `,"release":`...), found.Release)
	suggested, err := suggestions(r)
	if err != nil {
		return nil, err
	}
	a := endList(r, body, locatedChanges(found), suggested, upTo...)
	a.MayIndex(store.Text{NoIndex: !mayIndex})
	slugs := make([][]byte, len(found.Changes))
	for i, change := range found.Changes {
		slugs[i] = []byte(change.Slug)
	}
	a.AboutPosts(slugs)
	a.Keys = append(a.Keys, route.KeyRelease)
	a.Alone = len(refs) == 1
	return a, nil
}

func sinceParameter() *route.Parameter {
	p := route.TextParameter("since", "The release that the client's copy is from: one that was published. Or a day or an instant (RFC 3339): what was current then, of a day at its beginning in UTC. "+
		"Only by its name does a copy miss nothing.", []any{"r1", "2026-05-01", "2026-05-01T09:30:00Z"}, func(q *route.Query, name string) { q.Since = name })
	p.Needed = "the name of a release, such as r1, a day or an instant"
	return p
}

var changeShape = object("A post that changed.",
	is("kind", changeKind),
	is("slug", text("The key of the post.", "measuring-a-cache")),
	maybe("post", component("Post")))
