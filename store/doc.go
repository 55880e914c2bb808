// Package store is the language that everything about an archive is said in: what can be
// asked, what is answered, and what can go wrong. Both faces of the API and all rooms
// below store speak it; what a filter, an order, a page or a cursor means is told here
// and done in its rooms.
//
// It must not know how anything is stored, found or served: it opens no file, and
// imports none of its rooms.
//
// Begin with query.go and filter.go: how a list is asked for, and of which posts. Then
// counts.go, searching.go and differences.go, with all other questions and their answers;
// releases.go, what is told of a release; errors.go, what can go wrong.
//
// The rooms stand on each other in this order: sets, disk and cursor; file; posts; index
// (facts, order, terms, tally, fulltext, similar); query; build and release; compare;
// catalogue; live. docs/architecture.md draws who knows whom.
//
//   - a view is whose eyes are answered for: the public sees fewer posts than a preview.
//   - a ref is the number of a post in one release, its ordinal; it means nothing in
//     another one.
//   - a part of a post is how much of it is wanted: its card, which is what lists show,
//     or all of it.
//   - a term is a name of some kind, such as a tool or an entity.
//   - a budget is what one answer may cost, and what is left of that.
package store
