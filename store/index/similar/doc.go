// Package similar finds the posts that are most similar to a post or to some terms, each
// with the reasons why. The answer is that of a comparison with every post; what is looked
// at is little of that. docs/similar.md has the formula.
//
// It must not know what a filter means: it is given the posts to search among.
//
// Begin with ToPost in page.go; search.go and walk.go find what is similar, diverse.go
// picks of it what differs, build.go makes the index.
//
//   - a feature is a tool, an entity or a stack, with a weight: the rarer, the heavier.
//   - a vector is the features of a post; posts that have the same share one. Vectors are
//     numbered by their length.
//   - a total is how many posts are at least so similar to a vector, once counted.
//   - diverse is a list in which each pick counts less for what it shares with those
//     before it.
package similar
