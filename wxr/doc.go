// Package wxr writes posts as an export of WordPress (WXR 1.2), which WordPress imports and
// this program reads again.
//
// An item has the slug, the title, the date, the status, the terms in their order and the
// body as blocks of WordPress's editor. Fields of meta that WordPress has no place for are its
// meta, under alphanode_ and their names, lists and maps serialised as PHP does; what would be
// another thing there, such as a day without a time, is JSON in alphanode_post.
//
// It must not know where posts come from. It writes in one pass and holds one post; authors
// and terms, which stand before all posts, are given first.
//
// Begin with Writer in writer.go, and item.go.
package wxr
