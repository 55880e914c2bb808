package blocks

import (
	"strings"
)

// appendNode writes an element with all that it holds, or a text.
func appendNode(w []byte, n *node, asItIs bool) []byte {
	if n.name == "" {
		return appendEscaped(w, n.text)
	}
	w = appendStart(w, n)
	if n.is(void) {
		return w
	}
	w = appendChildren(w, n, asItIs || kinds[n.tag]&hasCode != 0)
	return appendEnd(w, n)
}

func appendChildren(w []byte, n *node, asItIs bool) []byte {
	before := (*node)(nil)
	for child := n.first; child != nil; child = child.next {
		switch {
		case child.is(dropped):
		case child.name == "" && !asItIs:
			w = appendText(w, child, before)
		default:
			w = appendNode(w, child, asItIs)
		}
		before = child
	}
	return w
}

// appendText writes a text, each run of white space as one space, and none at the edge of what stands apart.
func appendText(w []byte, n, before *node) []byte {
	edge := func(beside *node) bool {
		return beside == nil && n.parent.is(apart) || beside != nil && beside.is(apart)
	}
	if n.has == 0 && (n.parent.is(spaceless) || edge(before) || edge(n.next)) {
		return w
	}
	begun := len(w)
	space := false
	for text := n.text; text != ""; {
		end := strings.IndexAny(text, " \t\r\n\f")
		if end < 0 {
			end = len(text)
		}
		if end > 0 {
			if space && (len(w) > begun || !edge(before)) {
				w = append(w, ' ')
			}
			w, space = appendEscaped(w, text[:end]), false
		}
		if text = text[end:]; text != "" {
			space, text = true, text[1:]
		}
	}
	if space && !edge(n.next) {
		w = append(w, ' ')
	}
	return w
}

func appendStart(w []byte, n *node) []byte {
	if n.is(unmarked) {
		return w
	}
	w = append(w, '<')
	w = append(w, n.name...)
	for i := range n.attributes {
		a := &n.attributes[i]
		w = append(w, ' ')
		w = append(w, a.Key...)
		w = append(w, `="`...)
		w = appendEscaped(w, a.Val)
		w = append(w, '"')
	}
	return append(w, '>')
}

func appendEnd(w []byte, n *node) []byte {
	if n.is(unmarked) {
		return w
	}
	w = append(w, "</"...)
	w = append(w, n.name...)
	return append(w, '>')
}

// appendEscaped writes text so that it is text in mark-up too, and in an attribute.
func appendEscaped(w []byte, text string) []byte {
	for {
		at := strings.IndexAny(text, `&<>"`)
		if at < 0 {
			return append(w, text...)
		}
		w = append(w, text[:at]...)
		switch text[at] {
		case '&':
			w = append(w, "&amp;"...)
		case '<':
			w = append(w, "&lt;"...)
		case '>':
			w = append(w, "&gt;"...)
		case '"':
			w = append(w, "&#34;"...)
		}
		text = text[at+1:]
	}
}
