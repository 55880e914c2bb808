package server

import (
	"net/url"
	"slices"
	"strings"

	"alphanode/apierror"
	"alphanode/server/schema"
	"alphanode/store"
)

// route is one operation at one address: all that is needed to check a
// request, to answer it and to describe it.
type route struct {
	method, pattern string // the method GET includes HEAD
	id, tag         string // in the document
	summary, doc    string
	parameters      []*parameter
	check           func(*query) faults // of parameters together
	takes           *schema.Schema      // the body of the request
	gives           *schema.Schema      // the body of the answer
	media           string              // of the answer, where it is not JSON alone
	faults          []apierror.Code     // beside those of every route
	pinned          bool                // answered from a release
	restsOn         string              // of one that is read: which switches change its answers, see Address
	kind            store.Kind          // of the terms that it rests on
	streams         bool                // answered while the answer is made
	scope           store.Scope         // the least that the key must have; "" where none is needed
	vital           bool                // answered however busy the server is, and never kept by caches
	handle          func(*request) (*answer, error)

	segments []string
	inPath   []*parameter
	inQuery  map[string]*parameter // by name and alias
}

// prepare derives what is needed for each request.
func (rt *route) prepare() *route {
	rt.segments = strings.Split(rt.pattern, "/")[1:]
	rt.inQuery = map[string]*parameter{}
	for _, p := range rt.parameters {
		if p.in == inPath {
			rt.inPath = append(rt.inPath, p)
			continue
		}
		for _, name := range p.names() {
			rt.inQuery[name] = p
		}
	}
	return rt
}

// match reports whether the route has this address, and what stands there in
// place of its {words}.
func (rt *route) match(segments []string) (captured []string, ok bool) {
	if len(segments) != len(rt.segments) {
		return nil, false
	}
	words := 0
	for i, segment := range rt.segments {
		if strings.HasPrefix(segment, "{") && segments[i] != "" {
			words++
		} else if segment != segments[i] {
			return nil, false
		}
	}
	if words == 0 {
		return nil, true
	}
	captured = make([]string, 0, words)
	for i, segment := range rt.segments {
		if strings.HasPrefix(segment, "{") {
			captured = append(captured, segments[i])
		}
	}
	return captured, true
}

// find gives the route for a method and an address. Where there is none it
// says which methods the address has, if any.
func find(routes []*route, method string, u *url.URL) (rt *route, captured, methods []string) {
	segments := strings.Split(u.EscapedPath(), "/")[1:]
	for i, segment := range segments {
		plain, err := url.PathUnescape(segment)
		if err != nil {
			return nil, nil, nil
		}
		segments[i] = plain
	}
	if method == "HEAD" {
		method = "GET"
	}
	for _, rt := range routes {
		captured, ok := rt.match(segments)
		if !ok {
			continue
		}
		if rt.method == method {
			return rt, captured, nil
		}
		methods = append(methods, rt.method)
		if rt.method == "GET" {
			methods = append(methods, "HEAD")
		}
	}
	if methods != nil {
		methods = append(methods, "OPTIONS")
		slices.Sort(methods)
	}
	return nil, nil, methods
}

// What the answers of a route rest on, as far as it says which addresses give another
// answer after a switch. Every route that is read has one of these words.
const (
	onNothing   = "nothing"      // that is published
	onQuestion  = "question"     // what is asked, in more ways than can be listed
	onRelease   = "release"      // which release is served
	onPosts     = "posts"        // any post
	onPost      = "post"         // the one in the address
	onTerms     = "terms"        // any term of a kind
	onTerm      = "term"         // the one in the address
	onTermPosts = "term's posts" // it and the posts that have it
)
