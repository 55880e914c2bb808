package feeds

import (
	"slices"
	"strings"

	"alphanode/apierror"
	"alphanode/server/route"
	"alphanode/server/schema"
	"alphanode/store"
)

// Feeds are what the addresses here need beside the release that answers.
type Feeds struct {
	place    route.Place // for streams
	switched []string    // off: the parts that the server is without
	mostURLs int         // of a file of the sitemap
}

// New makes the feeds of a server that is without some parts.
func New(place route.Place, without []string) *Feeds {
	return &Feeds{place: place, switched: without, mostURLs: mostURLs}
}

// Routes are the addresses. Whatever links to them, they pass over parameters that they do
// not know.
func (f *Feeds) Routes() []*route.Route {
	type handler = func(*route.Request) (*route.Answer, error)
	entity := route.TermParameter("entity", "its name or type:name")
	tool := route.TermParameter("tool", "its name")
	all := []*route.Route{
		{Pattern: "/sitemap.xml", ID: "sitemap", Summary: "All pages of posts", Media: xmlMedia, Negotiates: true, Streams: true, RestsOn: route.OnPosts, Handle: f.sitemap},
		{Pattern: "/sitemap-{number}.xml", ID: "sitemapPart", Summary: "A part of them", Parameters: []*route.Parameter{partNumber}, Media: xmlMedia, Negotiates: true, Streams: true,
			Faults: []apierror.Code{apierror.NotFound}, RestsOn: route.OnQuestion, Handle: f.sitemapPart},
		{Pattern: "/posts/{slug}", ID: "postMarkdown", Summary: "A post as Markdown", Parameters: []*route.Parameter{route.SlugParameter("post")}, Media: MarkdownMedia,
			Faults: []apierror.Code{apierror.NotFound}, Pins: true, RestsOn: route.OnPost, Also: "/posts/{slug}" + route.MarkdownSuffix, Handle: postMarkdown},
	}
	each := func(rt route.Route, media []string, handle func(media string) handler) {
		for _, m := range media {
			form := rt
			form.Media, form.Handle = m, handle(m)
			all = append(all, &form)
		}
	}
	each(route.Route{Pattern: "/llms.txt", ID: "guide", Summary: "What language models find here", RestsOn: route.OnPosts}, []string{textMedia, MarkdownMedia}, f.guide)
	for _, written := range []struct {
		name, summary string
		media         []string
		write         writer
	}{{"feed.atom", "as Atom", atomMedia, writeAtom}, {"feed.json", "as JSON Feed", jsonMedia, writeJSON}} {
		each(route.Route{Pattern: "/" + written.name, ID: written.name, Summary: "The newest posts, " + written.summary, RestsOn: route.OnPosts},
			written.media, func(media string) handler { return feedOf("", written.name, media, written.write) })
		for _, list := range []struct {
			path string
			kind store.Kind
			term *route.Parameter
		}{{"/tools/", store.KindTool, tool}, {"/entities/", store.KindEntity, entity}} {
			each(route.Route{Pattern: list.path + "{slug}/" + written.name, ID: string(list.kind) + " " + written.name, Summary: "The newest posts with one, " + written.summary,
				Parameters: []*route.Parameter{list.term}, Faults: []apierror.Code{apierror.NotFound}, RestsOn: route.OnTermPosts, Kind: list.kind},
				written.media, func(media string) handler { return feedOf(list.kind, written.name, media, written.write) })
		}
	}
	for _, rt := range all {
		rt.Pinned = true
	}
	all = append(all, &route.Route{Pattern: "/robots.txt", ID: "robots", Summary: "What robots may read", Media: textMedia, Negotiates: true, RestsOn: route.OnNothing, Handle: f.robots})
	for _, rt := range all {
		rt.Method, rt.Tag, rt.Part = "GET", "feeds", route.PartPages
		rt.Lenient, rt.Absolute = true, true
		rt.Gives = schema.Text("A file.")
		rt.Prepare()
	}
	return all
}

// without reports whether the server is without a part.
func (f *Feeds) without(part string) bool { return slices.Contains(f.switched, part) }

// Media types that are negotiated: programs ask for feeds under several names.
const (
	xmlMedia  = "application/xml"
	textMedia = "text/plain"
	// MarkdownMedia is that of posts as Markdown (RFC 7763).
	MarkdownMedia = "text/markdown"
)

var (
	atomMedia = []string{"application/atom+xml", xmlMedia, "text/xml"}
	jsonMedia = []string{"application/feed+json", route.JSONMedia}
)

// file makes an answer of a body.
func file(media string, body []byte) *route.Answer {
	a := route.JSON(body)
	if !strings.HasSuffix(media, "json") { // which is UTF-8 in any case
		media += "; charset=utf-8"
	}
	a.Header.Set("Content-Type", media)
	return a
}
