package purge

import (
	"context"
	"net/url"
	"slices"

	"alphanode/store"
)

// MaxTags is how many tags a plan has at most; what needs more drops everything.
// Caches take some hundred tags a request and bound their requests: a plan of more
// takes them longer than to fetch anew what readers still ask for. It also keeps a
// plan, with its addresses, to some hundred kilobytes.
const MaxTags = 2000

// Plan is what a cache must drop when the release After is served in place of
// Before.
type Plan struct {
	Before string   `json:"before"` // "" where it is not known, and then all is dropped
	After  string   `json:"after"`
	All    bool     `json:"all"`  // everything; tags and addresses are then empty
	Tags   []string `json:"tags"` // as Surrogate-Key has them, ascending
	URLs   []string `json:"urls"` // those of the answers that can be listed, without parameters, ascending
}

// everything is the plan to drop all there is.
func everything(before, after string) *Plan {
	return &Plan{Before: before, After: after, All: true, Tags: []string{}, URLs: []string{}}
}

// Tags that are no post and no term.
const (
	tagPosts   = "posts"   // lists, and all that any post can change
	tagRelease = "release" // what tells which release is current
)

// Compare makes the plan of a switch from one release to another. Addresses begin
// with publicURL, or with a slash where that is empty.
func Compare(ctx context.Context, before, after *store.Release, publicURL string) (*Plan, error) {
	was, is := before.Manifest().Name, after.Manifest().Name
	touched, err := before.Touched(ctx, after, MaxTags-2)
	if err != nil {
		return nil, err
	}
	if touched.Whole {
		return everything(was, is), nil
	}
	p := &Plan{Before: was, After: is, Tags: []string{}, URLs: []string{}}
	add := func(tag string, paths ...string) {
		p.Tags = append(p.Tags, tag)
		for _, path := range paths {
			p.URLs = append(p.URLs, publicURL+path)
		}
	}
	if was != is {
		add(tagRelease, "/v1/releases", "/v1/releases/current")
	}
	if len(touched.Posts) > 0 || len(touched.Terms) > 0 || touched.Words {
		add(tagPosts, postLists...)
	}
	for _, slug := range touched.Posts {
		slug = url.PathEscape(slug)
		at := "/v1/posts/" + slug
		add("post:"+slug, at, at+"/similar")
	}
	kinds := map[store.Kind]bool{}
	for _, term := range touched.Terms {
		slug, list := url.PathEscape(term.Slug), termLists[term.Kind]
		at := list + "/" + slug
		add(string(term.Kind)+":"+slug, at, at+"/posts", at+"/related")
		if !kinds[term.Kind] {
			kinds[term.Kind] = true
			p.URLs = append(p.URLs, publicURL+list)
		}
	}
	p.sort()
	return p, nil
}

// postLists are the addresses that any post can change.
var postLists = []string{"/v1/posts", "/v1/posts.ndjson", "/v1/summaries", "/v1/facets", "/v1/ranges", "/v1/scores"}

// termLists are the addresses of the lists of terms, and of what is below them.
var termLists = map[store.Kind]string{store.KindEntity: "/v1/entities", store.KindTool: "/v1/tools"}

// sort puts tags and addresses in order, each once.
func (p *Plan) sort() {
	for _, list := range []*[]string{&p.Tags, &p.URLs} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
}

// then gives the plan for a cache that was told of neither of two switches, the
// second of which came behind the first. To compare the first release with the last
// would not do: the cache may hold answers of the one in between.
func (p *Plan) then(next *Plan) *Plan {
	both := &Plan{
		Before: p.Before, After: next.After, All: p.All || next.All,
		Tags: slices.Concat(p.Tags, next.Tags), URLs: slices.Concat(p.URLs, next.URLs),
	}
	both.sort()
	if both.All || len(both.Tags) > MaxTags {
		return everything(both.Before, both.After)
	}
	return both
}
