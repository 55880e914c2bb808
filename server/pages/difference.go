package pages

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"alphanode/server/readable"
)

// piece is a part of a value that is shown beside another: what only one of them has is
// marked.
type piece struct {
	Text   string
	Marked bool
}

const (
	// longestShown is how many characters of a value a comparison shows.
	longestShown = 240
	// mostPieces is how many entries of a list it shows.
	mostPieces = 40
)

// differing gives the values at a path of two posts for people. Of a body it gives only
// the blocks that the other has not.
func differing(was, is any, path string) (before, after []piece) {
	a, b := valueAt(was, path), valueAt(is, path)
	listA, okA := a.([]any)
	listB, okB := b.([]any)
	if okA && okB {
		textsA, textsB := textsOf(listA), textsOf(listB)
		return beside(textsA, textsB, path == "body"), beside(textsB, textsA, path == "body")
	}
	return whole(shownValue(path, a)), whole(shownValue(path, b))
}

// decoded reads a post; nil where there is none.
func decoded(post []byte) (value any) {
	d := json.NewDecoder(bytes.NewReader(post))
	d.UseNumber() // numbers stay exact
	if d.Decode(&value) != nil {
		return nil
	}
	return value
}

// valueAt reads the value at a path out of a post; nil where there is none.
func valueAt(post any, path string) any {
	value := post
	for rest := path; ; {
		object, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		if found, ok := object[rest]; ok { // a name can have dots in it
			return found
		}
		name, more, ok := strings.Cut(rest, ".")
		if !ok {
			return nil
		}
		value, rest = object[name], more
	}
}

func whole(text string) []piece {
	if text == "" {
		return []piece{{Text: "—"}}
	}
	return []piece{{Text: shortened(text), Marked: true}}
}

// beside marks the texts that another list has not; it can leave out the others.
func beside(texts, others []string, marked bool) []piece {
	left := map[string]int{}
	for _, o := range others {
		left[o]++
	}
	var all []piece
	for i, text := range texts {
		if len(all) == mostPieces {
			return append(all, piece{Text: "and " + strconv.Itoa(len(texts)-i) + " more"})
		}
		left[text]--
		if own := left[text] < 0; own || !marked {
			all = append(all, piece{Text: shortened(text), Marked: own})
		}
	}
	if all == nil {
		return []piece{{Text: "—"}}
	}
	return all
}

// textsOf are the entries of a list as people read them.
func textsOf(list []any) []string {
	texts := make([]string, len(list))
	for i, entry := range list {
		texts[i] = shownValue("", entry)
		object, _ := entry.(map[string]any)
		for _, name := range []string{"name", "text", "source", "caption", "html"} { // of an entity, or of a block
			if text, ok := object[name].(string); ok {
				texts[i] = text
				break
			}
		}
	}
	return texts
}

// shownValue is a value as a text.
func shownValue(path string, value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		if strings.HasSuffix(path, "publishedAt") || strings.HasSuffix(path, "lastReviewed") || path == "updated" {
			return readable.Day(value)
		}
		return value
	case bool:
		return map[bool]string{true: "yes", false: "no"}[value]
	case json.Number:
		return value.String()
	default:
		text, err := json.Marshal(value)
		if err != nil {
			return fmt.Sprint(value)
		}
		return string(text)
	}
}

func shortened(text string) string {
	if runes := []rune(text); len(runes) > longestShown {
		return string(runes[:longestShown]) + "…"
	}
	return text
}
