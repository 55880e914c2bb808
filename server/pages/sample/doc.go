// Package sample writes a request as people run it: with curl in a shell, with fetch in
// Node or a browser, and as a program in Go; over REST and over GraphQL. What it writes
// runs as it stands and prints the answer, whatever texts the request holds.
//
// It must not know pages, nor what the request asks.
//
// Begin with Request in sample.go; quote.go has how texts stand in each language.
package sample
