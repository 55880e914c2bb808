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
	rows, found, err := r.similarRows(ref, store.SimilarQuery{
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
	slugs, err := slugsOf(rows)
	if err != nil {
		return nil, err
	}
	a := r.list(rows, located{cursors: cursors, total: found.Total, hasNext: found.HasNext})
	a.aboutPosts(append([]string{r.slug}, slugs...))
	return a, nil
}

// withSimilar adds the first page of similar posts to a post.
func (r *request) withSimilar(post []byte, ref store.Ref) ([]byte, error) {
	rows, _, err := r.similarRows(ref, store.SimilarQuery{First: defaultLimit, Cursors: store.NoCursors})
	if err != nil {
		return nil, err
	}
	post = post[:len(post)-1] // the closing brace
	if len(post) > len(`{`) {
		post = append(post, ',')
	}
	post = append(post, `"similar":[`...)
	for i, row := range rows {
		if i > 0 {
			post = append(post, ',')
		}
		post = append(post, row...)
	}
	return append(post, `]}`...), nil
}

// similarRows are cards with the similarity and its reasons.
func (r *request) similarRows(to store.Ref, q store.SimilarQuery) ([][]byte, *store.SimilarPage, error) {
	found, err := r.reader.Similar(r.ctx, to, q)
	if err != nil {
		return nil, nil, err
	}
	refs := make([]store.Ref, len(found.Hits))
	for i, hit := range found.Hits {
		refs[i] = hit.Ref
	}
	rows, err := r.reader.PostsJSON(r.ctx, refs, store.Card)
	if err != nil {
		return nil, nil, err
	}
	size := 0
	for i, hit := range found.Hits {
		size += len(rows[i]) + 64 + 128*len(hit.Shared)
	}
	all := make([]byte, 0, size) // of the rows, one behind the other
	var features featuresJSON
	for i, hit := range found.Hits {
		first := len(all)
		all = append(all, rows[i][:len(rows[i])-1]...)
		all = append(all, `,"similarity":`...)
		all = appendDecimals9(all, hit.Similarity)
		all = append(all, `,"shared":[`...)
		for j, shared := range hit.Shared {
			if j > 0 {
				all = append(all, ',')
			}
			all = append(all, features.begun(shared.Feature)...)
			all = append(appendDecimals9(all, shared.Contribution), '}')
		}
		all = append(all, `]}`...)
		rows[i] = all[first:len(all):len(all)]
	}
	return rows, found, nil
}

// featuresJSON holds the features of one answer as JSON that lacks the
// contribution: the rows have the same few features.
type featuresJSON []featureJSON

type featureJSON struct {
	feature *store.Feature
	json    []byte
}

func (all *featuresJSON) begun(f *store.Feature) []byte {
	for _, known := range *all {
		if known.feature == f {
			return known.json
		}
	}
	json := append(make([]byte, 0, 128), `{"kind":`...)
	json = appendString(json, strings.ToUpper(string(f.Kind)))
	json = append(json, `,"name":`...)
	json = appendString(json, f.Name)
	if f.Type != "" {
		json = append(json, `,"type":`...)
		json = appendString(json, f.Type)
	}
	json = append(json, `,"contribution":`...)
	*all = append(*all, featureJSON{f, json})
	return json
}

// appendDecimals9 appends a number from 0 to 1 that has at most 9 decimals, in
// the shortest form.
func appendDecimals9(dst []byte, f float64) []byte {
	n := uint32(math.Round(f * 1e9))
	if n == 0 || n >= 1e9 {
		return append(dst, '0'+byte(n/1e9))
	}
	digits := 9
	for n%10 == 0 {
		n /= 10
		digits--
	}
	dst = append(dst, "0.000000000"[:2+digits]...)
	for i := len(dst) - 1; n > 0; i-- {
		dst[i] += byte(n % 10)
		n /= 10
	}
	return dst
}

func appendFraction(dst []byte, f float64) []byte {
	return strconv.AppendFloat(dst, f, 'f', -1, 64)
}
