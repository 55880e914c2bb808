package route

import "slices"

// Parts of a server that can be switched off. What belongs to none is always there.
const (
	PartGraphQL       = "graphql"
	PartIntrospection = "introspection" // of the GraphQL schema
	PartSearch        = "search"        // full text, and what completes words that are typed
	PartStreams       = "streams"
	PartPages         = "pages" // for people, and what search engines and readers of feeds fetch
)

// Parts are all that can be switched off.
var Parts = []string{PartGraphQL, PartIntrospection, PartSearch, PartStreams, PartPages}

// Without gives the routes and parameters that belong to none of some parts.
func Without(routes []*Route, parts []string) []*Route {
	if len(parts) == 0 {
		return routes
	}
	var left []*Route
	for _, rt := range routes {
		if slices.Contains(parts, rt.Part) {
			continue
		}
		rt.Parameters = slices.DeleteFunc(slices.Clone(rt.Parameters), func(p *Parameter) bool { return slices.Contains(parts, p.Part) })
		left = append(left, rt.Prepare())
	}
	return left
}
