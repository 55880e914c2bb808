package server

import "alphanode/store"

// listChanges gives a page of what changed since a release, with the posts as
// they are now.
func listChanges(r *request) (*answer, error) {
	found, err := r.reader.Changes(r.ctx, store.ChangeQuery{
		Since: r.since, Filter: r.filter, First: r.limit, After: r.after, Cursors: store.LastCursor,
	})
	if err != nil {
		return nil, r.aboutRelease(err, map[string]string{"since": "query.since"})
	}
	var refs []store.Ref
	for _, change := range found.Changes {
		if change.Ref != store.NoRef {
			refs = append(refs, change.Ref)
		}
	}
	part := store.Whole
	if r.fields != nil && r.fields.within(commonPart) {
		part = store.Card
	}
	posts, texts, err := r.reader.AppendTexts(r.ctx, r.bodies.take(""), refs, part, 0)
	if err != nil {
		return nil, err
	}
	defer r.bodies.give(posts)
	body, indexed := r.bodies.take(listStart), texts
	slugs := make([][]byte, len(found.Changes))
	for i, change := range found.Changes {
		slugs[i] = []byte(change.Slug)
		body = appendChange(separate(body, i), change)
		if change.Ref != store.NoRef {
			body = append(body, `,"post":`...)
			if r.fields == nil {
				body = append(body, texts[0].JSON...)
			} else if body, err = r.fields.appendTo(body, texts[0].JSON); err != nil {
				return nil, err
			}
			texts = texts[1:]
		}
		body = append(body, '}')
	}
	release := appendString([]byte(`,"release":`), found.Release)
	a := r.endList(body, locatedChanges(found), release...)
	for _, text := range indexed {
		a.mayIndex(text)
	}
	a.aboutPosts(slugs)
	a.keys = append(a.keys, keyRelease)
	return a, nil
}

func sinceParameter() *parameter {
	p := publishedRelease("since", "The release that the client's copy is from: one that was published.", func(q *query, name string) { q.since = name })
	p.needed = "the name of a release, such as r1"
	return p
}

var changeShape = object("A post that changed.",
	is("kind", changeKind),
	is("slug", text("The key of the post.", "measuring-a-cache")),
	maybe("post", partOr("Post")))
