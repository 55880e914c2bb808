package text

import (
	"embed"
	"strings"
	"sync"
)

// The words that say nothing, a file for each language: plain text, words apart
// by spaces, lines that begin with # tell where the list comes from.
//
//go:embed common/*.txt
var commonFiles embed.FS

// commonWords reads the list of a language when it is first asked for.
func commonWords(name string) func() map[string]bool {
	return sync.OnceValue(func() map[string]bool {
		words := map[string]bool{}
		list, err := commonFiles.ReadFile("common/" + name + ".txt")
		if err != nil {
			return words // Plain has none
		}
		for line := range strings.Lines(string(list)) {
			if strings.HasPrefix(line, "#") {
				continue
			}
			for word := range strings.FieldsSeq(line) {
				words[Fold(word)] = true
			}
		}
		return words
	})
}
