package content

import (
	"strings"

	"github.com/go-faster/jx"
)

// canonicalReader reads canonical JSON, which has no white space, from its beginning. What
// is none is a fault, and ends it.
type canonicalReader struct {
	text   string
	at     int
	escape int // where the next backslash is, if it is not before at
	failed bool
}

func (r *canonicalReader) fail() { r.at, r.failed = len(r.text), true }

// is reports whether a byte comes next, and goes on behind it.
func (r *canonicalReader) is(c byte) bool {
	if r.at == len(r.text) || r.text[r.at] != c {
		return false
	}
	r.at++
	return true
}

func (r *canonicalReader) must(c byte) {
	if !r.is(c) {
		r.fail()
	}
}

// object calls a function before each value of an object, which must read it or skip it.
func (r *canonicalReader) object(value func(key string)) {
	r.must('{')
	for first := true; !r.failed && !r.is('}'); first = false {
		if !first {
			r.must(',')
		}
		key := r.str()
		r.must(':')
		value(key)
	}
}

// list calls a function before each value of a list.
func (r *canonicalReader) list(value func()) {
	r.must('[')
	for first := true; !r.failed && !r.is(']'); first = false {
		if !first {
			r.must(',')
		}
		value()
	}
}

// str reads a text.
func (r *canonicalReader) str() string {
	quoted, escaped := r.quoted()
	s := quoted[1 : len(quoted)-1]
	if !escaped {
		return s
	}
	var w strings.Builder
	w.Grow(len(s))
	for {
		n := strings.IndexByte(s, '\\')
		if n < 0 {
			w.WriteString(s)
			return w.String()
		}
		w.WriteString(s[:n])
		c := unescaped[s[n+1]]
		if c == 0 { // by its number, which is rare
			return r.anyStr(quoted)
		}
		w.WriteByte(c)
		s = s[n+2:]
	}
}

// unescaped are the bytes for which appendEscaped writes a backslash and a letter.
var unescaped = [256]byte{'"': '"', '\\': '\\', 'n': '\n', 'r': '\r', 't': '\t'}

// anyStr is a text with any escapes.
func (r *canonicalReader) anyStr(quoted string) string {
	s, err := jx.DecodeStr(quoted).Str()
	if err != nil {
		r.fail()
	}
	return s
}

// quoted reads a text as it is written, and reports whether anything in it is escaped.
func (r *canonicalReader) quoted() (quoted string, escaped bool) {
	start := r.at
	r.must('"')
	if r.escape < r.at {
		r.escape = r.find('\\')
	}
	end := r.find('"')
	if escaped = r.escape < end; escaped {
		for end = r.escape; end < len(r.text) && r.text[end] != '"'; end++ {
			if r.text[end] == '\\' {
				end++
			}
		}
	}
	if end >= len(r.text) {
		r.fail()
		return `""`, false
	}
	r.at = end + 1
	return r.text[start:r.at], escaped
}

// find gives where a byte is next.
func (r *canonicalReader) find(c byte) int {
	if n := strings.IndexByte(r.text[r.at:], c); n >= 0 {
		return r.at + n
	}
	return len(r.text)
}

// strOf reads a text of an object.
func (r *canonicalReader) strOf(field string) (s string) {
	r.object(func(key string) {
		if key == field {
			s = r.str()
		} else {
			r.skip()
		}
	})
	return s
}

// skip passes over a value.
func (r *canonicalReader) skip() {
	depth := 0
	for ok := true; ok; ok = depth > 0 && !r.failed {
		if r.at == len(r.text) {
			r.fail()
			return
		}
		switch r.text[r.at] {
		case '"':
			r.quoted()
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case ',', ':':
		default:
			n := strings.IndexAny(r.text[r.at:], ",]}")
			if n < 0 {
				r.fail()
				return
			}
			r.at += n
			continue
		}
		r.at++
	}
}
