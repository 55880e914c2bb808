// Package rest is the REST face: the addresses under /v1, what is sent from each, and
// the API description, which is written from the table of routes.
//
// It must not know how a request is admitted, pinned, kept or sent, and no rule about
// what a filter, an order or a page means: those are the store's. The other face it
// does not know at all.
//
// Begin with Routes in routes.go: each route names its handler, which reads from the
// release of its request and makes an answer. Then shapes.go, which says what is sent,
// and page.go, which every list goes through.
//
// A shape is what is sent, field by field. A located page knows where it stands in its
// list, and so the links to others. A batch is the lines of a stream that are in memory
// at once.
package rest
