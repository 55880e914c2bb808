package wxr

import (
	"encoding/json"
	"html"
	"strconv"
	"strings"

	"alphanode/content"
)

// body is the text of a post in the blocks of WordPress's editor.
func body(blocks []content.Block) string {
	var w strings.Builder
	for i, b := range blocks {
		if i > 0 {
			w.WriteString("\n\n")
		}
		w.WriteString(block(b))
	}
	return w.String()
}

// unbracketed keeps brackets in texts from being shortcodes.
var unbracketed = strings.NewReplacer("[", "&#91;", "]", "&#93;")

func text(s string) string { return unbracketed.Replace(html.EscapeString(s)) }

// inline prefers the mark-up, which is there only where it says more.
func inline(plain, markup string) string {
	if markup != "" {
		return unbracketed.Replace(markup)
	}
	return text(plain)
}

// commented puts a block between the comments that tell which it is.
func commented(name string, attributes map[string]any, markup string) string {
	if len(attributes) > 0 {
		said, _ := json.Marshal(attributes) // texts and numbers always can be; it escapes - and >
		name += " " + strings.ReplaceAll(string(said), "--", `\u002d\u002d`)
	}
	first, _, _ := strings.Cut(name, " ")
	return "<!-- wp:" + name + " -->\n" + markup + "\n<!-- /wp:" + first + " -->"
}

func block(b content.Block) string {
	switch b := b.(type) {
	case content.Heading:
		level := strconv.Itoa(b.Level)
		return commented("heading", map[string]any{"level": b.Level}, `<h`+level+` class="wp-block-heading">`+text(b.Text)+"</h"+level+">")
	case content.Paragraph:
		return commented("paragraph", nil, "<p>"+inline(b.Text, b.HTML)+"</p>")
	case content.Code:
		class := ""
		if b.Language != "" {
			class = ` class="language-` + html.EscapeString(b.Language) + `"`
		}
		return commented("code", nil, `<pre class="wp-block-code"><code`+class+">"+text(b.Source)+"</code></pre>")
	case content.List:
		tag, attributes := "ul", map[string]any(nil)
		if b.Ordered {
			tag, attributes = "ol", map[string]any{"ordered": true}
		}
		var items strings.Builder
		for _, item := range b.Items {
			items.WriteString(commented("list-item", nil, "<li>"+inline(item.Text, item.HTML)+"</li>") + "\n")
		}
		return commented("list", attributes, "<"+tag+` class="wp-block-list">`+strings.TrimSuffix(items.String(), "\n")+"</"+tag+">")
	case content.Figure:
		return commented("image", nil, figure(b))
	case content.Quote:
		return commented("quote", nil, `<blockquote class="wp-block-quote">`+commented("paragraph", nil, "<p>"+inline(b.Text, b.HTML)+"</p>")+"</blockquote>")
	case content.HTML:
		return commented("html", nil, unbracketed.Replace(b.HTML))
	}
	return ""
}

func figure(b content.Figure) string {
	var w strings.Builder
	w.WriteString(`<figure class="wp-block-image"><img src="` + text(b.URL) + `" alt="` + text(b.Alt) + `"`)
	for _, size := range []struct {
		name   string
		pixels *int
	}{{"width", b.Width}, {"height", b.Height}} {
		if size.pixels != nil {
			w.WriteString(" " + size.name + `="` + strconv.Itoa(*size.pixels) + `"`)
		}
	}
	w.WriteString("/>")
	if b.Caption != "" {
		w.WriteString(`<figcaption class="wp-element-caption">` + text(b.Caption) + "</figcaption>")
	}
	w.WriteString("</figure>")
	return w.String()
}
