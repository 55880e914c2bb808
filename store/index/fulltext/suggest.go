package fulltext

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/text"
)

// mostLookedAt bounds how many words, about, are held against one that is not
// there.
const mostLookedAt = 100_000

// Suggest says what may have been meant by the words of a filter that searches for what
// was typed, as Search does for its own.
func (x *Index) Suggest(ctx context.Context, tx *file.Tx, typed store.Search) ([]store.Suggestion, error) {
	query, err := ParseSearch("filter.search", typed)
	if err != nil {
		return nil, err
	}
	words := 0
	for _, c := range query.Clauses {
		for _, p := range c.Any {
			words += len(p.Words)
		}
	}
	if err := tx.Pay(ctx, priceOfWord*words); err != nil {
		return nil, err
	}
	return x.suggestWords(ctx, tx, query)
}

// suggestWords gives, for the first words that are to be found and that no post
// of the view has, the nearest words that it has: those a few edits away, or that
// contain the word, among those that begin with the same letter. A word of one letter
// may have been any, and one that says nothing in a language of posts is not missed.
func (x *Index) suggestWords(ctx context.Context, tx *file.Tx, q text.Query) ([]store.Suggestion, error) {
	var found []store.Suggestion
	for _, c := range q.Clauses {
		if c.Not || slices.ContainsFunc(tx.Analyses(), func(of file.AnalysisPosts) bool { return c.Common(of.Analysis) }) {
			continue
		}
		for _, p := range c.Any {
			for i, word := range p.Words {
				if utf8.RuneCountInString(word) < 2 || len(found) == store.MaxSuggestions || slices.ContainsFunc(found, func(s store.Suggestion) bool { return s.Value == word }) {
					continue
				}
				known, err := x.knowsWord(ctx, tx, word, p.Prefix && i == len(p.Words)-1)
				if err != nil {
					return nil, err
				}
				if known {
					continue
				}
				nearest, err := x.nearestWords(ctx, tx, word)
				if err != nil {
					return nil, err
				}
				found = append(found, store.Suggestion{Value: word, Nearest: nearest})
			}
		}
	}
	return found, nil
}

// knowsWord reports whether a post of the view has a word in any of its forms,
// or one that begins so.
func (x *Index) knowsWord(ctx context.Context, tx *file.Tx, word string, prefix bool) (bool, error) {
	words, err := x.words(tx)
	if err != nil {
		return false, err
	}
	for _, of := range tx.Analyses() {
		number, ok, err := words.find(keyOf(of.Analysis, word))
		if err != nil || ok && words.seen(number) {
			return err == nil, err
		}
		mates, err := x.mates(tx, of.Analysis, word)
		if err != nil || slices.ContainsFunc(mates, words.seen) {
			return err == nil, err
		}
		if !prefix {
			continue
		}
		if begun, err := words.begun(ctx, of.Analysis, word, 1); err != nil || len(begun) > 0 {
			return err == nil, err
		}
	}
	return false, nil
}

// nearWord is a word that may have been meant.
type nearWord struct {
	edits int
	posts uint32
	word  string
	stem  string
}

func (n nearWord) compare(o nearWord) int {
	return cmp.Or(cmp.Compare(n.edits, o.edits), cmp.Compare(o.posts, n.posts), strings.Compare(n.word, o.word))
}

// nearestWords gives of each stem one word at most.
func (x *Index) nearestWords(ctx context.Context, tx *file.Tx, word string) ([]string, error) {
	var shape text.WordShape
	shape.Of([]byte(word))
	words, err := x.words(tx)
	if err != nil {
		return nil, err
	}
	var near []nearWord
	left := mostLookedAt
	for _, of := range tx.Analyses() {
		if near, err = words.nearest(ctx, of.Analysis, word, &shape, near, &left); err != nil {
			return nil, err
		}
	}
	names := make([]string, len(near))
	for i, n := range near {
		names[i] = n.word
	}
	return names, nil
}

// nearest adds the words of posts of an analysis that are near to a word. At most so many
// as are left are looked at.
func (w knownWords) nearest(ctx context.Context, of text.Analysis, word string, shape *text.WordShape, near []nearWord, left *int) ([]nearWord, error) {
	_, size := utf8.DecodeRuneInString(word)
	first, end, err := w.beginning(keyOf(of, word[:size]))
	if err != nil {
		return nil, err
	}
	var other text.WordShape
	most := min(max(1, shape.Letters/3), text.MaxEdits)
	for chunk := first / file.TextsPerChunk; chunk*file.TextsPerChunk < end && *left > 0; chunk++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		candidates, err := w.Chunk(chunk)
		if err != nil {
			return nil, err
		}
		from, until := max(first-chunk*file.TextsPerChunk, 0), min(end-chunk*file.TextsPerChunk, len(candidates))
		if err := w.Tx.Pay(ctx, w.seenBetween(chunk*file.TextsPerChunk+from, chunk*file.TextsPerChunk+until)*file.PriceOfNear); err != nil {
			return nil, err
		}
		for i, key := range candidates[from:until] {
			number := chunk*file.TextsPerChunk + from + i
			if !w.seen(number) {
				continue // nor is it counted: what the public is told must not depend on it
			}
			*left--
			_, candidate := cutKey(key)
			other.Of([]byte(candidate))
			if edits, ok := shape.Away(&other, most); ok {
				found := nearWord{edits, w.posts.Uint32(number), candidate, of.Stem(candidate)}
				same := func(o nearWord) bool { return o.stem == found.stem }
				near = text.KeepNearest(near, found, same, nearWord.compare, store.MaxNearest)
			}
		}
	}
	return near, nil
}
