// Package ingest turns outside formats into a stream of content records, packed or
// not: it finds the format of a source and hands it to the room that reads it.
//
// It parses; it must not know what becomes of a record: no storage, no releases.
// Nothing it reads is lost in silence: what it cannot place in a post it keeps in
// meta.extra with a warning, or names in a reject, or counts in the report.
package ingest
