package fulltext

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/sets"
	"alphanode/text"
)

// An unfinished word stands for the mostUnfinished words that begin with it and
// that most posts have, at the end of a phrase for fewer.
const (
	mostUnfinished         = 32
	mostUnfinishedInPhrase = 8
)

// weighedQuery is what a query asks of the posts of one analysis: which of its words say
// nothing, and which forms they have, is another matter in each language.
type weighedQuery struct {
	analysis text.Analysis
	passed   []text.Clause // those that say nothing
	clauses  []weighedClause
	wanted   int // clauses that are not to be missing
	need     int // so many of them must be met
}

// weighedClause is met by a post that has any of its phrases.
type weighedClause struct {
	typed text.Clause
	not   bool
	any   []weighedPhrase
	// times is how often it was typed.
	times uint32
	// exact is set where it does not suffice that a post has the words.
	exact bool
	// met is which posts meet it, where it is exact and not all clauses are needed.
	met sets.Bits
}

// weighedPhrase is words that stand one behind the other.
type weighedPhrase []*weighedWord

// weigher finds the words of a query.
type weigher struct {
	index *Index
	ctx   context.Context // of the one search
	tx    *file.Tx
	words knownWords
	typed map[typedWord]*typedWeight
	found map[foundKey]*weighedWord
}

// foundKey is a word in posts of one analysis, as another takes it.
type foundKey struct {
	typed     typedWord
	of, taken text.Analysis
}

// typedWord is a word as it stands in a query.
type typedWord struct {
	word           string
	prefix, quoted bool
	most           int // words that an unfinished one stands for
}

// typedWeight is how much a word that was typed counts: as much in each language.
type typedWeight struct {
	public int // posts that have it, those with two of its forms twice
	words  []*weighedWord
}

// weigh finds the words of a query, for each analysis that posts of the view have, and
// says how the query is understood.
func (x *Index) weigh(ctx context.Context, tx *file.Tx, q text.Query, as store.Search) (queries []weighedQuery, matched store.Matched, err error) {
	w := weigher{index: x, ctx: ctx, tx: tx, typed: map[typedWord]*typedWeight{}, found: map[foundKey]*weighedWord{}}
	if w.words, err = x.words(tx); err != nil {
		return nil, matched, err
	}
	if matched.Mode = modeOf(q, as.Match); matched.Mode != store.MatchAll {
		q = q.Apart()
	}
	analyses := tx.Analyses()
	if err := tx.Pay(ctx, len(analyses)*priceOfWords(q)); err != nil {
		return nil, matched, err
	}
	most := 0
	for _, of := range analyses {
		taken := of.Analysis
		if as.Language != "" {
			taken = text.AnalysisOf(as.Language)
		}
		query := weighedQuery{analysis: of.Analysis}
		telling := q.For(taken).Clauses
		if len(telling) < len(q.Clauses) {
			for _, c := range q.Clauses {
				if c.Common(taken) {
					query.passed = append(query.passed, c)
				}
			}
		}
		for _, c := range telling {
			clause, err := w.clause(c, of.Analysis, taken)
			if err != nil {
				return nil, matched, err
			}
			if query.clauses = append(query.clauses, clause); !c.Not {
				query.wanted++
			}
		}
		query.need = needed(matched.Mode, query.wanted)
		if queries = append(queries, query); of.Posts > most {
			most, matched.Words, matched.Needed = of.Posts, query.wanted, query.need
		}
	}
	w.weigh()
	return queries, matched, nil
}

// modeOf is how many words a post must have where a query does not say.
func modeOf(q text.Query, asked store.Match) store.Match {
	switch {
	case asked != store.MatchUsual:
		return asked
	case q.Operators:
		return store.MatchAll
	default:
		return store.MatchMost
	}
}

// needed is how many of some clauses a post must meet.
func needed(mode store.Match, wanted int) int {
	switch mode {
	case store.MatchAny:
		return min(wanted, 1)
	case store.MatchMost:
		return min(wanted, 2)
	default:
		return wanted
	}
}

// weigh gives each word its weight, once all are found.
func (w *weigher) weigh() {
	for _, typed := range w.typed {
		having := min(typed.public, w.tx.File.Info.Public)
		for _, word := range typed.words {
			word.having, word.weight = having, wordWeight(having, w.tx.File.Info.Public)
		}
	}
}

