package fulltext

import (
	"context"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/sets"
	"alphanode/text"
)

// Explain says what a search finds in one post.
func (x *Index) Explain(ctx context.Context, tx *file.Tx, s store.Search, ref store.Ref) (*store.Explanation, error) {
	if err := x.payForTexts(ctx, tx, []store.Ref{ref}, file.PriceOfSearched+file.PriceOfMarked); err != nil {
		return nil, err
	}
	var texts content.Texts
	if _, err := x.posts.Texts(tx, ref, &texts, nil); err != nil {
		return nil, err
	}
	query, err := ParseSearch("query", s)
	if err != nil {
		return nil, err
	}
	search, err := x.newTextSearch(ctx, tx, "query", query, s, &searchRoom{})
	if err != nil {
		return nil, err
	}
	if err := search.pay(file.PriceOfRead, 1, true); err != nil {
		return nil, err
	}
	words, err := x.words(tx)
	if err != nil {
		return nil, err
	}
	only := roaring.BitmapOf(uint32(ref))
	total, err := search.run(sets.Of(uint32(search.size), only))
	if err != nil {
		return nil, err
	}
	e := &store.Explanation{Slug: strings.Clone(texts.Slug), Found: total > 0, Match: store.Matched{Mode: search.matched.Mode}}
	own := tx.File.Info.Of(texts.Language)
	e.Analysis = own.String()
	for i := range search.queries {
		q := &search.queries[i]
		if q.analysis != own {
			continue
		}
		e.Match.Words, e.Match.Needed, e.PassedOver = q.wanted, q.need, passedOver(q)
		in := explainer{search: search, words: words, ordinal: int(ref), counts: countWords(&texts), averages: averagesOf(tx.File.Info.Lengths)}
		for j := range q.clauses {
			clause, score, err := in.clause(&q.clauses[j])
			if err != nil {
				return nil, err
			}
			if clause.Met && !clause.Unwanted {
				e.Met++
			}
			if e.Found && !clause.Unwanted {
				e.Score += float64(score)
			}
			e.Words = append(e.Words, clause)
		}
	}
	e.Score = store.Decimals9(e.Score / (impactOne * wordWeights))
	return e, nil
}

// passedOver gives the words of a query that say nothing to posts of its analysis.
func passedOver(q *weighedQuery) (words []string) {
	for _, c := range q.passed {
		words = append(words, typedText(c))
	}
	return words
}

// typedText writes a clause as it was typed, folded.
func typedText(c text.Clause) string {
	var any []string
	for _, p := range c.Any {
		phrase := strings.Join(p.Words, " ")
		if p.Quoted {
			phrase = `"` + phrase + `"`
		}
		any = append(any, phrase)
	}
	return strings.Join(any, " OR ")
}

// fieldCounts say how often each form stands in each field of a post, and how long those
// are.
type fieldCounts struct {
	forms   map[string]*[len(searchFields)]uint32
	lengths [len(searchFields)]uint32
}

func countWords(t *content.Texts) fieldCounts {
	c := fieldCounts{forms: map[string]*[len(searchFields)]uint32{}}
	eachSearched(t, func(field int, piece content.Piece) {
		text.Each(piece.Text(), func(word string, _ int) {
			c.lengths[field]++
			for _, form := range text.Forms(word) {
				if c.forms[form] == nil {
					c.forms[form] = &[len(searchFields)]uint32{}
				}
				c.forms[form][field]++
			}
		})
	})
	return c
}

// explainer looks at one post.
type explainer struct {
	search   *search
	words    knownWords
	ordinal  int
	counts   fieldCounts
	averages [len(searchFields)]float64
}

// clause gives what a clause finds in the post, and what that adds to its score, as ranking
// has it: the best of the phrases that are there.
func (e *explainer) clause(c *weighedClause) (store.ExplainedClause, uint32, error) {
	found := store.ExplainedClause{Typed: typedText(c.typed), Unwanted: c.not, Times: int(c.times)}
	positions := e.search.positionsOf(c)
	best, most := -1, uint32(0)
	for i, phrase := range c.any {
		if !positions.has(i, e.ordinal) {
			continue
		}
		if score := phrase.score(e.ordinal % sets.SpanPlaces); best < 0 || score > most {
			best, most = i, score
		}
	}
	if found.Met = best >= 0; !found.Met || c.not {
		return found, 0, nil
	}
	for _, w := range c.any[best] {
		part, err := e.word(w, c.times)
		if err != nil {
			return found, 0, err
		}
		found.Parts = append(found.Parts, part)
	}
	found.Score = store.Decimals9(float64(c.times*most) / (impactOne * wordWeights))
	return found, c.times * most, nil
}

func (e *explainer) word(w *weighedWord, times uint32) (store.ExplainedWord, error) {
	at := e.ordinal % sets.SpanPlaces
	impact := w.impact(at)
	part := store.ExplainedWord{
		Word: w.word, Posts: w.having, Rarity: store.Decimals9(float64(w.weight) / wordWeights),
		Impact: store.Decimals9(float64(impact) / impactOne), Score: store.Decimals9(float64(times*w.weight*uint32(impact)) / (impactOne * wordWeights)),
	}
	for i := range w.forms {
		f := &w.forms[i]
		if !f.span.has(at) {
			continue
		}
		key, err := e.words.At(int(f.word))
		if err != nil {
			return part, err
		}
		_, folded := cutKey(key)
		part.Forms = append(part.Forms, e.form(f, folded, at))
	}
	return part, nil
}

// kinds are those of forms by their shares.
var kinds = map[uint32]store.FormKind{wholeShare: store.FormTyped, mateShare: store.FormStem, begunShare: store.FormBegins}

func (e *explainer) form(f *form, folded string, at int) store.ExplainedForm {
	explained := store.ExplainedForm{Form: folded, Kind: kinds[f.share], Impact: store.Decimals9(float64(f.span.impact(at)) / impactOne)}
	counts := e.counts.forms[folded]
	if counts == nil {
		return explained
	}
	var sums [len(searchFields)]float64
	total := 0.0
	for i, n := range counts {
		sums[i] = fieldSum(i, n, e.counts.lengths[i], e.averages[i])
		total += sums[i]
	}
	for i, n := range counts {
		if n > 0 {
			explained.Fields = append(explained.Fields, store.ExplainedField{
				Field: searchFields[i].name, Count: int(n), Length: int(e.counts.lengths[i]), Share: store.Decimals9(sums[i] / total)})
		}
	}
	return explained
}
