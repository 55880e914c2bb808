// Package server is the HTTP face of the archive: the REST addresses under
// /v1, the transport of GraphQL, and everything that holds for every request:
// limits, headers, conditional requests, errors, logs.
//
// Each request is answered from exactly one release, pinned before its handler
// runs. Handlers turn a checked query into an answer; they write nothing
// themselves and never ask which release is current.
//
// The package must not know how posts are stored, what a filter, a cursor or an
// order means, or how GraphQL is resolved: that is store and graph.
package server
