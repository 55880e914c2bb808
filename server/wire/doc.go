// Package wire is how answers go out: the header as it is laid out, the connection
// that sends an answer in one piece, the codings in which bodies are packed, and the
// memory that bodies are lent. What waits for readers who read slowly is counted here,
// and bounded.
//
// It must not know what an answer is about: no routes, no releases, no errors of the
// faces. That there is no room it reports, and others word it.
//
// Begin with Respond in connection.go, which sends what net/http would send, past it;
// then Unsent, which cuts off who takes nothing. A stream goes out by Pieces.
//
// A head is the header of an answer; sealed, where it is sent again and again. A piece
// is as much as a reader must take within a time. Unsent is what is made and not yet
// taken by its reader.
package wire