// clause finds the words of a clause among those of posts of one analysis, as another
// takes them.
func (w *weigher) clause(c text.Clause, of, taken text.Analysis) (weighedClause, error) {
	clause := weighedClause{typed: c, not: c.Not, times: uint32(c.Again + 1)}
	for _, p := range c.Any {
		phrase, err := w.phrase(p, of, taken)
		if err != nil {
			return clause, err
		}
		if phrase != nil {
			clause.any = append(clause.any, phrase)
			clause.exact = clause.exact || len(phrase) > 1
		}
	}
	return clause, nil
}

// phrase gives nil where one of the words is nowhere.
func (w *weigher) phrase(p text.Phrase, of, taken text.Analysis) (weighedPhrase, error) {
	phrase := make(weighedPhrase, 0, len(p.Words))
	nowhere := false
	for i, word := range p.Words {
		typed := typedWord{word: word, quoted: p.Quoted, prefix: p.Prefix && i == len(p.Words)-1, most: mostUnfinished}
		if i > 0 {
			typed.most = mostUnfinishedInPhrase
		}
		found, err := w.word(typed, of, taken)
		if err != nil {
			return nil, err
		}
		nowhere = nowhere || len(found.forms) == 0
		phrase = append(phrase, found)
	}
	if nowhere {
		return nil, nil
	}
	return phrase, nil
}

// word finds the forms of a word among those of posts of an analysis. A form that only
// drafts have must not even cost the public anything.
func (w *weigher) word(typed typedWord, of, taken text.Analysis) (*weighedWord, error) {
	key := foundKey{typed, of, taken}
	if found, ok := w.found[key]; ok {
		return found, nil
	}
	found := &weighedWord{word: typed.word}
	w.found[key] = found
	own, ok, err := w.words.find(keyOf(of, typed.word))
	if err != nil {
		return nil, err
	}
	if ok {
		err = w.take(found, own, wholeShare)
	}
	if err == nil && !typed.quoted && of == taken {
		err = w.takeMates(found, typed.word, of, own)
	}
	if err == nil && typed.prefix {
		err = w.takeBegun(found, typed, of)
	}
	if err != nil {
		return nil, err
	}
	all := w.typed[typed]
	if all == nil {
		all = &typedWeight{}
		w.typed[typed] = all
	}
	all.public += found.public
	all.words = append(all.words, found)
	return found, nil
}

// takeMates takes the other words with the stem of one.
func (w *weigher) takeMates(found *weighedWord, word string, of text.Analysis, own int) error {
	mates, err := w.index.mates(w.tx, of, word)
	if err != nil {
		return err
	}
	for _, mate := range mates {
		if mate != own {
			if err := w.take(found, mate, mateShare); err != nil {
				return err
			}
		}
	}
	return nil
}

// takeBegun takes the words that begin as an unfinished one.
func (w *weigher) takeBegun(found *weighedWord, typed typedWord, of text.Analysis) error {
	begun, err := w.words.begun(w.ctx, of, typed.word, typed.most)
	if err != nil {
		return err
	}
	for _, number := range begun {
		if !slices.ContainsFunc(found.forms, func(f form) bool { return f.word == uint32(number) }) {
			if err := w.take(found, number, begunShare); err != nil {
				return err
			}
		}
	}
	return nil
}

// take adds a form to a word, where the view sees it.
func (w *weigher) take(found *weighedWord, number, share int) error {
	public := int(w.words.posts.Uint32(number))
	if public == 0 && w.tx.View != store.Preview {
		return nil
	}
	if share != begunShare { // which is paid for already
		if err := w.tx.Pay(w.ctx, priceOfForm); err != nil {
			return err
		}
	}
	l, err := w.index.wordPosts(w.tx, uint32(number))
	if err != nil {
		return err
	}
	seen := public
	if w.tx.View == store.Preview {
		seen = l.count
	}
	found.add(form{list: l, share: uint32(share), seen: seen, span: wordSpan{number: -1}}, public)
	return nil
}

// knownWords are all words, with how many public posts have each.
type knownWords struct {
	file.Texts
	posts *file.Column
}

func (x *Index) words(tx *file.Tx) (w knownWords, err error) {
	w.Texts = file.Texts{Tx: tx, Bucket: file.BucketWords, Total: tx.File.Info.Words}
	w.posts, err = tx.Column(wordPostsColumn)
	return w, err
}

