package server

import (
	"slices"

	"alphanode/server/pages/frame"
	"alphanode/server/route"
	"alphanode/server/wire"
)

// asPage makes a page of a problem where who asks wants one: at the address of a page, or
// at none with a browser.
func (x *exchange) asPage(a *route.Answer) *route.Answer {
	if a.Fault == nil || a.Header.Get("Content-Type") != route.ProblemMedia || !x.wantsPage() {
		return a // it is none, or a page that knows more of it
	}
	site := x.server.site
	page, err := x.server.pages.Problem(&route.Request{Query: &route.Query{Path: x.r.URL.EscapedPath()}, HTTP: x.r, Site: site}, a)
	if err != nil { // then it stays what it is
		return a
	}
	return page
}

func (x *exchange) wantsPage() bool {
	if slices.Contains(x.server.settings.Without, route.PartPages) {
		return false
	}
	if x.route != nil {
		return x.route.Media == frame.Media && !x.route.Fragment
	}
	return wire.Preferred(x.r.Header["Accept"], route.JSONMedia, frame.Media) == 1
}
