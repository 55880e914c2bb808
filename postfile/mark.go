package postfile

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"alphanode/content"
)

// A block of which Markdown and HTML do not say all stands between two comments:
//
//	<!-- alphanode {"source":"the archive"} -->
//	<figure><img src="/a.jpg" alt=""></figure>
//	<!-- /alphanode -->
//
// The first has the members that the block has besides. Where it has members that the text
// tells, as its words, it has the sum of that text ("of") too: of a text that was changed by
// hand they are wrong.

const (
	markBegin = "<!-- " + mark + " {"
	markClose = "} -->"
	markEnd   = "<!-- /" + mark + " -->"
)

// beside are the members that no text tells, so that they outlast its changes.
var beside = []string{"source", "language", "alt", "width", "height", "caption"}

// marked writes a text between comments, that a block is to be made of; read is what is read
// of the text alone.
func marked(text string, b content.Block, read []content.Block) string {
	own := members(blockJSON(b))
	differs := own
	ofText := true
	if len(read) == 1 && read[0].Type() == b.Type() {
		differs, ofText = differences(own, members(blockJSON(read[0])))
	}
	var w strings.Builder
	w.WriteString(markBegin[:len(markBegin)-1])
	object := []byte{'{'}
	for i, m := range differs {
		if i > 0 {
			object = append(object, ',')
		}
		object = append(append(content.AppendString(object, m.name), ':'), m.value...)
	}
	if ofText {
		object = append(object, `,"of":`...)
		object = content.AppendString(object, sumOf([]byte(text)))
	}
	w.WriteString(inComment(append(object, '}')))
	w.WriteString(" -->\n" + text + markEnd + "\n")
	return w.String()
}

// differences gives the members that a block has and another has not; null for those that it
// is to lose. It is of the text where one of them is something that texts tell.
func differences(own, read []member) (differs []member, ofText bool) {
	find := func(list []member, name string) json.RawMessage {
		if i := slices.IndexFunc(list, func(m member) bool { return m.name == name }); i >= 0 {
			return list[i].value
		}
		return nil
	}
	for _, m := range own {
		if !bytes.Equal(find(read, m.name), m.value) {
			differs = append(differs, m)
		}
	}
	for _, m := range read {
		if find(own, m.name) == nil {
			differs = append(differs, member{m.name, json.RawMessage("null")})
		}
	}
	for _, m := range differs {
		if !slices.Contains(beside, m.name) {
			return own, true
		}
	}
	return differs, false
}

// overlaid gives what a comment and the text behind it say: the blocks of the text, where
// the comment is of another text, or says nothing that can be read.
func overlaid(comment string, text []byte, read []content.Block) []content.Block {
	said := map[string]json.RawMessage{}
	if json.Unmarshal([]byte(comment), &said) != nil {
		return read
	}
	if of, ok := said["of"]; ok {
		if string(of) != `"`+sumOf(text)+`"` {
			return read
		}
		delete(said, "of")
	} else {
		if len(read) != 1 {
			return read
		}
		for _, m := range members(blockJSON(read[0])) {
			if _, ok := said[m.name]; !ok {
				said[m.name] = m.value
			}
		}
	}
	for name, value := range said {
		if string(value) == "null" {
			delete(said, name)
		}
	}
	block, err := json.Marshal(said)
	if err != nil {
		return read
	}
	r, faults := content.Decode(slices.Concat([]byte(`{"title":"-","body":[`), block, []byte("]}")))
	if len(faults) > 0 || len(r.Post.Body) != 1 {
		return read
	}
	return r.Post.Body
}

// blockJSON is a block as JSON has it.
func blockJSON(b content.Block) []byte {
	post := (&content.Post{Body: []content.Block{b}}).AppendJSON(nil)
	for _, m := range members(post) {
		if m.name == "body" {
			return m.value[1 : len(m.value)-1]
		}
	}
	return nil
}

// bodyJSON is a body as JSON has it.
func bodyJSON(body []content.Block) string {
	var w strings.Builder
	for _, b := range body {
		w.Write(blockJSON(b))
		w.WriteByte('\n')
	}
	return w.String()
}

// piece is a part of a body: the text of blocks, and what a comment says of it.
type piece struct {
	comment string // "" where there is none
	text    []byte
	line    int // of the first line of the text, from 0
}

// pieces divides a body at its comments. One that is not closed is text.
func pieces(body []byte) (list []piece) {
	from, line, at := 0, 0, 0
	begun := 0
	add := func(p piece) {
		if p.comment != "" || len(bytes.TrimSpace(p.text)) > 0 {
			list = append(list, p)
		}
	}
	for at < len(body) {
		end := len(body)
		if i := bytes.IndexByte(body[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		comment, ok := commentOf(body[at:end])
		if !ok {
			at, line = end, line+1
			continue
		}
		closing := closeOf(body[end:])
		if closing < 0 {
			at, line = end, line+1
			continue
		}
		add(piece{text: body[from:at], line: begun})
		text := body[end : end+closing]
		add(piece{comment, text, line + 1})
		line += 1 + bytes.Count(text, []byte("\n")) + 1
		at = end + closing + len(markEnd)
		if i := bytes.IndexByte(body[at:], '\n'); i >= 0 {
			at += i + 1
		} else {
			at = len(body)
		}
		from, begun = at, line
	}
	add(piece{text: body[from:], line: begun})
	return list
}

// commentOf gives what the comment in a line says.
func commentOf(line []byte) (comment string, ok bool) {
	s := strings.TrimRight(string(line), " \r\n")
	if !strings.HasPrefix(s, markBegin) || !strings.HasSuffix(s, markClose) {
		return "", false
	}
	return s[len(markBegin)-1 : len(s)-len(" -->")], true
}

// closeOf finds the comment that closes, at the beginning of a line; -1 where there is none
// before the next that opens.
func closeOf(text []byte) int {
	for at := 0; at < len(text); {
		end := len(text)
		if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		line := text[at:end]
		if bytes.HasPrefix(line, []byte(markEnd)) && len(bytes.TrimSpace(line[len(markEnd):])) == 0 {
			return at
		}
		if _, ok := commentOf(line); ok {
			return -1
		}
		at = end
	}
	return -1
}
