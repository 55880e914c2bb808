// Package transport is what a fleet needs of whatever lies between its machines: files that
// never change once they are there, small values of which one writer wins, and being told of
// new values. It is the waist: above it nobody knows what carries the bytes, below it nobody
// knows what they are for.
//
// It must not know of releases, of the catalogue, nor of NATS: fleet/transport/folder and
// fleet/transport/jetstream carry it out, and transporttest holds all of them, and the one
// that fails on purpose, against one suite.
//
// Begin with Transport in transport.go.
package transport
