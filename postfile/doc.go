// Package postfile writes a post as a file of Markdown with YAML front matter, and reads what
// it has written: the same post, to the byte of its JSON.
//
// A file is for people and for the makers of static sites: its front matter has the names that
// they know where there are such (title, slug, date, draft, aliases, tags, categories, authors)
// and else those of the post's JSON, and its body is CommonMark with the extensions of GitHub. What
// Markdown cannot say of a block stands as HTML, or in a comment before it (mark.go). Each
// block is read again when it is written, and so is the whole file: where that is not the post
// yet, as of texts that YAML cannot hold, the JSON of all of it is a comment at the end.
//
// A file that was changed by hand is read as what it says: what a comment has of a text that
// has changed does not count any more.
//
// It must not know where files stand, nor how foreign ones are read: a file is its own where it
// has `alphanode: 1` in its front matter.
//
// Begin with Append in write.go and Read in read.go.
package postfile
