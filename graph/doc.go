// Package graph is the GraphQL face: a request comes in by HTTP or from a program, its
// operation is found, bounded, parsed and validated, and an answer or the faults in it
// go out.
//
// It holds no rule of its own about what a filter, an order, a page or a cursor
// means; those are store's. It must not know REST, caching, keys or which
// release is current: the reader of a release comes with the context.
//
// Begin with http.go and execute.go; request.go and request_json.go read a request,
// document.go its text. What is shown, and asked of a release, is graph/model; the
// executor that is made from the schema graph/schema. Values that are sent are coerced
// by graph/input; what an operation costs is said by graph/price; graph/plan answers
// most in place of that executor.
//
//   - a persisted query is an operation that is known by its hash.
//   - to price a request is to say what it costs to read, before it is read.
package graph
