// Package highlight marks in a code sample what is a keyword, a text, a comment and a
// number, as HTML with one class for each, and says in words what language it is in.
//
// It must not know posts, pages or HTTP.
//
// Begin with Mark in mark.go; work.go has what bounds it. The lexers are another's, and
// are backtracking expressions: some take seconds for a few bytes, some go round in
// circles. So what is long, slow, or not given back as it was, stays plain.
//
// A sample is a piece of code. It is settled where marking it again gives the same: where
// time was what ended it, it may not be.
package highlight
