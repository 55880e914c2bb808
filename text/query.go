package text

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
)

// Query is what someone typed into a box for searching: clauses that a text must
// meet, or some of them, as is asked.
type Query struct {
	Clauses   []Clause
	Operators bool // a quotation, OR, NOT, AND or their signs were typed and meant
}

// Clause is met by a text that has any of its phrases; with Not by one that has
// none.
type Clause struct {
	Not   bool
	Any   []Phrase
	Again int // so many times more it was typed
}

// Phrase is words that stand one behind the other. One word is a phrase too.
type Phrase struct {
	Words  []string // folded
	Prefix bool     // the last word may be the beginning of a longer one
	Quoted bool     // it was typed as a quotation
	Hyphen bool     // nothing but hyphens joined its words
}

// MaxWords bounds the words of a query. Two characters that are words each, as those
// of Chinese, count one: so a sentence is no sooner too long in one script than in
// another. A query has at most that many clauses, and twice as many words.
const MaxWords = 64

// ErrNoWords says that a query has no word that a text should have.
var ErrNoWords = errors.New("no word to search for")

// TooManyWordsError says that a query has more than MaxWords.
type TooManyWordsError struct{ Words int }

func (e *TooManyWordsError) Error() string {
	return fmt.Sprintf("found %d words, expected at most %d", e.Words, MaxWords)
}

// longText is how many clauses a text has that is no more a few words put together.
const longText = 4

// Apart gives the query with each word for itself that hyphens join to others, where
// that is a longer text without operators: in a sentence, free-flight is two words.
func (q Query) Apart() Query {
	if q.Operators || len(q.Clauses) < longText {
		return q
	}
	apart := Query{}
	for _, c := range q.Clauses {
		if len(c.Any) != 1 || !c.Any[0].Hyphen {
			apart.add(c)
			continue
		}
		words := c.Any[0].Words
		for i, word := range words {
			apart.add(Clause{Any: []Phrase{{Words: []string{word}, Prefix: c.Any[0].Prefix && i == len(words)-1}}, Again: c.Again})
		}
	}
	return apart
}

// add adds a clause, or counts it where it is there.
func (q *Query) add(c Clause) {
	again := c.Again
	c.Again = 0
	for i, known := range q.Clauses {
		if known.Again = 0; reflect.DeepEqual(c, known) {
			q.Clauses[i].Again += again + 1
			return
		}
	}
	c.Again = again
	q.Clauses = append(q.Clauses, c)
}

// For gives the query without the clauses whose words say nothing in a language,
// unless there are no others.
func (q Query) For(a Analysis) Query {
	common := func(c Clause) bool { return c.Common(a) }
	telling := func(c Clause) bool { return !c.Not && !common(c) }
	if slices.ContainsFunc(q.Clauses, telling) {
		q.Clauses = slices.DeleteFunc(slices.Clone(q.Clauses), common)
	}
	return q
}

// Common reports whether the words of a clause say nothing in a language. What is
// typed as a quotation, or not wanted, says something.
func (c Clause) Common(a Analysis) bool {
	for _, p := range c.Any {
		if len(p.Words) != 1 || p.Quoted || !a.Common(p.Words[0]) {
			return false
		}
	}
	return !c.Not
}

// Words gives the words that a text should have, each once.
func (q Query) Words() (words []string) {
	for _, c := range q.Clauses {
		for _, p := range c.Any {
			if !c.Not {
				words = append(words, p.Words...)
			}
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// Prefix is the word that may be unfinished, "" where there is none.
func (q Query) Prefix() string {
	for _, c := range q.Clauses {
		for _, p := range c.Any {
			if p.Prefix {
				return p.Words[len(p.Words)-1]
			}
		}
	}
	return ""
}
