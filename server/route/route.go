package route

import (
	"net/url"
	"slices"
	"strings"

	"alphanode/apierror"
	"alphanode/server/schema"
	"alphanode/store"
)

// Route is one operation at one address: all that is needed to check a
// request, to answer it and to describe it.
type Route struct {
	Method, Pattern string // the method GET includes HEAD
	ID, Tag         string // in the document
	Summary, Doc    string
	Parameters      []*Parameter
	Check           func(*Query) Faults // of parameters together
	Takes           *schema.Schema      // the body of the request
	Gives           *schema.Schema      // the body of the answer
	Media           string              // of the answer, where it is not JSON alone
	Faults          []apierror.Code     // beside those of every route
	Pinned          bool                // answered from a release
	RestsOn         string              // of one that is read: which switches change its answers: one of the words below
	Kind            store.Kind          // of the terms that it rests on
	Streams         bool                // answered while the answer is made
	Onward          string              // how to ask for what is behind, where it takes no page and no offset; "" where nothing is to be said
	Scope           store.Scope         // the least that the key must have; "" where none is needed
	Part            string              // of the server that it belongs to; "" where it is always there
	Vital           bool                // answered however busy the server is, and never kept by caches
	Handle          func(*Request) (*Answer, error)

	segments []string
	inPath   []*Parameter
	inQuery  map[string]*Parameter // by name and alias
	lists    []string              // names of those that take lists
}

// Prepare derives what is needed for each request.
func (rt *Route) Prepare() *Route {
	rt.segments = strings.Split(rt.Pattern, "/")[1:]
	rt.inPath, rt.inQuery = nil, map[string]*Parameter{}
	for _, p := range rt.Parameters {
		if p.In == InPath {
			rt.inPath = append(rt.inPath, p)
			continue
		}
		for _, name := range p.Names() {
			rt.inQuery[name] = p
		}
		if p.List {
			rt.lists = append(rt.lists, p.Name)
		}
	}
	return rt
}

// Lists are the names of the parameters of which one value may hold several.
func (rt *Route) Lists() []string { return rt.lists }

// match reports whether the route has this address, and what stands there in
// place of its {words}.
func (rt *Route) match(segments []string) (captured []string, ok bool) {
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

// Find gives the route for a method and an address. Where there is none it
// says which methods the address has, if any.
func Find(routes []*Route, method string, u *url.URL) (rt *Route, captured, methods []string) {
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
		if rt.Method == method {
			return rt, captured, nil
		}
		methods = append(methods, rt.Method)
		if rt.Method == "GET" {
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
	OnNothing  = "nothing"  // that is published
	OnQuestion = "question" // what is asked, in more ways than can be listed
	OnRelease  = "release"  // which release is served
	OnPosts    = "posts"    // any post
	OnPost     = "post"     // the one in the address
	// Those of terms are for tools and entities alone, of which a switch tells; what
	// lists other kinds rests on posts.
	OnTerms     = "terms"        // any term of a kind
	OnTerm      = "term"         // the one in the address
	OnTermPosts = "term's posts" // it and the posts that have it
)
