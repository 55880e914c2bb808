package page

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The longest heading. What is longer and has no end is a paragraph.
const (
	maxHeadingWords = 12
	maxHeadingRunes = 100
)

// minWrapped is how many words a piece of several lines has at least if it is
// a paragraph that was wrapped.
const minWrapped = 12

// look says what a piece of text is by itself: prose, plain or code.
func look(lines []line) kind {
	if len(lines) == 1 {
		return lookLine(lines[0].text)
	}
	words := 0
	for _, l := range lines {
		if indented(l.text) || comment(l.text) || endsAsCode(l.text) {
			return code
		}
		fields := strings.Fields(l.text)
		for _, w := range fields {
			if codeWord(w) {
				return code
			}
		}
		words += len(fields)
	}
	if words < minWrapped || !sentence(lines[len(lines)-1].text) {
		return code
	}
	return prose
}

func lookLine(s string) kind {
	words := strings.Fields(s)
	signs := 0 // words with a sign of code in them
	for _, w := range words {
		if codeWord(w) {
			signs++
		}
	}
	runes := utf8.RuneCountInString(s)
	switch {
	case indented(s), comment(s), endsAsCode(s):
		return code
	case sentence(s) && signs*2 < len(words) && (len(words) > 1 || runes > len("a sentence without spaces")):
		return prose
	case signs > 0, strings.ContainsRune(sigils, rune(words[0][0])), endsQuoted(words),
		strings.HasPrefix(s, "(") && strings.HasSuffix(strings.TrimRight(s, " \t"), ")"):
		return code
	case strings.HasSuffix(strings.TrimSpace(s), ":"):
		return prose
	case len(words) > maxHeadingWords || runes > maxHeadingRunes:
		return prose
	default:
		return plain
	}
}

func indented(s string) bool { return s != strings.TrimLeft(s, " \t") }

// sentence reports whether a line ends as a sentence does, closing quotes and
// brackets aside. A question that is short enough may also be a heading, and
// `COPY . .` is no sentence.
func sentence(s string) bool {
	s = strings.TrimRight(s, " \t\"'”’»)`")
	last, n := utf8.DecodeLastRuneInString(s)
	switch last {
	case '。', '！', '？', '：', '…':
		return true
	case '?':
		if len(strings.Fields(s)) <= maxHeadingWords {
			return false
		}
	case '.', '!', ':':
	default:
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(s[:len(s)-n])
	return before != utf8.RuneError && !unicode.IsSpace(before)
}

// sigils begin lines of code; a sentence may begin with one too.
const sigils = "#/-<@${}[]+%&!:;|^~=>\\*"

// comment reports whether a line begins with the mark of a comment, which
// makes the sentence behind it code.
func comment(s string) bool { return commentMark.MatchString(s) }

var commentMark = regexp.MustCompile(`^(#+!?(\s|$|!)|//|/\*|\*/|\*\s|--+\s|;+\s|%+\s|<!--|\{-|\(\*|"""|''')`)

// endsAsCode reports whether a line ends with a sign that ends no sentence and
// no heading.
func endsAsCode(s string) bool {
	s = strings.TrimRight(s, " \t")
	return s != "" && strings.ContainsRune(";{}[(\\|=>&", rune(s[len(s)-1]))
}

// endsQuoted reports whether a line ends with a quoted word in the way of
// `echo "done"` and `import app from "./app"`.
func endsQuoted(words []string) bool {
	last := words[len(words)-1]
	return (strings.HasSuffix(last, `"`) || strings.HasSuffix(last, "'")) &&
		len(words) > 1 && (len(words) == 2 || words[0] == "import")
}

// codeWord reports whether a word has a sign of code inside it or is an
// operator or an option; quotes, brackets and punctuation around it say
// nothing.
func codeWord(w string) bool {
	switch w {
	case "-", "&", "+", "/": // prose has these between its words
		return false
	}
	inner := strings.TrimLeft(strings.TrimRight(w, ".,;:!?)\"'`"), "(\"'`")
	if inner == "" {
		return w != "" && !strings.ContainsAny(w, "\"'`")
	}
	if len(inner) > 1 && inner[0] == '-' && (inner[1] == '-' || 'a' <= inner[1]|0x20 && inner[1]|0x20 <= 'z') {
		return true
	}
	return strings.ContainsAny(inner, "=(){}[]<>;$|\\@*^~:`\"") || strings.Contains(inner, "&&")
}

// opening reports whether a line of words reads like the first statement of a
// piece of code. It counts only where code follows the line.
func opening(s string) bool { return openingStatement.MatchString(strings.TrimSpace(s)) }

var openingStatement = regexp.MustCompile(`(?i)^(` +
	`(package|import|imports|use|using|open|require|include|with|library|program|implicit|namespace|section|global|cd|from) \S+` +
	`|module \S+( where)?` +
	`|from \S+ import \S.*|(from|import) \S+ as \S+|import \S+(, \S+)+` +
	`|[\w.-]+: \S+` +
	`)$`)

// closing reports whether a line of words reads like the last statement of a
// piece of code. It counts only where code stands before the line.
func closing(s string) bool { return closingStatement.MatchString(strings.TrimSpace(s)) }

var closingStatement = regexp.MustCompile(`(?i)^(export default \S+|done|fi|esac|commit|exit( \d+)?` +
	`|end( (program|module|function|sub|if|class)( \w+)?)?)$`)

// openEnd gives what tells the end of a comment or text literal that a piece
// of code leaves open, or nil where it leaves none.
func openEnd(piece string) func(later string) bool {
	for _, mark := range []string{`"""`, `'''`} {
		if strings.Count(piece, mark)%2 == 1 {
			return func(later string) bool { return strings.Contains(later, mark) }
		}
	}
	for _, pair := range [][2]string{{"/*", "*/"}, {"<!--", "-->"}, {"{-", "-}"}} {
		begin := strings.LastIndex(piece, pair[0])
		if begin >= 0 && !strings.Contains(piece[begin:], pair[1]) &&
			strings.TrimSpace(piece[strings.LastIndexByte(piece[:begin], '\n')+1:begin]) == "" {
			return func(later string) bool { return strings.Contains(later, pair[1]) }
		}
	}
	if m := hereDocument.FindAllStringSubmatch(piece, -1); m != nil {
		word := m[len(m)-1][1]
		ends := func(text string) bool {
			for l := range strings.Lines(text) {
				if strings.TrimRight(strings.TrimSpace(l), ";,)") == word {
					return true
				}
			}
			return false
		}
		if !ends(piece) {
			return ends
		}
	}
	return nil
}

var hereDocument = regexp.MustCompile(`<<[<~-]?\s?['"]?([A-Z][A-Z0-9_]*)['"]?`)
