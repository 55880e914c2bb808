package server

import (
	"strconv"

	"alphanode/store"
)

// listTerms lists the terms of a kind.
func listTerms(kind store.Kind) func(*request) (*answer, error) {
	return func(r *request) (*answer, error) {
		found, err := r.reader.FindTerms(r.ctx, store.TermQuery{
			Kind: kind, Type: r.termType, Prefix: r.termPrefix, Order: r.termOrder, Window: window(r.query),
		})
		if err != nil {
			return nil, inREST(r.query, err)
		}
		rows := make([][]byte, len(found.Terms))
		for i, term := range found.Terms {
			rows[i] = appendTerm(nil, term)
		}
		a := listRows(r, rows, located{found.Cursors, found.Total, found.HasNext, found.HasPrevious})
		a.keys = append(a.keys, "posts") // any post can bring or take a term
		for _, term := range found.Terms {
			a.about(string(kind), term.Slug)
		}
		return a, nil
	}
}

// oneTerm gives the term of a kind that the address names, with what include=
// asked for.
func oneTerm(kind store.Kind) func(*request) (*answer, error) {
	return func(r *request) (*answer, error) {
		term, err := r.reader.FindTerm(r.ctx, kind, r.slug)
		if err != nil {
			return nil, r.missing(err, string(kind))
		}
		body := appendTermFields([]byte(`{"data":{`), term)
		if r.scores {
			stats, err := r.reader.Scores(r.ctx, store.ScoreQuery{Term: &term.ID})
			if err != nil {
				return nil, err
			}
			body = appendStats(append(body, `,"scores":`...), stats)
		}
		if r.related {
			body, err = appendRelated(r, append(body, `,"related":`...), store.RelatedQuery{Term: term.ID, First: defaultLimit})
			if err != nil {
				return nil, err
			}
		}
		a := jsonAnswer(append(body, `}}`...))
		a.about(string(kind), term.Slug)
		if r.scores || r.related { // any post can change them
			a.keys = append(a.keys, "posts")
		}
		return a, nil
	}
}

func appendTerm(dst []byte, term *store.Term) []byte {
	return append(appendTermFields(append(dst, '{'), term), '}')
}

// appendTermFields appends what an object has of a term.
func appendTermFields(dst []byte, term *store.Term) []byte {
	dst = append(dst, `"slug":`...)
	dst = appendString(dst, term.Slug)
	dst = append(dst, `,"name":`...)
	dst = appendString(dst, term.Name)
	if term.Kind == store.KindEntity {
		dst = append(dst, `,"type":`...)
		dst = appendString(dst, term.Type)
	}
	dst = append(dst, `,"postCount":`...)
	return strconv.AppendInt(dst, int64(term.PostCount), 10)
}
