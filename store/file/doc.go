// Package file is one bbolt file, each byte of which is checked when it is read: its
// buckets, the forms that their values have, and what reads of them cost. What a release
// is made of in bytes is told in docs/format.md.
//
// It is the only room that knows bbolt. It must not know what the values say: no posts,
// terms or indexes.
//
// Begin with File in file.go, then Tx in tx.go, by which everything is read, and Writer in
// writer.go, by which everything was written. buckets.go names the buckets.
//
//   - an ordinal is the number of a post in a release. Public posts have the lowest, so a
//     view is a bound on ordinals.
//   - to seal a value is to put its checksum behind it, which covers its key too.
//   - a column is an array of numbers with a checksum for each block of it; a block is
//     checked once, and again after Forget.
//   - a segment is the records of 256 posts in one value, each found by arithmetic.
//   - a leaf is a page of bbolt that has entries. They are numbered in the file, so that
//     what is not there is proven not to be there.
//   - a fault is an error that is thrown out of an inner loop; Guard turns it, and a page
//     that cannot be read, into an error.
//   - what is passing goes over large parts of a mapped file and gives its pages back.
//   - a price is what a step costs, in nanoseconds, and a unit what a budget is counted in.
package file
