package php

import (
	"strconv"
	"strings"
)

// The bounds of mending.
const (
	maxForks = 1 << 12 // places to go back to; those before are forgotten
	maxSteps = 1 << 20 // values that are passed over, in all
	maxTries = 16      // how often a text's bytes may be looked at, and passed over, on the average
)

// mend finds where the texts end whose lengths are wrong: at the quote and
// semicolon that let the rest be read. It gives, for where each of them begins,
// where it ends; nil where there is no way, or finding it would take too long.
func mend(text string) map[int]int {
	if head, ok := strings.CutPrefix(strings.TrimLeft(text, space), "s:"); ok {
		return mendAlone(text, len(text)-len(head))
	}
	// A length that fits is doubted only where nothing else helps: going back to
	// every text takes long.
	for _, doubt := range []bool{false, true} {
		looks := maxTries * (len(text) + 1<<6)
		m := mender{text: text, doubt: doubt, looks: looks, steps: min(looks, maxSteps)}
		if m.run() {
			ends := make(map[int]int, len(m.mended))
			for _, s := range m.mended {
				ends[s.begin] = s.end
			}
			return ends
		}
	}
	return nil
}

// mendAlone does so for a text that is all there is, behind its s:.
func mendAlone(text string, at int) map[int]int {
	length, _ := until(text, at, ':')
	begin := at + len(length) + len(`:"`)
	end := len(strings.TrimRight(text, space)) - len(`";`)
	if begin > end || !strings.HasPrefix(text[end:], `";`) {
		return nil
	}
	return map[int]int{begin: end}
}

type span struct{ begin, end int }

// place is how far the text was read.
type place struct {
	at    int
	depth int           // arrays and objects that are open
	left  [MaxDepth]int // keys and values still to come in each; a key comes next where it is even
}

// fork is a text that may end elsewhere too.
type fork struct {
	place          // at the first byte of the text
	mended     int // how many texts were mended before it
	length     int // the one it says
	tried, try int // the end that was taken last, and the next way to look for one
}

type mender struct {
	text   string
	place  place
	mended []span
	forks  []fork
	doubt  bool
	steps  int // that may still be taken
	looks  int // bytes that may still be looked at
}

// run passes over the text, and goes back to the last fork wherever that fails.
func (m *mender) run() bool {
	m.place.at = skipSpace(m.text, 0)
	for ; m.steps > 0 && m.looks >= 0; m.steps-- {
		ok := m.step()
		if ok && m.place.depth == 0 {
			if ok = skipSpace(m.text, m.place.at) == len(m.text); ok {
				return len(m.mended) > 0
			}
		}
		if !ok && !m.goBack() {
			return false
		}
	}
	return false
}

// step passes over the next key or value, or the brace behind the last one.
func (m *mender) step() bool {
	p := &m.place
	inside := p.depth > 0
	if inside && p.left[p.depth-1] == 0 {
		p.depth--
		return m.skip("}") && m.taken()
	}
	key := inside && p.left[p.depth-1]%2 == 0
	if !key && m.skip("N;") {
		return m.taken()
	}
	if len(m.text)-p.at < 2 || m.text[p.at+1] != ':' {
		return false
	}
	kind := m.text[p.at]
	p.at += 2
	switch {
	case kind == 's' && inside:
		length, ok := m.number()
		return ok && m.skip(`"`) && m.begin(length)
	case kind == 'i' || !key && strings.IndexByte("bdRr", kind) >= 0:
		number, ok := until(m.text, p.at, ';')
		p.at += min(len(number)+1, len(m.text)-p.at)
		return ok && strings.Trim(number, "0123456789+-.eEINFA") == "" && m.taken()
	case key:
		return false
	case kind == 'a':
		return m.enter()
	default:
		return m.named(kind)
	}
}

