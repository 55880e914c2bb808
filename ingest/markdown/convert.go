package markdown

import (
	"slices"
	"strings"

	"alphanode/content"
	"alphanode/ingest/blocks"
	"alphanode/ingest/draft"
	"alphanode/ingest/shortcode"
)

var goldmark = blocks.NewMarkdown()

// Convert makes the blocks of a draft that [Read] gave.
func Convert(d *draft.Draft, _ draft.Find) error {
	o := shortcode.Options{HTML: isHTML(d.Origin.File), MDX: isMDX(d.Origin.File)}
	text, losses := shortcode.Expand(d.Body, o)
	d.Losses.AddAll(losses)
	address := func(written string) string { return d.Whole(pageOf(written)) }
	var body blocks.Body
	if o.HTML {
		body = blocks.FromHTML(text, blocks.Options{Address: address})
	} else {
		body = goldmark.Blocks([]byte(text), blocks.Options{Address: address})
	}
	d.Losses.AddAll(body.Losses)
	d.Post.Body = body.Blocks
	m := &d.Post.Meta
	for i := range m.Images {
		m.Images[i].URL = address(m.Images[i].URL)
	}
	for _, image := range body.Images {
		if !slices.ContainsFunc(m.Images, func(i content.Image) bool { return i.URL == image.URL }) {
			m.Images = append(m.Images, image)
		}
	}
	return nil
}

// pageOf gives the address of the page for a link of Zola to its file: @/blog/a.md.
func pageOf(address string) string {
	file, ok := strings.CutPrefix(address, "@/")
	if !ok {
		return address
	}
	file, place, found := strings.Cut(file, "#")
	for _, ending := range []string{".md", "/_index", "/index"} {
		file = strings.TrimSuffix(file, ending)
	}
	if found {
		place = "#" + place
	}
	return "/" + strings.TrimSuffix(file, "/") + "/" + place
}
