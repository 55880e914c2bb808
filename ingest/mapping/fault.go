package mapping

import (
	"errors"
	"fmt"

	"github.com/agnivade/levenshtein"
)

// FileError is something wrong in a mapping file.
type FileError struct {
	File            string
	Line            int
	Where           string // such as fields.body.as; empty for the file as a whole
	Found, Expected string
}

func (e *FileError) Error() string {
	at := fmt.Sprintf("%s:%d: ", e.File, e.Line)
	if e.Where != "" {
		at += e.Where + ": "
	}
	return at + "found " + e.Found + ", expected " + e.Expected
}

var errMore = errors.New("more text after the value")

// closest gives the one of the words that somebody most likely meant, or nothing.
func closest(word string, words []string) (best string) {
	least := len(word)/3 + 2
	for _, w := range words {
		if d := levenshtein.ComputeDistance(word, w); d < least {
			best, least = w, d
		}
	}
	return best
}
