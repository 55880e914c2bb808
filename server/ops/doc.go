// Package ops is the page for people on call: what is served and since when, how the server
// fares, which releases there are, what went wrong last and what took long; and the pages on
// which they publish and roll back, having seen what that changes.
//
// It must not know where it is asked, nor how requests are admitted: a Door says what people
// may do without a key. It does what the commands do by the same code, and counts nothing
// itself.
//
// Begin with Routes in desk.go. access.go and sessions.go say who may do what; overview.go is
// the page at /ops, confirm.go those of the acts; charts.go draws.
//
// A desk is these pages with all that they show. A visitor is who asks. An act is publishing
// or rolling back; a plan says what it changes.
package ops
