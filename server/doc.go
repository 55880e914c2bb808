// Package server listens, finds out who asks, admits, pins a release, has a route answer
// from it, sends, and logs: everything that holds for every request. It has the
// metrics and the life cycle, and the addresses that belong to no face alone, such as
// /graphql and /health.
//
// Each request is answered from exactly one release, pinned before its handler
// runs. Handlers turn a checked query into an answer; they write nothing
// themselves and never ask which release is current.
//
// Its rooms are rest, the addresses under /v1; route, what all addresses are made of;
// client, who asks; certificate, what is shown over TLS; cache, kept answers; wire, how answers go out; schema, in which they
// are described; and settings, what an operator can choose.
//
// The package must not know how posts are stored, what a filter, a cursor or an
// order means, or how GraphQL is resolved: that is store and graph.
//
// Begin with ServeHTTP in serve.go, which is the way of every request, and routes.go.
// Then fill.go: how an answer is made or found; carry.go: what becomes of kept answers
// at a switch.
//
// An exchange is one request and what is noted about it. Dear is an answer that costs
// much. A flight is one thing that is being made, for all who asked for it meanwhile.
package server
