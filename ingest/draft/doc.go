// Package draft is what the readers of foreign formats give: each item of a source as
// it stands there, and the rules by which all formats alike make a post of it.
//
// It works in two passes, so that nothing rests on the order of a source and memory
// does not grow with it. In the first a reader streams through the source and gives
// a [Draft] for each item to a [Spool], which writes it to a file and remembers only
// what naming needs. When all sources are read, [Spool.Settle] settles the slugs of
// the whole import, reads the drafts again, has their bodies made into blocks in
// several goroutines, and gives the posts in the order of the sources.
//
// It must not know any format, nor what becomes of a post.
package draft
