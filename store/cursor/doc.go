// Package cursor has what was asked, in bytes, and where in the answer a page ends.
//
// It must not know how a list is found. A cursor holds no number of a release, so that a
// walk goes on across a publish.
//
// Begin with Cursor in cursor.go.
//
//   - a question is all that makes a list the one that it is, in bytes, however the list
//     is paged through; a cursor holds its hash, so that it is refused by another list.
package cursor
