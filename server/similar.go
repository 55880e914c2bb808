package server

import (
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
		Cursors: store.EndCursors,
	})
	if err != nil {
		return nil, r.inREST(err)
	}
	cursors := make([]string, len(found.Hits))
	for i, hit := range found.Hits {
		cursors[i] = hit.Cursor
	}
	a := r.list(rows, located{cursors: cursors, total: found.Total, hasNext: found.HasNext})
	slugs := [][]byte{[]byte(r.slug)}
	for _, row := range rows {
		slug, err := slugOf(row)
		if err != nil {
			return nil, err
		}
		slugs = append(slugs, slug)
	}
	a.aboutPosts(slugs)
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
	for i, hit := range found.Hits {
		row := append(rows[i][:len(rows[i])-1], `,"similarity":`...)
		row = appendFraction(row, hit.Similarity)
		row = append(row, `,"shared":[`...)
		for j, feature := range hit.Shared {
			if j > 0 {
				row = append(row, ',')
			}
			row = appendShared(row, feature)
		}
		rows[i] = append(row, `]}`...)
	}
	return rows, found, nil
}

func appendShared(dst []byte, f store.SharedFeature) []byte {
	dst = append(dst, `{"kind":`...)
	dst = appendString(dst, strings.ToUpper(string(f.Kind)))
	dst = append(dst, `,"name":`...)
	dst = appendString(dst, f.Name)
	if f.Type != "" {
		dst = append(dst, `,"type":`...)
		dst = appendString(dst, f.Type)
	}
	dst = append(dst, `,"contribution":`...)
	return append(appendFraction(dst, f.Contribution), '}')
}

func appendFraction(dst []byte, f float64) []byte {
	return strconv.AppendFloat(dst, f, 'f', -1, 64)
}
