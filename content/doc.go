// Package content says what a post is: its types, its one canonical JSON form,
// its validation, its slugs and its reading time.
//
// It is the innermost room. It must not know where posts come from, how they
// are stored or how they are served, and it imports no other package of this
// module.
package content
