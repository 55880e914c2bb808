package model

import (
	"context"
	"fmt"

	"alphanode/content"
	"alphanode/store"
)

// Node is a *Post, an *Entity or a *Tool.
type Node interface {
	// ID is the global id.
	ID() string
}

// FoundNodes are what ids stand for, of each type each once.
type FoundNodes struct {
	At              map[NodeID]int // where it stands in the list of its type
	Refs            []store.Ref
	Entities, Tools []*store.Term
}

// LookupNodes looks all posts up at once, and so the entities and the tools.
// What is not there is NoRef or nil.
func LookupNodes(ctx context.Context, r Reads, ids []NodeID) (found FoundNodes, err error) {
	found.At = make(map[NodeID]int, len(ids))
	slugs := map[string][]string{}
	for _, id := range ids {
		if _, known := found.At[id]; !known {
			found.At[id] = len(slugs[id.Type])
			slugs[id.Type] = append(slugs[id.Type], id.Slug)
		}
	}
	if wanted := slugs[TypePost]; wanted != nil {
		if found.Refs, err = r.Lookup(ctx, wanted...); err != nil {
			return found, err
		}
	}
	if wanted := slugs[TypeEntity]; wanted != nil {
		if found.Entities, err = r.LookupTerms(ctx, store.KindEntity, wanted...); err != nil {
			return found, err
		}
	}
	if wanted := slugs[TypeTool]; wanted != nil {
		found.Tools, err = r.LookupTerms(ctx, store.KindTool, wanted...)
	}
	return found, err
}

// Post is a post as far as the selection reads it, with the terms it shows.
type Post struct {
	*store.Post
	terms *ShownTerms // of all posts of a page
	days  store.Days  // where they are shown
}

// ID is the global id.
func (p *Post) ID() string { return GlobalID(TypePost, p.Slug) }

// UpdatedDay is the UTC day of Updated, nil for none.
func (p *Post) UpdatedDay() *store.Day { return optionalDay(p.days.Updated) }

// PublishedDay is the UTC day of PublishedAt, nil for none.
func (p *Post) PublishedDay() *store.Day { return optionalDay(p.days.Published) }

// LastReviewedDay is the UTC day of the last review, nil for none.
func (p *Post) LastReviewedDay() *store.Day { return optionalDay(p.days.LastReviewed) }

func optionalDay(d store.Day) *store.Day {
	if d == store.NoDay {
		return nil
	}
	return &d
}

// Body is the text, whose headings know their anchors.
func (p *Post) Body() []content.Block {
	p.SetAnchors()
	return p.Post.Body
}

// Meta is everything known about the post beside its text.
func (p *Post) Meta() *PostMeta { return &PostMeta{Meta: &p.Post.Meta, post: p} }

// PostMeta is the meta of a post, whose tools and entities are nodes here.
type PostMeta struct {
	*content.Meta
	post *Post
}

// Image is the first of the images, nil where there is none. A card has it too.
func (m *PostMeta) Image() *content.Image { return m.post.Image }

// Tools are the tools of the post, place by place as it names them.
func (m *PostMeta) Tools() ([]*Tool, error) {
	return nodes(m.post, m.post.Tools, func(t *store.Term) *Tool { return &Tool{t} })
}

// ToolNames are the names of the tools as the post spells them.
func (m *PostMeta) ToolNames() []string { return m.Meta.Tools }

// Entities are the entities of the post, place by place as it names them.
func (m *PostMeta) Entities() ([]*Entity, error) {
	return nodes(m.post, m.post.Entities, func(t *store.Term) *Entity { return &Entity{t} })
}

// EntityNames are the names of the entities as the post spells them.
func (m *PostMeta) EntityNames() []content.Entity { return m.Meta.Entities }

// nodes makes nodes of terms that were read with the post. One that was not is
// a fault in what the selection was taken to need.
func nodes[T any](p *Post, ids []store.TermID, node func(*store.Term) T) ([]T, error) {
	all := make([]T, len(ids))
	for i, id := range ids {
		term := p.terms.Term(id)
		if term == nil {
			return nil, fmt.Errorf("term %d of post %q was not read", id, p.Slug)
		}
		all[i] = node(term)
	}
	return all, nil
}

// Entity is a term of the kind entity.
type Entity struct{ *store.Term }

// ID is the global id.
func (e *Entity) ID() string { return GlobalID(TypeEntity, e.Slug) }

// Tool is a term of the kind tool.
type Tool struct{ *store.Term }

// ID is the global id.
func (t *Tool) ID() string { return GlobalID(TypeTool, t.Slug) }
