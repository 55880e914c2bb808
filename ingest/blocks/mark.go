package blocks

import (
	"strings"
)

// appendNode writes an element with all that it holds, or a text.
func appendNode(w []byte, n *node, asItIs bool) []byte {
	if n.name == "" {
		return appendText(w, n, asItIs)
	}
	w = appendStart(w, n)
	if n.is(void) {
		return w
	}
	w = appendChildren(w, n, asItIs || kinds[n.tag]&hasCode != 0)
	return appendEnd(w, n)
}

func appendChildren(w []byte, n *node, asItIs bool) []byte {
	for child := n.first; child != nil; child = child.next {
		if !child.is(dropped) {
			w = appendNode(w, child, asItIs)
		}
	}
	return w
}

// appendText writes a text, with its white space as it is or each run as one space.
func appendText(w []byte, n *node, asItIs bool) []byte {
	switch {
	case asItIs:
		return appendEscaped(w, n.text)
	case n.parent.is(spaceless) && n.has == 0:
		return w
	}
	space := false
	for text := n.text; text != ""; {
		end := strings.IndexAny(text, " \t\r\n\f")
		if end < 0 {
			end = len(text)
		}
		if end > 0 {
			if space {
				w = append(w, ' ')
			}
			w, space = appendEscaped(w, text[:end]), false
		}
		if text = text[end:]; text != "" {
			space, text = true, text[1:]
		}
	}
	if space {
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
