package rest

import (
	"alphanode/server/route"
	"alphanode/store"
)

// similarPosts lists the posts most like one post.
func similarPosts(r *route.Request) (*route.Answer, error) {
	ref, err := namedPost(r)
	if err != nil {
		return nil, err
	}
	found, err := r.Reader.Similar(r.Ctx, ref, similarQuery(r))
	if err != nil {
		return nil, route.InAddress(r.Query, err)
	}
	return similarList(r, found, []byte(r.Slug))
}

// similarToTerms lists the posts most like some terms.
func similarToTerms(r *route.Request) (*route.Answer, error) {
	q := similarQuery(r)
	q.Suggest = true
	found, err := r.Reader.SimilarToTerms(r.Ctx, r.Terms, q)
	if err != nil {
		return nil, route.InAddress(r.Query, err)
	}
	a, err := similarList(r, found)
	if err != nil {
		return nil, err
	}
	for _, t := range found.Terms {
		if t.Kind == store.KindEntity || t.Kind == store.KindTool { // the others have no address
			a.About(string(t.Kind), t.Slug)
		}
	}
	return a, nil
}

// checkTerms refuses a comparison with nothing.
func checkTerms(q *route.Query) route.Faults {
	if len(q.Terms.Entities)+len(q.Terms.Tools)+len(q.Terms.Stack) == 0 {
		return route.Faults{{Location: "query", Expected: "entity, tool or stack, at least one of them"}}
	}
	return nil
}

func similarQuery(r *route.Request) store.SimilarQuery {
	return store.SimilarQuery{
		First: r.Limit, After: r.After, Filter: r.Filter, Exclude: r.Exclude, MinSimilarity: r.MinSimilarity, Diversity: r.Diversity,
		Cursors: store.LastCursor,
	}
}

// similarList is the answer of a page of similar posts, which is about more
// posts than these.
func similarList(r *route.Request, found *store.SimilarPage, about ...[]byte) (*route.Answer, error) {
	body, slugs, err := appendSimilar(r, r.Bodies.Take(listStart), found)
	if err != nil {
		return nil, err
	}
	var cursors []string
	if n := len(found.Hits); n > 0 {
		cursors = []string{found.Hits[n-1].Cursor}
	}
	suggested, err := suggestions(r, found.Suggestions...)
	if err != nil {
		return nil, err
	}
	a := endList(r, body, located{cursors: cursors, total: found.Total, hasNext: found.HasNext}, suggested)
	a.AboutPosts(append(about, slugs...))
	return a, nil
}

// appendSimilar appends a page of similar posts. The slugs are those of the posts, as
// they stand in what was appended.
func appendSimilar(r *route.Request, body []byte, found *store.SimilarPage) (_ []byte, slugs [][]byte, err error) {
	refs := make([]store.Ref, len(found.Hits))
	for i, hit := range found.Hits {
		refs[i] = hit.Ref
	}
	cards, texts, err := texts(r, r.Bodies.Take(""), refs, store.Card, 0)
	if err != nil {
		return body, nil, err
	}
	defer r.Bodies.Give(cards)
	slugs = make([][]byte, len(texts))
	body, starts := appendHits(body, found.Hits, func(i int) []byte { return texts[i].JSON })
	for i, start := range starts {
		if slugs[i], err = slugOf(body[start:]); err != nil {
			return body, nil, err
		}
	}
	return body, slugs, nil
}

// appendHits appends similar posts, with commas between them: cards with the similarity
// and its reasons. It says where each begins.
func appendHits(body []byte, hits []store.SimilarHit, card func(i int) []byte) (_ []byte, starts []int) {
	starts = make([]int, len(hits))
	var features featuresJSON
	for i, hit := range hits {
		body = separate(body, i)
		starts[i] = len(body)
		json := card(i)
		body = append(body, json[:len(json)-1]...)
		body = append(body, `,"similarity":`...)
		body = appendDecimals9(body, hit.Similarity)
		body = append(body, `,"shared":[`...)
		for j, shared := range hit.Shared {
			body = append(separate(body, j), features.begun(shared.Feature)...)
			body = append(appendDecimals9(body, shared.Contribution), '}')
		}
		body = append(body, `]}`...)
	}
	return body, starts
}

// featuresJSON holds the features of one answer as JSON that lacks the
// contribution: the rows have the same few features.
type featuresJSON struct {
	known []featureJSON
	text  []byte
}

type featureJSON struct {
	feature *store.Feature
	json    []byte
}

func (all *featuresJSON) begun(f *store.Feature) []byte {
	for i := range all.known {
		if all.known[i].feature == f {
			return all.known[i].json
		}
	}
	if all.known == nil {
		all.known, all.text = make([]featureJSON, 0, 16), make([]byte, 0, 2<<10)
	}
	first := len(all.text)
	text := append(all.text, `{"kind":`...)
	text = appendString(text, string(f.Kind))
	text = append(text, `,"name":`...)
	text = appendString(text, f.Name)
	if f.Type != "" {
		text = append(text, `,"type":`...)
		text = appendString(text, f.Type)
	}
	text = append(text, `,"contribution":`...)
	all.text = text
	all.known = append(all.known, featureJSON{f, text[first:len(text):len(text)]})
	return text[first:]
}
