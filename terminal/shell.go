package terminal

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// ShellWord gives a word as a shell takes it, for commands that are told to be copied:
// a slug may be $(id), and a folder have spaces. What cannot be seen is written as its
// bytes.
func ShellWord(word string) string {
	switch {
	case plainWord.MatchString(word):
		return word
	case !strings.ContainsFunc(word, Unseen):
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	var out strings.Builder
	out.WriteString("$'")
	for i := 0; i < len(word); {
		r, size := utf8.DecodeRuneInString(word[i:])
		switch {
		case r == '\'' || r == '\\':
			out.WriteString(`\` + string(r))
		case Unseen(r):
			for _, b := range []byte(word[i : i+size]) {
				fmt.Fprintf(&out, `\%03o`, b)
			}
		default:
			out.WriteRune(r)
		}
		i += size
	}
	return out.String() + "'"
}
