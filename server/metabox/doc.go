// Package metabox makes the meta box of a post: every field of its meta that is there,
// in the order in which archives show them, and as HTML that pages of this server and of
// others show.
//
// It must not know requests, releases, or where pages stand: what a link leads to it is
// told by who shows the box.
//
// Begin with Of in box.go, which is the order of the fields; value.go has the forms that
// a value can have, extra.go reads meta that has no name of its own, and box.html writes
// all of it.
//
// A box is the fields of one post. A value has one form, such as a text, a day or a list.
// A list is folded where it has more than one sees at a glance.
package metabox
