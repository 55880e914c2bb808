package rest

import (
	"bytes"

	"github.com/go-faster/jx"

	"alphanode/server/route"
	"alphanode/store"
)

func listPosts(r *route.Request) (*route.Answer, error) { return postsPage(r, nil) }

// termPosts lists the posts that have a term.
func termPosts(kind store.Kind) func(*route.Request) (*route.Answer, error) {
	return func(r *route.Request) (*route.Answer, error) {
		term, err := route.NamedTerm(r, kind)
		if err != nil {
			return nil, err
		}
		a, err := postsPage(r, &term.ID)
		if err == nil {
			a.AboutTerm(r, term)
		}
		return a, err
	}
}

// postsPage is one page of whole posts, of those with a term where one is given.
func postsPage(r *route.Request, term *store.TermID) (*route.Answer, error) {
	found, err := findPosts(r, term)
	if err != nil {
		return nil, err
	}
	few := r.Fields != nil && !ofBody(r.Query)
	switch {
	case r.Summary, few && r.Fields.Within(commonPart):
		return listTexts(r, found, store.Card)
	case few && !r.Similar && !r.OfTerms && r.Fields.Within(cardPart):
		return listFromCards(r, found)
	default:
		return listTexts(r, found, store.Whole)
	}
}

func listSummaries(r *route.Request) (*route.Answer, error) {
	found, err := findPosts(r, nil)
	if err != nil {
		return nil, err
	}
	return listTexts(r, found, store.Card)
}

// postPage is a page of posts, and what may have been meant by terms that none has.
type postPage struct {
	*store.Page
	suggested []store.Suggestion
}

func findPosts(r *route.Request, term *store.TermID) (*postPage, error) {
	found, err := r.Reader.Find(r.Ctx, store.PostQuery{
		Filter: r.Filter, Term: term, Order: r.Order, Window: window(r.Query), Cursors: store.EndCursors,
	})
	if err != nil {
		return nil, route.InAddress(r.Query, err)
	}
	suggested, err := suggestions(r)
	return &postPage{found, suggested}, err
}

// listTexts is the answer of a page of posts in either form, whole or cards.
func listTexts(r *route.Request, found *postPage, part store.Part) (*route.Answer, error) {
	if r.Fields != nil || includes(r.Query) {
		return listParts(r, found, part)
	}
	at := locatedPosts(found.Page)
	body, texts, err := texts(r, r.Bodies.Take(listStart), found.Refs, part, at.room())
	if err != nil {
		return nil, err
	}
	a := endList(r, body, at, found.suggested)
	slugs := make([][]byte, len(texts))
	for i, text := range texts {
		if slugs[i], err = slugOf(text.JSON); err != nil {
			return nil, err
		}
		a.MayIndex(text)
	}
	a.AboutPosts(slugs)
	a.Alone = len(texts) == 1
	return a, nil
}

// listParts is the answer of a page of posts of which some fields are shown, or more than
// they have.
func listParts(r *route.Request, found *postPage, part store.Part) (*route.Answer, error) {
	body, names := r.Bodies.Take(listStart), make([]byte, 0, 32*len(found.Refs))
	slugs, mayIndex := make([][]byte, len(found.Refs)), true
	included, err := include(r, found.Refs)
	if err != nil {
		return nil, err
	}
	defer included.end()
	err = eachText(r, found.Refs, part, func(i int, text store.Text) (err error) {
		if body, err = appendPost(r, separate(body, i), text.JSON); err != nil {
			return err
		}
		if body, err = included.appendTo(body, i, text); err != nil {
			return err
		}
		slug, err := slugOf(text.JSON)
		names = append(names, slug...)
		slugs[i] = names[len(names)-len(slug) : len(names) : len(names)]
		mayIndex = mayIndex && !text.NoIndex
		if err == nil && i > 0 {
			err = r.CheckLength(body)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	a := endList(r, body, locatedPosts(found.Page), found.suggested)
	a.MayIndex(store.Text{NoIndex: !mayIndex})
	a.AboutPosts(slugs)
	a.Alone = len(slugs) == 1
	return a, nil
}

// commonPart is what stands in a card as it does in a whole post.
var commonPart = route.Projection{"slug": nil, "title": nil, "updated": nil, "updatedDay": nil, "publishedDay": nil}

// cardPart is what of a whole post can be told without its body.
var cardPart = route.Projection{"slug": nil, "title": nil, "updated": nil, "updatedDay": nil, "publishedDay": nil, "lastReviewedDay": nil, "meta": route.Projection{
	"summary": nil, "readingTime": nil, "difficulty": nil, "score": nil, "tools": nil,
}}

// listFromCards is the answer of a page of posts of which no more is asked for
// than their cards hold, so that bodies need not be read.
func listFromCards(r *route.Request, found *postPage) (*route.Answer, error) {
	cards, err := r.Reader.Posts(r.Ctx, found.Refs, store.Card)
	if err != nil {
		return nil, err
	}
	body := r.Bodies.Take(listStart)
	var post []byte
	for i, card := range cards {
		post = appendCard(post[:0], card)
		if body, err = r.Fields.AppendTo(separate(body, i), post); err != nil {
			return nil, err
		}
	}
	a := endList(r, body, locatedPosts(found.Page), found.suggested)
	slugs := make([][]byte, len(cards))
	for i, card := range cards {
		slugs[i] = []byte(card.Slug)
	}
	a.AboutPosts(slugs)
	return a, nil
}

// appendCard appends a post that holds what its card holds, and its days.
func appendCard(dst []byte, card *store.Post) []byte {
	dst = card.AppendJSON(dst)
	dst = dst[:len(dst)-len("}")]
	if card.Updated != "" {
		dst = appendString(append(dst, `,"updated":`...), card.Updated)
	}
	return append(card.Days.AppendMembers(dst), '}')
}

// appendPost appends a post with the fields of it that are asked for.
func appendPost(r *route.Request, body, post []byte) ([]byte, error) {
	if r.Fields == nil {
		return append(body, post...), nil
	}
	return r.Fields.AppendTo(body, post)
}

func onePost(r *route.Request) (*route.Answer, error) {
	const start, end = `{"data":`, `}`
	apart := r.Fields != nil || includes(r.Query)
	var body []byte
	if !apart { // else the text stands by itself, and is changed
		body = r.Bodies.Take(start)
	}
	body, text, err := r.Reader.AppendText(r.Ctx, body, r.Slug, len(end))
	if err != nil {
		return nil, route.MissingPost(r, err)
	}
	if apart {
		included, err := include(r, []store.Ref{text.Ref})
		if err != nil {
			return nil, err
		}
		defer included.end()
		if body, err = appendPost(r, r.Bodies.Take(start), text.JSON); err != nil {
			return nil, err
		}
		if body, err = included.appendTo(body, 0, text); err != nil {
			return nil, err
		}
	}
	a := route.Lent(r.Bodies, append(body, end...))
	a.Alone = true
	a.About("post", r.Slug)
	if r.RestsOnAll() {
		a.Keys = append(a.Keys, "posts")
	}
	a.MayIndex(text)
	return a, nil
}

// namedPost finds the post that the address names.
func namedPost(r *route.Request) (store.Ref, error) {
	refs, err := r.Reader.Lookup(r.Ctx, r.Slug)
	if err == nil && refs[0] == store.NoRef {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.NoRef, route.MissingPost(r, err)
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
