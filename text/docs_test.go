package text_test

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"alphanode/text"
)

var example = regexp.MustCompile("`([^`]+)` → \\*([^*]+)\\*(?: \\(([a-z]+)\\))?")

// TestDocumentedForms: what docs/search.md says is found by what is found by it.
func TestDocumentedForms(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/search.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := example.FindAllStringSubmatch(string(page), -1)
	if len(examples) < 40 {
		t.Fatalf("found %d examples", len(examples))
	}
	for _, e := range examples {
		typed, written, a := e[1], e[2], text.AnalysisOf(e[3])
		q, err := text.Parse(typed + " ")
		if err != nil {
			t.Errorf("%s: %v", typed, err)
			continue
		}
		for _, c := range q.For(a).Clauses {
			if !slices.ContainsFunc(c.Any, func(p text.Phrase) bool { return has(written, p.Words, a) }) {
				t.Errorf("%s does not find %s: nothing is %v", typed, written, c)
			}
		}
	}
}

// has reports whether words stand in a text one behind the other, each in any form.
func has(written string, words []string, a text.Analysis) bool {
	var stems [][]string // of each word of the text, by its forms
	text.Each(written, func(word string, _ int) {
		var of []string
		for _, form := range text.Forms(word) {
			of = append(of, a.Stem(form))
		}
		stems = append(stems, of)
	})
	for i := 0; i+len(words) <= len(stems); i++ {
		here := true
		for k, word := range words {
			here = here && slices.Contains(stems[i+k], a.Stem(word))
		}
		if here {
			return true
		}
	}
	return false
}
