package text

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Query is what someone typed into a box for searching. A text must meet every
// clause.
type Query struct {
	Clauses []Clause
}

// Clause is met by a text that has any of its phrases; with Not by one that has
// none.
type Clause struct {
	Not bool
	Any []Phrase
}

// Phrase is words that stand one behind the other. One word is a phrase too.
type Phrase struct {
	Words  []string // folded
	Prefix bool     // the last word may be the beginning of a longer one
}

// MaxWords bounds the words of a query.
const MaxWords = 32

// ErrNoWords says that a query has no word that a text should have.
var ErrNoWords = errors.New("no word to search for")

// TooManyWordsError says that a query has more than MaxWords.
type TooManyWordsError struct{ Words int }

func (e *TooManyWordsError) Error() string {
	return fmt.Sprintf("found %d words, expected at most %d", e.Words, MaxWords)
}

// ParseQuery reads what was typed. Nothing that can be typed is an error of
// syntax:
//
//	redis cache         both words, in any of their forms
//	"keep a rollback"   the words one behind the other
//	redis OR memcached  either
//	-windows            not this; so does NOT windows
//
// A quotation that is not closed goes to the end; signs that join nothing, as
// parentheses, are passed over. What is written in one piece, as node.js or
// e-mail, is a phrase. The last word, if nothing follows it, may be unfinished.
// Words so common that they say nothing are passed over outside quotations,
// unless there are no others.
func ParseQuery(typed string, stemming Stemming) (Query, error) {
	p := parser{stemming: stemming}
	p.parse(typed)
	if p.words > MaxWords {
		return Query{}, &TooManyWordsError{p.words}
	}
	return p.query()
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

// parser gathers the clauses of a query.
type parser struct {
	stemming Stemming
	words    int
	clauses  []typedClause
	not, or  bool // what the operators before the next phrase say
}

// typedClause is a clause that may be passed over.
type typedClause struct {
	Clause
	common bool // its words say nothing
}

func (p *parser) parse(s string) {
	for s != "" && p.words <= MaxWords {
		first, size := utf8.DecodeRuneInString(s)
		switch {
		case quote(first):
			quoted, rest := cutQuoted(s[size:])
			p.quotation(quoted)
			s = rest
		case first == '-' && p.bare(s):
			p.not = true
			s = s[size:]
		case unicode.IsSpace(first):
			s = s[size:]
		default:
			end := strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || quote(r) })
			if end < 0 {
				end = len(s)
			}
			p.piece(s[:end], end == len(s))
			s = s[end:]
		}
	}
	if p.words > MaxWords {
		Each(s, func(string, int) { p.words++ })
	}
}

func quote(r rune) bool { return r == '"' || r == '“' || r == '”' || r == '„' }

func cutQuoted(s string) (quoted, rest string) {
	end := strings.IndexFunc(s, quote)
	if end < 0 {
		return s, ""
	}
	_, size := utf8.DecodeRuneInString(s[end:])
	return s[:end], s[end+size:]
}

// bare reports whether a minus stands before a word or a quotation, and so says
// that it is not wanted.
func (p *parser) bare(s string) bool {
	next, _ := utf8.DecodeRuneInString(s[1:])
	return quote(next) || wordRune(next)
}

// piece takes what is written without a space in it: one word or several.
func (p *parser) piece(s string, last bool) {
	switch s {
	case "OR", "|", "||":
		p.or = len(p.clauses) > 0
		return
	case "NOT":
		p.not = true
		return
	case "AND", "&", "&&":
		return
	}
	// Words stay together as far as signs join them. What nothing follows may be
	// unfinished.
	var joined []string
	end := 0
	Each(s, func(word string, start int) {
		if len(joined) > 0 && strings.Trim(s[end:start], "-_./:@'’") != "" {
			p.add(joined, false)
			joined = nil
		}
		joined = append(joined, Fold(word))
		end = start + len(word)
	})
	if len(joined) > 0 {
		p.add(joined, last && end == len(s) && !p.not)
	}
}

func (p *parser) quotation(quoted string) {
	var words []string
	Each(quoted, func(word string, _ int) { words = append(words, Fold(word)) })
	if len(words) > 0 {
		p.take(Phrase{Words: words}, false)
	}
}

func (p *parser) add(words []string, prefix bool) {
	common := len(words) == 1 && p.stemming.Common(words[0])
	p.take(Phrase{Words: slices.Clone(words), Prefix: prefix}, common)
}

func (p *parser) take(phrase Phrase, common bool) {
	p.words += len(phrase.Words)
	not, or := p.not, p.or
	p.not, p.or = false, false
	if last := len(p.clauses) - 1; or && !not && !p.clauses[last].Not {
		c := &p.clauses[last]
		c.Any, c.common = append(c.Any, phrase), c.common && common
		return
	}
	p.clauses = append(p.clauses, typedClause{Clause{Not: not, Any: []Phrase{phrase}}, common && !not})
}

// query leaves out what says nothing, and what is said twice.
func (p *parser) query() (q Query, err error) {
	wanted := func(c typedClause) bool { return !c.Not }
	telling := func(c typedClause) bool { return !c.Not && !c.common }
	some := slices.ContainsFunc(p.clauses, telling)
	for _, c := range p.clauses {
		same := func(d Clause) bool { return reflect.DeepEqual(c.Clause, d) }
		if !(some && c.common) && !slices.ContainsFunc(q.Clauses, same) {
			q.Clauses = append(q.Clauses, c.Clause)
		}
	}
	if !slices.ContainsFunc(p.clauses, wanted) {
		return Query{}, ErrNoWords
	}
	return q, nil
}
