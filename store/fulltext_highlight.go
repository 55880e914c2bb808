package store

import (
	"context"
	"strings"

	"alphanode/text"
)

// Highlight is a part of a post in which a search found words.
type Highlight struct {
	Field SearchField
	HTML  string // safe to show: the text escaped, words that were found in mark elements
}

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

// Highlights says where a search found its words in some posts, for each of
// them field by field: the title, a part of the summary and of the intro, names
// of entities and tools, and the part of the body that has most of the words.
func (r *Reader) Highlights(ctx context.Context, typed string, refs []Ref) ([][]Highlight, error) {
	query, err := parseSearch(r.release.file.info.Stemming, "query", typed)
	if err != nil {
		return nil, err
	}
	marker := text.NewMarker(query, r.release.file.info.Stemming)
	return call(ctx, r, func(tx *readTx) ([][]Highlight, error) {
		if err := r.release.posts.payForDecoding(ctx, tx, refs, Whole); err != nil {
			return nil, err
		}
		if err := r.release.words.payForMarking(ctx, tx, refs); err != nil {
			return nil, err
		}
		all := make([][]Highlight, len(refs))
		var room []byte
		for i, ref := range refs {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			var post *Post
			if post, room, err = r.release.posts.decoded(tx, ref, room); err != nil {
				return nil, err
			}
			r.note(func(f *Footprint) { f.read(post.Slug, Whole) })
			all[i] = highlight(post, marker)
		}
		return all, nil
	})
}

// payForMarking pays for the stems of all words that are looked at.
func (x *fullText) payForMarking(ctx context.Context, tx *readTx, refs []Ref) error {
	nanos := 0
	for i := range refs {
		bytes, err := x.posts.bytesOf(tx, refs[i:i+1])
		if err != nil {
			return err
		}
		nanos += min(bytes, maxMarked) * priceOfMarked
	}
	return tx.pay(ctx, nanos)
}

func highlight(p *Post, marker *text.Marker) (found []Highlight) {
	take := func(field int, markup string, ok bool) {
		if ok {
			found = append(found, Highlight{searchFields[field].name, markup})
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
