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

// mostForMissed bounds what is spent on words near to those of a query, in nanoseconds, and shareForMissed
// is the part of all that a question may cost: it is the search that was asked for.
const (
	mostForMissed  = 20_000_000
	shareForMissed = 5
)

// manyTimes is how many times as many, by how unlike the other is: letters that are swapped,
// doubled or not doubled are more likely typed than another letter is, and that than another first one.
var manyTimes = [...]int{1: 20, 2: 100, 3: 500}

// missed is a word of a query that no post of the view has, or hardly any.
type missed struct {
	word          string
	plain, quoted bool // where it was typed
	near          []nearWord
}

// meant is the word that is searched for in place of the one that was missed, "" for none: a
// number is not misspelt, and what only begins so is not what was typed.
func (m *missed) meant() string {
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
func (x *Index) Suggest(ctx context.Context, tx *file.Tx, searches []store.Search) (suggested []store.Suggestion, err error) {
	l := x.lookout(ctx, tx)
	for _, typed := range searches {
		query, err := ParseSearch("filter.search", typed)
		if err != nil {
			return nil, err
		}
		all, err := l.missed(query, typed)
		if err != nil {
			return nil, err
		}
		suggested = store.MergeSuggestions(suggested, suggestionsOf(all))
	}
	return suggested, nil
}

// meantBy gives what may have been meant by a text: each word that was missed as the nearest that
// posts have. It is "" where there is none, or the text would be too long, or would be read otherwise.
func meantBy(typed string, query text.Query, all []missed) string {
	replaced := text.Replace(typed, func(word string, quoted bool) string {
		for i := range all {
			if m := &all[i]; m.word == word && (quoted && m.quoted || !quoted && m.plain) {
				return m.meant()
			}
		}
		return ""
	})
	if replaced == typed || len(replaced) > store.MaxSearch {
		return ""
	}
	if read, err := text.Parse(replaced); err != nil || read.Operators != query.Operators {
		return ""
	}
	return replaced
}

// lookout looks for words that are missed.
type lookout struct {
	index *Index
	ctx   context.Context // of the one search
	tx    *file.Tx
	left  int // nanoseconds to be spent on what is near
	as    store.Search
	seen  []typedWord
	all   []missed
}

func (x *Index) lookout(ctx context.Context, tx *file.Tx) *lookout {
	return &lookout{index: x, ctx: ctx, tx: tx, left: min(mostForMissed/file.Unit, tx.Budget.Most()/shareForMissed) * file.Unit}
}

// missed finds, for the first words that are to be found and that no post of the view has,
// or hardly any, those that may have been meant. A word of one letter may have been
// any, and one that says nothing in a language of posts is not missed.
func (l *lookout) missed(q text.Query, as store.Search) ([]missed, error) {
	l.as, l.seen, l.all = as, nil, nil
	for _, c := range q.Clauses {
		if c.Not || slices.ContainsFunc(l.tx.Analyses(), func(of file.AnalysisPosts) bool { return c.Common(l.taken(of.Analysis)) }) {
			continue
		}
		for _, p := range c.Any {
			for i, word := range p.Words {
				if utf8.RuneCountInString(word) < 2 || text.OneCharacter(word) {
					continue
				}
				if err := l.look(typedWord{word: word, quoted: p.Quoted, prefix: p.Prefix && i == len(p.Words)-1}); err != nil {
					return nil, err
				}
			}
		}
	}
	return l.all, nil
}

// taken is the analysis by which words are taken in posts of another.
func (l *lookout) taken(of text.Analysis) text.Analysis {
	if l.as.Language != "" {
		return text.AnalysisOf(l.as.Language)
	}
	return of
}

// look finds out whether a word is missed, each once.
func (l *lookout) look(typed typedWord) error {
	if len(l.all) == store.MaxSuggestions || slices.Contains(l.seen, typed) {
		return nil
	}
	l.seen = append(l.seen, typed)
	m, missing, err := l.miss(typed)
	if err != nil || !missing {
		return err
	}
	i := slices.IndexFunc(l.all, func(o missed) bool { return o.word == typed.word })
	if i < 0 {
		i = len(l.all)
		l.all = append(l.all, m)
	}
	l.all[i].plain, l.all[i].quoted = l.all[i].plain || !typed.quoted, l.all[i].quoted || typed.quoted
	return nil
}

// miss reports whether a word is missed, and what may have been meant.
func (l *lookout) miss(typed typedWord) (m missed, missing bool, err error) {
	known, err := l.known(typed)
	if err != nil {
		return m, false, err
	}
	m.word = typed.word
	shape := shapeOf(typed.word)
	public := l.tx.File.Info.Public
	few := max(known.public, 1)
	rare := few <= max(1, public/hardlyAny) && few*manyTimes[1] <= public
	if known.seen && (!rare || known.drafts || typed.quoted || shape.letters < shortest || strings.ContainsFunc(typed.word, unicode.IsDigit)) {
		return m, false, nil
	}
	if typed.prefix {
		if begins, err := l.beginsLonger(typed.word); begins || err != nil {
			return m, false, err
		}
	}
	if !known.seen {
		if shape.number() {
			return m, true, nil
		}
		if m.near, err = l.nearest(shape, shape.mostEdits(), nil); err == nil && len(m.near) < store.MaxNearest {
			m.near, err = l.index.begunBy(l.ctx, l.tx, typed.word, m.near)
		}
		return m, true, err
	}
	m.near, err = l.nearest(shape, 1, func(n nearWord) bool {
		return int(n.posts) >= few*manyTimes[n.away] &&
			!slices.ContainsFunc(l.tx.Analyses(), func(of file.AnalysisPosts) bool { return of.Analysis.Stem(n.word) == of.Analysis.Stem(typed.word) })
	})
	return m, len(m.near) > 0, err
}

// knownAs is what posts have of a word.
type knownAs struct {
	seen   bool // a post of the view has it in any of its forms
	public int  // public posts that have it, those with two forms twice
	drafts bool // the view sees a form that only drafts have
}

// known looks a word up in every language, in the forms in which it is searched for.
func (l *lookout) known(typed typedWord) (k knownAs, err error) {
	tx := l.tx
	if err := tx.Pay(l.ctx, len(tx.Analyses())*priceOfWord); err != nil {
		return k, err
	}
	words, err := l.index.words(tx)
	if err != nil {
		return k, err
	}
	for _, of := range tx.Analyses() {
		own, ok, err := words.find(keyOf(of.Analysis, typed.word))
		if err != nil {
			return k, err
		}
		var forms []int
		if !typed.quoted && of.Analysis == l.taken(of.Analysis) {
			if forms, err = l.index.mates(tx, of.Analysis, typed.word); err != nil {
				return k, err
			}
		}
		if ok && !slices.Contains(forms, own) {
			forms = append(forms, own)
		}
		for _, form := range forms {
			public := int(words.posts.Uint32(form))
			k.seen = k.seen || words.seen(form)
			k.drafts = k.drafts || public == 0 && words.seen(form)
			k.public += public
		}
	}
	return k, nil
}

// beginsLonger reports whether the view sees longer words that begin so.
func (l *lookout) beginsLonger(word string) (bool, error) {
	words, err := l.index.words(l.tx)
	if err != nil {
		return false, err
	}
	for _, of := range l.tx.Analyses() {
		if longer, err := words.longer(l.ctx, of.Analysis, word); longer || err != nil {
			return longer, err
		}
	}
	return false, nil
}
