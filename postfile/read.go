package postfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"alphanode/content"
	"alphanode/ingest/frontmatter"
)

// Fault is something wrong in a file.
type Fault struct {
	Line int // in the file, from 1
	content.Fault
}

// Is reports whether a file is one that Append wrote, as far as its beginning tells.
func Is(head []byte) bool {
	head = bytes.TrimPrefix(head, []byte("\ufeff"))
	head, ok := bytes.CutPrefix(head, []byte("---"))
	if !ok {
		return false
	}
	line, _, ok := bytes.Cut(bytes.TrimLeft(head, "\r\n"), []byte("\n"))
	return ok && string(bytes.TrimSpace(line)) == mark+": "+version
}

// Read gives the post of a file, settled and valid, or its faults. It is not ok where the
// file is none that Append wrote.
func (f *Form) Read(text []byte) (p *content.Post, faults []Fault, ok bool) {
	if p := whole(text); p != nil {
		return p, nil, true
	}
	doc, ok, err := parse(text)
	if err != nil {
		line, found := 1, content.Fault{Path: "front matter", Found: err.Error(), Expected: "front matter that can be read"}
		if wrong, is := err.(*frontmatter.Error); is {
			line, found.Found, found.Expected = wrong.Line, wrong.Found, wrong.Expected
		}
		return nil, []Fault{{line, found}}, true
	}
	if !ok {
		return nil, nil, false
	}
	p, faults = f.post(doc)
	return p, faults, true
}

// whole gives the post of the comment at the end of a file, where that is of the file.
func whole(text []byte) *content.Post {
	text = bytes.TrimRight(text, " \r\n")
	at := bytes.LastIndex(text, []byte("\n"+wholeBegin))
	if at < 0 || !bytes.HasSuffix(text, []byte(" -->")) {
		return nil
	}
	sum, said, ok := bytes.Cut(text[at+1+len(wholeBegin):len(text)-len(" -->")], []byte(" "))
	before := bytes.TrimSuffix(text[:at], []byte("\r"))
	if !ok || string(sum) != sumOf(before) {
		return nil
	}
	r, faults := content.Decode(said)
	if len(faults) > 0 || r.Post == nil {
		return nil
	}
	r.Post.Settle()
	if len(r.Post.Validate()) > 0 {
		return nil
	}
	return r.Post
}

// parse reads the front matter of a file. It is not ok where that is not of this form.
func parse(text []byte) (doc frontmatter.Document, ok bool, err error) {
	if !Is(text) {
		return doc, false, nil
	}
	if doc, err = frontmatter.Parse(text); err != nil {
		return doc, false, err
	}
	ours := slices.ContainsFunc(doc.Members, func(m frontmatter.Member) bool { return m.Name == mark })
	return doc, ours, nil
}

// post makes the post of a file.
func (f *Form) post(doc frontmatter.Document) (*content.Post, []Fault) {
	object, lines := objectOf(doc.Members)
	r, faults := content.Decode(object)
	if len(faults) > 0 {
		return nil, located(faults, lines)
	}
	p := r.Post
	for _, piece := range pieces(withoutWhole(doc.Body)) {
		read := f.read(piece.text)
		if piece.comment != "" {
			read = overlaid(piece.comment, piece.text, read)
		}
		p.Body = append(p.Body, read...)
	}
	p.Settle()
	if faults := p.Validate(); len(faults) > 0 {
		lines["body"] = doc.BodyLine
		return nil, located(faults, lines)
	}
	return p, nil
}

// withoutWhole takes the comment at the end from a body of which it is not right any more.
func withoutWhole(body []byte) []byte {
	if at := bytes.LastIndex(body, []byte("\n"+wholeBegin)); at >= 0 {
		return body[:at+1]
	}
	return body
}

// top are the members that a post has beside its meta.
var top = []string{"slug", "title", "intro", "publishedAt"}

// objectOf puts front matter together as the JSON of a post, and says on which line each
// member of it stands.
func objectOf(matter []frontmatter.Member) (object []byte, lines map[string]int) {
	lines = map[string]int{}
	var post, meta, entities []byte
	draft, status := false, false
	add := func(dst []byte, name string, value json.RawMessage) []byte {
		return append(append(content.AppendString(append(dst, ','), name), ':'), value...)
	}
	for _, terms := range termLists {
		for _, m := range matter {
			if m.Name == terms.name {
				lines["meta.entities"] = m.Line
				entities = append(entities, termsOf(m.Value, terms.kind)...)
			}
		}
	}
	for _, m := range matter {
		name := m.Name
		for field, other := range renamed {
			if other == name {
				name = field
			}
		}
		switch {
		case string(m.Value) == "null", name == mark, slices.ContainsFunc(termLists, func(t struct{ name, kind string }) bool { return t.name == name }):
		case name == "draft":
			draft = string(m.Value) == "true"
		case slices.Contains(top, name):
			lines[name] = m.Line
			post = add(post, name, m.Value)
		case name == "entities" && len(m.Value) > 1 && m.Value[0] == '[':
			lines["meta.entities"] = m.Line
			if inner := m.Value[1 : len(m.Value)-1]; len(inner) > 0 {
				entities = append(append(entities, ','), inner...)
			}
		default:
			status = status || name == "revision" && bytes.Contains(m.Value, []byte(`"status"`))
			lines["meta."+name] = m.Line
			meta = add(meta, name, m.Value)
		}
	}
	if draft && !status {
		meta = draftOf(meta)
	}
	if entities != nil {
		meta = add(meta, "entities", slices.Concat([]byte{'['}, entities[1:], []byte{']'}))
	}
	return fmt.Appendf(nil, `{%s"meta":{%s}}`, trailing(post), bytes.TrimPrefix(meta, []byte(","))), lines
}

// draftOf makes a post a draft of which the front matter says so, but gives no status.
func draftOf(meta []byte) []byte {
	if before, after, ok := bytes.Cut(meta, []byte(`,"revision":{`)); ok {
		if bytes.HasPrefix(after, []byte("}")) {
			return slices.Concat(before, []byte(`,"revision":{"status":"draft"`), after)
		}
		return slices.Concat(before, []byte(`,"revision":{"status":"draft",`), after)
	}
	return append(meta, `,"revision":{"status":"draft"}`...)
}

// trailing turns commas before members into commas behind them.
func trailing(list []byte) []byte {
	if len(list) == 0 {
		return nil
	}
	return append(list[1:len(list):len(list)], ',')
}

// termsOf gives the entities of a list of names, or of one name.
func termsOf(value json.RawMessage, kind string) (entities []byte) {
	var names []json.RawMessage
	if value[0] == '"' {
		names = []json.RawMessage{value}
	} else if json.Unmarshal(value, &names) != nil {
		names = []json.RawMessage{value} // which is refused, by its line
	}
	for _, name := range names {
		entities = fmt.Appendf(entities, `,{"name":%s,"type":%q}`, name, kind)
	}
	return entities
}

// located says on which lines faults are.
func located(faults content.Faults, lines map[string]int) (list []Fault) {
	for _, f := range faults {
		line := 1
		for path := f.Path; path != ""; path = path[:max(strings.LastIndexAny(path, ".["), 0)] {
			if at, ok := lines[path]; ok {
				line = at
				break
			}
		}
		list = append(list, Fault{line, f})
	}
	return list
}
