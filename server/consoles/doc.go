// Package consoles is where the API is tried and looked up: /graphiql, on which an
// operation of GraphQL is written and asked, and /docs, the operations of REST and the
// schema of GraphQL. They need nothing from elsewhere, and nothing that they say is
// written twice: the pages of REST are made from the bytes of /openapi.json, those of the
// schema from the schema itself.
//
// It must not know what the operations mean, how a request is admitted, or how answers
// are kept. What a form asks it hands to the handler of that route, with the release and
// the key of the page.
//
// Begin with New in consoles.go. document.go and shape.go read the API description,
// reference.go the schema; ask.go has what a form asks. examples.go are the operations to
// begin with. assets/console.js makes the console comfortable; all of it works without.
// With the tag graphiql the console is that of the GraphQL Foundation: bundle.go.
//
// A mention is a piece of text that may link what it names. A shape is a JSON Schema. A
// taste is a little of what the archive holds, so that examples answer with something.
package consoles
