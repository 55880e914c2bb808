// Package frame is what all pages have in common: their head, the bar with the request
// behind them, the links between them, the foot; the sheet, the script and the other
// files that they need; and the policy under which a browser shows them.
//
// It must not know any page, nor the archive: a page hands over what it shows.
//
// Begin with Page in page.go. links.go has the addresses that pages link; assets.go the
// files.
//
// An asset is such a file, under a name that holds a sum of its bytes. A template is the
// frame with the body of one page in it. A pin is the release that a page was asked for
// by name; without one, no byte of a page says which release it is from.
package frame
