package text

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// The stemmers know endings by their accents, which Fold leaves out. So the accents
// that tell are put back before a word is brought to its stem: ciones is an ending
// of Spanish, cion is none. Endings that say something else without the accent stay
// as they are; an = stands before another ending that means the same to the stemmer.
// TestVocabulary measures what a list is worth.
var accentedEndings = [Analyses]string{
	Arabic: "ه=ة",
	French: "ité ités ée ées èrent âtes ière ières",
	Spanish: "ción ía ías ían ería erías irían íamos logía logías ábamos áramos iéramos ásemos iésemos arán erán irán irás irá " +
		"aré eré iré aréis eréis iréis áis éis iera ieras ieran ancia ancias encia encias aria arias oria orias",
	Portuguese: "ção ções=ção ões=ão ável áveis=ável ível íveis=ível ência ências ância âncias arão erão irão ávamos íamos aríamos " +
		"eríamos iríamos ássemos êssemos íssemos",
	Italian:   "erà irà erò irò abilità ibilità icità ività assero essero issero erebbero irebbero",
	Hungarian: "ből ről től nál nél ját jét ján jén képpen képp ként anként enként onként ért",
	Irish: "íochta aíochta íocht aíocht irí airí óideacha grafaíochta óideach grafaíoch óidigh achtúil eachtúil grafaíocht arcachtaí " +
		"grafaíochtaí ímid aímid áil",
	Romanian: "aţia aţie aţiune iţiune ătoare icităţi abilităţi ivităţi ităţi ător işti oşi ăsc ând âre âse eşte ăşte eşti ăşti aţi iţi " +
		"aşi seşi işi uşi âşi âi eţi ându ească ează",
	Danish:  "løst",
	Swedish: "löst",
}

type ending struct{ folded, accented string }

// endings are the same, those of more letters first.
var endings = sync.OnceValue(func() (all [Analyses][]ending) {
	for a, list := range accentedEndings {
		for written := range strings.FieldsSeq(list) {
			written, instead, ok := strings.Cut(written, "=")
			if !ok {
				instead = written
			}
			all[a] = append(all[a], ending{Fold(written), instead})
		}
		slices.SortStableFunc(all[a], func(x, y ending) int { return cmp.Compare(len(y.folded), len(x.folded)) })
	}
	return all
})

// accented puts the accents back into the ending of a folded word.
func accented(a Analysis, folded string) string {
	switch a {
	case Turkish:
		return harmonic(folded)
	case German:
		return withoutUmlauts(folded)
	case Arabic: // the stemmer takes al from a word, but not behind wa
		if rest, ok := strings.CutPrefix(folded, "وال"); ok && utf8.RuneCountInString(rest) >= 3 {
			folded = "ال" + rest
		}
	}
	for _, e := range endings()[a] {
		if beginning, ok := strings.CutSuffix(folded, e.folded); ok && beginning != "" {
			return beginning + e.accented
		}
	}
	return folded
}

// withoutUmlauts gives a German word with a, o and u where it has ae, oe and ue for ä, ö
// and ü: a u behind a vowel or q is none, as in neue and quer.
func withoutUmlauts(folded string) string {
	out := make([]byte, 0, len(folded))
	for i := range len(folded) {
		if c := folded[i]; c == 'e' && i > 0 {
			switch before := folded[i-1]; {
			case before == 'a', before == 'o', before == 'u' && (i < 2 || folded[i-2] != 'q' && !vowel(folded[i-2])):
				continue
			}
		}
		out = append(out, folded[i])
	}
	return string(out)
}

// harmonic gives a Turkish word with the letters that its others ask for: behind a, ı, o
// and u an i is ı, but not that of ki; behind e, i, ö and ü a u is ü; the first vowel goes
// by the one behind it; a g between vowels is ğ, and mis is miş. So göz and gözler, kız
// and kızlar, alacak and alacağı keep the endings that the stemmer knows.
func harmonic(folded string) string {
	letters := []byte(folded)
	out := make([]rune, len(letters))
	isFront, first := false, true // the vowel before, or what the first one should be
	if i := strings.IndexAny(folded, "ae"); i >= 0 {
		isFront = letters[i] == 'e'
	} else {
		isFront = strings.Contains(folded, "i")
	}
	for i, c := range letters {
		out[i] = rune(c)
		switch c {
		case 'a':
			isFront = false
		case 'e':
			isFront = true
		case 'i':
			if ki := i > 2 && c == 'i' && letters[i-1] == 'k' && strings.Contains("da de ta te", folded[i-3:i-1]); ki {
				isFront = true
			} else if !isFront {
				out[i] = 'ı'
			}
		case 'u':
			if isFront {
				out[i] = 'ü'
			}
		case 'o':
			if first && isFront {
				out[i] = 'ö'
			} else {
				isFront = false // no ending has an o
			}
		case 'g':
			if i > 0 && i+1 < len(letters) && vowel(letters[i-1]) && vowel(letters[i+1]) {
				out[i] = 'ğ'
			}
		case 's':
			if i > 3 && letters[i-2] == 'm' && (letters[i-1] == 'i' || letters[i-1] == 'u') {
				out[i] = 'ş'
			}
		}
		first = first && !vowel(c)
	}
	return string(out)
}

func vowel(c byte) bool { return strings.IndexByte("aeiou", c) >= 0 }

// hungarianStem takes from a stem what is an ending to the stemmer before some others
// and not before all: the ó of napló, the ió of akció, the j of barátja.
func hungarianStem(stem string) string {
	if len(stem) <= 3 {
		return stem
	}
	stem = strings.TrimSuffix(stem, "j")
	if short, ok := strings.CutSuffix(stem, "o"); ok {
		stem = strings.TrimSuffix(short, "i")
	}
	return stem
}
