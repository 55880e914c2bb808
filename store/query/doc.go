// Package query turns a filter into conditions and these into posts: pages of a list,
// facets, ranges, statistics of scores, related terms. It alone knows what a filter means.
//
// It must not know which release it reads, who asks, or how similar posts are found.
//
// Begin with Find in find.go, and condition.go; list.go divides the conditions into what
// is read off in an order and what each post is asked about. match.go makes conditions of
// a filter.
//
//   - a condition is what a post must meet; a conjunction, all of some.
//   - to sift is to leave of up to 64 posts those that meet a condition.
//   - an interval is the condition that a place lies between two, having that a post has
//     a term.
//   - what is sought is found by looking at every text, and only when it is paid for.
//   - asked is what a filter asks for, as far as groups with a tally are concerned.
//   - a distribution is how posts lie in an order, from which ranges are counted.
//   - remembered is what was found before and is found again without a look.
package query