// find gives the number of a word, if it is there, else -1.
func (w knownWords) find(key string) (number int, ok bool, err error) {
	return findText(w.Texts, key)
}

func findText(all file.Texts, key string) (number int, ok bool, err error) {
	n, err := all.Search(func(s string) bool { return s >= key })
	if err != nil || n == all.Total {
		return -1, false, err
	}
	if found, err := all.At(n); err != nil || found != key {
		return -1, false, err
	}
	return n, true, nil
}

// mates gives the words that have the stem of one, in posts of an analysis.
func (x *Index) mates(tx *file.Tx, of text.Analysis, word string) ([]int, error) {
	stem, ok, err := findText(file.Texts{Tx: tx, Bucket: file.BucketStems, Total: tx.File.Info.Stems}, keyOf(of, of.Stem(word)))
	if !ok || err != nil {
		return nil, err
	}
	ends, err := tx.Column(stemEnds)
	if err != nil {
		return nil, err
	}
	words, err := tx.Column(stemWords)
	if err != nil {
		return nil, err
	}
	first, end := 0, int(ends.Uint32(stem))
	if stem > 0 {
		first = int(ends.Uint32(stem - 1))
	}
	mates := make([]int, 0, max(0, end-first))
	for i := first; i < end; i++ {
		mates = append(mates, int(words.Uint32(i)))
	}
	return mates, nil
}

// beginning gives the numbers of the words whose keys begin with a text: from first to
// just before end.
func (w knownWords) beginning(prefix string) (first, end int, err error) {
	if first, err = w.Search(func(word string) bool { return word >= prefix }); err != nil {
		return 0, 0, err
	}
	end, err = w.Search(func(word string) bool { return word >= prefix && !strings.HasPrefix(word, prefix) })
	return first, end, err
}

// seen reports whether the view sees a word.
func (w knownWords) seen(number int) bool {
	return w.Tx.View == store.Preview || w.posts.Uint32(number) > 0
}

// longer reports whether the view sees a longer word of posts of an analysis that begins with
// a text, and says something.
func (w knownWords) longer(ctx context.Context, of text.Analysis, prefix string) (bool, error) {
	first, end, err := w.beginning(keyOf(of, prefix))
	if err != nil {
		return false, err
	}
	for number := first; number < end; number++ {
		if !w.seen(number) {
			continue
		}
		if err := cmp.Or(ctx.Err(), w.Tx.Pay(ctx, priceOfLonger)); err != nil {
			return false, err
		}
		key, err := w.At(number)
		if err != nil {
			return false, err
		}
		if a, word := cutKey(key); word != prefix && !a.Common(word) {
			return true, nil
		}
	}
	return false, nil
}

// begunBetween is how many words are paid for at once.
const begunBetween = 1024

// begun gives the words of posts of an analysis that begin with a text and that the view
// sees, so many at most: those that most public posts have. Words that say nothing
// are left out.
func (w knownWords) begun(ctx context.Context, of text.Analysis, prefix string, most int) ([]int, error) {
	first, end, err := w.beginning(keyOf(of, prefix))
	if err != nil {
		return nil, err
	}
	type counted struct {
		number int
		posts  uint32
	}
	order := func(a, b counted) int {
		return cmp.Or(cmp.Compare(b.posts, a.posts), cmp.Compare(a.number, b.number))
	}
	var best []counted // in order
	looked := 0
	for number := first; number < end; number++ {
		if !w.seen(number) {
			continue // nor is it paid for: the public must not learn of it
		}
		if looked%begunBetween == 0 {
			if err := cmp.Or(ctx.Err(), w.Tx.Pay(ctx, begunBetween*priceOfBegun)); err != nil {
				return nil, err
			}
		}
		looked++
		of := counted{number, w.posts.Uint32(number)}
		i, _ := slices.BinarySearchFunc(best, of, order)
		if i == most {
			continue
		}
		key, err := w.At(number)
		if err != nil {
			return nil, err
		}
		if a, word := cutKey(key); !a.Common(word) {
			best = slices.Insert(best, i, of)
			best = best[:min(len(best), most)]
		}
	}
	numbers := make([]int, len(best))
	for i, c := range best {
		numbers[i] = c.number
	}
	return numbers, nil
}

// Shares are how much of a word its forms count, in sixteenths.
const (
	wholeShare = 16 // as it was typed
	mateShare  = 10 // with the same stem
	begunShare = 8  // only beginning as it does
)
