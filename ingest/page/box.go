package page

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-faster/jx"

	"alphanode/content"
	"alphanode/ingest/record"
)

// row is one row of the box: a line that begins with a key, and the list below
// it.
type row struct {
	line
	entries []entry
}

// entry is one line of a row's list: with what the bullet says, split at the
// first colon where there is one.
type entry struct {
	line
	whole      string // without the bullet
	key, value string
	pair       bool // there was a colon
}

// boxKey says how the row of one key is read: by its glued value or by its
// list. A row that has the other of the two has another key that merely begins
// the same way.
type boxKey struct {
	key   string
	path  string
	value func(p *pagePost, path string, line int, value string)
	list  func(p *pagePost, path string, entries []entry)
}

// boxKeys are ordered so that the longest key that fits is met first.
var boxKeys = slices.SortedFunc(slices.Values([]boxKey{
	text("topic", "topic", func(m *content.Meta) *string { return &m.Topic }),
	text("summary", "summary", func(m *content.Meta) *string { return &m.Summary }),
	text("ai brief", "brief", func(m *content.Meta) *string { return &m.Brief }),
	text("code language", "codeLanguage", func(m *content.Meta) *string { return &m.CodeLanguage }),
	text("difficulty", "difficulty", func(m *content.Meta) *string { return &m.Difficulty }),
	text("reference", "reference", func(m *content.Meta) *string { return &m.Reference }),
	text("hash", "hash", func(m *content.Meta) *string { return &m.Hash }),
	texts("stack", "stack", func(m *content.Meta) *[]string { return &m.Stack }),
	texts("tools", "tools", func(m *content.Meta) *[]string { return &m.Tools }),
	texts("checklist", "checklist", func(m *content.Meta) *[]string { return &m.Checklist }),
	texts("notes", "notes", func(m *content.Meta) *[]string { return &m.Notes }),
	{key: "reading time", path: "meta.readingTime", value: func(p *pagePost, path string, line int, s string) {
		p.Meta.ReadingTime = p.integer(path, line, s)
	}},
	{key: "view count", path: "meta.viewCount", value: func(p *pagePost, path string, line int, s string) {
		p.Meta.ViewCount = p.long(path, line, s)
	}},
	{key: "ai outline", path: "meta.outline", list: readOutline},
	{key: "score", path: "meta.score", list: readScore},
	{key: "revision", path: "meta.revision", list: readRevision},
	{key: "flags", path: "meta.flags", list: readFlags},
	{key: "entities", path: "meta.entities", list: readEntities},
	{key: "image sources", path: "meta.images", list: readImages},
	{key: "payload", path: "meta.payload", list: readPayload},
}), func(a, b boxKey) int { return cmp.Compare(len(b.key), len(a.key)) })

func text(key, name string, field func(*content.Meta) *string) boxKey {
	return boxKey{key: key, path: "meta." + name, value: func(p *pagePost, _ string, _ int, value string) {
		*field(&p.Meta) = value
	}}
}

func texts(key, name string, field func(*content.Meta) *[]string) boxKey {
	return boxKey{key: key, path: "meta." + name, list: func(p *pagePost, path string, entries []entry) {
		list := field(&p.Meta)
		for _, e := range entries {
			p.note(path+"["+strconv.Itoa(len(*list))+"]", e.number)
			*list = append(*list, e.whole)
		}
	}}
}

// readBox reads the rows below the marker.
//
// A key stands at the very beginning of its line, and its value is glued to it;
// keys are matched longest first, whatever their case. A row whose key is not known goes whole, with
// its list, to meta.extra.unparsed. A key that comes twice is a fault, for one
// of the two may be an unknown key that begins the same way.
func readBox(p *pagePost, lines []line) {
	p.rows = map[string]bool{}
	for _, r := range rows(lines) {
		known := keyOf(r)
		if known == nil {
			p.keepUnparsed(r.line, r.entries...)
			p.lastRow = record.Quoted(r.text)
			continue
		}
		p.lastRow = known.key
		if p.rows[known.key] {
			p.fault(r.number, known.path, "a second row that begins with "+strconv.Quote(known.key), "each key once")
			continue
		}
		p.rows[known.key] = true
		p.note(known.path, r.number)
		if known.value != nil {
			known.value(p, known.path, r.number, strings.TrimSpace(r.text[len(known.key):]))
		} else {
			known.list(p, known.path, r.entries)
		}
	}
	if len(p.unparsed) > 0 {
		var w jx.Writer
		w.ArrStart()
		for i, row := range p.unparsed {
			if i > 0 {
				w.Comma()
			}
			w.Str(row)
		}
		w.ArrEnd()
		p.setExtra("unparsed", w.Buf)
	}
}

