package command

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"alphanode/terminal"
)

// visible gives a text as people are shown it: what cannot be seen in it, such as what
// a terminal takes for an order, is escaped. It is one line.
func visible(text string) string {
	if !strings.ContainsFunc(text, terminal.Unseen) {
		return text
	}
	var out strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch quoted := strconv.QuoteToASCII(text[i : i+size]); {
		case terminal.Unseen(r):
			out.WriteString(quoted[1 : len(quoted)-1])
		default:
			out.WriteRune(r)
		}
		i += size
	}
	return out.String()
}

// visibleLines is visible of each line, for errors, which may be several.
func visibleLines(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = visible(lines[i])
	}
	return strings.Join(lines, "\n")
}

// say prints for people. Texts among the arguments may come from posts, from those who
// gave notes and reasons, and from the names of files.
func say(to io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(to, format, shown(args)...) // there is no one else to tell
}

// shown gives what is printed, with its texts made visible.
func shown(args []any) []any {
	out := make([]any, len(args))
	for i, arg := range args {
		switch arg := arg.(type) {
		case string:
			out[i] = visible(arg)
		case error:
			out[i] = visibleLines(arg.Error())
		case fmt.Stringer:
			out[i] = visible(arg.String())
		default:
			out[i] = arg
		}
	}
	return out
}
