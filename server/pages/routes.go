package pages

import (
	"embed"

	"alphanode/apierror"
	"alphanode/server/pages/frame"
	"alphanode/server/pages/highlight"
	"alphanode/server/pages/plot"
	"alphanode/server/route"
	"alphanode/server/schema"
	"alphanode/store"
)

//go:embed templates
var templates embed.FS

// explorer holds the templates of all pages.
type explorer struct {
	archive Archive
	marker  *highlight.Marker

	search, post, terms, term, releases, compare, problem *frame.Template
}

// Pages are the routes of the explorer, and the page that an error becomes.
type Pages struct {
	Routes []*route.Route
	explorer
}

// New makes the pages in a frame.
func New(f *frame.Frame, archive Archive) *Pages {
	read := func(names ...string) *frame.Template {
		for i := range names {
			names[i] = "templates/" + names[i] + ".html"
		}
		return f.Template(templates, names...)
	}
	p := &Pages{explorer: explorer{
		archive: archive,
		marker:  highlight.New(),

		search:   read("search", "cards").With(plot.Source),
		post:     read("post", "cards"),
		terms:    read("terms", "cards"),
		term:     read("term", "cards").With(plot.Source),
		releases: read("releases", "cards"),
		compare:  read("compare", "cards"),
		problem:  read("problem"),
	}}
	p.Routes = p.routes()
	return p
}

// Wait waits until nothing is done for pages any more, which ends soon.
func (p *Pages) Wait() { p.marker.Wait() }

// routes are the pages that are answered from a release.
func (e *explorer) routes() []*route.Route {
	all := []*route.Route{
		{Pattern: "/", ID: "searchPage", Summary: "Search the archive", Parameters: searchParameters, Check: checkSearch, RestsOn: route.OnPosts, Handle: e.searchPage},
		{Pattern: "/posts/{slug}", ID: "postPage", Summary: "Read a post", Parameters: []*route.Parameter{route.SlugParameter("post")}, RestsOn: route.OnPost, Handle: e.postPage},
		{Pattern: "/entities", ID: "entitiesPage", Summary: "The entities", Parameters: entitiesParameters, RestsOn: route.OnPosts, Handle: e.termsPage(store.KindEntity)},
		{Pattern: "/entities/{slug}", ID: "entityPage", Summary: "An entity and the posts about it", Parameters: entityParameters, RestsOn: route.OnTermPosts, Kind: store.KindEntity, Handle: e.termPage(store.KindEntity)},
		{Pattern: "/tools", ID: "toolsPage", Summary: "The tools", Parameters: toolsParameters, RestsOn: route.OnPosts, Handle: e.termsPage(store.KindTool)},
		{Pattern: "/tools/{slug}", ID: "toolPage", Summary: "A tool and the posts that use it", Parameters: toolParameters, RestsOn: route.OnTermPosts, Kind: store.KindTool, Handle: e.termPage(store.KindTool)},
		{Pattern: "/releases", ID: "releasesPage", Summary: "The releases that were published", Parameters: []*route.Parameter{after}, RestsOn: route.OnRelease, Handle: e.releasesPage},
		{Pattern: "/compare/{a}/{b}", ID: "comparePage", Summary: "What differs between two releases", Parameters: []*route.Parameter{from, to, after}, Faults: []apierror.Code{apierror.ReleaseGone},
			RestsOn: route.OnQuestion, Handle: e.comparePage},
	}
	for _, rt := range all {
		rt.Method, rt.Tag, rt.Part, rt.Media = "GET", "pages", route.PartPages, frame.Media
		rt.Lenient, rt.Pinned, rt.Pins, rt.Absolute = true, true, true, true
		rt.Gives = schema.Text("A page.")
		rt.Faults = append(rt.Faults, apierror.NotFound)
		rt.Prepare()
	}
	return all
}

// The releases that a page compares.
var (
	from = inPath("a", "The release that is compared with another.", func(q *route.Query, name string) { q.Since = name })
	to   = inPath("b", "The release that it is compared with.", func(q *route.Query, name string) { q.Until = name })
)

func inPath(name, doc string, fill func(*route.Query, string)) *route.Parameter {
	p := route.TextParameter(name, doc, []any{"r1"}, fill)
	p.In = route.InPath
	return p
}
