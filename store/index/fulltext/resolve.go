package fulltext

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/text"
)

// An unfinished word stands for the mostUnfinished words that begin with it and
// that most posts have, at the end of a phrase for fewer. What only begins so
// counts half: weights are in 1/unfinished of those of words.
const (
	mostUnfinished         = 32
	mostUnfinishedInPhrase = 8
	unfinished             = 2
)

// weighedWord is a word of a query: the posts that have it, and how much it
// counts.
type weighedWord struct {
	*list
	posts  int // of the view that have it
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
func (x *Index) weigh(ctx context.Context, tx *file.Tx, q text.Query) ([]weighedClause, error) {
	clauses := make([]weighedClause, 0, len(q.Clauses))
	for _, c := range q.Clauses {
		clause := weighedClause{not: c.Not}
		for _, p := range c.Any {
			phrases, err := x.weighPhrase(ctx, tx, p)
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
// is nowhere, several where its last word may be unfinished.
func (x *Index) weighPhrase(ctx context.Context, tx *file.Tx, p text.Phrase) (phrases []weighedPhrase, err error) {
	last := len(p.Words) - 1
	phrase := make(weighedPhrase, 0, len(p.Words))
	nanos := len(p.Words) * priceOfWord
	if p.Prefix {
		nanos += mostUnfinished * priceOfWord / 4 // whose stems are known
	}
	if err := tx.Pay(ctx, nanos); err != nil {
		return nil, err
	}
	for i, word := range p.Words {
		stem, ok, err := x.seenStem(tx, word)
		if err != nil {
			return nil, err
		}
		if !ok && (i < last || !p.Prefix) {
			return nil, nil
		}
		if ok {
			w, err := x.weighed(tx, stem)
			if err != nil {
				return nil, err
			}
			phrase = append(phrase, w)
		}
	}
	if len(phrase) == len(p.Words) {
		phrases = append(phrases, phrase)
	}
	if !p.Prefix {
		return phrases, nil
	}
	most := mostUnfinished
	if last > 0 {
		most = mostUnfinishedInPhrase
	}
	begun, err := x.begun(ctx, tx, p.Words[last], most)
	if err != nil {
		return nil, err
	}
	least := ^uint32(0) // the weight of the commonest: a rare word that begins so tells no more
	words := make([]*weighedWord, 0, len(begun))
	for _, stem := range begun {
		w, err := x.weighed(tx, stem)
		if err != nil {
			return nil, err
		}
		least = min(least, w.weight/unfinished)
		words = append(words, w)
	}
	for _, w := range words {
		if w.weight = least; len(phrase) <= last || phrase[last].stem != w.stem {
			phrases = append(phrases, append(slices.Clone(phrase[:last]), w))
		}
	}
	return phrases, nil
}

// seenStem gives the stem of a word, if a post of the view has it: a word that
// only drafts have must not even cost the public anything.
func (x *Index) seenStem(tx *file.Tx, word string) (stem uint32, ok bool, err error) {
	stem, ok, err = stemNumber(tx, tx.File.Info.Stemming.Stem(word))
	if !ok || err != nil || tx.View == store.Preview {
		return stem, ok, err
	}
	counts, err := tx.Column(stemPosts)
	if err != nil {
		return 0, false, err
	}
	return stem, counts.Uint32(int(stem)) > 0, nil
}

func (x *Index) weighed(tx *file.Tx, stem uint32) (*weighedWord, error) {
	counts, err := tx.Column(stemPosts)
	if err != nil {
		return nil, err
	}
	posts, err := x.wordPosts(tx, stem)
	if err != nil {
		return nil, err
	}
	public := int(counts.Uint32(int(stem)))
	w := &weighedWord{list: posts, posts: public, weight: unfinished * wordWeight(public, tx.File.Info.Public)}
	if w.span.number = -1; tx.View == store.Preview {
		w.posts = posts.count
	}
	return w, nil
}

func stems(tx *file.Tx) file.Texts {
	return file.Texts{Tx: tx, Bucket: file.BucketStems, Total: tx.File.Info.Stems}
}

// knownWords are all words, with their stems.
type knownWords struct {
	file.Texts
	stems, posts *file.Column
}

func (x *Index) words(tx *file.Tx) (w knownWords, err error) {
	w.Texts = file.Texts{Tx: tx, Bucket: file.BucketWords, Total: tx.File.Info.Words}
	if w.stems, err = tx.Column(wordStems); err != nil {
		return w, err
	}
	w.posts, err = tx.Column(stemPosts)
	return w, err
}

// beginning gives the numbers of the words that begin with a text: from first to
// just before end.
func (w knownWords) beginning(prefix string) (first, end int, err error) {
	if first, err = w.Search(func(word string) bool { return word >= prefix }); err != nil {
		return 0, 0, err
	}
	end, err = w.Search(func(word string) bool { return word >= prefix && !strings.HasPrefix(word, prefix) })
	return first, end, err
}

// stemOf gives the stem of a word and how many public posts have that. It reports
// false for a word that the view does not see.
func (w knownWords) stemOf(number int) (stem, posts uint32, seen bool) {
	s := wordStemOf(w.stems.Uint32(number))
	return s.stem, w.posts.Uint32(int(s.stem)), s.public || w.Tx.View == store.Preview
}

// seenBetween counts the words from one number to just before another that the view
// sees.
func (w knownWords) seenBetween(from, until int) (n int) {
	for number := from; number < until; number++ {
		if _, _, seen := w.stemOf(number); seen {
			n++
		}
	}
	return n
}

// stemNumber gives the number of a stem, if it is there.
func stemNumber(tx *file.Tx, stem string) (number uint32, ok bool, err error) {
	all := stems(tx)
	n, err := all.Search(func(s string) bool { return s >= stem })
	if err != nil || n == all.Total {
		return 0, false, err
	}
	found, err := all.At(n)
	return uint32(n), found == stem, err
}

// begunBetween is how many words are paid for at once.
const begunBetween = 1024

// begun gives the stems of the words that begin with a text and that the view
// sees, so many at most: those that most public posts have. Words that say nothing
// are left out.
func (x *Index) begun(ctx context.Context, tx *file.Tx, prefix string, most int) ([]uint32, error) {
	words, err := x.words(tx)
	if err != nil {
		return nil, err
	}
	first, end, err := words.beginning(prefix)
	if err != nil {
		return nil, err
	}
	type counted struct{ stem, posts uint32 }
	order := func(a, b counted) int { return cmp.Or(cmp.Compare(b.posts, a.posts), cmp.Compare(a.stem, b.stem)) }
	var best []counted // in order
	looked := 0
	for number := first; number < end; number++ {
		stem, posts, seen := words.stemOf(number)
		if !seen {
			continue // nor is it paid for: the public must not learn of it
		}
		if looked%begunBetween == 0 {
			if err := cmp.Or(ctx.Err(), tx.Pay(ctx, begunBetween*priceOfBegun)); err != nil {
				return nil, err
			}
		}
		looked++
		i, known := slices.BinarySearchFunc(best, counted{stem, posts}, order)
		if known || i == most {
			continue
		}
		word, err := words.At(number)
		if err != nil {
			return nil, err
		}
		if !tx.File.Info.Stemming.Common(word) {
			best = slices.Insert(best, i, counted{stem, posts})
			best = best[:min(len(best), most)]
		}
	}
	stems := make([]uint32, len(best))
	for i, c := range best {
		stems[i] = c.stem
	}
	return stems, nil
}
