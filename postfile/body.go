package postfile

import (
	"html"
	"strconv"
	"strings"

	"alphanode/content"
	"alphanode/ingest/blocks"
	"alphanode/markdown"
)

// body writes the blocks of a post, each in the form that is read as it; all says whether
// each is to stand between comments, by which no block touches another.
func (f *Form) body(body []content.Block, all bool) []byte {
	var w strings.Builder
	for i, b := range body {
		if i > 0 {
			w.WriteByte('\n')
		}
		text, read := f.block(b)
		touches := i > 0 && b.Type() == "list" && body[i-1].Type() == "list" // which would be one
		if all || touches || read != nil {
			text = marked(text, b, f.read([]byte(text)))
		}
		w.WriteString(text)
	}
	return []byte(w.String())
}

// block gives the text of a block. Read is nil where it is read as the block; else it is
// what is read of it, by which a comment can say the rest.
func (f *Form) block(b content.Block) (text string, read []content.Block) {
	want := bodyJSON([]content.Block{b})
	var nearest string
	for _, form := range forms(b) {
		if form = strings.TrimRight(form, "\n"); form == "" {
			continue
		}
		form += "\n"
		read := f.read([]byte(form))
		if bodyJSON(read) == want {
			return form, nil
		}
		if nearest == "" || len(read) == 1 && read[0].Type() == b.Type() {
			nearest = form
		}
	}
	return nearest, []content.Block{}
}

// forms gives the texts that may say a block, the nicest first.
func forms(b content.Block) []string {
	if figure, ok := b.(content.Figure); ok {
		bare := figure
		bare.Source = ""
		if figure.Caption == "" && figure.Width == nil && figure.Height == nil {
			return []string{string(markdown.AppendBlocks(nil, bare)), figureHTML(figure)}
		}
		return []string{figureHTML(figure)}
	}
	nice := string(markdown.AppendBlocks(nil, b))
	asHTML := (&content.Post{Body: []content.Block{b}}).HTML()
	if heading, ok := b.(content.Heading); ok { // which gets no anchor here
		tag := "h" + strconv.Itoa(heading.Level)
		asHTML = "<" + tag + ">" + html.EscapeString(heading.Text) + "</" + tag + ">"
	}
	if b.Type() == "html" { // is the HTML of an author who wanted it
		return []string{asHTML, nice}
	}
	return []string{nice, asHTML}
}

// figureHTML is an image as HTML, which says of it no more than is known.
func figureHTML(f content.Figure) string {
	var w strings.Builder
	w.WriteString(`<figure><img src="` + html.EscapeString(f.URL) + `" alt="` + html.EscapeString(f.Alt) + `"`)
	for _, size := range []struct {
		name   string
		pixels *int
	}{{"width", f.Width}, {"height", f.Height}} {
		if size.pixels != nil {
			w.WriteString(" " + size.name + `="` + strconv.Itoa(*size.pixels) + `"`)
		}
	}
	w.WriteString(">")
	if f.Caption != "" {
		w.WriteString("<figcaption>" + html.EscapeString(f.Caption) + "</figcaption>")
	}
	w.WriteString("</figure>")
	return w.String()
}

// read gives the blocks of a text without comments, settled.
func (f *Form) read(text []byte) []content.Block {
	p := content.Post{Body: f.markdown.Blocks(text, blocks.Options{}).Blocks}
	p.Settle()
	return p.Body
}
