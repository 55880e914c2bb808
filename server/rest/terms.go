package rest

import (
	"strconv"

	"alphanode/server/route"
	"alphanode/store"
)

// listTerms lists the terms of a kind.
func listTerms(kind store.Kind) func(*route.Request) (*route.Answer, error) {
	return func(r *route.Request) (*route.Answer, error) {
		q := store.TermQuery{Kind: kind, Type: r.TermType, Prefix: r.TermPrefix, Order: r.TermOrder, Window: window(r.Query)}
		found, err := r.Reader.FindTerms(r.Ctx, q)
		if err != nil {
			return nil, route.InAddress(r.Query, err)
		}
		var suggested []store.Suggestion
		if found.Total == 0 {
			if suggested, err = r.Reader.SuggestTerms(r.Ctx, q); err != nil {
				return nil, route.InAddress(r.Query, err)
			}
		}
		var scores []*store.ScoreStats
		if r.Scores {
			if scores, err = r.Reader.ScoresOfEach(r.Ctx, store.TermIDs(found.Terms)); err != nil {
				return nil, err
			}
		}
		rows := make([][]byte, len(found.Terms))
		for i, term := range found.Terms {
			rows[i] = appendTermFields([]byte{'{'}, term)
			if r.Scores {
				rows[i] = appendStats(append(rows[i], `,"scores":`...), scores[i])
			}
			rows[i] = append(rows[i], '}')
		}
		a := listRows(r, rows, located{found.Cursors, found.Total, found.HasNext, found.HasPrevious}, suggested...)
		a.Keys = append(a.Keys, "posts") // any post can bring or take a term
		for _, term := range found.Terms {
			a.About(string(kind), term.Slug)
		}
		return a, nil
	}
}

// oneTerm gives the term of a kind that the address names, with what include=
// asked for.
func oneTerm(kind store.Kind) func(*route.Request) (*route.Answer, error) {
	return func(r *route.Request) (*route.Answer, error) {
		term, err := route.NamedTerm(r, kind)
		if err != nil {
			return nil, err
		}
		body := appendTermFields([]byte(`{"data":{`), term)
		if r.Scores {
			stats, err := r.Reader.Scores(r.Ctx, store.ScoreQuery{Term: &term.ID})
			if err != nil {
				return nil, err
			}
			body = appendStats(append(body, `,"scores":`...), stats)
		}
		if r.Related {
			body, err = appendRelated(r, append(body, `,"related":`...), store.RelatedQuery{Term: term.ID, First: route.DefaultLimit})
			if err != nil {
				return nil, err
			}
		}
		a := route.JSON(append(body, `}}`...))
		if r.Scores || r.Related { // any post can change them
			a.Keys = append(a.Keys, "posts")
		}
		a.AboutTerm(r, term)
		return a, nil
	}
}

// listTypes lists the types of entities.
func listTypes(r *route.Request) (*route.Answer, error) {
	types, err := r.Reader.EntityTypes(r.Ctx, r.Limit)
	if err != nil {
		return nil, route.InAddress(r.Query, err)
	}
	body := []byte(`{"data":[`)
	for i, t := range types {
		body = append(separate(body, i), `{"type":`...)
		body = appendString(body, t.Type)
		body = append(body, `,"entityCount":`...)
		body = append(strconv.AppendInt(body, int64(t.EntityCount), 10), '}')
	}
	a := route.JSON(append(body, `]}`...))
	a.Keys = append(a.Keys, "posts") // any post can bring or take an entity
	return a, nil
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