func rows(lines []line) []row {
	var rows []row
	for _, l := range lines {
		whole, listed := bullet(l.text)
		switch {
		case l.blank():
		case listed && len(rows) > 0:
			e := entry{line: l, whole: whole}
			e.key, e.value, e.pair = strings.Cut(whole, ":")
			e.value = strings.TrimSpace(e.value)
			last := &rows[len(rows)-1]
			last.entries = append(last.entries, e)
		default:
			l.text = strings.TrimSpace(l.text)
			rows = append(rows, row{line: l})
		}
	}
	return rows
}

func keyOf(r row) *boxKey {
	for i := range boxKeys {
		k := &boxKeys[i]
		if len(r.text) < len(k.key) || !strings.EqualFold(r.text[:len(k.key)], k.key) {
			continue
		}
		rest := strings.TrimSuffix(r.text[len(k.key):], ":")
		if k.value != nil && len(r.entries) == 0 || k.list != nil && rest == "" {
			return k
		}
	}
	return nil
}

// keepUnparsed puts a row that has no place in a post into meta.extra.unparsed.
func (p *pagePost) keepUnparsed(row line, entries ...entry) {
	text := row.text
	if bare := strings.ToLower(strings.TrimLeft(text, " \t-–—*•")); strings.HasPrefix(bare, "revision") || strings.HasPrefix(bare, "status") {
		// Not to understand these could make a draft public.
		p.fault(row.number, "meta.revision", record.Quoted(text), "the row “revision” and its list of status, version and last reviewed")
		return
	}
	p.kept(row.number, record.Quoted(strings.TrimSpace(text))+" begins with no known key; kept in meta.extra.unparsed")
	for _, e := range entries {
		text += "\n" + strings.TrimRight(e.text, " \t")
	}
	p.unparsed = append(p.unparsed, text)
}

func (p *pagePost) setExtra(name string, value json.RawMessage) {
	if p.Meta.Extra == nil {
		p.Meta.Extra = content.Extra{}
	}
	p.Meta.Extra[name] = value
}

// unknown keeps an entry of a group that the group has no field for in
// meta.extra, under the path it would have. A page does not tell numbers from
// texts: what reads as a number is one.
func (p *pagePost) unknown(path string, e entry) {
	name := camelCase(e.key)
	if !e.pair || name == "" {
		p.fault(e.number, path, record.Quoted(e.whole), "a key, a colon and a value")
		return
	}
	name = strings.TrimPrefix(path, "meta.") + "." + name
	if _, twice := p.Meta.Extra[name]; twice {
		p.fault(e.number, "meta."+name, "the entry "+record.Quoted(e.key)+" twice", "each key once")
		return
	}
	p.kept(e.number, record.Quoted(e.key)+" is no known entry; kept in meta.extra."+name)
	p.setExtra(name, jsonValue(e.value))
}

func jsonValue(s string) json.RawMessage {
	if s != "" && strings.Trim(s[:1], "-0123456789") == "" && json.Valid([]byte(s)) {
		return json.RawMessage(s)
	}
	var w jx.Writer
	w.Str(s)
	return w.Buf
}

// camelCase turns the words of a key into a JSON name.
func camelCase(key string) string {
	words := strings.Fields(key)
	for i := 1; i < len(words); i++ {
		first, n := utf8.DecodeRuneInString(words[i])
		words[i] = string(unicode.ToUpper(first)) + words[i][n:]
	}
	return strings.Join(words, "")
}

func (p *pagePost) long(path string, line int, s string) *int64 {
	n, ok := content.ParseInteger(s)
	if !ok {
		p.fault(line, path, foundText(s), "an integer of at most 64 bits")
		return nil
	}
	return &n
}

func (p *pagePost) integer(path string, line int, s string) *int {
	n := p.long(path, line, s)
	if n == nil {
		return nil
	}
	i := int(*n)
	return &i
}

func foundText(s string) string {
	if s == "" {
		return "nothing"
	}
	return record.Quoted(s)
}
