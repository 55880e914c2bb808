// Package input makes of the values that a client sends, in the text of an operation or
// in its variables, those that the schema wants, as the GraphQL specification coerces
// input: one value becomes a list of it, 2.0 an Int, a number an ID. Nothing else is
// bent: what does not fit is said, with what was sent and where.
//
// It must not know how values come, what they cost, nor what is done with them.
//
// Begin with Variables in variables.go and Value in value.go.
//
//   - a misfit is a value that does not fit, and where in what was sent it stands.
package input
