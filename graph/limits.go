package graph

import "alphanode/graph/price"

// Limits bound what one operation may cost.
type Limits = price.Limits

// DefaultLimits let a page of 100 posts pass with every field they have, and
// the introspection of the tools; a list in a list in a list, each of 100, not.
var DefaultLimits = price.DefaultLimits
