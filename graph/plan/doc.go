// Package plan answers an operation that was found right: it is compiled once into
// a plan, which writes JSON straight from what a release stores, and is answered
// again with other variables without gqlgen. What it copies and looks through is
// counted while it does.
//
// A plan gives the same bytes as the generated executor, to which it leaves what it
// does not cover; what is asked of a release is said in graph/model for both. It must
// not know HTTP, what a client sends beside the operation, nor how its text is parsed
// and validated.
//
// Begin with plan.go and query.go, which compile; object.go has what a plan is made
// of, execution.go one run of it, which execution_bound.go holds to its limits.
// prepared.go and input.go read variables.
//
//   - a writer writes what one field is for a value, an object the selected fields.
//   - a stored object is one whose JSON lies in the release, and is cut from there.
//   - a switch is a variable on which it depends which fields there are.
//   - unusual is a value of a variable that the generated executor has to look at.
package plan
