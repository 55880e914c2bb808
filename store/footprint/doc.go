// Package footprint is what an answer rests on: the posts and terms that were read for it,
// and the questions whose answers went into it. Who keeps answers asks by it whether
// another release changes one (compare has Delta).
//
// It must not know any release, nor how two of them are compared: it holds slugs, hashes
// of them, and filters, which mean the same in all.
//
// Begin with Footprint in footprint.go; fields.go says on which fields of posts
// an order, a filter or a page rests.
//
//   - a footprint is the read set of an answer.
//   - to tie an answer is to note that it is right for its release alone.
package footprint
