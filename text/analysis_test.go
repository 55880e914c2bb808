package text_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"alphanode/text"
)

func TestAnalysisOf(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]string{
		"en": "english", "en-GB": "english", "eng": "english", "ar-EG": "arabic", "da": "danish", "nl-BE": "dutch", "fi": "finnish",
		"fr-CA": "french", "de-AT": "german", "de-CH-1996": "german", "hu": "hungarian", "ga": "irish", "it": "italian", "nb": "norwegian", "nn": "norwegian",
		"no": "norwegian", "pt-BR": "portuguese", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr-Cyrl": "plain", "es-419": "spanish",
		"sv": "swedish", "ta": "tamil", "tr": "turkish", "": "plain", "zh-Hans": "plain", "ja": "plain", "ko": "plain", "th": "plain", "tlh": "plain",
		"und": "plain", "x-own": "plain", "not a tag": "plain", "\xff": "plain", strings.Repeat("en-", 100): "plain",
	} {
		if found := text.AnalysisOf(tag).String(); found != want {
			t.Errorf("%q: found %s, expected %s", tag, found, want)
		}
	}
	if text.Analysis(200).String() != "plain" || text.Analysis(200).Stem("words") != "words" || text.Analysis(200).Common("the") {
		t.Error("a number without an analysis is not plain")
	}
}

// TestAnalysisNumbers: releases have them stored.
func TestAnalysisNumbers(t *testing.T) {
	t.Parallel()
	var names []string
	for a := range text.Analyses {
		names = append(names, text.Analysis(a).String())
	}
	const want = "plain english arabic danish dutch finnish french german hungarian irish italian norwegian portuguese romanian russian spanish swedish tamil turkish"
	if found := strings.Join(names, " "); found != want {
		t.Errorf("found %s", found)
	}
}

// TestStems: the words of a line have one stem, as they are written and without their
// accents; those of two lines of a language have two.
func TestStems(t *testing.T) {
	t.Parallel()
	for a, lines := range map[text.Analysis][]string{
		text.English:    {"deploy deploys deployed deploying", "cache caches caching", "quick quickly", "organisation", "Redis's Redis"},
		text.Arabic:     {"كتاب الكتاب كِتَاب والكتاب", "مدرسة المدرسة مدرسه", "أحمد احمد"},
		text.Danish:     {"hus huset huse husene", "løsning løsninger løsningen", "måned måneder måneden"},
		text.Dutch:      {"boek boeken", "mogelijkheid mogelijkheden", "geïnstalleerd geinstalleerde"},
		text.Finnish:    {"talo talossa talot", "käyttäjä käyttäjän käyttäjät", "tietokanta tietokannan"},
		text.French:     {"été étés", "mangé mangée mangées manger", "organisation organisations", "l'harmonie harmonies", "donnèrent donner", "qualité qualités", "manière manières"},
		text.German:     {"Haus Häuser Haeuser Häusern", "Straße Straßen Strasse", "Lösung Lösungen Loesungen", "neu neue neuen", "Quelle Quellen"},
		text.Hungarian:  {"ház házak házban házból", "asztal asztalról asztalnál", "napló naplót naplók"},
		text.Irish:      {"bád bhád mbád", "fear fhear bhfear"},
		text.Italian:    {"città", "affidabilità", "canzone canzoni", "parlerà parlare", "l'acqua dell'acqua acqua", "troverebbero troverà"},
		text.Norwegian:  {"hus huset husene", "løsning løsninger løsningen", "måned måneder"},
		text.Portuguese: {"organização organizações organizar", "canção canções", "disponível disponíveis", "experiência experiências experiente"},
		text.Romanian:   {"casă case casa", "oraș orașul oraşul", "informaţie informației informatie"},
		text.Russian:    {"сервер сервера серверов серверы", "ёлка елка ёлки", "синий синего синие", "настройка настройки настройку"},
		text.Spanish:    {"canción canciones", "organización organizaciones organizar", "tecnología tecnologías", "necesario necesaria", "servicio servicios", "corazón corazones"},
		text.Swedish:    {"bil bilen bilar", "lösning lösningar lösningen", "månaden månader"},
		text.Tamil:      {"வீடு வீடுகள்", "புத்தகம் புத்தகங்கள்"},
		text.Turkish:    {"kitap kitaplar kitabı kitapları", "göz gözler gözü", "kız kızlar kızı", "çocuk çocuğu çocuklar", "olacak olacağı", "gelmiş gelmişler"},
	} {
		lineOf := map[string]string{}
		for _, line := range lines {
			words := strings.Fields(line)
			stem := a.Stem(text.Fold(words[0]))
			if other, ok := lineOf[stem]; ok {
				t.Errorf("%s: %q has the stem %q of %q", a, line, stem, other)
			}
			lineOf[stem] = line
			for _, word := range words[1:] {
				if found := a.Stem(text.Fold(word)); found != stem {
					t.Errorf("%s: %q has the stem %q, %q has %q", a, words[0], stem, word, found)
				}
			}
		}
	}
	for _, word := range []string{"c++", "k8s", "go", "缓", "rollback's", "при", ""} {
		if found := text.English.Stem(word); found != word {
			t.Errorf("%q: found %q", word, found)
		}
		if found := text.Plain.Stem(word + "s"); found != word+"s" {
			t.Errorf("%q: found %q", word, found)
		}
	}
}

func TestCommon(t *testing.T) {
	t.Parallel()
	for a, words := range map[text.Analysis]string{
		text.English: "the of how don't doesn’t", text.French: "l' qu' même où comment", text.German: "für über die daß", text.Spanish: "qué también está",
		text.Portuguese: "não você", text.Italian: "è perché dell'", text.Russian: "что ещё", text.Turkish: "için şey", text.Arabic: "إلى من", text.Tamil: "ஒரு",
		text.Swedish: "från är", text.Norwegian: "på være", text.Danish: "på være", text.Dutch: "het", text.Finnish: "että", text.Hungarian: "és hogy", text.Irish: "agus",
		text.Romanian: "şi și",
	} {
		for word := range strings.FieldsSeq(words) {
			if !a.Common(text.Fold(word)) {
				t.Errorf("%s: %q says something", a, word)
			}
			if text.Plain.Common(text.Fold(word)) {
				t.Errorf("%q says nothing in no language", word)
			}
		}
	}
	for a, word := range map[text.Analysis]string{text.English: "rollback", text.French: "été", text.German: "Weg", text.Spanish: "estado"} {
		if a.Common(text.Fold(word)) {
			t.Errorf("%s: %q says nothing", a, word)
		}
	}
}

// FuzzStem: no input is too odd for any stemmer.
func FuzzStem(f *testing.F) {
	for a := range text.Analyses {
		f.Add(uint8(a), "Häuser")
		f.Add(uint8(a), "organizações")
	}
	f.Add(uint8(text.Arabic), "والكتاب")
	f.Add(uint8(text.Tamil), "மரங்கள்")
	f.Add(uint8(text.Turkish), "gozlerimizdekiler")
	f.Add(uint8(text.Russian), "настроек\xff")
	f.Fuzz(func(t *testing.T, number uint8, word string) {
		a := text.Analysis(number)
		for _, folded := range []string{word, text.Fold(word)} {
			stem := a.Stem(folded)
			if folded != "" && stem == "" || utf8.ValidString(folded) && !utf8.ValidString(stem) {
				t.Fatalf("%s: %q has the stem %q", a, folded, stem)
			}
			a.Common(folded)
		}
	})
}
