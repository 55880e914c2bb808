package ghost

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"alphanode/content"
	"alphanode/ingest/blocks"
	"alphanode/ingest/draft"
)

// The kinds of losses.
const (
	lostTag    = "internal tag"
	lostAuthor = "author without a name"
	lostName   = "name too long"
)

// site stands in place of the site's address.
const site = "__GHOST_URL__"

// convert makes the post of a draft.
func (r *Reader) convert(d *draft.Draft, find draft.Find) error {
	var p private
	if err := json.Unmarshal(d.Private, &p); err != nil {
		return fmt.Errorf("read the draft: %w", err)
	}
	a := r.archives[p.Archive]
	if meta, ok := find(a.metaKey(p.ID)); ok {
		p.take(d, meta)
	}
	a.terms(d, &p)
	o := blocks.Options{Address: func(written string) string { return address(d, written) }}
	body, err := bodyBlocks(d, p.Format, o)
	if err != nil {
		return err
	}
	for kind, n := range body.Losses {
		d.Lose(kind, n)
	}
	d.Post.Body = body.Blocks
	d.Post.Meta.Images = images(d, &p, body.Images, o)
	return nil
}

// take takes what another table says of the post.
func (p *private) take(d *draft.Draft, meta *draft.Draft) {
	var more row
	if json.Unmarshal(meta.Private, &more) != nil {
		return // it was written as one
	}
	p.Alt = firstOf(p.Alt, more.text("feature_image_alt"))
	p.Caption = firstOf(p.Caption, more.text("feature_image_caption"))
	if more.yes("email_only") && d.Status == "" {
		d.Status = content.StatusInReview
	}
	for _, name := range slices.Sorted(maps.Keys(more)) {
		if !slices.Contains(read, name) {
			d.Meta = append(d.Meta, draft.Member{Name: name, Value: yesOrNo(name, more[name]), Line: meta.Origin.Line})
		}
	}
}

// terms adds the tags of a post, then those who wrote it, each in their order.
func (a *archive) terms(d *draft.Draft, p *private) {
	for _, m := range inOrder(a.tagged[p.ID]) {
		if t, ok := a.tags[m.id]; ok {
			p.Tags = append(p.Tags, tagged{t.name, t.internal})
		}
	}
	authors := inOrder(a.authored[p.ID])
	if len(authors) == 0 && p.AuthorID != "" {
		authors = []member{{id: p.AuthorID}}
	}
	for _, m := range authors {
		if name, ok := a.authors[m.id]; ok {
			p.Authors = append(p.Authors, name)
		}
	}
	for _, t := range p.Tags {
		if t.Internal {
			d.Lose(lostTag, 1)
		} else {
			addTerm(d, "tag", t.Name)
		}
	}
	for _, name := range p.Authors {
		if name == "" {
			d.Lose(lostAuthor, 1)
		}
		addTerm(d, "author", name)
	}
}

func inOrder(list []member) []member {
	list = slices.Clone(list) // others read it too
	slices.SortStableFunc(list, func(a, b member) int { return cmp.Compare(a.order, b.order) })
	return list
}

// addTerm adds an entity once.
func addTerm(d *draft.Draft, kind, name string) {
	e := content.Entity{Name: name, Type: kind}
	switch m := &d.Post.Meta; {
	case name == "" || slices.Contains(m.Entities, e):
	case len(name) > content.MaxName || len(m.Entities) == content.MaxList:
		d.Lose(lostName, 1)
	default:
		m.Entities = append(m.Entities, e)
	}
}

// address makes an address whole that Ghost wrote.
func address(d *draft.Draft, written string) string {
	rest, ok := strings.CutPrefix(written, site)
	if ok && !strings.HasPrefix(rest, "/") {
		rest = "/" + rest
	}
	return d.Whole(rest)
}

var markdownReader = blocks.NewMarkdown()

// bodyBlocks makes blocks of a body.
func bodyBlocks(d *draft.Draft, is format, o blocks.Options) (blocks.Body, error) {
	w := writer{lose: d.Lose}
	var err error
	switch is {
	case html:
		return blocks.FromHTML(d.Body, o), nil
	case markdown:
		return markdownReader.Blocks([]byte(d.Body), o), nil
	case plain:
		w.paragraphs(d.Body)
	case lexical:
		err = w.lexical(d.Body)
	case mobiledoc:
		err = w.mobiledoc(d.Body)
	}
	return blocks.FromHTML(w.String(), o), err
}

// images are those of a post: the one that stands for it, then those in its body.
func images(d *draft.Draft, p *private, inBody []content.Image, o blocks.Options) []content.Image {
	var list []content.Image
	if p.Feature != "" {
		url, ok := blocks.ImageAddress(o.Address(strings.TrimSpace(p.Feature)))
		if ok {
			list = append(list, content.Image{URL: url, Alt: p.Alt, Caption: content.TextOfHTML(p.Caption)})
		} else {
			d.Lose(blocks.LostImage, 1)
		}
	}
	for _, i := range inBody {
		if len(list) < content.MaxList && (len(list) == 0 || i.URL != list[0].URL) {
			list = append(list, i)
		}
	}
	return list
}
