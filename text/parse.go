package text

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Parse reads what was typed. Nothing that can be typed is an error of syntax;
// the errors are ErrNoWords and TooManyWordsError.
//
//	redis cache         both words, in any of their forms
//	"keep a rollback"   the words one behind the other
//	redis OR memcached  either
//	-windows            not this; so does NOT windows
//
// A quotation that is not closed goes to the end; signs that join nothing, as
// parentheses, are passed over. What is written in one piece, as node.js or
// e-mail, is a phrase. The last word, if nothing follows it, may be unfinished.
//
// In a text of capitals alone OR, AND and NOT are words, as in WHY NOT RUST, but for
// OR and AND between just two words: SQL OR CSS.
//
// What is typed without spaces is taken apart where the script changes. Of scripts
// whose characters are words each, what is typed together is a phrase; but of more
// than four characters, Katakana aside, each two neighbours are a phrase and clause of
// their own, so that a text can have most of a question. What OR joins, what is not
// wanted, and quotations stay in one piece.
func Parse(typed string) (Query, error) {
	tokens := tokensOf(typed)
	p := parser{capitals: capitalOperators(tokens)}
	for i := range tokens {
		p.token(tokens, i)
	}
	if p.words > MaxWords {
		return Query{}, &TooManyWordsError{p.words}
	}
	return p.query()
}

// token is a quotation, or a piece without a space in it.
type token struct {
	text   string
	start  int // where it begins in what was typed
	quoted bool
	minus  bool // one stands before it
	last   bool // nothing stands behind it
}

func tokensOf(typed string) (all []token) {
	for s := typed; s != ""; {
		first, size := utf8.DecodeRuneInString(s)
		minus := first == '-' && bare(s)
		if minus {
			s = s[size:]
			first, size = utf8.DecodeRuneInString(s)
		}
		t := token{minus: minus}
		switch {
		case quote(first):
			t.quoted, t.start = true, len(typed)-len(s)+size
			t.text, s = cutQuoted(s[size:])
		case unicode.IsSpace(first):
			s = s[size:]
			continue
		default:
			end := strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || quote(r) })
			if end < 0 {
				end = len(s)
			}
			t.text, t.start, s = s[:end], len(typed)-len(s), s[end:]
			t.last = s == ""
		}
		all = append(all, t)
	}
	return all
}

func quote(r rune) bool { return strings.ContainsRune(`"“”„‟«»＂`, r) }

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
func bare(s string) bool {
	next, _ := utf8.DecodeRuneInString(s[1:])
	return quote(next) || wordRune(next)
}

// operator is what a token says of those beside it.
type operator uint8

const (
	noOperator operator = iota
	or
	not
	and
)

// word gives the operator that a word stands for, where capitals do.
func (t token) word() operator {
	if !t.quoted && !t.minus {
		switch t.text {
		case "OR":
			return or
		case "NOT":
			return not
		case "AND":
			return and
		}
	}
	return noOperator
}

// sign gives the operator that a sign stands for.
func (t token) sign() operator {
	if !t.quoted && !t.minus {
		switch t.text {
		case "|", "||":
			return or
		case "&", "&&":
			return and
		}
	}
	return noOperator
}

// capitalOperators reports whether OR, AND and NOT are meant as operators: where any
// other word has a letter that is no capital, or has no letters of two cases at all;
// and in a text of capitals where one of OR and AND stands between just two words.
func capitalOperators(tokens []token) bool {
	capitals := false
	for _, t := range tokens {
		if t.word() != noOperator {
			continue
		}
		for _, r := range t.text {
			switch {
			case unicode.IsUpper(r):
				capitals = true
			case unicode.IsLetter(r):
				return true
			}
		}
	}
	if !capitals {
		return true
	}
	return len(tokens) == 3 && tokens[0].word() == noOperator && tokens[2].word() == noOperator &&
		(tokens[1].word() == or || tokens[1].word() == and)
}

// parser gathers the clauses of a query.
type parser struct {
	capitals     bool // OR, AND and NOT are operators
	words        int  // as MaxWords counts them
	clauses      []typedClause
	or, not, and bool // what the operators before the next phrase say
	operators    bool
}

// typedClause is a clause of which each two neighbouring words may become one.
type typedClause struct {
	Clause
	pairs bool
}

func (p *parser) operator(t token) operator {
	if p.capitals && t.word() != noOperator {
		return t.word()
	}
	return t.sign()
}

