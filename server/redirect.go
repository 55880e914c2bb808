package server

import (
	"errors"
	"net/http"
	"strings"

	"alphanode/server/route"
	"alphanode/store"
)

// redirectRoute answers at addresses that are none of the table. It is not in there, nor is
// what it answers kept here: the whole address is what it is asked.
func (s *Server) redirectRoute() *route.Route {
	rt := &route.Route{Method: "GET", Pattern: "/{address}", ID: "redirect", Tag: "pages", Summary: "Where a post is that stood here",
		Lenient: true, Pinned: true, Unkept: true, RestsOn: route.OnQuestion, Handle: s.redirect}
	return rt.Prepare()
}

// redirect leads to the page of the post that stood at the address. Where readers know the
// server by a path, the address is looked for as they see it, and then as it is here.
func (s *Server) redirect(r *route.Request) (*route.Answer, error) {
	here := r.HTTP.URL.RequestURI()
	addresses := []string{here}
	if r.Site.Prefix != "" {
		addresses = []string{r.Site.Path(here), here}
	}
	for _, address := range addresses {
		slug, err := r.Reader.Resolve(r.Ctx, address)
		if err != nil {
			return nil, err
		}
		if slug != "" {
			a := route.NewAnswer(http.StatusMovedPermanently)
			a.Header.Add("Location", r.Site.Path(route.PostPath(slug)))
			a.AboutAddressOf(slug)
			return a, nil
		}
	}
	return nil, store.ErrNotFound
}

// moved reports whether an answer leads to where a post is now.
func moved(a *route.Answer) bool { return a.Status == http.StatusMovedPermanently }

// asksForMoved reports whether a request may be for an address where a post stood.
func (x *exchange) asksForMoved() bool {
	path := x.r.URL.Path
	return x.server.redirects != nil && (x.r.Method == http.MethodGet || x.r.Method == http.MethodHead) &&
		strings.HasPrefix(path, "/") && path != "/v1" && !strings.HasPrefix(path, "/v1/")
}

// asksByNumber reports whether a request names a post by its number, at the address of the
// search page, as WordPress does.
func (x *exchange) asksByNumber() bool {
	return x.r.URL.Path == "/" && x.r.URL.RawQuery != "" && x.r.URL.Query().Get("p") != "" && x.asksForMoved()
}

// whereMoved answers with where the post is that stood at the address; nil where none did.
// It sees what everybody does, whoever asks.
func (x *exchange) whereMoved() *route.Answer {
	before := *x
	x.route = x.server.redirects
	a, err := x.handle(work{route: x.route, http: x.r, account: x.account, id: x.id, trace: x.trace, out: x.out}, nil)
	x.store, x.spent, x.paid = before.store.And(x.store), before.spent+x.spent, before.paid+x.paid
	if errors.Is(err, store.ErrNotFound) {
		x.route, x.release, x.since, x.cache = before.route, before.release, before.since, before.cache
		return nil
	}
	if err != nil {
		return route.Problem(err, x.r.URL.EscapedPath())
	}
	return a
}
