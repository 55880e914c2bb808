package text

import (
	"unicode"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/arabic"
	"github.com/blevesearch/snowballstem/danish"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/finnish"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/hungarian"
	"github.com/blevesearch/snowballstem/irish"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/norwegian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/romanian"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
	"github.com/blevesearch/snowballstem/swedish"
	"github.com/blevesearch/snowballstem/tamil"
	"github.com/blevesearch/snowballstem/turkish"
	"golang.org/x/text/language"
)

// Analysis says how the words of a language are brought to their stems, and which
// of them say nothing. Releases store the numbers: they stay as they are.
type Analysis uint8

const (
	// Plain takes every form for a word of its own, and no word for one that says
	// nothing.
	Plain Analysis = iota
	English
	Arabic
	Danish
	Dutch
	Finnish
	French
	German
	Hungarian
	Irish
	Italian
	Norwegian
	Portuguese
	Romanian
	Russian
	Spanish
	Swedish
	Tamil
	Turkish
	// Analyses is how many there are.
	Analyses = iota
)

// analyses are the stemmers of Snowball, each with the base tags of its languages
// and the script that it knows.
var analyses = [Analyses]struct {
	name   string
	tags   []string
	script *unicode.RangeTable
	stem   func(*snowballstem.Env) bool
	common func() map[string]bool
}{
	Plain:      {"plain", nil, nil, nil, commonWords("plain")},
	English:    {"english", []string{"en"}, unicode.Latin, english.Stem, commonWords("english")},
	Arabic:     {"arabic", []string{"ar"}, unicode.Arabic, arabic.Stem, commonWords("arabic")},
	Danish:     {"danish", []string{"da"}, unicode.Latin, danish.Stem, commonWords("danish")},
	Dutch:      {"dutch", []string{"nl"}, unicode.Latin, dutch.Stem, commonWords("dutch")},
	Finnish:    {"finnish", []string{"fi"}, unicode.Latin, finnish.Stem, commonWords("finnish")},
	French:     {"french", []string{"fr"}, unicode.Latin, french.Stem, commonWords("french")},
	German:     {"german", []string{"de"}, unicode.Latin, german.Stem, commonWords("german")},
	Hungarian:  {"hungarian", []string{"hu"}, unicode.Latin, hungarian.Stem, commonWords("hungarian")},
	Irish:      {"irish", []string{"ga"}, unicode.Latin, irish.Stem, commonWords("irish")},
	Italian:    {"italian", []string{"it"}, unicode.Latin, italian.Stem, commonWords("italian")},
	Norwegian:  {"norwegian", []string{"nb", "nn", "no"}, unicode.Latin, norwegian.Stem, commonWords("norwegian")},
	Portuguese: {"portuguese", []string{"pt"}, unicode.Latin, portuguese.Stem, commonWords("portuguese")},
	Romanian:   {"romanian", []string{"ro"}, unicode.Latin, romanian.Stem, commonWords("romanian")},
	Russian:    {"russian", []string{"ru"}, unicode.Cyrillic, russian.Stem, commonWords("russian")},
	Spanish:    {"spanish", []string{"es"}, unicode.Latin, spanish.Stem, commonWords("spanish")},
	Swedish:    {"swedish", []string{"sv"}, unicode.Latin, swedish.Stem, commonWords("swedish")},
	Tamil:      {"tamil", []string{"ta"}, unicode.Tamil, tamil.Stem, commonWords("tamil")},
	Turkish:    {"turkish", []string{"tr"}, unicode.Latin, turkish.Stem, commonWords("turkish")},
}

var byTag = func() map[string]Analysis {
	m := map[string]Analysis{}
	for a := range Analyses {
		for _, tag := range analyses[a].tags {
			m[tag] = Analysis(a)
		}
	}
	return m
}()

// AnalysisOf gives the analysis of a language by its BCP 47 tag, of which the base
// language counts: Portuguese for pt-BR, and Plain where none is known.
func AnalysisOf(tag string) Analysis {
	parsed, err := language.Parse(tag)
	if err != nil {
		return Plain
	}
	base, _, _ := parsed.Raw() // Base guesses one for und
	return byTag[base.String()]
}

// known gives an analysis that is in the table: what comes from a file may be none.
func (a Analysis) known() Analysis {
	if a >= Analyses {
		return Plain
	}
	return a
}

func (a Analysis) String() string { return analyses[a.known()].name }

// Common reports whether a folded word is so common in the language that it says
// nothing about a text.
func (a Analysis) Common(folded string) bool {
	return a != Plain && analyses[a.known()].common()[folded]
}

// Stem gives the form in which a folded word is searched for, never an empty one.
// Words of other scripts, and those with digits or signs in them, stay as they are.
// A stem begins as its word does, but in Arabic, Irish and Tamil, whose words change at
// their beginning too.
func (a Analysis) Stem(folded string) string {
	l := &analyses[a.known()]
	if l.stem == nil || len(folded) < 3 || len(folded) > maxWord {
		return folded
	}
	for _, r := range folded {
		if !unicode.Is(l.script, r) && (r < 'a' || r > 'z' || l.script != unicode.Latin) {
			return folded
		}
	}
	env := snowballstem.NewEnv(accented(a, folded))
	l.stem(env)
	stem, _ := letters(env.Current())
	if a == Hungarian {
		stem = hungarianStem(stem)
	}
	if stem == "" {
		return folded
	}
	return cut(stem, maxWord)
}

// kept is how many of the letters with which a word of ASCII begins its stem has too, i for
// y, where it is as long.
func (a Analysis) kept() int {
	switch a {
	case Irish:
		return 0
	case Finnish, German, Portuguese, Turkish:
		return 1
	}
	return 2
}
