// Package bench measures a server against the limit of what it could be: a
// server that writes the same bytes from memory. Both run as processes of
// their own and are driven over loopback in turns, so that a ratio of two
// figures comes from one machine in one state.
//
// It learns from the server itself what can be asked of an archive, and holds
// every answer of a run against the one that was given first.
package bench
