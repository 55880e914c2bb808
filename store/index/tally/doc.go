// Package tally counts: how many posts of a set have each term of a kind and each score.
// What would take long to count is counted when a release is built, and stored.
//
// It must not know what a filter is: it is given sets of posts, or the name of a group.
//
// Begin with Counter in counter.go, then Group in group.go, and build.go, which says which
// groups have a tally.
//
//   - a tally is what was counted, when the release was built, of the posts that meet one
//     condition or two.
//   - a group names these posts by their conditions.
//   - histograms are how many posts have each score, from which all statistics follow.
package tally
