package postfile

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/go-faster/jx"

	"alphanode/content"
	"alphanode/ingest/blocks"
)

// Form is how posts are files. Many goroutines may use one.
type Form struct {
	markdown *blocks.Markdown
}

// New makes a Form.
func New() *Form { return &Form{blocks.NewMarkdown()} }

// mark is the member of the front matter by which a file is known, and version its value.
const (
	mark    = "alphanode"
	version = "1"
)

// largestMatter is, in bytes, about how large front matter may be to be read again.
const largestMatter = 512 << 10

// Append appends the file of a post, which is settled. Read gives the same post again.
func (f *Form) Append(dst []byte, p *content.Post) []byte {
	canonical := p.AppendJSON(nil)
	text := f.file(p, canonical, f.body(p.Body, false))
	if f.reads(text, canonical) {
		return append(dst, text...)
	}
	if apart := f.file(p, canonical, f.body(p.Body, true)); f.reads(apart, canonical) {
		return append(dst, apart...)
	}
	return append(dst, appendWhole(text, canonical)...)
}

// reads reports whether a file is read as a post.
func (f *Form) reads(text, canonical []byte) bool {
	doc, ok, err := parse(text)
	if !ok || err != nil {
		return false
	}
	p, faults := f.post(doc)
	return len(faults) == 0 && p != nil && string(p.AppendJSON(nil)) == string(canonical)
}

// wholeBegin begins the comment at the end of a file that has all of its post.
const wholeBegin = "<!-- alphanode:post "

// appendWhole appends a comment with the JSON of a post, and the sum of the text before it,
// of which it is right.
func appendWhole(text, canonical []byte) []byte {
	sum := sumOf(text)
	text = append(append(append(text, '\n'), wholeBegin...), sum...)
	text = append(append(text, ' '), inComment(canonical)...)
	return append(text, " -->\n"...)
}

// inComment gives JSON that ends no comment.
func inComment(j []byte) string { return strings.ReplaceAll(string(j), "--", `-\u002d`) }

// sumOf is the sum of a text, however its lines end.
func sumOf(text []byte) string {
	sum := sha256.Sum256([]byte(strings.ReplaceAll(string(text), "\r\n", "\n")))
	return hex.EncodeToString(sum[:8])
}

// file puts front matter before a body.
func (f *Form) file(p *content.Post, canonical, body []byte) []byte {
	m := matter{out: []byte("---\n" + mark + ": " + version + "\n")}
	m.post(p, canonical, true)
	if len(m.out) > largestMatter {
		m.out = []byte("---\n" + mark + ": " + version + "\n")
		m.post(p, canonical, false)
	}
	text := append(m.out, "---\n"...)
	if len(body) > 0 {
		text = append(append(text, '\n'), body...)
	}
	return text
}

// matter is front matter that is being written.
type matter struct{ out []byte }

// member is a member of an object of JSON.
type member struct {
	name  string
	value json.RawMessage
}

// members gives those of an object, in their order.
func members(object []byte) (list []member) {
	d := jx.DecodeBytes(object)
	_ = d.ObjBytes(func(d *jx.Decoder, key []byte) error { // what is canonical can be read
		value, err := d.Raw()
		list = append(list, member{string(key), json.RawMessage(value)})
		return err
	})
	return list
}

// renamed are the fields that makers of sites know under another name.
var renamed = map[string]string{"publishedAt": "date", "urls": "aliases"}

// first are the members that stand first, in this order.
var first = []string{"title", "slug", "date", "draft", "language", "aliases", "categories", "tags", "authors", "summary", "intro"}

// post writes all of a post but its body; all says whether what can be long is among it.
func (m *matter) post(p *content.Post, canonical []byte, all bool) {
	var list []member
	for _, top := range members(canonical) {
		switch top.name {
		case "body":
		case "meta":
			list = append(list, metaMembers(p, top.value)...)
		default:
			list = append(list, top)
		}
	}
	if !p.Public() {
		list = append(list, member{"draft", json.RawMessage("true")})
	}
	for i := range list {
		if name, ok := renamed[list[i].name]; ok {
			list[i].name = name
		}
	}
	rank := func(name string) int {
		if at := slices.Index(first, name); at >= 0 {
			return at
		}
		return len(first)
	}
	slices.SortStableFunc(list, func(a, b member) int { return rank(a.name) - rank(b.name) })
	for _, l := range list {
		if all || rank(l.name) < len(first) && len(l.value) < largestMatter/len(first) {
			m.member(l)
		}
	}
}

// termLists are the types of entities that makers of sites have lists for.
var termLists = []struct{ name, kind string }{{"categories", "category"}, {"tags", "tag"}, {"authors", "author"}}

// metaMembers gives the members of meta that say something.
func metaMembers(p *content.Post, meta json.RawMessage) (list []member) {
	for _, l := range members(meta) {
		switch {
		case string(l.value) == "[]", l.name == "flags" && p.Meta.Flags == (content.Flags{}):
		case l.name == "entities":
			list = append(list, entityLists(p.Meta.Entities)...)
		default:
			list = append(list, l)
		}
	}
	return list
}

// entityLists gives the entities in lists, each of one type, and the others by type and
// name; where they are in another order, all of them so.
func entityLists(entities []content.Entity) (list []member) {
	rest := entities
	for _, terms := range termLists {
		var names []byte
		for len(rest) > 0 && rest[0].Type == terms.kind {
			names = append(append(names, ','), content.AppendString(nil, rest[0].Name)...)
			rest = rest[1:]
		}
		if names != nil {
			names[0] = '['
			list = append(list, member{terms.name, json.RawMessage(append(names, ']'))})
		}
	}
	listed := func(e content.Entity) bool {
		return slices.ContainsFunc(termLists, func(t struct{ name, kind string }) bool { return t.kind == e.Type })
	}
	if slices.ContainsFunc(rest, listed) {
		list, rest = nil, entities
	}
	if len(rest) > 0 {
		var others []byte
		for _, e := range rest {
			others = append(others, `,{"name":`...)
			others = append(content.AppendString(others, e.Name), `,"type":`...)
			others = append(content.AppendString(others, e.Type), '}')
		}
		others[0] = '['
		list = append(list, member{"entities", json.RawMessage(append(others, ']'))})
	}
	return list
}

// member writes a line of front matter, or several: one for each entry of a list, and of extra.
func (m *matter) member(l member) {
	m.out = append(append(m.out, l.name...), ':')
	switch {
	case l.name == "extra":
		m.out = append(m.out, '\n')
		for _, e := range members(l.value) {
			m.out = appendQuoted(append(m.out, "  "...), e.name)
			m.out = append(appendFlow(append(m.out, ": "...), e.value), '\n')
		}
	case l.value[0] == '[':
		m.out = append(m.out, '\n')
		d := jx.DecodeBytes(l.value)
		_ = d.Arr(func(d *jx.Decoder) error {
			value, err := d.Raw()
			m.out = append(appendValue(append(m.out, "  - "...), json.RawMessage(value)), '\n')
			return err
		})
	default:
		m.out = append(appendValue(append(m.out, ' '), l.value), '\n')
	}
}

// dateLike are dates that need no quotes.
var dateLike = regexp.MustCompile(`^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?$`)

// appendValue appends a value of JSON in one line.
func appendValue(dst []byte, value json.RawMessage) []byte {
	var text string
	if value[0] != '"' || json.Unmarshal(value, &text) != nil {
		return appendFlow(dst, value)
	}
	if dateLike.MatchString(text) {
		return append(dst, text...)
	}
	return appendText(dst, text)
}
