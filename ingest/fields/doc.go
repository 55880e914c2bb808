// Package fields puts the values of a foreign source into the fields of a post, by the
// names and in the types that such sources have, and keeps what has no field in
// meta.extra.
//
// What a field is and what may stand in it is content's to say. It must not know formats
// or drafts.
package fields
