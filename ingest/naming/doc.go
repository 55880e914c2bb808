// Package naming finds the slug, the language, the day and the title of a post
// whose source says them in other words: in an address, in the name of a file or
// of a folder, or as HTML. slug.go is the place to begin.
//
// It is made of functions of their arguments alone. It must not know formats,
// drafts or releases, and it reads no files.
package naming
