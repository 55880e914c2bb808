// Package terminal knows how text is shown to people who sit at one: which characters
// cannot be seen as what they are, and how a word of a command is quoted. It must not
// know what the text is about.
package terminal
