// Package compare holds two releases against each other: which posts differ, in which
// fields, and whether that can change an answer.
//
// It must not know which releases there are, which one is current, or who keeps answers.
// It is given two that are open.
//
// Four things are told of the same difference:
//
//	Diff     each post that differs, with its fields, for one view   alphanode diff, and the address of a diff
//	Changes  pages of what the public sees differ, with a filter     those who keep a copy of the archive
//	Touched  slugs of the posts and terms that an answer can be of   caches elsewhere, which are purged
//	Delta    whether a footprint meets what differs                  the server, which carries its own answers over
//
// Begin with difference.go, which all four rest on; walk.go goes over two releases side
// by side.
//
//   - a pair is a post in both releases; a ref of the one says nothing in the other.
//   - to touch an answer is to be able to change it; what touches none leaves it right.
//   - a footprint is what an answer rests on.
package compare
