// Package store keeps the archive on disk: it builds one release file, reads
// one release file, and keeps the catalogue of releases.
//
// A release is one immutable bbolt file, built off-line in sorted order, sealed
// with a checksum and then only read. All rules of what a filter, an order, a
// page or a cursor means stand here, once, for both faces of the API. The
// package must not know GraphQL, HTTP or the formats posts are imported from;
// it is the only one that knows bbolt.
package store
