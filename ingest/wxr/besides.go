package wxr

import (
	"encoding/json"
	"slices"
	"time"

	"alphanode/content"
	"alphanode/ingest/draft"
)

// besides is the meta in which an export of our own has as JSON what WordPress has no place
// for, or has another way.
const besides = "alphanode_post"

// besides takes from the meta of the draft what an export of our own says there. What has
// been changed in WordPress since is as it is now: a date, a status and terms count only
// where the item still says the same.
func (r *reader) besides(d *draft.Draft) {
	at := slices.IndexFunc(d.Meta, func(m draft.Member) bool { return m.Name == besides })
	if at < 0 {
		return
	}
	var text string
	var said struct {
		PublishedAt, Status        string
		Intro, Images, URLs, Extra json.RawMessage
		Entities                   []content.Entity
	}
	if json.Unmarshal(d.Meta[at].Value, &text) != nil || json.Unmarshal([]byte(text), &said) != nil {
		return // it is kept as any other
	}
	part := map[string]any{}
	meta := map[string]any{}
	for name, value := range map[string]json.RawMessage{"images": said.Images, "urls": said.URLs, "extra": said.Extra} {
		if value != nil {
			meta[name] = value
		}
	}
	part["meta"] = meta
	if said.Intro != nil {
		part["intro"] = said.Intro
	}
	object, err := json.Marshal(part)
	if err != nil || len(content.DecodeInto(&d.Post, object)) > 0 {
		return
	}
	d.Meta = slices.Delete(d.Meta, at, at+1)
	if d.Permalink == "" { // and so its number is none that anybody knew it by
		d.Addresses = nil
	}
	if len(said.Entities) == len(d.Post.Meta.Entities) && len(said.Entities) > 0 {
		d.Post.Meta.Entities = said.Entities
	}
	if said.PublishedAt != "" && r.item.stillAt(said.PublishedAt) {
		d.Dates = []draft.Date{{Name: "publishedAt", Text: said.PublishedAt}}
	}
	switch {
	case said.Status == content.StatusReviewed && d.Status == "",
		said.Status == content.StatusArchived && d.Status == content.StatusDraft:
		d.Status = said.Status
	}
}

// stillAt reports whether an item has the date of a post as an export writes it.
func (i *item) stillAt(published string) bool {
	at, err := time.Parse(time.RFC3339, published)
	if err != nil {
		if at, err = time.Parse(time.DateOnly, published); err != nil {
			return false
		}
	}
	return i.dateGMT == at.UTC().Format(time.DateTime) && i.date == at.Format(time.DateTime)
}

// credit gives the figures of a post the sources that its images have, by their addresses.
func credit(p *content.Post) {
	for n, b := range p.Body {
		figure, ok := b.(content.Figure)
		if !ok || figure.Source != "" {
			continue
		}
		if i := slices.IndexFunc(p.Meta.Images, func(i content.Image) bool { return i.URL == figure.URL }); i >= 0 {
			figure.Source = p.Meta.Images[i].Source
			p.Body[n] = figure
		}
	}
}
