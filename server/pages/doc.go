// Package pages is the archive explorer: the pages on which people search, read and
// compare posts, and see how the API is asked for what they show. They stand on the public
// reads alone: what a page shows, anybody can ask.
//
// It must not know how requests are admitted, or how answers are kept and sent; nor REST
// and GraphQL but by the requests that it shows.
//
// Begin with Routes in routes.go. Each page is a file here, which makes what the page
// shows, and one of its name in templates, which writes it. What all pages share is in
// the room frame; how requests are written, in sample.
//
// A card is a post as lists show it. A selection is the posts that a filter and a search
// leave.
package pages
