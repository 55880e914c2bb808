// Package embed is what pages of other sites show of the archive: the script of the boxes
// that they put in, and the meta box of a post as HTML for sites without scripts.
//
// It must not know the pages of this server, nor which sites show a box. What a box shows
// of a post is for the room metabox to say, and for the script, which builds the same of
// the post's JSON.
//
// Begin with Routes in routes.go; embed.js is the script, fragment.go the HTML.
//
// A fragment is HTML that stands within a page of another site. A box is one of the two
// elements that the script knows, or what a fragment has in their place.
package embed
