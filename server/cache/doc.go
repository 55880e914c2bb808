// Package cache keeps answers in memory, and knows for which releases each is right.
//
// It must not know how answers are made, how they are packed or sent, or what a route
// is: it is asked by question, and given what is to be kept.
//
// Begin with Cache in cache.go, then Question.Key in question.go, by which an answer is
// found.
//
// A question is a request in all that its answer depends on, but for the release. A
// slot is the answers to one question, of several releases. To prove an answer is to
// note that it is right for one more release.
package cache
