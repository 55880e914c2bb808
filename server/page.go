package server

import (
	"slices"

	"alphanode/apierror"
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
	refused := x.free || a.Code == apierror.Overloaded || a.Code == apierror.RateLimited // which must cost next to nothing
	if known, ok := x.server.refusedPages.Load(a.Fault.Error()); refused && ok {
		page := known.(*route.Answer).Copy()
		page.Cause = a.Cause
		return page
	}
	site := x.server.site
	page, err := x.server.pages.Problem(&route.Request{Query: &route.Query{Path: x.r.URL.EscapedPath(), Release: x.pinned()}, HTTP: x.r, Site: site}, a)
	if err != nil { // then it stays what it is
		return a
	}
	if refused { // in one of a few texts
		x.server.refusedPages.Store(a.Fault.Error(), page.Copy())
	}
	return page
}

// pinned is the release that the address of a page names, where it could be had.
func (x *exchange) pinned() string {
	if x.route == nil || !x.route.Pins || x.release == "" || x.r.URL.Query().Get("release") != x.release {
		return ""
	}
	return x.release
}

func (x *exchange) wantsPage() bool {
	if slices.Contains(x.server.settings.Without, route.PartPages) {
		return false
	}
	if x.route != nil {
		return x.route.Media == frame.Media && !x.route.Fragment && wire.Accepts(x.r.Header["Accept"], frame.Media)
	}
	return wire.Preferred(x.r.Header["Accept"], route.JSONMedia, frame.Media) == 1
}
