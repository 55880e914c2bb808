// Package addresses has where posts stood before, and finds the post that stood at an
// address.
//
// It must not know what a post says, nor how an answer leads to its page.
//
// Begin with Find in find.go; build.go lays out what it reads. What makes two spellings
// one address is content.NormalAddress.
//
//   - the holder of an address is the one post that it leads to: of those that stood there
//     the one that has it nearest to the front of its list, then by slug. A view has a
//     holder of its own, since the first of all may be hidden from it.
package addresses