func (p *parser) token(tokens []token, i int) {
	t := tokens[i]
	switch p.operator(t) {
	case or:
		p.or = len(p.clauses) > 0
		return
	case not:
		p.not = true
		return
	case and:
		p.and = len(p.clauses) > 0
		return
	}
	p.not = p.not || t.minus
	if t.quoted {
		p.quotation(t.text)
		return
	}
	whole := p.or || p.not || i+1 < len(tokens) && p.operator(tokens[i+1]) == or
	p.piece(t, whole)
}

func (p *parser) quotation(quoted string) {
	phrase := Phrase{Quoted: true}
	var long extent
	Each(quoted, func(word string, _ int) {
		phrase.Words = append(phrase.Words, Fold(word))
		long.add(scriptOfWord(word))
	})
	if len(phrase.Words) > 0 {
		p.operators = true
		p.take(phrase, long, false)
	}
}

// maxTogether is how many characters that are words each are one phrase.
const maxTogether = 4

// piece takes what is written without a space in it: one word or several. They stay
// together as far as signs join them, and where they may be parted, as far as their
// script goes.
func (p *parser) piece(t token, whole bool) {
	var phrase Phrase
	var long extent
	var of script
	end, hyphens := 0, true
	flush := func(last bool) {
		if len(phrase.Words) > 0 {
			// A character of these is never unfinished.
			phrase.Hyphen = hyphens && len(phrase.Words) > 1 && !of.character()
			phrase.Prefix = last && !p.not && of != han && of != katakana && of != hangul
			p.take(phrase, long, !whole && of.character() && of != katakana && len(phrase.Words) > maxTogether)
		}
		phrase, long, hyphens = Phrase{}, extent{}, true
	}
	Each(t.text, func(word string, start int) {
		next := scriptOfWord(word)
		if next == katakana && of == han && strings.Trim(word, "ーｰ") == "" {
			next = han // らーめん
		}
		between := t.text[end:start]
		if strings.IndexFunc(between, func(r rune) bool { return !joiner(r) }) >= 0 || !whole && next != of && (next.character() || of.character()) {
			flush(false)
		}
		if of = next; len(phrase.Words) > 0 {
			hyphens = hyphens && between == "-"
		}
		phrase.Words = append(phrase.Words, Fold(word))
		long.add(next)
		end = start + len(word)
	})
	flush(t.last && end == len(t.text))
}

// joiner reports whether a sign joins words to a phrase.
func joiner(r rune) bool { return strings.ContainsRune("-_./:@", r) || apostrophe(r) }

func scriptOfWord(word string) script {
	first, _ := utf8.DecodeRuneInString(word)
	return scriptOf(first)
}

// extent is how many words a phrase has, of each kind.
type extent struct{ words, characters int }

func (e *extent) add(of script) {
	if of.character() {
		e.characters++
	} else {
		e.words++
	}
}

// size is as MaxWords counts.
func (e extent) size() int { return e.words + (e.characters+1)/2 }

// take puts a phrase among the clauses.
func (p *parser) take(phrase Phrase, long extent, pairs bool) {
	join := p.or && !p.not && !p.clauses[len(p.clauses)-1].Not
	p.operators = p.operators || join || p.not || p.and
	not := p.not
	p.or, p.not, p.and = false, false, false
	if p.words += long.size(); p.words > MaxWords {
		return // only to be counted
	}
	if join {
		c := &p.clauses[len(p.clauses)-1]
		c.Any = append(c.Any, phrase)
		return
	}
	p.clauses = append(p.clauses, typedClause{Clause{Not: not, Any: []Phrase{phrase}}, pairs})
}

// query parts what is to be parted, and leaves out what is said twice.
func (p *parser) query() (Query, error) {
	step, clauses := 1, 0
	for _, c := range p.clauses {
		if clauses++; c.pairs {
			clauses += len(c.Any[0].Words) - 2
		}
	}
	if clauses > MaxWords {
		step = 2 // each character once
	}
	q := Query{Operators: p.operators}
	for _, c := range p.clauses {
		if !c.pairs {
			q.add(c.Clause)
			continue
		}
		phrase := c.Any[0]
		last := len(phrase.Words) - 2
		for i := 0; i < last; i += step {
			q.add(pair(phrase.Words[i:], false))
		}
		q.add(pair(phrase.Words[last:], phrase.Prefix))
	}
	if !slices.ContainsFunc(q.Clauses, func(c Clause) bool { return !c.Not }) {
		return Query{}, ErrNoWords
	}
	return q, nil
}

// pair is a clause of the first two of some words.
func pair(words []string, prefix bool) Clause {
	return Clause{Any: []Phrase{{Words: slices.Clone(words[:2]), Prefix: prefix}}}
}
