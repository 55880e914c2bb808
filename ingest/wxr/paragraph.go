package wxr

import "strings"

// blockTags are the elements that part paragraphs.
var blockTags = set(`address area article aside blockquote caption center col colgroup dd details div dl dt fieldset figcaption
	figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main map menu nav ol p section summary table tbody td
	tfoot th thead tr ul`)

// asTheyAre are the elements in which a line end is no line break.
var asTheyAre = set("pre script style textarea iframe video audio object svg math select noscript")

func set(words string) map[string]bool {
	m := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		m[word] = true
	}
	return m
}

// paragraphs makes paragraphs of a text as WordPress does when it shows it (wpautop):
// blank lines part them, and other line ends are line breaks. What stands in elements
// that part paragraphs stays there.
func paragraphs(text string) string {
	w := paragraphWriter{}
	w.out.Grow(len(text) + len(text)/16)
	m := markupReader{text: text}
	for p, ok := m.next(asTheyAre); ok; p, ok = m.next(asTheyAre) {
		switch {
		case p.kind == prose:
			w.prose(p.text)
		case p.kind == verbatim && p.name == "pre":
			w.flush()
			w.out.WriteString(p.text)
		case p.kind == element && blockTags[p.name]:
			w.flush()
			w.block(p)
		default:
			w.line.WriteString(p.text)
			w.broken = p.name == "br"
		}
	}
	w.flush()
	return w.out.String()
}

type paragraphWriter struct {
	out    strings.Builder
	line   strings.Builder // text and inline elements since the last block
	broken bool            // a line break stands at its end
	done   []string        // its paragraphs that ended
	open   []string        // elements that part paragraphs and are open
}

// prose adds text, in which line ends tell something.
func (w *paragraphWriter) prose(text string) {
	for {
		n := strings.IndexByte(text, '\n')
		if n < 0 {
			break
		}
		w.line.WriteString(text[:n])
		rest := strings.TrimLeft(text[n:], " \t\n\u00a0")
		switch lines := strings.Count(text[n:len(text)-len(rest)], "\n"); {
		case lines > 1:
			w.done = append(w.done, w.line.String())
			w.line.Reset()
		case w.broken && strings.TrimSpace(text[:n]) == "":
			w.line.WriteByte('\n')
		default:
			w.line.WriteString("<br>\n")
		}
		text, w.broken = rest, false
	}
	if text != "" {
		w.broken = false
	}
	w.line.WriteString(text)
}

// flush writes the paragraphs since the last block. In an element one alone is its text.
func (w *paragraphWriter) flush() {
	texts := w.done[:0]
	for _, text := range append(w.done, w.line.String()) {
		if text = trimmed(text); text != "" {
			texts = append(texts, text)
		}
	}
	w.line.Reset()
	w.done, w.broken = nil, false
	in := ""
	if len(w.open) > 0 {
		in = w.open[len(w.open)-1]
	}
	for i, text := range texts {
		switch {
		case in == "p" && i > 0:
			w.out.WriteString("</p><p>" + text)
		case in == "p" || in != "" && len(texts) == 1 || !shows(text):
			w.out.WriteString(text)
		default:
			w.out.WriteString("<p>" + text + "</p>\n")
		}
	}
}

// shows tells a paragraph from tags that stand around those before and behind them, and
// from comments. Text that begins so is enough.
func shows(text string) bool {
	m := markupReader{text: text}
	for p, ok := m.next(asTheyAre); ok; p, ok = m.next(asTheyAre) {
		switch {
		case p.kind == verbatim, p.name == "img", p.name == "embed", p.name == "input", p.kind == prose && strings.TrimSpace(p.text) != "":
			return true
		}
	}
	return false
}

// trimmed is without white space and line breaks at both ends.
func trimmed(text string) string {
	text = strings.TrimSpace(text)
	for {
		before := len(text)
		text = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(text, "<br>"), "<br>"))
		if len(text) == before {
			return text
		}
	}
}

// maxOpen bounds how many open elements are remembered.
const maxOpen = 64

// block writes the tag of an element that parts paragraphs.
func (w *paragraphWriter) block(p piece) {
	w.out.WriteString(p.text)
	switch {
	case p.close:
		for i := len(w.open) - 1; i >= 0; i-- {
			if w.open[i] == p.name {
				w.open = w.open[:i]
				break
			}
		}
	case p.name == "hr" || p.name == "col" || p.name == "area":
	default:
		if n := len(w.open); n > 0 && (w.open[n-1] == "p" || w.open[n-1] == p.name && p.name != "div" && p.name != "blockquote") {
			w.open = w.open[:n-1] // it ends where another begins
		}
		if len(w.open) < maxOpen {
			w.open = append(w.open, p.name)
		}
	}
}
