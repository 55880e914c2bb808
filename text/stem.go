package text

import "fmt"

// Stemming says how the words of a whole archive are brought to stems.
type Stemming string

const (
	// EnglishStemming takes all for English.
	EnglishStemming Stemming = "english"
	// NoStemming takes every form for a word of its own.
	NoStemming Stemming = "none"
	// ByLanguage takes each post by its own language.
	ByLanguage Stemming = "language"
)

// Wording says by which language the words of the posts of an archive are taken.
type Wording struct {
	Stemming Stemming `json:"stemming"`
	Language string   `json:"language,omitempty"` // of posts that have none, a BCP 47 tag; English where it is empty
}

// Of gives the analysis of a post by its language, which may be empty.
func (w Wording) Of(language string) Analysis {
	if w.Stemming != ByLanguage {
		return w.Stemming.Analysis()
	}
	if language == "" {
		language = w.Language
	}
	if language == "" {
		return English
	}
	return AnalysisOf(language)
}

// ParseStemming reads the name of a stemming.
func ParseStemming(name string) (Stemming, error) {
	switch s := Stemming(name); s {
	case EnglishStemming, NoStemming, ByLanguage:
		return s, nil
	}
	return "", fmt.Errorf("stemming: found %q, expected %s, %s or %s", name, ByLanguage, EnglishStemming, NoStemming)
}

// Analysis gives the analysis that a stemming stands for.
func (s Stemming) Analysis() Analysis {
	if s == EnglishStemming {
		return English
	}
	return Plain
}
