package server

import (
	"math"
	"strconv"
	"strings"

	"alphanode/store"
)

func similarPosts(r *request) (*answer, error) {
	ref, err := r.post()
	if err != nil {
		return nil, err
	}
	body, found, slugs, err := r.appendSimilar(r.bodies.take(listStart), ref, store.SimilarQuery{
		First: r.limit, After: r.after, Filter: r.filter, Exclude: r.exclude, MinSimilarity: r.minSimilarity,
		Cursors: store.LastCursor,
	})
	if err != nil {
		return nil, r.inREST(err)
	}
	var cursors []string
	if n := len(found.Hits); n > 0 {
		cursors = []string{found.Hits[n-1].Cursor}
	}
	a := r.endList(body, located{cursors: cursors, total: found.Total, hasNext: found.HasNext})
	a.aboutPosts(append([][]byte{[]byte(r.slug)}, slugs...))
	return a, nil
}

// withSimilar adds the first page of similar posts to a post.
func (r *request) withSimilar(post []byte, ref store.Ref) ([]byte, error) {
	post = post[:len(post)-1] // the closing brace
	if len(post) > len(`{`) {
		post = append(post, ',')
	}
	post, _, _, err := r.appendSimilar(append(post, `"similar":[`...), ref, store.SimilarQuery{First: defaultLimit, Cursors: store.NoCursors})
	return append(post, `]}`...), err
}

// appendSimilar appends a page of similar posts, with commas between them:
// cards with the similarity and its reasons. The slugs are those of the posts,
// as they stand in what was appended.
func (r *request) appendSimilar(body []byte, to store.Ref, q store.SimilarQuery) (_ []byte, found *store.SimilarPage, slugs [][]byte, err error) {
	if found, err = r.reader.Similar(r.ctx, to, q); err != nil {
		return body, nil, nil, err
	}
	refs := make([]store.Ref, len(found.Hits))
	for i, hit := range found.Hits {
		refs[i] = hit.Ref
	}
	cards, texts, err := r.reader.AppendTexts(r.ctx, r.bodies.take(""), refs, store.Card, 0)
	if err != nil {
		return body, nil, nil, err
	}
	defer r.bodies.give(cards)
	slugs = make([][]byte, len(texts))
	var features featuresJSON
	for i, hit := range found.Hits {
		body = separate(body, i)
		start, card := len(body), texts[i].JSON
		body = append(body, card[:len(card)-1]...)
		if slugs[i], err = slugOf(body[start:]); err != nil {
			return body, nil, nil, err
		}
		body = append(body, `,"similarity":`...)
		body = appendDecimals9(body, hit.Similarity)
		body = append(body, `,"shared":[`...)
		for j, shared := range hit.Shared {
			body = append(separate(body, j), features.begun(shared.Feature)...)
			body = append(appendDecimals9(body, shared.Contribution), '}')
		}
		body = append(body, `]}`...)
	}
	return body, found, slugs, nil
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
	text = appendString(text, strings.ToUpper(string(f.Kind)))
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

// appendDecimals9 appends a number from 0 to 1 that has at most 9 decimals, in
// the shortest form.
func appendDecimals9(dst []byte, f float64) []byte {
	n := uint32(math.Round(f * 1e9))
	if n == 0 || n >= 1e9 {
		return append(dst, '0'+byte(n/1e9))
	}
	text := [...]byte{'0', '.', '0', '0', '0', '0', '0', '0', '0', '0', '0'}
	for i := len(text) - 1; n > 0; i-- {
		text[i] += byte(n % 10)
		n /= 10
	}
	end := len(text)
	for text[end-1] == '0' {
		end--
	}
	return append(dst, text[:end]...)
}

func appendFraction(dst []byte, f float64) []byte {
	return strconv.AppendFloat(dst, f, 'f', -1, 64)
}
