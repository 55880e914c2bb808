package purge

import (
	"context"
	"net/url"
	"slices"

	"alphanode/store"
	"alphanode/store/compare"
	"alphanode/store/release"
)

// MaxTags is how many tags a plan has at most; what needs more drops everything.
// Caches take some hundred tags a request and bound their requests: a plan of more
// takes them longer than to fetch anew what readers still ask for. It also keeps a
// plan, with its addresses, below a megabyte.
const MaxTags = 2000

// MaxURLs is how many addresses a plan has at most. A changed post brings those of its
// terms, which most posts share.
const MaxURLs = 10_000

// Plan is what a cache must drop when the release After is served in place of
// Before.
type Plan struct {
	Before string   `json:"before"` // "" where it is not known, and then all is dropped
	After  string   `json:"after"`
	All    bool     `json:"all"`    // everything; the lists are then empty
	Tags   []string `json:"tags"`   // as Surrogate-Key has them, ascending
	URLs   []string `json:"urls"`   // those of the answers that can be listed, without parameters, ascending
	Groups []string `json:"groups"` // the tags as Cache-Groups has them, with the buckets that stand for many; ascending
}

// everything is the plan to drop all there is.
func everything(before, after string) *Plan {
	return &Plan{Before: before, After: after, All: true, Tags: []string{}, URLs: []string{}, Groups: []string{}}
}

// Tags that are no post and no term.
const (
	tagPosts   = "posts"   // lists, and all that any post can change
	tagRelease = "release" // what tells which release is current
)

// Compare makes the plan of a switch from one release to another.
func Compare(ctx context.Context, before, after *release.Release, site Site) (*Plan, error) {
	was, is := before.Manifest().Name, after.Manifest().Name
	touched, err := compare.Touched(ctx, before, after, MaxTags-2)
	if err != nil {
		return nil, err
	}
	if touched.Whole {
		return everything(was, is), nil
	}
	tags := []string{}
	if was != is {
		tags = append(tags, tagRelease)
	}
	if anyPost(touched) {
		tags = append(tags, tagPosts)
	}
	for _, slug := range touched.Posts {
		tags = append(tags, "post:"+url.PathEscape(slug))
	}
	for _, term := range touched.Terms {
		tags = append(tags, string(term.Kind)+":"+url.PathEscape(term.Slug))
	}
	urls, err := site.urls(touched, was != is)
	if err != nil {
		return nil, err
	}
	return newPlan(was, is, tags, urls, site.Groups(tags)), nil
}

// anyPost reports whether what rests on posts as a whole may be another.
func anyPost(t *store.Touched) bool { return len(t.Posts) > 0 || len(t.Terms) > 0 || t.Words }

// newPlan puts the lists in order, each name once. Where they are too long it drops
// everything.
func newPlan(before, after string, tags, urls, groups []string) *Plan {
	p := &Plan{Before: before, After: after, Tags: tags, URLs: urls, Groups: groups}
	for _, list := range []*[]string{&p.Tags, &p.URLs, &p.Groups} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	if len(p.Tags) > MaxTags || len(p.URLs) > MaxURLs {
		return everything(before, after)
	}
	return p
}

// and gives the plan for a cache that may hold answers of the releases before either.
func (p *Plan) and(other *Plan) *Plan {
	if p.All || other.All {
		return everything(p.Before, p.After)
	}
	return newPlan(p.Before, p.After, slices.Concat(p.Tags, other.Tags), slices.Concat(p.URLs, other.URLs), slices.Concat(p.Groups, other.Groups))
}
