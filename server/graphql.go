package server

import (
	"log/slog"
	"net/http"

	"alphanode/graph"
	"alphanode/server/route"
	"alphanode/server/schema"
	"alphanode/server/wire"
	"alphanode/trace"
)

// graphql hands the request to the other face, with the same pinned release.
func (s *Server) graphql(r *route.Request) (*route.Answer, error) {
	logger := func() *slog.Logger { return s.logger.With(slog.String("request_id", r.ID)) }
	found := s.graph.Answer(graph.WithLogger(graph.WithReader(r.Ctx, r.Reader), logger), r.HTTP)
	a := &route.Answer{Status: found.Status, Header: wire.HeadOf(found.Header), Body: found.Body, Code: found.Code}
	if found.Operation != (trace.Operation{}) {
		a.Operation = &found.Operation
	}
	if a.Status == http.StatusOK {
		a.Keys = []string{"posts", route.KeyRelease} // any post can be among them, and so can the release
	}
	return a, nil
}

// schemaFile answers with the schema as a file, which some tools read where others ask by
// introspection.
func (s *Server) schemaFile(r *route.Request) (*route.Answer, error) {
	return s.sdl.Answer(r)
}

const sdlMedia = "text/plain"

var sdlShape = schema.Text("The schema definition language of GraphQL.")

// graphqlMedia are the media types of GraphQL over HTTP.
const graphqlMedia = "application/graphql-response+json"

var graphqlRequestShape = schema.Object("A GraphQL request.",
	schema.Maybe("query", schema.Text("The document.", "{ posts(first: 3) { edges { node { id slug title } } } }")),
	schema.Maybe("documentId", schema.OrNull(schema.Text("In place of query: the id of a trusted document, with or without sha256: in front."))),
	schema.Maybe("operationName", schema.OrNull(schema.Text("Which operation of the document runs."))),
	schema.Maybe("variables", schema.OrNull(&schema.Schema{Type: "object", Additional: true})),
	schema.Maybe("extensions", schema.OrNull(&schema.Schema{Type: "object", Additional: true, Description: "persistedQuery names a query by its SHA-256; cost: true asks what the answer costs."})))

var graphqlAnswerShape = schema.Object("A GraphQL answer.",
	schema.Maybe("data", schema.OrNull(&schema.Schema{Type: "object", Additional: true})),
	schema.Maybe("errors", schema.ListOf("", &schema.Schema{Type: "object", Additional: true})),
	schema.Maybe("extensions", &schema.Schema{Type: "object", Additional: true}))

// graphqlShapes are those that have a name in the API description.
var graphqlShapes = schema.Properties{schema.Is("GraphQLRequest", graphqlRequestShape), schema.Is("GraphQLAnswer", graphqlAnswerShape)}

// What they hold is for the package graph to check.
var graphqlParameters = []*route.Parameter{
	graphqlParameter("query", "The document.", "{ posts(first: 3) { edges { node { id slug title } } } }"),
	graphqlParameter("operationName", "Which operation of the document runs."),
	graphqlParameter("variables", "A JSON object."),
	graphqlParameter("extensions", "A JSON object. persistedQuery names a query by its SHA-256; cost: true asks what the answer costs."),
	graphqlParameter("documentId", "In place of query: the id of a trusted document, with or without sha256: in front."),
	graphqlParameter("doc_id", "The same, as network layers of Relay send it."),
	graphqlParameter("id", "The same, as network layers of Relay send it."),
}

func graphqlParameter(name, doc string, examples ...any) *route.Parameter {
	return route.SingleParameter(name, doc, schema.Text("", examples...), func(*route.Query, string) *route.Misfit { return nil })
}
