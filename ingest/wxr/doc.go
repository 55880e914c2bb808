// Package wxr reads the exports of WordPress, WXR 1.0 to 1.2, into drafts.
//
// A [Reader] streams through a source: xml.go finds tags and texts, source.go the items
// and their authors, item.go what one item has, draft.go and meta.go what a draft says
// of it. When all drafts are there blocks are made of their bodies, in body.go:
// shortcode.go and gutenberg.go turn what WordPress makes when it shows a post into HTML,
// and paragraph.go finds the paragraphs of texts that have none.
//
// It must not know releases, nor how slugs and dates are settled. Comments, and the
// e-mail addresses, IP addresses and passwords of an export, go no further than here.
package wxr
