package text_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"alphanode/text"
)

// TestForms: the first form is what is searched for, all are found.
func TestForms(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"Rollback": "rollback", "c++": "c++",
		// accents and case
		"CAFÉ": "cafe", "cafe\u0301": "cafe", "ΣΊΣΥΦΟΣ": "σισυφοσ", "Việt": "viet", "ёлка": "елка", "замо\u0301к": "замок", "синий": "синий", "Київ": "київ",
		// letters that no decomposition folds
		"Łódź": "lodz", "Đà": "da", "œuvre": "oeuvre", "Ægir": "aegir", "Þór": "thor", "Guðrún": "gudrun", "Ħamrun": "hamrun", "Ŋaro": "naro", "ĸa": "qa", "Ŧ": "t",
		"Straße": "strasse", "STRAẞE": "strasse", "Azərbaycan": "azerbaycan",
		// ways to write one letter in two
		"über": "uber ueber", "u\u0308ber": "uber ueber", "Ångström": "angstrom aangstroem", "smørrebrød": "smorrebrod smoerrebroed", "Gråbrødre": "grabrodre graabroedre",
		// Turkish i
		"ISPARTA": "isparta", "ısparta": "isparta", "İstanbul": "istanbul", "istanbul": "istanbul",
		// compatible characters
		"ﬁne": "fine", "Ⅳ": "iv", "Ｒｅｄｉｓ": "redis", "ﾊﾞ": "バ", "は\u3099": "ば", "²": "2", "\u1112\u1161\u11ab": "한", "ﻛﺘﺎﺏ": "كتاب",
		// what does not show or matter
		"roll\u00adback": "rollback", "a\u200db": "ab", "❤\ufe0fa": "❤a", "مُحَمَّد": "محمد", "كـتاب": "كتاب", "أحمد": "احمد", "إسلام": "اسلام", "آسيا": "اسيا",
		"علی": "علي", "שָׁלוֹם": "שלום",
		// apostrophes: articles, possessives, names
		"l'harmonie": "harmonie lharmonie", "L’été": "ete lete", "l´eau": "eau leau", "d‘eau": "eau deau", "d`eau": "eau deau", "d′eau": "eau deau", "d＇eau": "eau deau",
		"dell'acqua": "acqua dellacqua", "un'altra": "altra unaltra", "qu'il": "il quil", "jusqu'à": "a jusqua", "l'Über": "uber ueber luber lueber",
		"Redis's": "redis", "redis’s": "redis", "O'Reilly": "oreilly reilly", "O’Reilly's": "oreilly reilly", "don't": "dont", "aujourd'hui": "aujourdhui aujourd hui",
		"rock'n'roll": "rocknroll rock roll", "İstanbul'da": "istanbulda istanbul", "Hawaiʻi": "hawaii hawai", "'": "", "ـ": "",
	} {
		if found := strings.Join(text.Forms(word), " "); found != want {
			t.Errorf("%q: found %q, expected %q", word, found, want)
		}
	}
	for word, want := range map[string]string{
		strings.Repeat("a", 100): strings.Repeat("a", 64), strings.Repeat("é", 50) + "缓": strings.Repeat("e", 50) + "缓",
		"x" + strings.Repeat("缓", 30): "x" + strings.Repeat("缓", 21), strings.Repeat("a\u0301\u0302", 30_000): strings.Repeat("a", 52),
	} {
		if found := text.Fold(word); found != want {
			t.Errorf("%.20q…: found %q, expected %q", word, found, want)
		}
	}
}

// TestTypedIsFound: what is typed is a form of what is written.
func TestTypedIsFound(t *testing.T) {
	t.Parallel()
	for written, typed := range map[string]string{
		"L'harmonie": "harmonie l'harmonie lharmonie l’harmonie L`Harmonie", "O'Reilly": "o'reilly reilly oreilly O’REILLY", "OReilly": "o'reilly",
		"dell'acqua": "acqua dellacqua l'acqua", "über": "uber ueber über UEBER", "Łódź": "lodz łódź Lodz", "Redis’s": "redis redis's", "İzmir'de": "izmir IZMIR ızmır",
		"Ｒｅｄｉｓ": "redis", "ｻ": "サ", "Straße": "strasse straße STRASSE", "فَتَحَ": "فتح", "Þingvellir": "thingvellir þingvellir", "Ærø": "aero aeroe ærø",
	} {
		for word := range strings.FieldsSeq(typed) {
			if !slices.Contains(text.Forms(written), text.Fold(word)) {
				t.Errorf("%s does not find %s: %q", word, written, text.Forms(written))
			}
		}
	}
}

// FuzzForms: forms are few, short, different and folded already.
func FuzzForms(f *testing.F) {
	for _, s := range []string{"l'harmonie", "O’Reilly's", "Ångström", "ŉ", "ﬁ²½ ǅ", "ᾳͅ", "ﷺ", "ﹱ", "\u0345\u0308", "İıŁ", "и\u0323\u0306\u0306", "Ꮳꭰ", "a\xffb'\xed\xa0\x80", "qu'l'd'üöä's"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, word string) {
		forms := text.Forms(word)
		if len(forms) == 0 || len(forms) > 6 || forms[0] != text.Fold(word) {
			t.Fatalf("%q has the forms %q and is folded to %q", word, forms, text.Fold(word))
		}
		for i, form := range forms {
			if form == "" && i > 0 || len(form) > 64 || slices.Contains(forms[:i], form) || strings.ContainsAny(form, "'’`´") ||
				utf8.ValidString(word) && !utf8.ValidString(form) {
				t.Fatalf("%q has the forms %q", word, forms)
			}
			if again := text.Fold(form); again != form {
				t.Fatalf("%q has the form %q, which is folded to %q", word, form, again)
			}
		}
	})
}

// prose is English text as it is in an archive.
var prose = strings.Repeat("Keep a rollback ready: deploys that can't be undone wait for the team's newest member. Caching 20 keys in Redis (v7.2) is cheap; "+
	"measuring what it saves isn't. Write the figures down before and after, and let node.js print them. ", 200)

func BenchmarkEachFold(b *testing.B) {
	b.SetBytes(int64(len(prose)))
	b.ReportAllocs()
	for b.Loop() {
		text.Each(prose, func(word string, _ int) { text.Fold(word) })
	}
}

func BenchmarkEachForms(b *testing.B) {
	b.SetBytes(int64(len(prose)))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		text.Each(prose, func(word string, _ int) { n += len(text.Forms(word)) })
	}
}

// TestFormsOfPlainWords: a word of ASCII letters in lower case costs no memory.
func TestFormsOfPlainWords(t *testing.T) {
	n := 0
	for word, most := range map[string]float64{"rollback": 0, "Rollback": 1} {
		if found := testing.AllocsPerRun(100, func() { n += len(text.Forms(word)) }); found > most {
			t.Errorf("%s: found %v allocations", word, found)
		}
	}
}
