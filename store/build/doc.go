// Package build makes the file of a release: records in, one sealed file out. It merges
// what is given with the release that it is built onto, numbers and packs the posts, and
// has every index made of them. The same input gives the same bytes.
//
// It must not know the data directory: what is current, how releases are named, or what
// becomes of the file. Nor is it here that a record is judged.
//
// Begin with File in assemble.go and Input in input.go; merge.go walks given and old posts
// side by side, pipeline.go has workers prepare them, indexes.go calls the room of each
// index.
//
//   - the parent is the release that a new one is built onto, whose posts stay where they
//     are not given anew.
//   - a pipeline is one source, workers, and one sink that gets things in order, with a
//     bound on the bytes that are in work.
//   - the dictionary of a release is what its posts are packed with; a sample is the
//     beginning of a post that the dictionary is made of.
package build
