// Package graph is the GraphQL face: the schema's types bound to content and
// store, resolvers over the reads of store, and the bounds on what an
// operation may cost.
//
// It holds no rule of its own about what a filter, an order, a page or a cursor
// means; those are store's. It must not know REST, caching, keys or which
// release is current: the reader of a release comes with the context.
package graph
