// Package posts is a post in a file: its record, its card and how both are packed, read
// by number, by slug and by reference.
//
// It must not know why a post is wanted: no filters, no orders, no index.
//
// Begin with Records in read.go; record.go lays a post out, text.go appends it to an
// answer as the JSON that it is.
//
//   - a record is a post as it is stored: its facts in short, and its canonical JSON packed.
//   - a card is the JSON of what lists show of a post, never packed.
//   - raw is a post as it is stored, its JSON and the numbers of its terms, for who takes
//     parts out of it.
//   - a packing is s2 with the dictionary of a release.
package posts
