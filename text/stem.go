package text

import "fmt"

// Stemming says how the words of a whole archive are brought to stems.
type Stemming string

const (
	// EnglishStemming takes all for English.
	EnglishStemming Stemming = "english"
	// NoStemming takes every form for a word of its own.
	NoStemming Stemming = "none"
)

// ParseStemming reads the name of a stemming.
func ParseStemming(name string) (Stemming, error) {
	switch s := Stemming(name); s {
	case EnglishStemming, NoStemming:
		return s, nil
	}
	return "", fmt.Errorf("stemming: found %q, expected %s or %s", name, EnglishStemming, NoStemming)
}

// Analysis gives the analysis that a stemming stands for.
func (s Stemming) Analysis() Analysis {
	if s == EnglishStemming {
		return English
	}
	return Plain
}

// Stem is that of the analysis.
func (s Stemming) Stem(word string) string { return s.Analysis().Stem(word) }

// Common is that of the analysis.
func (s Stemming) Common(word string) bool { return s.Analysis().Common(word) }
