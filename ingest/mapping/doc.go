// Package mapping reads JSON and CSV of anyone's field names, by a mapping: a file that
// says which field of a record goes to which field of a post.
//
// Begin with Parse in file.go, which reads such a file, and Read in read.go, which makes
// a draft of each record. Guess in guess.go writes a mapping for a source that nobody has
// described yet.
//
// It must not know what becomes of a draft.
package mapping
