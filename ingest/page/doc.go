// Package page reads the text of web pages of the archive.
//
// It must not know other formats, nor what becomes of a post.
package page
