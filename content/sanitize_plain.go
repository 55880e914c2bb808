package content

import (
	"slices"
	"strings"
)

// appendPlain sanitises mark-up of which nothing goes and that is written as programs write it: small
// letters, attributes in double quotes, no comments. That is nearly all there is, and takes a
// fraction of the time that a tokenizer does. What it gives is the same; where it meets
// anything else, it is not ok.
func appendPlain(out []byte, markup string) (_ []byte, ok bool) {
	for {
		at := strings.IndexByte(markup, '<')
		if at < 0 {
			return appendPlainText(out, markup), true
		}
		out = appendPlainText(out, markup[:at])
		markup = markup[at+1:]
		if rest, isEnd := strings.CutPrefix(markup, "/"); isEnd {
			out, markup, ok = appendPlainEnd(out, rest)
		} else {
			out, markup, ok = appendPlainStart(out, markup)
		}
		if !ok {
			return out, false
		}
	}
}

func appendPlainText(out []byte, text string) []byte {
	if strings.IndexByte(text, '&') >= 0 || strings.IndexByte(text, '\r') >= 0 || strings.IndexByte(text, 0) >= 0 {
		return appendText(out, []byte(text))
	}
	return appendEntities(out, text)
}

// plainElement is one that is kept and whose tags say all that must be known of it.
func plainElement(name string) *keptElement {
	if name == "picture" { // what a source says rests on it
		return nil
	}
	return elements[name]
}

func appendPlainEnd(out []byte, markup string) (_ []byte, rest string, ok bool) {
	name := plainName(markup)
	rest, closed := strings.CutPrefix(markup[len(name):], ">")
	if e := plainElement(name); !closed || e == nil || e.void {
		return out, rest, false
	}
	return append(append(append(out, "</"...), name...), '>'), rest, true
}

func appendPlainStart(out []byte, markup string) (_ []byte, rest string, ok bool) {
	name := plainName(markup)
	e := plainElement(name)
	if e == nil {
		return out, "", false
	}
	out = append(append(out, '<'), name...)
	rest = markup[len(name):]
	var room [8]string
	taken := room[:0]
	for strings.HasPrefix(rest, " ") {
		key := plainName(rest[1:])
		value, quoted := strings.CutPrefix(rest[1+len(key):], `="`)
		end := strings.IndexByte(value, '"')
		if !quoted || end < 0 || slices.Contains(taken, key) {
			return out, "", false
		}
		value, rest = value[:end], value[end+1:]
		if out, ok = appendPlainAttribute(out, e, key, value); !ok {
			return out, "", false
		}
		taken = append(taken, key)
	}
	rest, closed := strings.CutPrefix(rest, ">")
	if !closed || len(e.needs) > 0 && !slices.ContainsFunc(e.needs, func(need string) bool { return slices.Contains(taken, need) }) {
		return out, "", false
	}
	return append(out, '>'), rest, true
}

func appendPlainAttribute(out []byte, e *keptElement, key, value string) (_ []byte, ok bool) {
	check := e.attributes[key]
	if check == nil {
		check = everywhere[key]
	}
	if check == nil || strings.IndexByte(value, '\r') >= 0 || strings.IndexByte(value, 0) >= 0 {
		return out, false
	}
	if value, ok = plainValue(value); !ok {
		return out, false
	}
	kept, lost := check(value)
	if lost != "" {
		return out, false
	}
	out = append(append(append(out, ' '), key...), `="`...)
	return append(appendEntities(out, kept), '"'), true
}

// plainValue resolves the references in the value of an attribute, if they are those that programs write.
func plainValue(value string) (resolved string, ok bool) {
	at := strings.IndexByte(value, '&')
	if at < 0 {
		return value, true
	}
	var w strings.Builder
	for ; at >= 0; at = strings.IndexByte(value, '&') {
		w.WriteString(value[:at])
		value = value[at:]
		i := slices.IndexFunc(plainReferences, func(r reference) bool { return strings.HasPrefix(value, r.written) })
		if i < 0 {
			return "", false
		}
		w.WriteByte(plainReferences[i].means)
		value = value[len(plainReferences[i].written):]
	}
	w.WriteString(value)
	return w.String(), true
}

type reference struct {
	written string
	means   byte
}

var plainReferences = []reference{{"&amp;", '&'}, {"&#34;", '"'}, {"&#39;", '\''}, {"&quot;", '"'}, {"&lt;", '<'}, {"&gt;", '>'}}

// plainName is the name that mark-up begins with, in small letters.
func plainName(markup string) string {
	for i := range len(markup) {
		if c := markup[i]; (c < 'a' || c > 'z') && (i == 0 || c < '0' || c > '9') {
			return markup[:i]
		}
	}
	return markup
}
