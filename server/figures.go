package server

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"alphanode/apierror"
	"alphanode/server/figures"
	"alphanode/server/route"
	"alphanode/store"
)

// newFigures counts the requests of each address of some tables.
func newFigures(tables ...[]*route.Route) *figures.Figures {
	var names []string
	for _, table := range tables {
		for _, rt := range table {
			names = append(names, rt.Pattern)
		}
	}
	return figures.New(time.Now(), names)
}

// figure is what people on call are shown of a request. It has no value of a query, no
// variable and no key in it.
func (x *exchange) figure(a *route.Answer, ended time.Time) figures.Request {
	f := figures.Request{
		Route: x.pattern(), Method: method(x.r), ID: store.HideSecrets(x.id), Status: a.Status, Code: string(a.Code),
		StoreCalls: x.store.Calls, StoreTime: x.store.Busy, Bytes: a.Sent(), Stream: a.Stream != nil, Took: ended.Sub(x.began), Ended: ended,
	}
	switch {
	case x.ownFault(a), a.Status < http.StatusBadRequest && a.Code != "" && a.Code.Status() >= http.StatusInternalServerError: // of GraphQL the latter
		f.Fault = figures.OwnFault
	case a.Status >= http.StatusBadRequest || a.Code != "":
		f.Fault = figures.CallersFault
	}
	switch x.cache {
	case cacheHit:
		f.Cache = figures.Hit
	case cacheMiss:
		f.Cache = figures.Miss
	case cacheCollapsed:
		f.Cache = figures.Collapsed
	default:
		if x.route != nil && x.route.Pinned && viewOf(x.key) != store.Public {
			f.Cache = figures.Bypass
		}
	}
	if op := a.Operation; op != nil {
		f.Operation = store.HideSecrets(op.Name)
		if op.Name == "" {
			f.Operation = op.Hash
		}
	}
	if a.Code != "" {
		f.What = what(a, x.route)
	}
	return f
}

// ownFault reports whether the server could not answer, or broke off what it answered. Who
// left before they were answered is no fault of it, nor is who asks for what is to come.
func (x *exchange) ownFault(a *route.Answer) bool {
	return a.Status >= http.StatusInternalServerError && !errors.Is(a.Cause, context.Canceled) && !errors.Is(a.Cause, errBehind) || a.Cut() == cutFault
}

// what says what went wrong: where in the request, and what was expected there; not what was
// found, which may be anything. Where the server is at fault it says itself what is.
func what(a *route.Answer, rt *route.Route) string {
	fault := a.Fault
	if fault == nil {
		return a.Code.Title()
	}
	if fault.Status() >= http.StatusInternalServerError {
		return route.Shorten(fault.Error())
	}
	var all []string
	for _, field := range fault.Fields {
		if field.Expected != "" {
			expected, _, _ := strings.Cut(field.Expected, "; did you mean ") // which rests on what was found
			all = append(all, place(field, rt)+": expected "+expected)
		}
	}
	if all == nil {
		return fault.Code.Title()
	}
	return route.Shorten(strings.Join(all, "; "))
}

// place is where a fault is. The name of a parameter that there is not is whatever somebody
// wrote there.
func place(field apierror.Field, rt *route.Route) string {
	name, ok := strings.CutPrefix(field.Location, route.InQuery+".")
	if !ok || rt != nil && slices.ContainsFunc(rt.Parameters, func(p *route.Parameter) bool { return slices.Contains(p.Names(), name) }) {
		return field.Location
	}
	return "a parameter that is not known"
}

// Lately is how many requests a second there were in the last minute, and how many of them
// failed by this server's own fault.
func (s *Server) Lately() (requests, failed float64) {
	last := s.figures.Read(time.Now(), figures.Minute)
	seconds := max(last.Covered.Seconds(), 1)
	return float64(last.All.Requests) / seconds, float64(last.All.OwnFaults) / seconds
}
