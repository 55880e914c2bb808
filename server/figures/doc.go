// Package figures counts, in memory, what the server was asked lately: the last minute by
// the second and the last hour by the minute, for each route; and it remembers the last
// errors and the slowest operations. It is what people on call look at, where /metrics is
// what machines gather.
//
// It must not know HTTP, routes or releases: it is told of requests that were answered, with
// the time at which they were, and has no clock of its own. It takes no more memory whatever
// is asked, and holds no value that a query has, no variable and no key: who tells it of
// requests sees to that.
//
// Begin with Note in figures.go, which is on the way of every request; ring.go is what it
// counts in, and snapshot.go reads that.
//
// A step is one second of a minute, or one minute of an hour. A lane is what one processor
// counts in, so that processors do not wait for each other. A fault is a kind of error.
package figures
