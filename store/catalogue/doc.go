// Package catalogue is the data directory: the releases in it, which one is current, and
// all that is done to them. Posts are imported into a new release; one is published,
// rolled back from, pruned, verified, upgraded; a post is taken down from all.
//
// It must not know who serves a release, or what a file of one looks like: it moves
// folders and reads manifests. Keys, which lie in the same folder, are another room's.
//
// Begin with Catalogue in catalogue.go; import.go, publish.go and takedown.go are its three
// largest acts. Each is written so that a process killed at any instant leaves the
// directory as it was, or as it was to be.
//
//   - CURRENT is the file that names the release that is served.
//   - the journal has a line for each act; it is written before CURRENT, and the history
//     of what was current is read from it.
//   - a staged release is built and was never current.
//   - a claim is the slug or the reference that a record of an import takes; a dispute is
//     one that a post of the parent has.
//   - to withdraw is to make releases anew without the posts that are taken down.
//   - to upgrade is to make releases of an older format anew from their posts; a post is renamed
//     where its slug is in a form that slugs have no more.
//   - a sealed file is one of which this process knows that it is what its manifest says,
//     so that it need not be read again.
package catalogue
