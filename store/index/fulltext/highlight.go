package fulltext

import (
	"context"
	"strings"

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
	// maxMarked bounds how many bytes of a post are looked at: of a very long one
	// the end is not.
	maxMarked = 64 << 10
)

// PayForMarking pays for the forms of all words that are looked at.
func (x *Index) PayForMarking(ctx context.Context, tx *file.Tx, refs []store.Ref) error {
	nanos := 0
	for i := range refs {
		bytes, err := x.posts.BytesOf(tx, refs[i:i+1])
		if err != nil {
			return err
		}
		nanos += min(bytes, maxMarked) * file.PriceOfMarked
	}
	return tx.Pay(ctx, nanos)
}

// Markers mark what a search found in posts, in each by its language. They are for one
// goroutine.
type Markers struct {
	query   text.Query
	wording text.Wording
	taken   *text.Analysis // whatever language a post has; nil where none was asked for
	known   [text.Analyses]*text.Marker
}

// NewMarkers reads a text that is searched for.
func NewMarkers(w text.Wording, s store.Search) (*Markers, error) {
	query, err := ParseSearch("query", s)
	m := &Markers{query: query, wording: w}
	if s.Language != "" {
		taken := text.AnalysisOf(s.Language)
		m.taken = &taken
	}
	return m, err
}

// For gives the marker for a post.
func (m *Markers) For(p *store.Post) *text.Marker {
	a := m.wording.Of(p.Meta.Language)
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

// Highlight gives the parts of a post in which a marker finds words, with these marked.
func Highlight(p *store.Post, marker *text.Marker) (found []store.Highlight) {
	take := func(field int, markup string, ok bool) {
		if ok {
			found = append(found, store.Highlight{Field: searchFields[field].name, HTML: markup})
		}
	}
	var names [len(searchFields)]int
	body, bodyStems, bodyWords := "", 0, 0
	left := maxMarked
	eachSearched(&p.Post, func(field int, piece string) {
		if len(piece) > left {
			piece = strings.ToValidUTF8(piece[:left], "")
		}
		left -= len(piece)
		switch field {
		case fieldTitle:
			markup, ok := marker.Mark(piece)
			take(field, markup, ok)
		case fieldSummary, fieldIntro:
			markup, ok := marker.Snippet(piece, snippetLength)
			take(field, markup, ok)
		case fieldEntities, fieldTools:
			markup, ok := marker.Mark(piece)
			if ok {
				names[field]++
			}
			take(field, markup, ok && names[field] <= mostNames)
		case fieldBody:
			if stems, words := marker.Count(piece); stems > bodyStems || stems == bodyStems && words > bodyWords {
				body, bodyStems, bodyWords = piece, stems, words
			}
		}
	})
	markup, ok := marker.Snippet(body, snippetLength)
	take(fieldBody, markup, ok)
	return found
}
