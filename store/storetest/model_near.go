package storetest

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"alphanode/store"
	"alphanode/text"
)

// modelNear is a word that may have been meant.
type modelNear struct {
	word, stem         string
	away, edits, posts int
}

// Missed looks at every word for those that may have been meant by one that was typed, and that no
// post of a view has, or hardly any. The word that it is corrected to is the nearest, or "".
func (m *Model) Missed(v store.View, typed text.Phrase, language string) (nearest []string, meant string, missed bool) {
	a, word := m.wordByWord(), typed.Words[0]
	seen, drafts, longer, having := false, false, false, 0
	for of := range a.seen[v] {
		taken := of
		if language != "" {
			taken = text.AnalysisOf(language)
		}
		for form := range a.formsOf(v, modelTyped{word: word, quoted: typed.Quoted}, of, taken) {
			seen = true
			having += a.words[of][form].public
			drafts = drafts || a.words[of][form].public == 0
		}
		if typed.Prefix {
			longer = longer || slices.ContainsFunc(a.begun(v, of, word), func(begun string) bool { return begun != word })
		}
	}
	digits := 0
	for _, r := range word {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	letters := utf8.RuneCountInString(word)
	if !seen && !longer {
		if 2*digits > letters {
			return nil, "", true
		}
		near := a.near(v, word, min(max(1, letters/3), 4), func(modelNear) bool { return true })
		if len(near) > 0 && digits == 0 {
			meant = near[0].word
		}
		if len(near) < 5 {
			near = nearestOf(append(near, a.begunNear(v, word)...))
		}
		for _, n := range near {
			nearest = append(nearest, n.word)
		}
		return nearest, meant, true
	}
	if having = max(1, having); longer || drafts || typed.Quoted || letters < 4 || digits > 0 || having > max(1, a.public/1000) {
		return nil, "", false
	}
	near := a.near(v, word, 1, func(n modelNear) bool {
		for of := range a.seen[v] {
			if of.Stem(n.word) == of.Stem(word) {
				return false
			}
		}
		return n.posts >= map[int]int{1: 20, 2: 100, 3: 500}[n.away]*having
	})
	for _, n := range near {
		nearest = append(nearest, n.word)
	}
	if len(nearest) > 0 {
		meant = nearest[0]
	}
	return nearest, meant, meant != ""
}

// near gives the words that are at most so many edits away, and good.
func (a *analysed) near(v store.View, typed string, most int, good func(modelNear) bool) (near []modelNear) {
	letters := []rune(typed)
	for of := range a.seen[v] {
		for word, w := range a.words[of] {
			runes := []rune(word)
			edits := editsBetween(letters, runes)
			if w.public == 0 && v == store.Public || len(runes) < 2 || edits == 0 || edits > most {
				continue
			}
			away := 2 * edits
			if maps.Equal(kinds(letters), kinds(runes)) {
				away--
			}
			if runes[0] != letters[0] {
				away++
			}
			if n := (modelNear{word, of.Stem(word), away, edits, w.public}); good(n) {
				near = append(near, n)
			}
		}
	}
	return nearestOf(near)
}

// kinds are the letters of a word.
func kinds(word []rune) map[rune]bool {
	all := map[rune]bool{}
	for _, r := range word {
		all[r] = true
	}
	return all
}

// begunNear gives words that begin with one that no post has.
func (a *analysed) begunNear(v store.View, typed string) (near []modelNear) {
	for of := range a.seen[v] {
		begun := a.begun(v, of, typed)
		for _, word := range begun[:min(10, len(begun))] {
			near = append(near, modelNear{word: word, stem: of.Stem(word), away: 1000, posts: a.words[of][word].public})
		}
	}
	return near
}

// nearestOf gives the five nearest, each word and each stem once.
func nearestOf(near []modelNear) (best []modelNear) {
	slices.SortFunc(near, func(x, y modelNear) int {
		return cmp.Or(cmp.Compare(x.away, y.away), cmp.Compare(y.posts, x.posts), strings.Compare(x.word, y.word), strings.Compare(x.stem, y.stem))
	})
	for _, n := range near {
		if len(best) < 5 && !slices.ContainsFunc(best, func(o modelNear) bool { return o.word == n.word || o.stem == n.stem }) {
			best = append(best, n)
		}
	}
	return best
}

// Corrected is what is searched for in place of a text of finished words without operators.
func (m *Model) Corrected(v store.View, typed string) string {
	var b strings.Builder
	end := 0
	a := m.wordByWord()
	text.Each(typed, func(word string, start int) {
		b.WriteString(typed[end:start])
		end = start + len(word)
		folded := text.Fold(word)
		common := false
		for of := range a.seen[v] {
			common = common || of.Common(folded)
		}
		if _, meant, _ := m.Missed(v, text.Phrase{Words: []string{folded}}, ""); meant != "" && !common && utf8.RuneCountInString(folded) > 1 {
			word = meant
		}
		b.WriteString(word)
	})
	return b.String() + typed[end:]
}

// Knows reports whether a post of a view has a word in any of its forms.
func (m *Model) Knows(v store.View, folded string) bool {
	a := m.wordByWord()
	for of := range a.seen[v] {
		if len(a.formsOf(v, modelTyped{word: folded}, of, of)) > 0 {
			return true
		}
	}
	return false
}
