package server

import (
	"log/slog"
	"net/http"

	"alphanode/graph"
	"alphanode/server/wire"
)

// graphql hands the request to the other face, with the same pinned release.
func (s *Server) graphql(r *request) (*answer, error) {
	logger := func() *slog.Logger { return s.logger.With(slog.String("request_id", r.id)) }
	found := s.graph.Answer(graph.WithLogger(graph.WithReader(r.ctx, r.reader), logger), r.http)
	a := &answer{status: found.Status, header: wire.HeadOf(found.Header), body: found.Body}
	if a.status == http.StatusOK {
		a.keys = []string{"posts", keyRelease} // any post can be among them, and so can the release
	}
	return a, nil
}

// graphqlMedia are the media types of GraphQL over HTTP.
const graphqlMedia = "application/graphql-response+json"

var graphqlRequestShape = object("A GraphQL request.",
	maybe("query", text("The document.", "{ posts(first: 3) { nodes { slug title } } }")),
	maybe("operationName", orNull(text("Which operation of the document runs."))),
	maybe("variables", orNull(&schema{Type: "object", Additional: true})),
	maybe("extensions", orNull(&schema{Type: "object", Additional: true, Description: "persistedQuery names a query by its SHA-256."})))

var graphqlAnswerShape = object("A GraphQL answer.",
	maybe("data", orNull(&schema{Type: "object", Additional: true})),
	maybe("errors", listOf("", &schema{Type: "object", Additional: true})),
	maybe("extensions", &schema{Type: "object", Additional: true}))

// graphqlShapes are those that have a name in the API description.
var graphqlShapes = properties{is("GraphQLRequest", graphqlRequestShape), is("GraphQLAnswer", graphqlAnswerShape)}

// What they hold is for the package graph to check.
var graphqlParameters = []*parameter{
	graphqlParameter("query", "The document.", "{ posts(first: 3) { nodes { slug title } } }"),
	graphqlParameter("operationName", "Which operation of the document runs."),
	graphqlParameter("variables", "A JSON object."),
	graphqlParameter("extensions", "A JSON object."),
}

func graphqlParameter(name, doc string, examples ...any) *parameter {
	return single(name, doc, &schema{Type: "string", Examples: examples}, func(*query, string) *misfit { return nil })
}
