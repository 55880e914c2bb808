// Package model is what GraphQL shows: the types that the schema is bound to in
// gqlgen.yml, its scalars, enums and global ids, the errors as they are sent, and
// the resolvers, which ask the reader of a release.
//
// It holds no rule of its own about what a filter, an order, a page or a cursor
// means; those are store's. It must not know the generated executor, which is made
// from it, the plans, which answer in its place from the same questions, nor HTTP.
//
// Begin with reads.go, which is all that is asked of a release, and questions.go, how
// it is asked; resolver.go asks, and node.go has what is given back.
//
//   - a need is what must be read for the posts that a selection shows, so that a
//     list of titles reads no bodies.
//   - a ref is store's name of a post in one release, an id the schema's in all.
//   - a mismatch says what a value should have been.
package model
