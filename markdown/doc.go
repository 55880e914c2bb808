// Package markdown writes a post as Markdown, for readers that take text: the words,
// lists, code, links and images of its body, and everything that is known about it.
//
// What it writes is CommonMark with the tables of GitHub. A post is data: no text in it
// becomes markup, a link of another kind than those that pages have, or mark-up of
// HTML. It must not know where posts come from or who asks for one.
//
// Begin with Append in post.go, then block.go. Mark-up of HTML is read in html.go, and
// what stands within a line is put together in inline.go; escape.go is the one place
// that decides what of a text is escaped.
//
// A line begins with the prefix of the lists and quotes that it stands in. What is
// pending is text of a line that is not escaped yet, as what follows decides about its
// end.
package markdown
