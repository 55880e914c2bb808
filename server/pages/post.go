package pages

import (
	"encoding/json"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"

	"alphanode/content"
	"alphanode/server/metabox"
	"alphanode/server/pages/frame"
	"alphanode/server/pages/prose"
	"alphanode/server/pages/sample"
	"alphanode/server/route"
	"alphanode/store"
)

// postView is what the page of a post shows.
type postView struct {
	*content.Post
	Long     bool   // the title is set smaller
	Language string // of what the author wrote; "" where nobody says it
	Dir      string // which way it is written: rtl, or auto where each part says it
	Score    *score // nil where there is none
	Updated  string
	Status   string // in words, of one that is not public
	Contents []prose.Heading
	Unlisted int // headings that are left out of the contents
	Body     template.HTML
	Box      template.HTML
	Similar  []similarPost
	Graph    []property
	Data     template.JS // for machines that read what pages are about
	// The ids of the two last parts, which no heading of the post has.
	BoxID, SimilarID string
}

// What it costs to make a page of a post, in units of a budget.
const (
	readPrice = 14 // to decode a KiB of the post
	showPrice = 12 // to write it: its mark-up is read again
	markPrice = 3  // to mark a byte of code
)

// longTitle is how many characters make a title long.
const longTitle = 120

// postPage shows a post.
func (e *explorer) postPage(r *route.Request) (*route.Answer, error) {
	_, text, err := r.Reader.AppendText(r.Ctx, nil, r.Slug, 0)
	if err != nil {
		return e.missingPost(r, err)
	}
	if err := r.Reader.Budget().Spend(r.Ctx, 1+len(text.JSON)*(readPrice+showPrice)>>10); err != nil {
		return nil, err
	}
	post, err := content.DecodePost(text.JSON)
	if err != nil {
		return nil, fmt.Errorf("%w: a post: %w", store.ErrCorrupt, err)
	}
	links := frame.LinksOf(r)
	v := &postView{
		Post: post, Long: len([]rune(post.Title)) > longTitle, Language: languageOf(post), Dir: directionOf(languageOf(post)), Score: scoreOf(post.Meta.Score), Updated: post.Updated(), Status: statusOf(post),
		Graph: graphOf(r.Site, post), Data: linkedData(r.Site, post),
	}
	settled, err := e.body(r, v)
	if err != nil {
		return nil, err
	}
	if err := box(r, links, v, text.Ref); err != nil {
		return nil, err
	}
	slugs, err := similar(r, links, v, text.Ref)
	if err != nil {
		return nil, err
	}
	path := route.PostPath(post.Slug)
	asMarkdown, err := route.MarkdownPaths(r, post.Slug)
	if err != nil {
		return nil, err
	}
	a, err := e.post.Answer(r, &frame.Page{
		Title: post.Title, Description: description(post), Section: "/", NoIndex: text.NoIndex, Canonical: path, Request: requestOf(post.Slug), Kept: url.Values{}, Data: v,
		Alternates: []frame.Alternate{
			{Type: route.JSONMedia, Href: links.Data(onePost(post.Slug)), Title: "This post as JSON"},
			{Type: "text/markdown", Href: links.Data(asMarkdown[0]), Title: "This post as Markdown"},
		},
	})
	if err != nil {
		return nil, err
	}
	a.Alone = true
	a.Passing = a.Passing || !settled
	a.About("post", post.Slug)
	a.About("post", post.Slug+route.MarkdownSuffix) // which may come
	a.AboutPosts(slugs)
	return a, nil
}

// body writes the body, and says where its parts are. It is settled where writing it again
// gives the same.
func (e *explorer) body(r *route.Request, v *postView) (settled bool, err error) {
	samples := prose.Samples(v.Post)
	code := 0
	for _, s := range samples {
		code += len(s.Source)
	}
	if err := r.Reader.Budget().Spend(r.Ctx, min(code, mostMarked)*markPrice); err != nil {
		return false, err
	}
	marked, settled := e.marker.Mark(r.Ctx, samples)
	written := prose.Of(v.Post, marked, frameIDs...)
	v.Body = written.HTML
	v.Contents, v.Unlisted = contents(written.Headings)
	v.BoxID, v.SimilarID = written.Free("meta"), written.Free("similar")
	return settled, nil
}

