// Package trusted reads the files in which the compilers of clients write the documents
// that these will send: each by an id, so that a server can answer what it knows and
// nothing else.
//
// It must not know what stands in a document, nor how a request names one. documents.go
// is all of it.
package trusted
