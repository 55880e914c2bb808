package mapping

import (
	"encoding/json"
	"html"
	"regexp"
	"strings"

	"github.com/go-faster/jx"

	"alphanode/content"
	"alphanode/ingest/blocks"
	"alphanode/ingest/draft"
	"alphanode/ingest/fields"
)

// putBody gives a draft its text, and notes what it is.
func putBody(d *draft.Draft, f found) bool {
	if f.as == "" && f.values[0].kind == jx.Array && isObject(f.values[0]) {
		var trial content.Post
		if list := f.values[0].json(); fields.Set(&trial, "body", list) == nil {
			d.Body, d.Private = string(list), textValue(asBlocks).json()
			f.take()
			return true
		}
	}
	texts := f.texts()
	if len(texts) == 0 {
		d.Warn(0, draft.KindMisfit, misfit("body", f, "a text"))
		return false
	}
	part := "\n\n"
	if f.as == "html" {
		part += "<p>"
	}
	d.Body = strings.Join(texts, part)
	d.Private = textValue(f.as).json()
	f.take()
	return true
}

// asBlocks is what a body is that has blocks as a post has them.
const asBlocks = "blocks"

// Convert makes blocks of the body of a draft.
func Convert(d *draft.Draft, _ draft.Find) error {
	if d.Body == "" {
		return nil
	}
	var as string
	if err := json.Unmarshal(d.Private, &as); err != nil {
		return err
	}
	if as == asBlocks {
		return fields.Set(&d.Post, "body", json.RawMessage(d.Body))
	}
	body := read(d.Body, as, blocks.Options{Address: d.Whole})
	d.Post.Body = body.Blocks
	for kind, n := range body.Losses.All() {
		d.Lose(kind, n)
	}
	return nil
}

// read reads a text as what the mapping says it is, else as what it looks like.
func read(text, as string, o blocks.Options) blocks.Body {
	if as == "" {
		as = "text"
		if looksLikeHTML.MatchString(text) {
			as = "html"
		}
	}
	switch as {
	case "html":
		return blocks.FromHTML(text, o)
	case "markdown":
		return markdown.Blocks([]byte(text), o)
	}
	return blocks.FromHTML(paragraphs(text), o)
}

var markdown = blocks.NewMarkdown()

// looksLikeHTML finds an element that ends, or one that has no end.
var looksLikeHTML = regexp.MustCompile(`(?i)</(p|div|span|a|b|i|em|strong|ul|ol|li|h[1-6]|blockquote|pre|code|table|figure)\s*>|<(br|hr|img|p)(\s[^<>]*)?/?>`)

// paragraphs is a text without mark-up as HTML: blank lines part its paragraphs, and its
// lines stay lines.
func paragraphs(text string) string {
	var w strings.Builder
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	for _, part := range blankLines.Split(text, -1) {
		if part = strings.Trim(part, "\n"); strings.TrimSpace(part) != "" {
			w.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(part), "\n", "<br>") + "</p>\n")
		}
	}
	return w.String()
}

var blankLines = regexp.MustCompile(`\n[ \t]*\n\s*`)

// plain is a text of one field without its mark-up.
func plain(text, as string) string {
	if as != "html" && as != "markdown" {
		return text
	}
	post := content.Post{Body: read(text, as, blocks.Options{}).Blocks}
	return strings.TrimSpace(post.Text())
}
