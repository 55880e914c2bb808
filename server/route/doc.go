// Package route is what all addresses are made of: a route with its parameters, the
// query that they fill, the request that its handler gets, the answer that it makes,
// and the problem that an error becomes.
//
// It must not know which routes there are, how a request is admitted, or how an answer
// is kept and sent. Handlers of any face are written against it.
//
// Begin with Route in route.go and ReadQuery in query.go; then Request and Answer.
// Parameter says once what it accepts, for reading and for the API description.
//
// A query is what a request asks for, checked. A misfit is a value that a parameter
// does not take, a fault what is said of it. A projection is the fields that fields=
// asks for. What an answer rests on says which switches of releases change it.
package route
