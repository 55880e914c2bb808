package server

import (
	"slices"

	"alphanode/apierror"
	"alphanode/server/consoles"
	"alphanode/server/embed"
	"alphanode/server/feeds"
	"alphanode/server/pages"
	"alphanode/server/pages/frame"
	"alphanode/server/rest"
	"alphanode/server/route"
	"alphanode/server/schema"
	"alphanode/store"
)

// routes are all there are but for the parts that are left out: those of REST, and the
// server's own.
func (s *Server) routes(without []string) []*route.Route {
	own := []*route.Route{
		{Method: "GET", Pattern: "/graphql", ID: "queryGraphQL", Part: route.PartGraphQL, Tag: "graphql", Summary: "Ask a GraphQL query",
			Doc:        "Queries only; a persisted query is named in extensions.",
			Parameters: graphqlParameters, Gives: schema.Component("GraphQLAnswer"), Media: graphqlMedia, Negotiates: true, Pinned: true, RestsOn: route.OnQuestion, Handle: s.graphql},
		{Method: "POST", Pattern: "/graphql", ID: "postGraphQL", Part: route.PartGraphQL, Tag: "graphql", Summary: "Ask a GraphQL query",
			Doc:   "As with GET, in a body of JSON, which can be longer than an address.",
			Takes: schema.Component("GraphQLRequest"), Gives: schema.Component("GraphQLAnswer"), Media: graphqlMedia, Negotiates: true, Faults: []apierror.Code{apierror.TooLarge, apierror.UnsupportedMediaType}, Pinned: true, Handle: s.graphql},

		{Method: "GET", Pattern: "/", ID: "getIndex", Tag: "server", Summary: "Where everything is",
			Doc: "The name of each address that is read.", Gives: schema.Object("", schema.Is("data", indexShape)), RestsOn: route.OnNothing, Handle: s.index},
		{Method: "GET", Pattern: "/openapi.json", ID: "getDocument", Tag: "server", Summary: "This document",
			Doc: "Written from the table by which the server answers.", Gives: documentShape, RestsOn: route.OnNothing, Handle: s.openAPI},
		{Method: "GET", Pattern: "/schema.graphqls", ID: "getSchema", Part: route.PartIntrospection, Tag: "server", Summary: "The GraphQL schema", Doc: "In the schema definition language, for tools that make clients.",
			Gives: sdlShape, Media: sdlMedia, RestsOn: route.OnNothing, Handle: s.schemaFile},
		{Method: "GET", Pattern: "/health", ID: "getHealth", Tag: "server", Summary: "Whether the server runs",
			Doc: "It answers as long as the server runs, however busy it is.", Gives: healthShape, Vital: true, RestsOn: route.OnNothing, Handle: s.health},
		{Method: "GET", Pattern: "/ready", ID: "getReady", Tag: "server", Summary: "Whether the server has a release to serve",
			Doc: "Not ready before the first release is published, and while the server shuts down.", Gives: readyShape, Vital: true, RestsOn: route.OnNothing, Handle: s.ready},
	}
	for _, rt := range own {
		rt.Prepare()
	}
	without = withoutAlso(without)
	return route.Without(slices.Concat(rest.Routes(rest.Archive{Live: s.archive.Live, Catalogue: s.archive.Catalogue, Place: s.placeForStream}), embed.Routes(), own), without)
}

// withoutAlso adds the parts that say nothing without others.
func withoutAlso(without []string) []string {
	if slices.Contains(without, route.PartGraphQL) { // there is no schema then
		return slices.Concat(without, []string{route.PartIntrospection})
	}
	return without
}

// pageRoutes are those for people. The consoles try the routes of the API.
func (s *Server) pageRoutes(api []*route.Route, without []string) []*route.Route {
	s.frame = frame.New(without)
	s.pages = pages.New(s.frame, pages.Archive{Releases: publishedReleases{s.archive.Live}, Window: s.settings.PinWindow})
	s.consoles = consoles.New(s.frame, without)
	news := feeds.New(s.placeForStream, without)
	all := slices.Concat(s.pages.Routes, s.consoles.Routes(api), []*route.Route{s.frame.Route(), embed.Script()}, news.Routes(), rest.OfPages())
	feeds.MarkdownAddresses(all)
	return route.Without(all, without)
}

// tableOf is what requests are looked up in. A page stands before other forms of its
// address, so that who asks for nothing in particular gets it. Addresses of programs, which
// are asked most, are compared before those of people.
func tableOf(pages, api []*route.Route) []*route.Route {
	table := route.JoinForms(slices.Concat(pages, api))
	forPeople := func(rt *route.Route) bool { return rt.Part == route.PartPages }
	return slices.Concat(slices.DeleteFunc(slices.Clone(table), forPeople), slices.DeleteFunc(table, func(rt *route.Route) bool { return !forPeople(rt) }))
}

// keyedRoutes are those for operators. To who has no key that opens them they are not
// there: not found, and not in the API description.
func (s *Server) keyedRoutes() []*route.Route {
	own := []*route.Route{
		{Method: "GET", Pattern: "/settings", ID: "getSettings", Tag: "server", Summary: "The settings in force", Scope: store.ScopeAdmin, RestsOn: route.OnNothing, Handle: s.settingsInForce},
	}
	for _, rt := range own {
		rt.Prepare()
	}
	return own
}
