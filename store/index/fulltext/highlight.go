package fulltext

import (
	"context"
	"strings"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/file"
	"alphanode/text"
)

const (
	// snippetLength is about how many bytes of a summary, an intro and a body are
	// shown.
	snippetLength = 200
	// mostNames is how many entities and how many tools are.
	mostNames = 5
	// maxMarked bounds how many bytes of a post are looked at, mark-up too: of a very long
	// one the end is not.
	maxMarked = 64 << 10
)

// Highlights gives the parts of posts in which a search finds words, with these marked. It
// calls a function with the slug of each post that it reads.
func (x *Index) Highlights(ctx context.Context, tx *file.Tx, s store.Search, refs []store.Ref, read func(slug string)) ([][]store.Highlight, error) {
	markers, err := newMarkers(tx.File.Info.Wording, s)
	if err != nil {
		return nil, err
	}
	if err := x.payForTexts(ctx, tx, refs, file.PriceOfSearched); err != nil {
		return nil, err
	}
	all := make([][]store.Highlight, len(refs))
	var texts content.Texts
	var room []byte
	for i, ref := range refs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if room, err = x.posts.Texts(tx, ref, &texts, room); err != nil {
			return nil, err
		}
		read(texts.Slug)
		all[i] = highlight(&texts, markers.of(texts.Language))
	}
	return all, nil
}

// payForTexts pays for posts that are read, so much for each byte, and for the forms of the
// words that are looked at. One alone is always read.
func (x *Index) payForTexts(ctx context.Context, tx *file.Tx, refs []store.Ref, price int) error {
	read, marked := len(refs)*file.PriceOfText, 0
	for i := range refs {
		bytes, err := x.posts.BytesOf(tx, refs[i:i+1])
		if err != nil {
			return err
		}
		read += bytes * price
		marked += min(bytes, maxMarked) * file.PriceOfMarked
	}
	if len(refs) == 1 {
		read = min(read, tx.Budget.Most()*file.Unit/2)
	}
	return tx.Pay(ctx, read+marked)
}

// markers mark what a search found in posts, in each by its language.
type markers struct {
	query   text.Query
	wording text.Wording
	taken   *text.Analysis // whatever language a post has; nil where none was asked for
	known   [text.Analyses]*text.Marker
}

func newMarkers(w text.Wording, s store.Search) (*markers, error) {
	query, err := ParseSearch("query", s)
	m := &markers{query: query, wording: w}
	if s.Language != "" {
		taken := text.AnalysisOf(s.Language)
		m.taken = &taken
	}
	return m, err
}

// of gives the marker for posts of a language.
func (m *markers) of(language string) *text.Marker {
	a := m.wording.Of(language)
	known := &m.known[a]
	if *known == nil {
		taken := a
		if m.taken != nil {
			taken = *m.taken
		}
		if query := m.query.For(taken); taken == a {
			*known = text.NewMarker(query, a)
		} else {
			*known = text.NewMarker(query, text.Plain)
		}
	}
	return *known
}

// highlight gives the parts of a post in which a marker finds words.
func highlight(t *content.Texts, marker *text.Marker) (found []store.Highlight) {
	take := func(field int, markup string, ok bool) {
		if ok {
			found = append(found, store.Highlight{Field: searchFields[field].name, HTML: markup})
		}
	}
	var names [len(searchFields)]int
	body, bodyStems, bodyWords := "", 0, 0
	left := maxMarked
	eachSearched(t, func(field int, piece content.Piece) {
		if len(piece.Written) > left {
			piece.Written = strings.ToValidUTF8(piece.Written[:left], "")
		}
		left -= len(piece.Written)
		switch s := piece.Text(); field {
		case fieldTitle:
			markup, ok := marker.Mark(s)
			take(field, markup, ok)
		case fieldSummary, fieldIntro:
			markup, ok := marker.Snippet(s, snippetLength)
			take(field, markup, ok)
		case fieldEntities, fieldTools:
			if markup, ok := marker.Mark(s); ok && names[field] < mostNames {
				names[field]++
				take(field, markup, ok)
			}
		case fieldBody:
			if stems, words := marker.Count(s); stems > bodyStems || stems == bodyStems && words > bodyWords {
				body, bodyStems, bodyWords = s, stems, words
			}
		}
	})
	markup, ok := marker.Snippet(body, snippetLength)
	take(fieldBody, markup, ok)
	return found
}