// named passes over what holds a text that no search-and-replace changes.
func (m *mender) named(kind byte) bool {
	if !m.bytes(`"`, `"`) {
		return false
	}
	switch kind {
	case 'O':
		return m.skip(":") && m.enter()
	case 'C':
		return m.skip(":") && m.bytes("{", "}") && m.taken()
	case 'S', 'E':
		return m.skip(";") && m.taken()
	}
	return false
}

// bytes passes over a length and so many bytes.
func (m *mender) bytes(before, behind string) bool {
	n, ok := m.number()
	if !ok || !m.skip(before) || n < 0 || n > len(m.text)-m.place.at {
		return false
	}
	m.place.at += n
	return m.skip(behind)
}

// enter reads how many entries there are, and the brace before them.
func (m *mender) enter() bool {
	n, ok := m.number()
	p := &m.place
	if !ok || n < 0 || n > len(m.text)-p.at || !m.skip("{") || p.depth == MaxDepth {
		return false
	}
	p.left[p.depth] = 2 * n
	p.depth++
	return true
}

// taken counts a key or value.
func (m *mender) taken() bool {
	if p := &m.place; p.depth > 0 {
		p.left[p.depth-1]--
	}
	return true
}

func (m *mender) skip(token string) bool {
	if !strings.HasPrefix(m.text[m.place.at:], token) {
		return false
	}
	m.place.at += len(token)
	return true
}

func (m *mender) number() (int, bool) {
	digits, ok := until(m.text, m.place.at, ':')
	n, err := strconv.Atoi(digits)
	if !ok || err != nil {
		return 0, false
	}
	m.place.at += len(digits) + 1
	return n, true
}

// begin takes the first end of a text that may be right.
func (m *mender) begin(length int) bool {
	f := fork{place: m.place, mended: len(m.mended), length: length}
	fits := length >= 0 && length <= len(m.text)-f.at && strings.HasPrefix(m.text[f.at+length:], `";`)
	if fits && !m.doubt {
		m.place.at += length + len(`";`)
		return m.taken()
	}
	if len(m.forks) == maxForks {
		m.forks = append(m.forks[:0], m.forks[maxForks/2:]...)
	}
	m.forks = append(m.forks, f)
	return m.goBack()
}

// goBack takes the next end of the last text that has one.
func (m *mender) goBack() bool {
	for len(m.forks) > 0 {
		f := &m.forks[len(m.forks)-1]
		end, ok := m.next(f)
		if !ok {
			m.forks = m.forks[:len(m.forks)-1]
			continue
		}
		m.place, m.mended = f.place, m.mended[:f.mended]
		if end != f.at+f.length {
			m.mended = append(m.mended, span{f.at, end})
		}
		m.place.at = end + len(`";`)
		return m.taken()
	}
	return false
}

// next finds another end of a text: the one that its length says; the one that
// it says where the carriage returns were lost that it counts; then each that
// there is, from the first on.
func (m *mender) next(f *fork) (int, bool) {
	const saidAs, lines, each = 0, 1, 2
	rest := m.text[f.at:]
	if f.try == saidAs {
		f.try = lines
		if f.length >= 0 && f.length <= len(rest) && strings.HasPrefix(rest[f.length:], `";`) {
			return f.at + f.length, true
		}
	}
	if f.try == lines {
		f.try, f.tried = each, -1
		if n, ok := m.withoutReturns(rest, f.length); ok && n != f.length {
			return f.at + n, true
		}
	}
	n := strings.Index(rest[f.tried+1:], `";`)
	if n < 0 {
		m.looks -= len(rest)
		return 0, false
	}
	m.looks -= n
	f.tried += 1 + n
	return f.at + f.tried, true
}

// withoutReturns gives the length of a text of whose line ends only \n is left,
// where they had two bytes.
func (m *mender) withoutReturns(rest string, length int) (int, bool) {
	n := 0
	for ; n < len(rest) && length > 0; n++ {
		if length--; rest[n] == '\n' {
			length--
		}
	}
	m.looks -= n
	return n, length == 0 && strings.HasPrefix(rest[n:], `";`)
}
