// Package fulltext is the words of posts in every form, the posts that have each, how much
// it says of them and where in them it stands; and the search for the best posts by them.
//
// It must not know what a filter means: it is given the posts to search among. What a
// word is, and what can be typed, it has from text.
//
// Begin with Search in search.go; resolve.go turns what was typed into the forms that
// the archive has, forms.go puts these together, posts.go and positions.go read the list of
// one, match.go and phrase.go find the posts, rank.go the best of them, explain.go says why;
// suggest.go and near.go say what may have been meant, highlight.go where the words stand.
// gather.go, layout.go and near_layout.go build it.
//
//   - a word of the index is a form in posts of one analysis; a lexicon numbers words while a
//     release is built. A stem is the words that are brought to it: its mates.
//   - the impact of a word on a post is how much it adds to the score of the post.
//   - a list is the posts that have a word, in chunks of posts and spans of 256. The tops of
//     a list are the highest impact of each span, by which a search passes spans over; a
//     dense list has them, of others they are made.
//   - a clause is what a post must have, or must not: any of its phrases. A phrase is
//     words that stand one after the other.
//   - to lay out is to turn what was gathered of a word into the bytes of its list.
package fulltext
