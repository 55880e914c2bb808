package store

import (
	"cmp"
	"slices"
	"strings"

	"alphanode/text"
)

// An unfinished word stands for the mostUnfinished words that begin with it and
// that most posts have. What only begins so counts half: weights are in
// 1/unfinished of those of words.
const (
	mostUnfinished = 32
	unfinished     = 2
)

// weighedWord is a word of a query: the posts that have it, and how much it
// counts.
type weighedWord struct {
	*wordPosts
	weight uint32
	span   wordSpan // the span that is being looked at
}

// weighedPhrase is words that stand one behind the other; nil where one of them
// is nowhere.
type weighedPhrase []*weighedWord

// weighedClause is met by a post that has any of its phrases.
type weighedClause struct {
	not bool
	any []weighedPhrase
	// exact is set where it does not suffice that a post has the words.
	exact bool
}

// weigh finds the words of a query.
func (tx *readTx) weigh(q text.Query) ([]weighedClause, error) {
	clauses := make([]weighedClause, 0, len(q.Clauses))
	for _, c := range q.Clauses {
		clause := weighedClause{not: c.Not}
		for _, p := range c.Any {
			phrases, err := tx.weighPhrase(p)
			if err != nil {
				return nil, err
			}
			clause.any = append(clause.any, phrases...)
			clause.exact = clause.exact || len(p.Words) > 1
		}
		clauses = append(clauses, clause)
	}
	return clauses, nil
}

// weighPhrase gives the phrases that one stands for: none where one of its words
// is nowhere, several where its word may be unfinished.
func (tx *readTx) weighPhrase(p text.Phrase) ([]weighedPhrase, error) {
	phrase := make(weighedPhrase, 0, len(p.Words))
	for _, word := range p.Words {
		stem, ok, err := tx.stem(tx.release.info.Stemming.Stem(word))
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		w, err := tx.weighed(stem)
		if err != nil {
			return nil, err
		}
		phrase = append(phrase, w)
	}
	var phrases []weighedPhrase
	if len(phrase) == len(p.Words) {
		phrases = append(phrases, phrase)
	}
	if !p.Prefix {
		return phrases, nil
	}
	begun, err := tx.begun(p.Words[0])
	if err != nil {
		return nil, err
	}
	least := ^uint32(0) // the weight of the commonest: a rare word that begins so tells no more
	words := make([]*weighedWord, 0, len(begun))
	for _, stem := range begun {
		w, err := tx.weighed(stem)
		if err != nil {
			return nil, err
		}
		least = min(least, w.weight/unfinished)
		words = append(words, w)
	}
	for _, w := range words {
		if w.weight = least; len(phrases) == 0 || phrases[0][0].stem != w.stem {
			phrases = append(phrases, weighedPhrase{w})
		}
	}
	return phrases, nil
}

func (tx *readTx) weighed(stem uint32) (*weighedWord, error) {
	counts, err := tx.column(stemPosts)
	if err != nil {
		return nil, err
	}
	posts, err := tx.wordPosts(stem)
	if err != nil {
		return nil, err
	}
	w := &weighedWord{wordPosts: posts, weight: unfinished * wordWeight(int(counts.uint32(int(stem))), tx.release.info.Public)}
	w.span.number = -1
	return w, nil
}

func (tx *readTx) words() sortedTexts { return sortedTexts{tx, bucketWords, tx.release.info.Words} }
func (tx *readTx) stems() sortedTexts { return sortedTexts{tx, bucketStems, tx.release.info.Stems} }

// stem gives the number of a stem, if it is there.
func (tx *readTx) stem(stem string) (number uint32, ok bool, err error) {
	all := tx.stems()
	n, err := all.search(func(s string) bool { return s >= stem })
	if err != nil || n == all.total {
		return 0, false, err
	}
	found, err := all.at(n)
	return uint32(n), found == stem, err
}

// begun gives the stems of the words that begin with a text and that the view
// sees: those that most public posts have. Words that say nothing are left out.
func (tx *readTx) begun(prefix string) ([]uint32, error) {
	first, end, err := tx.wordsFrom(prefix)
	if err != nil {
		return nil, err
	}
	stemOf, err := tx.column(wordStems)
	if err != nil {
		return nil, err
	}
	counts, err := tx.column(stemPosts)
	if err != nil {
		return nil, err
	}
	type counted struct{ stem, posts uint32 }
	order := func(a, b counted) int { return cmp.Or(cmp.Compare(b.posts, a.posts), cmp.Compare(a.stem, b.stem)) }
	var best []counted // in order
	for word := first; word < end; word++ {
		w := wordStemOf(stemOf.uint32(word))
		if tx.view == Public && !w.public {
			continue
		}
		c := counted{w.stem, counts.uint32(int(w.stem))}
		i, known := slices.BinarySearchFunc(best, c, order)
		if known || i == mostUnfinished {
			continue
		}
		if common, err := tx.common(word); err != nil || common {
			if err != nil {
				return nil, err
			}
			continue
		}
		best = slices.Insert(best, i, c)
		best = best[:min(len(best), mostUnfinished)]
	}
	stems := make([]uint32, len(best))
	for i, c := range best {
		stems[i] = c.stem
	}
	return stems, nil
}

// wordsFrom gives the numbers of the words that begin with a text: from first to
// just before end.
func (tx *readTx) wordsFrom(prefix string) (first, end int, err error) {
	all := tx.words()
	if first, err = all.search(func(word string) bool { return word >= prefix }); err != nil {
		return 0, 0, err
	}
	end, err = all.search(func(word string) bool { return word >= prefix && !strings.HasPrefix(word, prefix) })
	return first, end, err
}

// common reports whether a word says nothing.
func (tx *readTx) common(number int) (bool, error) {
	word, err := tx.words().at(number)
	return tx.release.info.Stemming.Common(word), err
}
