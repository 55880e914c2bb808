// Package price says what an operation costs before it runs, and whether its arguments
// can be read: it refuses one that is over a limit, and takes from the budget of a
// reader what the others cost.
//
// It counts the fields of an answer at most, and the values that are sent. What the
// store does for them is priced by the store, and what a run copies by graph/plan, all
// from the same budget. It must not know who runs an operation, nor how it came.
//
// Begin with bounds.go, which measures, and cost.go, which has what a field costs.
//
//   - the extent of an operation is how deep it goes and what it costs.
//   - measured is what is known of that of an operation that was found right before.
package price
