// Package text knows what a word is: it cuts texts into words, brings words to
// the forms in which they are searched for, reads what people type into a box
// for searching, and marks in a text the words that were found. It must not know
// posts, releases or HTTP.
package text
