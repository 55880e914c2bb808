// Package terms has the tools, entities and other terms of a release: their records and
// lists, what a name means, which names are near to one that means nothing, and which
// terms each post has.
//
// It must not know what posts say but for their terms, nor what a filter is.
//
// Begin with Index in known.go, then Resolve there: the terms that a value of a filter
// means. values.go is for who counts; build.go makes all of it.
//
//   - a kind is a list of terms: tools, entities, and what else posts are counted by.
//   - a term record is what is known of a term, for the public and for previews apart.
//   - the values of a kind are its terms, numbered from 0, and the sets of them that posts
//     have: posts with the same terms of a kind share a set, so that counting by value is
//     counting by set.
package terms
