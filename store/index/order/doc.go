// Package order has the posts by each sort key, and what can be read off from that: the
// posts of a range, and where those of a common term stand.
//
// It must not know what a filter, a page or a cursor is.
//
// Begin with Index in sequence.go, which is one order as a release holds it, and
// Sequence there, which every list walks; build.go makes them.
//
//   - a place is the number of a post in the ascending order of a key, as it is stored.
//   - a position is the number of a post in an order as it is asked for, which can be
//     descending.
//   - a sequence is one order in one direction: the post at each position, the position
//     of each post.
//   - a group is the posts that have the same value.
//   - a cut is a place and the set of all posts before it: a range is what one cut has and
//     another has not.
//   - a row is the places of all posts that have one common term, in chunks, each in the
//     form that is the shortest; a span is 256 places of a chunk.
//   - the rank of a post says which goes first where all else is equal: by scores, then
//     by slug.
package order
