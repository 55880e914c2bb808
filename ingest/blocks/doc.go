// Package blocks turns the bodies of foreign archives, HTML and Markdown, into the
// blocks of a post. Nothing that a reader sees goes without being counted: what no
// block can say stays as mark-up in an html block.
//
// It must not know which archive a body comes from, and it does not sanitise: that is
// what a post does when it settles. It looks at nothing but what it is given.
//
// Begin with FromHTML in html.go: tree.go reads the mark-up, with nesting.go for what its
// author left open, and each kind of block has its file. Of Markdown syntax.go makes the same
// tree, as if its HTML had been read, and what is HTML in it is. A line is a stretch of text and inline elements between two blocks: it becomes
// a paragraph, or images where it has nothing else. Time and memory are linear in the size of a
// body, and depth is bounded (maxDepth).
package blocks
