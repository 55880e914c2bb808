package text

import (
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Marker marks the words that a query found. It remembers what it knows of
// words, since texts repeat them. It is for one goroutine.
type Marker struct {
	analysis   Analysis
	stems      map[string]int // number of each stem, from 0
	prefix     string
	kinds      [256]kind      // of bytes, by how a word can begin that matches
	beginnings [1 << 10]bool  // of those that begin with a letter of ASCII
	known      map[string]int // number of the stem by the word as it is written, -1 for none
	alone      []bool         // by number: the stem is wanted wherever it stands
	together   [][]int        // numbers of characters that are wanted one behind the other
	room       []hit
}

// NewMarker makes a marker of the words of a query in texts of a language.
func NewMarker(q Query, a Analysis) *Marker {
	m := &Marker{analysis: a, stems: map[string]int{}, prefix: q.Prefix(), kinds: kinds, known: map[string]int{}}
	for c := range m.kinds {
		if a.kept() > 0 && m.kinds[c] == beginsWord {
			m.kinds[c] = beginsNone // until such a word is wanted
		}
	}
	for _, c := range q.Clauses {
		for _, p := range c.Any {
			if !c.Not {
				m.want(p)
			}
		}
	}
	return m
}

// want notes the words of a phrase. Those of a script whose characters are words say
// little alone, and are marked where the phrase is.
func (m *Marker) want(p Phrase) {
	numbers, together := make([]int, len(p.Words)), false
	for i, word := range p.Words {
		stem := m.analysis.Stem(word)
		if p.Quoted {
			stem = asTyped + word
		}
		m.begins(word)
		m.begins(m.analysis.Stem(word))
		number, ok := m.stems[stem]
		if !ok {
			number = len(m.stems)
			m.stems[stem] = number
			m.alone = append(m.alone, false)
		}
		numbers[i] = number
		together = together || scriptOfWord(word).character()
	}
	if together && len(numbers) > 1 {
		m.together = append(m.together, numbers)
		return
	}
	for _, number := range numbers {
		m.alone[number] = true
	}
}

// asTyped stands before a word of a quotation, of which no other form is wanted.
const asTyped = "="

// begins notes that a word can match that begins as another does. What can match none is
// known by that, and need not be brought to its stem.
func (m *Marker) begins(word string) {
	c := word[0]
	if c >= utf8.RuneSelf {
		return
	}
	m.kinds[c], m.kinds[upper(c)] = kinds[c], kinds[c]
	if len(word) > 1 && m.analysis.kept() > 1 {
		m.beginnings[beginning(word)] = true
		return
	}
	for second := range byte(32) {
		m.beginnings[beginning(string([]byte{c, second}))] = true
	}
}

// beginning is a number for the first two letters of a word, in whatever case, i for y.
// What is no letter shares that of one.
func beginning(word string) int {
	first, second := word[0]&31, word[1]&31
	if second == 'y'&31 {
		second = 'i' & 31
	}
	return int(first)<<5 | int(second)
}

func upper(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

// match gives the number of the stem that a word matches in any of its forms.
func (m *Marker) match(word string) (stem int, ok bool) {
	if len(word) > 1 && !m.beginnings[beginning(word)] && m.analysis.kept() > 0 && plain(word) {
		return -1, false
	}
	stem, known := m.known[word]
	if !known {
		stem = m.find(word)
		if len(word) <= 2*maxWord { // others hardly come again
			m.known[strings.Clone(word)] = stem
		}
	}
	return stem, stem >= 0
}

func (m *Marker) find(word string) (stem int) {
	forms := Forms(word)
	for _, form := range forms {
		if number, found := m.stems[asTyped+form]; found {
			return number
		}
		if number, found := m.stems[m.analysis.Stem(form)]; found {
			return number
		}
	}
	for _, form := range forms {
		if m.prefix != "" && strings.HasPrefix(form, m.prefix) && !m.analysis.Common(form) {
			return m.stems[m.analysis.Stem(m.prefix)]
		}
	}
	return -1
}

// hit is a word that was found.
type hit struct {
	start, end int
	stem       int
}

// hits gives the words that are to be marked, until it is called again.
func (m *Marker) hits(s string) []hit {
	hits := m.room[:0]
	each(s, &m.kinds, func(word string, start int) {
		if stem, ok := m.match(word); ok {
			hits = append(hits, hit{start, start + len(word), stem})
		}
	})
	m.room = hits
	if len(m.together) > 0 {
		hits = m.standing(s, hits)
	}
	return hits
}

// standing leaves out the characters that stand in no phrase of the query.
func (m *Marker) standing(s string, hits []hit) []hit {
	end := 0 // behind the hits that stand in one
	left := hits[:0:0]
	for i := range hits {
		for _, phrase := range m.together {
			if i+len(phrase) > end && stands(s, phrase, hits[i:]) {
				end = i + len(phrase)
			}
		}
		if i < end || m.alone[hits[i].stem] {
			left = append(left, hits[i])
		}
	}
	return left
}

// stands reports whether a text goes on with a phrase.
func stands(s string, phrase []int, hits []hit) bool {
	if len(hits) < len(phrase) {
		return false
	}
	for i, stem := range phrase {
		if hits[i].stem != stem || i > 0 && hasWord(s[hits[i-1].end:hits[i].start]) {
			return false
		}
	}
	return true
}

func hasWord(s string) (has bool) {
	Each(s, func(string, int) { has = true })
	return has
}

// Count gives how many different words of the query, by their stems, are found
// in a text, and how many words of the text these are.
func (m *Marker) Count(s string) (stems, words int) {
	hits := m.hits(s)
	if len(hits) == 0 {
		return 0, 0
	}
	found := make([]bool, len(m.stems))
	for _, h := range hits {
		if !found[h.stem] {
			found[h.stem] = true
			stems++
		}
	}
	return stems, len(hits)
}

// Mark gives a text as HTML that is safe to show: the text escaped, and what was
// found in mark elements. It reports false where nothing was.
func (m *Marker) Mark(s string) (markup string, ok bool) { return m.Snippet(s, len(s)) }

// Snippet is Mark for the part of a text, of about length bytes, that has the
// most different words of the query, and of those the most words; of several
// the first. Where it is cut there is an ellipsis.
func (m *Marker) Snippet(s string, length int) (markup string, ok bool) {
	hits := m.hits(s)
	if len(hits) == 0 {
		return "", false
	}
	if len(s) <= length {
		return marked(s, 0, len(s), hits), true
	}
	best := m.densest(hits, length)
	from, to := best[0].start, best[len(best)-1].end
	spare := max(0, length-(to-from))
	from, to = around(s, max(0, from-spare/2), min(len(s), to+spare-spare/2), from, to)
	within := slices.DeleteFunc(hits, func(h hit) bool { return h.start < from || h.end > to })
	return marked(s, from, to, within), true
}

// densest gives the hits of the best part of a text.
func (m *Marker) densest(hits []hit, length int) (best []hit) {
	bestStems, stems, end := 0, 0, 0
	counts := make([]int, len(m.stems))
	for first := range hits {
		for end < len(hits) && (end == first || hits[end].end-hits[first].start <= length) {
			if counts[hits[end].stem]++; counts[hits[end].stem] == 1 {
				stems++
			}
			end++
		}
		if stems > bestStems || stems == bestStems && end-first > len(best) {
			best, bestStems = hits[first:end], stems
		}
		if counts[hits[first].stem]--; counts[hits[first].stem] == 0 {
			stems--
		}
	}
	return slices.Clone(best)
}

// around moves both ends of a part inward to where words begin and end, but not
// into what must stay.
func around(s string, from, to, mustFrom, mustTo int) (int, int) {
	for inside := from > 0; inside && from < mustFrom; {
		r, size := utf8.DecodeRuneInString(s[from:])
		if inside = !scriptOf(r).character(); inside {
			from += size
			inside = !unicode.IsSpace(r)
		}
	}
	for inside := to < len(s); inside && to > mustTo; {
		r, size := utf8.DecodeLastRuneInString(s[:to])
		next, _ := utf8.DecodeRuneInString(s[to:])
		if inside = !scriptOf(r).character() || scriptOf(next) == attached; inside {
			to -= size
			inside = !unicode.IsSpace(r)
		}
	}
	return from, to
}

func marked(s string, from, to int, hits []hit) string {
	var w strings.Builder
	w.Grow(to - from + len(hits)*len("<mark></mark>") + 2*len("… "))
	if from > 0 {
		w.WriteString("… ")
	}
	at := from
	for i := 0; i < len(hits); i++ {
		start := hits[i].start
		for i+1 < len(hits) && hits[i+1].start == hits[i].end { // characters of a phrase
			i++
		}
		w.WriteString(html.EscapeString(s[at:start]))
		w.WriteString("<mark>" + html.EscapeString(s[start:hits[i].end]) + "</mark>")
		at = hits[i].end
	}
	w.WriteString(html.EscapeString(s[at:to]))
	if to < len(s) {
		w.WriteString(" …")
	}
	return w.String()
}
