package content

import (
	"fmt"
	"strings"
)

// Fault is one thing wrong with a post: where, what was found there and what
// was expected instead.
type Fault struct {
	Path     string `json:"path"` // such as meta.score.quality or body[3].level
	Found    string `json:"found"`
	Expected string `json:"expected"`
}

// UnknownField is what is found where a record has a field that no post has.
const UnknownField = "an unknown field"

// Error says the fault in one line.
func (f Fault) Error() string {
	at := f.Path
	if at == "" {
		at = "post"
	}
	return fmt.Sprintf("%s: found %s, expected %s", at, f.Found, f.Expected)
}

// Faults is every fault of one post. An empty Faults is no error.
type Faults []Fault

// Error says all faults in one line.
func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "; ")
}

// maxFound bounds, in bytes, how much of a faulty value is repeated in a fault.
const maxFound = 80

// quote shows a found string, cut short where it is long.
func quote(s string) string {
	return fmt.Sprintf("%q", shorten(s))
}

// shorten cuts s to maxFound bytes, not inside a character.
func shorten(s string) string {
	if len(s) <= maxFound {
		return s
	}
	return strings.ToValidUTF8(s[:maxFound], "") + "…"
}

// maxPath bounds, in bytes, how much of a path is given in a fault: the names of
// unknown meta can be as long as a post.
const maxPath = 2 * MaxName

func shortenPath(path string) string {
	if len(path) <= maxPath {
		return path
	}
	return strings.ToValidUTF8(path[:maxPath], "") + "…"
}

// oneOf words a choice.
func oneOf(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
