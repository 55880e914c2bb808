package blocks

import "bytes"

// The time that reading Markdown takes grows with the square of some things. No article has
// so many of them; a text that was made to be slow has.
const (
	maxMarks      = 2000  // brackets and marks of emphasis in one paragraph
	maxLines      = 20000 // lines without an empty one between them
	maxContainers = 200   // quotes and lists that begin in one line
)

// tooInvolved reports whether a text would take too long to read as Markdown.
func tooInvolved(source []byte) bool {
	marks, lines := 0, 0
	var fence []byte // that ends the code in which the line stands
	for line := range bytes.Lines(source) {
		text := bytes.TrimSpace(line)
		if fence != nil {
			if bytes.HasPrefix(text, fence) {
				fence = nil
			}
			continue
		}
		if lines++; len(text) == 0 {
			marks, lines = 0, 0
			continue
		}
		switch text[0] {
		case '`', '~':
			if bytes.HasPrefix(text, []byte("```")) || bytes.HasPrefix(text, []byte("~~~")) {
				fence = text[:3]
				continue
			}
		case '-', '+', '#', '|', '>', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			marks = 0 // another paragraph begins
		}
		if marks += marksIn(text); marks > maxMarks || lines > maxLines || containersOf(text) > maxContainers {
			return true
		}
	}
	return false
}

func marksIn(line []byte) (n int) {
	for _, c := range line {
		if c == '[' || c == '*' || c == '_' || c == '~' {
			n++
		}
	}
	return n
}

// containersOf counts the marks of quotes and lists that a line begins with.
func containersOf(line []byte) (n int) {
	for _, c := range line {
		switch c {
		case '>', '-', '*', '+', '.', ')':
			n++
		case ' ', '\t', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		default:
			return n
		}
	}
	return n
}

// plainText is a text as mark-up of its paragraphs.
func plainText(source []byte) string {
	var w []byte
	for paragraph := range bytes.SplitSeq(source, []byte("\n\n")) {
		w = append(w, "<p>"...)
		w = appendEscaped(w, string(paragraph))
	}
	return string(w)
}
