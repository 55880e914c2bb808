package wxr

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"alphanode/content"
	"alphanode/ingest/blocks"
	"alphanode/ingest/draft"
)

// convert makes blocks of the body of a draft.
func convert(d *draft.Draft, find draft.Find) error {
	c := conversion{draft: d, find: find}
	if err := json.Unmarshal(d.Private, &c.private); err != nil {
		return fmt.Errorf("read the draft: %w", err)
	}
	markup := c.html(d.Body)
	body := blocks.FromHTML(markup, blocks.Options{Address: d.Whole})
	d.Post.Body = body.Blocks
	for kind, n := range body.Losses {
		d.Lose(kind, n)
	}
	if teaser, _, ok := strings.Cut(markup, "<!--more"); ok && d.Post.Meta.Summary == "" {
		d.Post.Meta.Summary = textOf(teaser)
	}
	if len(d.Post.Meta.Images) > 0 { // which an export of our own has said
		credit(&d.Post)
		return nil
	}
	c.images(body.Images)
	return nil
}

// conversion is what is known while one body becomes HTML.
type conversion struct {
	draft   *draft.Draft
	find    draft.Find
	private private
	made    int     // bytes that stand in it and not in the source
	depth   int     // of shortcodes in one another
	reusing []int64 // the reusable blocks that are being put in their places
}

// html gives a body as WordPress shows it.
func (c *conversion) html(text string) string {
	text = c.shortcodes(text)
	if hasBlocks(text) {
		return c.blocks(text)
	}
	return paragraphs(text)
}

// textOf is what a piece of HTML says.
func textOf(markup string) string {
	p := content.Post{Body: blocks.FromHTML(markup, blocks.Options{}).Blocks}
	return strings.Join(strings.Fields(p.Text()), " ")
}

// images are those that the post has: the featured one, then those of its body.
func (c *conversion) images(shown []content.Image) {
	if c.private.Featured != "" && c.private.Featured != "0" {
		if a, ok := c.attachment(key(c.private.Site, c.private.Featured)); ok {
			first := a.image(c.draft)
			shown = slices.DeleteFunc(shown, func(i content.Image) bool { return i.URL == first.URL })
			shown = slices.Insert(shown, 0, first)
		} else {
			c.draft.Lose("featured image that is not in the export", 1)
		}
	}
	c.draft.Post.Meta.Images = append(c.draft.Post.Meta.Images, shown[:min(len(shown), content.MaxList)]...)
}

// attachment gives what is known of an image or a file.
func (c *conversion) attachment(key string) (a private, ok bool) {
	d, ok := c.find(key)
	if !ok || json.Unmarshal(d.Private, &a) != nil || a.URL == "" {
		return private{}, false
	}
	return a, true
}

func (a private) image(d *draft.Draft) content.Image {
	i := content.Image{URL: d.Whole(a.URL), Caption: a.Caption, Alt: a.Alt}
	if a.Width > 0 && a.Height > 0 {
		i.Width, i.Height = &a.Width, &a.Height
	}
	return i
}

// maxAttached bounds how many attachments of a post are looked for.
const maxAttached = content.MaxList

// attached are the attachments of the post itself, in their order.
func (c *conversion) attached() (all []private) {
	if c.private.ID == "" {
		return nil
	}
	for n := range maxAttached {
		a, ok := c.attachment(attachmentOf(c.private.Site, c.private.ID, n))
		if !ok {
			break
		}
		all = append(all, a)
	}
	slices.SortStableFunc(all, func(a, b private) int {
		return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(number(a.ID), number(b.ID)))
	})
	return all
}
