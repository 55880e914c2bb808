package storetest

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"alphanode/content"
	"alphanode/store"
)

// Nearest gives the names nearest to a value that means no term of a kind, by
// looking at every name that a view sees.
func (m *Model) Nearest(v store.View, kind store.Kind, value string) []string {
	type name struct {
		folded string
		edits  int
		posts  int
	}
	folded := content.Identity(value)
	letters := utf8.RuneCountInString(folded)
	if letters < 2 || letters > 64 {
		return nil
	}
	most := min(max(1, letters/3), 4)
	forms := []func(t [2]string) (value, name string){
		func(t [2]string) (string, string) { return folded, content.Identity(t[1]) },
	}
	if kind == store.KindEntity && strings.ContainsAny(value, ":-") {
		forms = append(forms, func(t [2]string) (string, string) {
			return dashes(folded), dashes(content.Identity(t[0])) + "-" + dashes(content.Identity(t[1]))
		})
	}
	posts := map[[2]string]int{} // by folded term
	for _, p := range m.Visible(v) {
		its := map[[2]string]bool{}
		for _, t := range names(p, kind) {
			its[[2]string{content.Identity(t[0]), content.Identity(t[1])}] = true
		}
		for t := range its {
			posts[t]++
		}
	}
	near := map[string]name{}
	for t, n := range posts {
		for _, form := range forms {
			word, text := form(t)
			edits := editsBetween([]rune(word), []rune(text))
			if edits > most && !strings.Contains(text, word) {
				continue
			}
			found := name{t[1], edits, n}
			known, ok := near[t[1]]
			if !ok || cmp.Or(cmp.Compare(found.edits, known.edits), cmp.Compare(known.posts, found.posts)) < 0 {
				near[t[1]] = found
			}
		}
	}
	sorted := slices.SortedFunc(maps.Values(near), func(a, b name) int {
		return cmp.Or(cmp.Compare(a.edits, b.edits), cmp.Compare(b.posts, a.posts), m.compareNames(a.folded, b.folded))
	})
	var nearest []string
	for _, n := range sorted[:min(5, len(sorted))] {
		nearest = append(nearest, n.folded)
	}
	return nearest
}

// dashes puts a dash for each run of what is neither a letter nor a digit.
func dashes(folded string) string {
	return strings.Join(strings.FieldsFunc(folded, func(r rune) bool {
		return r < utf8.RuneSelf && (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), "-")
}

// editsBetween counts letters put in, left out, changed or swapped with the next.
func editsBetween(a, b []rune) int {
	edits := make([][]int, len(a)+1)
	for i := range edits {
		edits[i] = make([]int, len(b)+1)
		for j := range edits[i] {
			switch {
			case i == 0 || j == 0:
				edits[i][j] = i + j
				continue
			case a[i-1] == b[j-1]:
				edits[i][j] = edits[i-1][j-1]
			default:
				edits[i][j] = 1 + min(edits[i-1][j-1], edits[i-1][j], edits[i][j-1])
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				edits[i][j] = min(edits[i][j], 1+edits[i-2][j-2])
			}
		}
	}
	return edits[len(a)][len(b)]
}
