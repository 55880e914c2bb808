package server

import (
	"math"
	"strconv"
	"strings"
	"sync"

	"alphanode/store"
)

func similarPosts(r *request) (*answer, error) {
	ref, err := r.post()
	if err != nil {
		return nil, err
	}
	similar, err := r.findSimilar(ref, store.SimilarQuery{
		First: r.limit, After: r.after, Filter: r.filter, Exclude: r.exclude, MinSimilarity: r.minSimilarity,
		Cursors: store.LastCursor,
	})
	if err != nil {
		return nil, r.inREST(err)
	}
	defer similar.free()
	found := similar.found
	var cursors []string
	if n := len(found.Hits); n > 0 {
		cursors = []string{found.Hits[n-1].Cursor}
	}
	slugs, err := slugsOf(similar.rows)
	if err != nil {
		return nil, err
	}
	a := r.list(similar.rows, located{cursors: cursors, total: found.Total, hasNext: found.HasNext})
	a.aboutPosts(append([]string{r.slug}, slugs...))
	return a, nil
}

// withSimilar adds the first page of similar posts to a post.
func (r *request) withSimilar(post []byte, ref store.Ref) ([]byte, error) {
	similar, err := r.findSimilar(ref, store.SimilarQuery{First: defaultLimit, Cursors: store.NoCursors})
	if err != nil {
		return nil, err
	}
	defer similar.free()
	post = post[:len(post)-1] // the closing brace
	if len(post) > len(`{`) {
		post = append(post, ',')
	}
	post = append(post, `"similar":[`...)
	for i, row := range similar.rows {
		if i > 0 {
			post = append(post, ',')
		}
		post = append(post, row...)
	}
	return append(post, `]}`...), nil
}

// similarRows are cards with the similarity and its reasons. The rows must be
// copied before they are freed.
type similarRows struct {
	found *store.SimilarPage
	rows  [][]byte
	room  *[]byte // that the rows stand in
}

// rowRooms are rooms for rows, which are as long as an answer and needed only
// until they are copied into one.
var rowRooms = sync.Pool{New: func() any { return new([]byte) }}

func (s *similarRows) free() { rowRooms.Put(s.room) }

func (r *request) findSimilar(to store.Ref, q store.SimilarQuery) (*similarRows, error) {
	found, err := r.reader.Similar(r.ctx, to, q)
	if err != nil {
		return nil, err
	}
	refs := make([]store.Ref, len(found.Hits))
	for i, hit := range found.Hits {
		refs[i] = hit.Ref
	}
	rows, err := r.reader.PostsJSON(r.ctx, refs, store.Card)
	if err != nil {
		return nil, err
	}
	room := rowRooms.Get().(*[]byte)
	all := (*room)[:0]
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
		rows[i] = all[first:len(all):len(all)] // still there when all has moved
	}
	*room = all
	return &similarRows{found, rows, room}, nil
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
