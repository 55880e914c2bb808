package server

import (
	"bytes"

	"github.com/go-faster/jx"

	"alphanode/store"
)

func listPosts(r *request) (*answer, error) { return r.posts(nil) }

// termPosts lists the posts that have a term.
func termPosts(kind store.Kind) func(*request) (*answer, error) {
	return func(r *request) (*answer, error) {
		term, err := r.reader.FindTerm(r.ctx, kind, r.slug)
		if err != nil {
			return nil, r.missing(err, string(kind))
		}
		a, err := r.posts(&term.ID)
		if err == nil {
			a.about(string(kind), term.Slug)
		}
		return a, err
	}
}

// posts is one page of whole posts, of those with a term where one is given.
func (r *request) posts(term *store.TermID) (*answer, error) {
	found, err := r.find(term)
	if err != nil {
		return nil, err
	}
	var rows [][]byte
	cards := r.fields != nil && r.fields.within(cardPart)
	if cards {
		rows, err = r.fromCards(found.Refs)
	} else {
		rows, err = r.reader.PostsJSON(r.ctx, found.Refs, store.Whole)
	}
	if err != nil {
		return nil, err
	}
	return r.postList(rows, found, !cards)
}

func listSummaries(r *request) (*answer, error) {
	found, err := r.find(nil)
	if err != nil {
		return nil, err
	}
	rows, err := r.reader.PostsJSON(r.ctx, found.Refs, store.Card)
	if err != nil {
		return nil, err
	}
	return r.postList(rows, found, false)
}

func (r *request) find(term *store.TermID) (*store.Page, error) {
	found, err := r.reader.Find(r.ctx, store.PostQuery{
		Filter: r.filter, Term: term, Order: r.order, Window: r.window(), Cursors: store.EndCursors,
	})
	if err != nil {
		return nil, r.inREST(err)
	}
	return found, nil
}

// postList is the answer of a page of posts in either form, whole or cards.
func (r *request) postList(rows [][]byte, found *store.Page, whole bool) (*answer, error) {
	slugs, err := slugsOf(rows)
	if err != nil {
		return nil, err
	}
	review := false
	for i := 0; whole && !review && i < len(rows); i++ {
		if review, err = needsReview(rows[i]); err != nil {
			return nil, err
		}
	}
	if r.fields != nil {
		for i, row := range rows {
			if rows[i], err = r.fields.appendTo(nil, row); err != nil {
				return nil, err
			}
		}
	}
	a := r.list(rows, located{found.Cursors, found.Total, found.HasNext, found.HasPrevious})
	a.aboutPosts(slugs)
	if review {
		a.header.Set("X-Robots-Tag", "noindex")
	}
	return a, nil
}

// cardPart is what of a whole post its card holds too.
var cardPart = projection{"slug": nil, "title": nil, "updated": nil, "meta": projection{
	"summary": nil, "readingTime": nil, "difficulty": nil, "score": nil, "tools": nil,
}}

// fromCards makes posts that hold what their cards hold, so that bodies need
// not be read where nobody asked for them.
func (r *request) fromCards(refs []store.Ref) ([][]byte, error) {
	cards, err := r.reader.Posts(r.ctx, refs, store.Card)
	if err != nil {
		return nil, err
	}
	rows := make([][]byte, len(cards))
	for i, card := range cards {
		row := card.AppendJSON(nil)
		if card.Updated != "" {
			row = append(row[:len(row)-1], `,"updated":`...)
			row = append(appendString(row, card.Updated), '}')
		}
		rows[i] = row
	}
	return rows, nil
}

func onePost(r *request) (*answer, error) {
	ref, err := r.post()
	if err != nil {
		return nil, err
	}
	rows, err := r.reader.PostsJSON(r.ctx, []store.Ref{ref}, store.Whole)
	if err != nil {
		return nil, err
	}
	post := rows[0]
	review, err := needsReview(post)
	if err != nil {
		return nil, err
	}
	if r.fields != nil {
		if post, err = r.fields.appendTo(nil, post); err != nil {
			return nil, err
		}
	}
	if r.similar {
		if post, err = r.withSimilar(post, ref); err != nil {
			return nil, err
		}
	}
	a := jsonAnswer(append(append([]byte(`{"data":`), post...), '}'))
	a.about("post", r.slug)
	if r.similar { // any post can be among them
		a.keys = append(a.keys, "posts")
	}
	if review {
		a.header.Set("X-Robots-Tag", "noindex")
	}
	return a, nil
}

// post finds the post that the address names.
func (r *request) post() (store.Ref, error) {
	refs, err := r.reader.Lookup(r.ctx, r.slug)
	if err == nil && refs[0] == store.NoRef {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.NoRef, r.missing(err, "post")
	}
	return refs[0], nil
}

func slugsOf(rows [][]byte) ([]string, error) {
	slugs := make([]string, len(rows))
	for i, row := range rows {
		var err error
		if slugs[i], err = slugOf(row); err != nil {
			return nil, err
		}
	}
	return slugs, nil
}

// slugOf reads the slug, which is the first field of a post in either form.
func slugOf(row []byte) (string, error) {
	if rest, ok := bytes.CutPrefix(row, []byte(`{"slug":"`)); ok {
		if slug, _, ok := bytes.Cut(rest, []byte{'"'}); ok && bytes.IndexByte(slug, '\\') < 0 {
			return string(slug), nil
		}
	}
	raw, err := lookup(row, "slug")
	if err != nil {
		return "", err
	}
	return jx.DecodeBytes(raw).Str()
}

// needsReview reports whether a post may be read but not indexed. A card does
// not say.
func needsReview(post []byte) (bool, error) {
	// Most posts do not have these bytes anywhere, and looking for them costs
	// a fraction of reading the fields.
	if !bytes.Contains(post, []byte(`"needsHumanReview":true`)) {
		return false, nil
	}
	flag, err := lookup(post, "meta", "flags", "needsHumanReview")
	return string(flag) == "true", err
}
