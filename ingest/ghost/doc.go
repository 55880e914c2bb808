// Package ghost reads the archive of a Ghost site, the JSON file that Ghost exports, of
// versions 0 to 6: its posts and pages become drafts.
//
// It reads one record at a time, in whatever order the tables stand. What ties them together (who
// wrote a post, its tags) is small and stays in memory until the posts are made; what else is known
// of a post by another table is kept beside the drafts.
//
// Members, visitors, keys, addresses of mail and passwords stand in the same file. They
// are passed over unread; of a user only the name and the slug are.
//
// Begin with Reader in read.go: stream.go reads JSON, post.go makes a draft of a record,
// convert.go its post. The two formats of Ghost's editors are in mobiledoc.go and
// lexical.go, and what both can have in a post besides text in card.go.
package ghost
