// Package ndjson reads posts in our own JSON: a line each, pretty printed, or in an
// array.
//
// It must not know other formats, nor what becomes of a post.
package ndjson
