package markdown

import "strings"

// writer puts blocks below each other, each apart from the one before by an empty line.
type writer struct {
	out    []byte
	prefix string // of each line, in lists and quotes
	first  string // of the next line, in place of prefix; "" where that is no other
	began  bool   // there is a block before, in the same list item or quote
	inside int    // how many lists and quotes this stands in
	last   string // how the items of the block before are marked, where that is a list; else ""
}

// deepest is how many lists and quotes may stand in each other. What is deeper stands
// in the deepest: each level is written before each line.
const deepest = 16

// block begins a block.
func (w *writer) block() {
	if w.began {
		w.out = append(append(w.out, strings.TrimRight(w.prefix, " ")...), '\n')
	}
	w.began, w.last = true, ""
}

// line writes a line of a block.
func (w *writer) line(text string) {
	prefix := w.prefix
	if w.first != "" {
		prefix, w.first = w.first, ""
	}
	if text == "" {
		prefix = strings.TrimRight(prefix, " ")
	}
	w.out = append(append(append(w.out, prefix...), text...), '\n')
}

// lines writes a block of lines.
func (w *writer) lines(text string) {
	w.block()
	for line := range strings.SplitSeq(text, "\n") {
		w.line(line)
	}
}

// paragraph writes a block of text, which is escaped; nothing where there is none.
func (w *writer) paragraph(text string) {
	if text != "" {
		w.lines(text)
	}
}

// within writes what stands in an item of a list or in a quote: the first line begins
// with one mark, the others with another. Where nothing stands in it, nothing is written.
func (w *writer) within(first, rest string, inner func()) (wrote bool) {
	if w.inside == deepest {
		inner()
		return true
	}
	was := *w
	if w.first == "" {
		w.first = w.prefix
	}
	w.first += first
	w.prefix += rest
	w.began, w.last = false, ""
	w.inside++
	inner()
	wrote = w.began
	w.prefix, w.inside, w.last = was.prefix, was.inside, ""
	if w.began = true; wrote {
		w.first = ""
	} else {
		w.first = was.first
	}
	return wrote
}

// quote writes a quote.
func (w *writer) quote(inner func()) {
	was := *w
	if w.block(); !w.within("> ", "> ", inner) {
		w.undo(was)
	}
}

// undo takes away what was written since.
func (w *writer) undo(was writer) {
	was.out = w.out[:len(was.out)]
	*w = was
}

// fence writes lines as they are. The fence is longer than any in them.
func (w *writer) fence(language, source string) {
	w.block()
	fence := strings.Repeat("`", max(3, longestRun(source, '`')+1))
	w.line(fence + language)
	source = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(source)
	for line := range strings.SplitSeq(source, "\n") {
		w.line(line)
	}
	w.line(fence)
}

// longestRun is how often a byte stands in a row at most.
func longestRun(s string, c byte) (longest int) {
	run := 0
	for i := range len(s) {
		if run++; s[i] != c {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}
