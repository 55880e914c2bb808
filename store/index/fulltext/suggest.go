package fulltext

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/text"
)

// Of a word that posts have, another may have been meant where hardly any have it: at
// most one of hardlyAny public posts, and the other, which is one edit away, many times as
// many. Shorter words than shortest have too many neighbours.
const (
	hardlyAny = 1000
	shortest  = 4
)

// manyTimes is how many times as many, by how unlike the other is: letters that are swapped,
// doubled or not doubled are more likely typed than another letter is, and that than another first one.
var manyTimes = [...]int{1: 20, 2: 100, 3: 500}

// missed is a word of a query that no post of the view has, or hardly any.
type missed struct {
	word string
	near []nearWord
}

// meant is the word that is searched for in place of the one that was missed, "" for none: a
// number is not misspelt, and what only begins so is not what was typed.
func (m missed) meant() string {
	if len(m.near) == 0 || m.near[0].away == farAway || strings.ContainsFunc(m.word, unicode.IsDigit) {
		return ""
	}
	return m.near[0].word
}

func suggestionsOf(all []missed) []store.Suggestion {
	var found []store.Suggestion
	for _, m := range all {
		nearest := make([]string, len(m.near))
		for i, n := range m.near {
			nearest[i] = n.word
		}
		found = append(found, store.Suggestion{Value: m.word, Nearest: nearest})
	}
	return found
}

// Suggest says what may have been meant by the words of a filter that searches for what
// was typed, as Search does for its own.
func (x *Index) Suggest(ctx context.Context, tx *file.Tx, typed store.Search) ([]store.Suggestion, error) {
	query, err := ParseSearch("filter.search", typed)
	if err != nil {
		return nil, err
	}
	all, err := x.missed(ctx, tx, query)
	return suggestionsOf(all), err
}

// meantBy gives what may have been meant by a text: each word that was missed as the nearest that
// posts have. It is "" where there is none, or the text would be too long.
func meantBy(typed string, all []missed) string {
	meant := map[string]string{}
	for _, m := range all {
		if word := m.meant(); word != "" {
			meant[m.word] = word
		}
	}
	if replaced := text.Replace(typed, meant); replaced != typed && len(replaced) <= store.MaxSearch {
		return replaced
	}
	return ""
}

// missed finds, for the first words that are to be found and that no post of the view has,
// or hardly any, those that may have been meant. A word of one letter may have been
// any, and one that says nothing in a language of posts is not missed.
func (x *Index) missed(ctx context.Context, tx *file.Tx, q text.Query) (all []missed, err error) {
	looked := map[string]bool{}
	for _, c := range q.Clauses {
		if c.Not || slices.ContainsFunc(tx.Analyses(), func(of file.AnalysisPosts) bool { return c.Common(of.Analysis) }) {
			continue
		}
		for _, p := range c.Any {
			for i, word := range p.Words {
				if looked[word] || utf8.RuneCountInString(word) < 2 || len(all) == store.MaxSuggestions {
					continue
				}
				looked[word] = true
				found, missing, err := x.miss(ctx, tx, word, p.Prefix && i == len(p.Words)-1, p.Quoted)
				if err != nil {
					return nil, err
				}
				if missing {
					all = append(all, found)
				}
			}
		}
	}
	return all, nil
}

// miss reports whether a word is missed, and what may have been meant.
func (x *Index) miss(ctx context.Context, tx *file.Tx, word string, prefix, quoted bool) (m missed, missing bool, err error) {
	if err := tx.Pay(ctx, priceOfWord); err != nil {
		return m, false, err
	}
	known, err := x.known(ctx, tx, word, prefix)
	if err != nil {
		return m, false, err
	}
	m = missed{word: word}
	shape := shapeOf(word)
	if !known.seen {
		if m.near, err = x.nearest(ctx, tx, shape, shape.mostEdits()); err == nil && len(m.near) < store.MaxNearest {
			m.near, err = x.begunBy(ctx, tx, word, m.near)
		}
		return m, true, err
	}
	public := tx.File.Info.Public
	few := max(known.public, 1)
	if known.begun || quoted || shape.letters < shortest || strings.ContainsFunc(word, unicode.IsDigit) || few > max(1, public/hardlyAny) || few*manyTimes[1] > public {
		return m, false, nil
	}
	near, err := x.nearest(ctx, tx, shape, 1)
	m.near = slices.DeleteFunc(near, func(n nearWord) bool {
		return int(n.posts) < few*manyTimes[n.away] || slices.ContainsFunc(tx.Analyses(), func(of file.AnalysisPosts) bool { return of.Analysis.Stem(n.word) == of.Analysis.Stem(word) })
	})
	return m, len(m.near) > 0, err
}

// knownAs is what posts have of a word.
type knownAs struct {
	seen   bool // a post of the view has it in any of its forms, or begins so
	public int  // public posts that have it, those with two forms twice
	begun  bool // words begin so that are longer
}

// known looks a word up, in any of its forms in every language.
func (x *Index) known(ctx context.Context, tx *file.Tx, word string, prefix bool) (k knownAs, err error) {
	words, err := x.words(tx)
	if err != nil {
		return k, err
	}
	for _, of := range tx.Analyses() {
		own, ok, err := words.find(keyOf(of.Analysis, word))
		if err != nil {
			return k, err
		}
		mates, err := x.mates(tx, of.Analysis, word)
		if err != nil {
			return k, err
		}
		if ok && !slices.Contains(mates, own) {
			mates = append(mates, own)
		}
		for _, mate := range mates {
			k.seen = k.seen || words.seen(mate)
			k.public += int(words.posts.Uint32(mate))
		}
		if !prefix {
			continue
		}
		begun, err := words.begun(ctx, of.Analysis, word, 2)
		if err != nil {
			return k, err
		}
		k.begun = k.begun || slices.ContainsFunc(begun, func(number int) bool { return number != own })
	}
	k.seen = k.seen || k.begun
	return k, nil
}
