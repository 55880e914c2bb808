// Package transporttest holds every transport to one suite of tests, and has one in memory
// that fails when a test says so: calls that nobody answers, answers that are lost, events
// that come twice or in another order, files that are damaged or gone.
//
// It must not know what a fleet carries, nor any transport but its own.
//
// Begin with [Suite] for a transport, and with [NewNet] for what stands above transports.
package transporttest
