package text

import (
	"html"
	"slices"
	"strings"
	"unicode/utf8"
)

// Marker marks the words that a query found. It remembers what it knows of
// words, since texts repeat them. It is for one goroutine.
type Marker struct {
	analysis Analysis
	stems    map[string]int // number of each stem, from 0
	prefix   string
	firsts   [utf8.RuneSelf]bool // the ASCII letters with which a word that matches can begin
	known    map[string]int      // number of the stem by the word as it is written, -1 for none
}

// NewMarker makes a marker of the words of a query.
func NewMarker(q Query, stemming Stemming) *Marker { return NewMarkerFor(q, stemming.Analysis()) }

// NewMarkerFor makes a marker of the words of a query in texts of a language.
func NewMarkerFor(q Query, a Analysis) *Marker {
	m := &Marker{analysis: a, stems: map[string]int{}, prefix: q.Prefix(), known: map[string]int{}}
	for _, word := range q.Words() {
		stem := a.Stem(word)
		m.begins(word)
		m.begins(stem)
		if _, ok := m.stems[stem]; !ok {
			m.stems[stem] = len(m.stems)
		}
	}
	return m
}

// begins notes that a word can match that begins as another does. No stemming but
// that of Irish changes with which ASCII letter a word begins.
func (m *Marker) begins(word string) {
	if c := word[0]; c < utf8.RuneSelf {
		m.firsts[c], m.firsts[upper(c)] = true, true
	}
}

func upper(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

// match gives the number of the stem that a word matches in any of its forms.
func (m *Marker) match(word string) (stem int, ok bool) {
	if c := word[0]; c < utf8.RuneSelf && !m.firsts[c] && m.analysis != Irish && plain(word) {
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
	start, end, stem int
}

func (m *Marker) hits(s string) (hits []hit) {
	Each(s, func(word string, start int) {
		if stem, ok := m.match(word); ok {
			hits = append(hits, hit{start, start + len(word), stem})
		}
	})
	return hits
}

// Count gives how many different words of the query, by their stems, are found
// in a text, and how many words of the text these are.
func (m *Marker) Count(s string) (stems, words int) {
	found := make([]bool, len(m.stems))
	Each(s, func(word string, _ int) {
		if stem, ok := m.match(word); ok {
			if words++; !found[stem] {
				found[stem] = true
				stems++
			}
		}
	})
	return stems, words
}

// Mark gives a text as HTML that is safe to show: the text escaped, and what was
// found in mark elements. It reports false where nothing was.
func (m *Marker) Mark(s string) (markup string, ok bool) {
	hits := m.hits(s)
	return marked(s, 0, len(s), hits), len(hits) > 0
}

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
	const spaces = " \n\t"
	if from > 0 {
		if space := strings.IndexAny(s[from:mustFrom], spaces); space >= 0 {
			from += space + 1
		} else {
			from = mustFrom
		}
	}
	if to < len(s) {
		if space := strings.LastIndexAny(s[mustTo:to], spaces); space >= 0 {
			to = mustTo + space
		} else {
			to = mustTo
		}
	}
	return from, to
}

func marked(s string, from, to int, hits []hit) string {
	var w strings.Builder
	if from > 0 {
		w.WriteString("… ")
	}
	at := from
	for _, h := range hits {
		w.WriteString(html.EscapeString(s[at:h.start]))
		w.WriteString("<mark>" + html.EscapeString(s[h.start:h.end]) + "</mark>")
		at = h.end
	}
	w.WriteString(html.EscapeString(s[at:to]))
	if to < len(s) {
		w.WriteString(" …")
	}
	return w.String()
}
