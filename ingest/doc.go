// Package ingest turns outside formats into a stream of content records: page
// text and JSON, packed or not.
//
// It parses; it must not know what becomes of a record: no storage, no
// releases, no rules about duplicates. It imports no package of this module but
// content. Nothing it reads is lost in silence: what it cannot place in a post
// it keeps in meta.extra with a warning, or names in a reject.
package ingest
