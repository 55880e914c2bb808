package text

import (
	"fmt"
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
)

// Stemming says which forms of a word are the same word.
type Stemming string

const (
	// English takes the endings off English words, as the Snowball stemmer of that
	// name does: deploys, deployed and deploying are deploy.
	English Stemming = "english"
	// NoStemming takes every form for a word of its own.
	NoStemming Stemming = "none"
)

// ParseStemming reads the name of a stemming.
func ParseStemming(name string) (Stemming, error) {
	switch s := Stemming(name); s {
	case English, NoStemming:
		return s, nil
	}
	return "", fmt.Errorf("stemming: found %q, expected %s or %s", name, English, NoStemming)
}

// Stem gives the form in which a folded word is searched for. It never changes how a word
// begins, on which unfinished words and marks rest.
func (s Stemming) Stem(word string) string {
	if s != English || len(word) < 3 {
		return word
	}
	for i := range len(word) {
		if c := word[i]; (c < 'a' || c > 'z') && c != '\'' {
			return word // no English word
		}
	}
	env := snowballstem.NewEnv(word)
	english.Stem(env)
	if stem := env.Current(); stem != "" {
		return stem
	}
	return word
}

// Common reports whether a folded word is so common that it says nothing about
// a text.
func (s Stemming) Common(word string) bool { return s == English && commonEnglish[word] }

var commonEnglish = set(`a about an and are as at be been but by can do does for from had has have how i if in into is it its
	no not of on or our so such than that the their them then there these they this to was we were what when where which
	who why will with you your`)

func set(words string) map[string]bool {
	all := map[string]bool{}
	for _, word := range strings.Fields(words) {
		all[word] = true
	}
	return all
}