// mostMarked is about how much code of a post is marked, in bytes.
const mostMarked = 12 << 10

// frameIDs are those that the frame of a page has.
var frameIDs = []string{"main", "pin", "release"}

// The contents of an article: all headings where they are few, else those of the first
// level alone, and of these not more than anybody would look through.
const (
	fewHeadings  = 20
	mostHeadings = 100
)

func contents(headings []prose.Heading) (listed []prose.Heading, unlisted int) {
	all := len(headings)
	if all > fewHeadings {
		headings = slices.DeleteFunc(slices.Clone(headings), func(h prose.Heading) bool { return h.Level > 2 })
	}
	listed = headings[:min(len(headings), mostHeadings)]
	return listed, all - len(listed)
}

// box writes the meta box.
func box(r *route.Request, links frame.Links, v *postView, ref store.Ref) error {
	var terms store.PostTerms
	if metabox.Linked(&v.Meta) {
		found, err := r.Reader.PostTerms(r.Ctx, []store.Ref{ref})
		if err != nil {
			return err
		}
		terms = found[0]
	}
	var err error
	v.Box, err = metabox.HTML(metabox.Of(&v.Meta, terms, links.Address))
	return err
}

// similarShown is how many similar posts a page has.
const similarShown = 6

// onePost is the path of a post in REST.
func onePost(slug string) string { return "/v1/posts/" + url.PathEscape(slug) }

// requestOf asks for what the page shows.
func requestOf(slug string) *sample.Request {
	return &sample.Request{
		Path:  onePost(slug) + "?include=similar,terms&similar.limit=6",
		Query: postQuery, Vars: map[string]string{"slug": slug},
	}
}

const postQuery = `query Post($slug: String!) {
  post(slug: $slug) {
    title intro publishedAt updated html
    meta {
      topic summary brief outline { label text } stack
      tools { name slug } entities { name type slug } toolNames entityNames { name type }
      codeLanguage language difficulty readingTime viewCount score { quality freshness depth clarity }
      revision { status version lastReviewed } reference hash
      flags { aiGeneratedStyle hasImages imageHeavy needsHumanReview }
      checklist images { source url caption alt width height }
      payload { sourceId generator paragraphs scenario seed } urls notes extra
    }
    similar(first: 6) { edges { similarity shared { kind name type contribution } node { slug title } } }
  }
}`

// description is what search engines may show of a post.
func description(p *content.Post) string { return firstWords(p.Meta.Summary, 300) }

// firstWords cuts a text where a word ends, if one does.
func firstWords(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	letters := []rune(text)
	if len(letters) <= most {
		return text
	}
	cut := string(letters[:most-1])
	if space := strings.LastIndexByte(cut, ' '); space > most/2 {
		cut = cut[:space]
	}
	return cut + "…"
}

// statusOf says what a post is that only readers with a key see; "" of others.
func statusOf(p *content.Post) string {
	if p.Public() {
		return ""
	}
	return strings.ReplaceAll(p.Meta.Revision.Status, "-", " ")
}

// languageOf is the language of what the author wrote. Posts that came before there was
// a field for it have it in meta without a name of its own.
func languageOf(p *content.Post) string {
	if p.Meta.Language != "" {
		return p.Meta.Language
	}
	var tag string
	if json.Unmarshal(p.Meta.Extra["language"], &tag) != nil {
		return ""
	}
	return prose.Language(tag)
}

// directionOf says which way a text of a language is written.
func directionOf(language string) string {
	if content.RightToLeft(language) {
		return "rtl"
	}
	return "auto"
}

// Views tells how often a post was seen; -1 where nobody counts.
func (v *postView) Views() int64 {
	if v.Meta.ViewCount == nil {
		return -1
	}
	return *v.Meta.ViewCount
}

// Reviewed is when somebody last looked at the post; "" where nobody did.
func (v *postView) Reviewed() string {
	if v.Meta.Revision == nil {
		return ""
	}
	return v.Meta.Revision.LastReviewed
}

// Version is that of the last review.
func (v *postView) Version() string {
	if v.Meta.Revision == nil {
		return ""
	}
	return v.Meta.Revision.Version
}
