package synth

import "strings"

// slot is a place of a template that is filled in.
type slot uint8

const (
	slotNone slot = iota
	slotTechnology
	slotProblem
	slotScenario
	slotTool
	slotStack
	slotArea
	slots
)

var slotNames = map[string]slot{
	"{technology}": slotTechnology, "{problem}": slotProblem, "{scenario}": slotScenario, "{tool}": slotTool,
	"{stack}": slotStack, "{area}": slotArea,
}

// template is a text with slots, taken apart.
type template struct {
	parts []part
	words int // without those of the slots
}

type part struct {
	text string // before the slot
	slot slot   // slotNone at the end
}

// compile takes a text apart.
func compile(text string) template {
	var t template
	plain := text
	for {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			break
		}
		end := strings.IndexByte(text, '}') + 1
		name := text[open:end]
		t.parts = append(t.parts, part{text[:open], slotNames[name]})
		plain = strings.Replace(plain, name, "x", 1)
		t.words--
		text = text[end:]
	}
	t.parts = append(t.parts, part{text: text})
	t.words += countWords(plain)
	return t
}

func compileAll(texts []string) []template {
	all := make([]template, len(texts))
	for i, text := range texts {
		all[i] = compile(text)
	}
	return all
}

// filling is what the slots of one post's templates hold.
type filling struct {
	values [slots]string
	words  [slots]int
}

func (f *filling) set(s slot, value string) {
	f.values[s] = value
	f.words[s] = countWords(value)
}

// fill appends the text of a template and counts its words.
func (t *template) fill(dst []byte, f *filling) ([]byte, int) {
	words := t.words
	for _, p := range t.parts {
		dst = append(dst, p.text...)
		dst = append(dst, f.values[p.slot]...)
		words += f.words[p.slot]
	}
	return dst, words
}

// countWords counts the words of a text of this package, whose only white space
// is that of ASCII.
func countWords(text string) int {
	words, space := 0, true
	for i := range len(text) {
		before := space
		space = text[i] == ' ' || text[i] == '\n' || text[i] == '\t'
		if before && !space {
			words++
		}
	}
	return words
}
