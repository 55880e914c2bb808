// Package release is one open release, and [Reader], which answers for one view from it:
// every question that the faces ask goes through a Reader, which checks it, notes what the
// answer rests on, and asks the room that knows.
//
// It must not know how a release is built, which one is current, or how two differ.
//
// Begin with Reader in reader.go; reader_posts.go and reader_search.go have what else it is
// asked. release.go opens a release, manifest.go reads and writes what is told of it.
//
//   - the manifest is what is told of a release beside its file; the identity of a file,
//     in it, tells two files of one name apart.
//   - a selection is all posts that match a filter, in order, read piece by piece.
//   - to scrub is to read a whole file again and hold it against its checksums while it
//     is served.
//   - damage is what was proven to be other than it was built; what a read could not prove
//     is a suspicion.
//   - others are the releases beside the one that is read, for questions about two.
package release
