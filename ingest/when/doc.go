// Package when reads dates as archives write them and gives them as a post has them.
// The moment is never shifted: a day stays a day, an offset stays, and nothing rests on
// the time zone of the machine.
//
// What content takes for a date is content's to say; here is what says that there is no
// date, seconds since 1970, and layouts that somebody gives.
package when
