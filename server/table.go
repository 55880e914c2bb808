package server

import (
	"slices"

	"alphanode/apierror"
	"alphanode/server/schema"
)

// routes are all there are: those of REST, and the server's own.
func (s *Server) routes() []*route {
	own := []*route{
		{method: "GET", pattern: "/graphql", id: "queryGraphQL", tag: "graphql", summary: "Ask a GraphQL query",
			doc:        "Queries only; a persisted query is named in extensions.",
			parameters: graphqlParameters, gives: schema.Component("GraphQLAnswer"), media: graphqlMedia, pinned: true, restsOn: onQuestion, handle: s.graphql},
		{method: "POST", pattern: "/graphql", id: "postGraphQL", tag: "graphql", summary: "Ask a GraphQL query",
			takes: schema.Component("GraphQLRequest"), gives: schema.Component("GraphQLAnswer"), media: graphqlMedia, faults: []apierror.Code{apierror.TooLarge, apierror.UnsupportedMediaType}, pinned: true, handle: s.graphql},

		{method: "GET", pattern: "/", id: "getIndex", tag: "server", summary: "Where everything is", gives: schema.Object("", schema.Is("data", indexShape)), restsOn: onNothing, handle: s.index},
		{method: "GET", pattern: "/openapi.json", id: "getDocument", tag: "server", summary: "This document", gives: documentShape, restsOn: onNothing, handle: s.openAPI},
		{method: "GET", pattern: "/health", id: "getHealth", tag: "server", summary: "Whether the server runs", gives: healthShape, vital: true, restsOn: onNothing, handle: s.health},
		{method: "GET", pattern: "/ready", id: "getReady", tag: "server", summary: "Whether the server has a release to serve",
			doc: "Not ready before the first release is published, and while the server shuts down.", gives: readyShape, vital: true, restsOn: onNothing, handle: s.ready},
	}
	for _, rt := range own {
		rt.prepare()
	}
	return slices.Concat(restRoutes(restArchive{Live: s.archive.Live, Catalogue: s.archive.Catalogue, Place: s.placeForStream}), own)
}
