package server

import (
	"bytes"

	"github.com/go-faster/jx"

	"alphanode/store"
)

func listPosts(r *request) (*answer, error) { return postsPage(r, nil) }

// termPosts lists the posts that have a term.
func termPosts(kind store.Kind) func(*request) (*answer, error) {
	return func(r *request) (*answer, error) {
		term, err := r.reader.FindTerm(r.ctx, kind, r.slug)
		if err != nil {
			return nil, r.missing(err, string(kind))
		}
		a, err := postsPage(r, &term.ID)
		if err == nil {
			a.about(string(kind), term.Slug)
		}
		return a, err
	}
}

// postsPage is one page of whole posts, of those with a term where one is given.
func postsPage(r *request, term *store.TermID) (*answer, error) {
	found, err := findPosts(r, term)
	if err != nil {
		return nil, err
	}
	switch {
	case r.fields != nil && r.fields.within(commonPart):
		return listTexts(r, found, store.Card)
	case r.fields != nil && r.fields.within(cardPart):
		return listFromCards(r, found)
	default:
		return listTexts(r, found, store.Whole)
	}
}

func listSummaries(r *request) (*answer, error) {
	found, err := findPosts(r, nil)
	if err != nil {
		return nil, err
	}
	return listTexts(r, found, store.Card)
}

func findPosts(r *request, term *store.TermID) (*store.Page, error) {
	found, err := r.reader.Find(r.ctx, store.PostQuery{
		Filter: r.filter, Term: term, Order: r.order, Window: window(r.query), Cursors: store.EndCursors,
	})
	if err != nil {
		return nil, inREST(r.query, err)
	}
	return found, nil
}

// listTexts is the answer of a page of posts in either form, whole or cards.
func listTexts(r *request, found *store.Page, part store.Part) (*answer, error) {
	if r.fields != nil {
		return listParts(r, found, part)
	}
	at := locatedPosts(found)
	body, texts, err := texts(r, r.bodies.Take(listStart), found.Refs, part, at.room())
	if err != nil {
		return nil, err
	}
	a := endList(r, body, at)
	slugs := make([][]byte, len(texts))
	for i, text := range texts {
		if slugs[i], err = slugOf(text.JSON); err != nil {
			return nil, err
		}
		a.mayIndex(text)
	}
	a.aboutPosts(slugs)
	a.alone = len(texts) == 1
	return a, nil
}

// listParts is the answer of a page of posts of which some fields are shown.
func listParts(r *request, found *store.Page, part store.Part) (*answer, error) {
	body, names := r.bodies.Take(listStart), make([]byte, 0, 32*len(found.Refs))
	slugs, mayIndex := make([][]byte, len(found.Refs)), true
	err := eachText(r, found.Refs, part, func(i int, text store.Text) (err error) {
		if body, err = r.fields.appendTo(separate(body, i), text.JSON); err != nil {
			return err
		}
		slug, err := slugOf(text.JSON)
		names = append(names, slug...)
		slugs[i] = names[len(names)-len(slug) : len(names) : len(names)]
		mayIndex = mayIndex && !text.NoIndex
		if err == nil && i > 0 {
			err = r.checkLength(body)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	a := endList(r, body, locatedPosts(found))
	a.mayIndex(store.Text{NoIndex: !mayIndex})
	a.aboutPosts(slugs)
	a.alone = len(slugs) == 1
	return a, nil
}

// commonPart is what stands in a card as it does in a whole post.
var commonPart = projection{"slug": nil, "title": nil, "updated": nil}

// cardPart is what of a whole post its card holds too.
var cardPart = projection{"slug": nil, "title": nil, "updated": nil, "meta": projection{
	"summary": nil, "readingTime": nil, "difficulty": nil, "score": nil, "tools": nil,
}}

// listFromCards is the answer of a page of posts of which no more is asked for
// than their cards hold, so that bodies need not be read.
func listFromCards(r *request, found *store.Page) (*answer, error) {
	cards, err := r.reader.Posts(r.ctx, found.Refs, store.Card)
	if err != nil {
		return nil, err
	}
	body := r.bodies.Take(listStart)
	var post []byte
	for i, card := range cards {
		post = appendCard(post[:0], card)
		if body, err = r.fields.appendTo(separate(body, i), post); err != nil {
			return nil, err
		}
	}
	a := endList(r, body, locatedPosts(found))
	slugs := make([][]byte, len(cards))
	for i, card := range cards {
		slugs[i] = []byte(card.Slug)
	}
	a.aboutPosts(slugs)
	return a, nil
}

// appendCard appends a post that holds what its card holds.
func appendCard(dst []byte, card *store.Post) []byte {
	dst = card.AppendJSON(dst)
	if card.Updated != "" {
		dst = append(dst[:len(dst)-1], `,"updated":`...)
		dst = append(appendString(dst, card.Updated), '}')
	}
	return dst
}

func onePost(r *request) (*answer, error) {
	const start, end = `{"data":`, `}`
	body := r.bodies.Take(start)
	if r.fields != nil || r.similar { // the text stands apart and is changed
		body = nil
	}
	body, text, err := r.reader.AppendText(r.ctx, body, r.slug, len(end))
	if err != nil {
		return nil, r.missing(err, "post")
	}
	post := text.JSON
	if r.fields != nil {
		if post, err = r.fields.appendTo(nil, post); err != nil {
			return nil, err
		}
	}
	if r.similar {
		if post, err = withSimilar(r, post, text.Ref); err != nil {
			return nil, err
		}
	}
	if r.fields != nil || r.similar {
		body = append(r.bodies.Take(start), post...)
	}
	a := lentAnswer(r.bodies, append(body, end...))
	a.alone = true
	a.about("post", r.slug)
	if r.similar { // any post can be among them
		a.keys = append(a.keys, "posts")
	}
	a.mayIndex(text)
	return a, nil
}

// namedPost finds the post that the address names.
func namedPost(r *request) (store.Ref, error) {
	refs, err := r.reader.Lookup(r.ctx, r.slug)
	if err == nil && refs[0] == store.NoRef {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.NoRef, r.missing(err, "post")
	}
	return refs[0], nil
}

// slugOf reads the slug, which is the first field of a post in either form.
func slugOf(row []byte) ([]byte, error) {
	if rest, ok := bytes.CutPrefix(row, []byte(`{"slug":"`)); ok {
		if slug, _, ok := bytes.Cut(rest, []byte{'"'}); ok && bytes.IndexByte(slug, '\\') < 0 {
			return slug, nil
		}
	}
	raw, err := lookup(row, "slug")
	if err != nil {
		return nil, err
	}
	slug, err := jx.DecodeBytes(raw).Str()
	return []byte(slug), err
}
