package route

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"alphanode/apierror"
	"alphanode/server/schema"
	"alphanode/server/wire"
	"alphanode/store"
)

// Route is one operation at one address: all that is needed to check a
// request, to answer it and to describe it.
type Route struct {
	Method, Pattern string // the method GET includes HEAD
	Also            string // another address of its answers, of which who plans purges must know; "" for none
	ID, Tag         string // in the document
	Summary, Doc    string
	Parameters      []*Parameter
	Check           func(*Query) Faults // of parameters together
	Takes           *schema.Schema      // the body of the request
	Gives           *schema.Schema      // the body of the answer
	Media           string              // of the answer, where it is not JSON alone; routes of one method and address with others are its forms
	Negotiates      bool                // its handler chooses among media types by itself
	Faults          []apierror.Code     // beside those of every route
	Pinned          bool                // answered from a release
	RestsOn         string              // of one that is read: which switches change its answers: one of the words below
	Kind            store.Kind          // of the terms that it rests on
	Streams         bool                // answered while the answer is made
	Unkept          bool                // the server keeps none of its answers
	Lenient         bool                // parameters that are unknown or empty are passed over: addresses of pages get marks of others, and forms send all their fields
	Pins            bool                // release= in its query names the release that answers, as the header does
	Absolute        bool                // its answers hold absolute links, so they depend on where the server is asked
	Fragment        bool                // its HTML stands within pages of others, so that an error is no page
	Onward          string              // how to ask for what is behind, where it takes no page and no offset; "" where nothing is to be said
	Scope           store.Scope         // the least that the key must have; "" where none is needed
	Part            string              // of the server that it belongs to; "" where it is always there
	Admits          bool                // its handler finds out who asks and what they may; it is answered however busy the server is
	Vital           bool                // answered however busy the server is, and never kept by caches
	Handle          func(*Request) (*Answer, error)

	segments []segment
	inPath   []*Parameter
	inQuery  map[string]*Parameter // by name and alias
	lists    []string              // names of those that take lists
	forms    []*Route              // all of the method and the address, where it is the first of several
}

// Prepare derives what is needed for each request.
func (rt *Route) Prepare() *Route {
	rt.segments = segmentsOf(rt.Pattern)
	rt.inPath, rt.inQuery, rt.lists = nil, map[string]*Parameter{}, nil
	if rt.Pins {
		rt.inQuery[pin.Name] = pin
	}
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

// pin names the release that answers, at an address to which a link leads: that cannot send
// a header.
var pin = TextParameter("release", "The release that answers, as the header Release names it.", []any{"r1"}, func(q *Query, name string) { q.Release = name })

// Lists are the names of the parameters of which one value may hold several.
func (rt *Route) Lists() []string { return rt.lists }

// JoinForms makes routes of one method and address the forms of the first of them, in their
// order, and gives the first ones. Which form answers is for the request's Accept to say.
func JoinForms(routes []*Route) (table []*Route) {
	first := map[string]*Route{}
	for _, rt := range routes {
		at := rt.Method + " " + rt.Pattern
		switch other := first[at]; {
		case other == nil:
			first[at], rt.forms = rt, nil
			table = append(table, rt)
		case other.forms == nil:
			other.forms = []*Route{other, rt}
		default:
			other.forms = append(other.forms, rt)
		}
	}
	return table
}

// Form gives the form of a route that a request's Accept likes best, the first of those
// that it likes as much; the route itself and an error where it allows none.
func (rt *Route) Form(accept []string) (*Route, error) {
	if rt.Vital || rt.Negotiates {
		return rt, nil
	}
	if rt.forms == nil {
		if media := rt.media(); !wire.Accepts(accept, media) {
			return rt, NotAcceptable(strings.Join(accept, ", "), media)
		}
		return rt, nil
	}
	media := make([]string, len(rt.forms))
	for i, form := range rt.forms {
		media[i] = form.media()
	}
	if i := wire.Preferred(accept, media...); i >= 0 {
		return rt.forms[i], nil
	}
	return rt, NotAcceptable(strings.Join(accept, ", "), strings.Join(media, " or "))
}

// media is the media type of what the route answers.
func (rt *Route) media() string { return cmp.Or(rt.Media, JSONMedia) }

// Known gives an address without what a lenient route passes over, so that it is the same
// whatever marks of others it has got.
func (rt *Route) Known(u *url.URL) *url.URL {
	if !rt.Lenient || u.RawQuery == "" {
		return u
	}
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil { // it is refused
		return u
	}
	known := *u
	known.RawQuery = rt.known(values).Encode()
	return &known
}

// known leaves out what a lenient route passes over.
func (rt *Route) known(values url.Values) url.Values {
	if rt.Lenient {
		for name, given := range values {
			given = slices.DeleteFunc(given, func(value string) bool { return value == "" })
			if values[name] = given; len(given) == 0 || rt.inQuery[name] == nil {
				delete(values, name)
			}
		}
	}
	return values
}

// match reports whether the route has this address, and what stands there in
// place of its {words}.
func (rt *Route) match(segments []string) (captured []string, ok bool) {
	if len(segments) != len(rt.segments) {
		return nil, false
	}
	words := 0
	for i := range rt.segments {
		switch s := &rt.segments[i]; {
		case !s.word && s.before == segments[i]:
		case s.word && s.fits(segments[i]):
			words++
		default:
			return nil, false
		}
	}
	if words == 0 {
		return nil, true
	}
	captured = make([]string, 0, words)
	for i := range rt.segments {
		if s := &rt.segments[i]; s.word {
			captured = append(captured, segments[i][len(s.before):len(segments[i])-len(s.behind)])
		}
	}
	return captured, true
}

// segment is what a pattern has between two slashes: text, or a {word} with text around it.
type segment struct {
	before, behind string
	word           bool
}

func segmentsOf(pattern string) []segment {
	var all []segment
	for part := range strings.SplitSeq(pattern[1:], "/") {
		before, rest, word := strings.Cut(part, "{")
		_, behind, _ := strings.Cut(rest, "}")
		all = append(all, segment{before, behind, word})
	}
	return all
}

// fits reports whether there is something in place of the word.
func (s *segment) fits(text string) bool {
	return len(text) > len(s.before)+len(s.behind) && strings.HasPrefix(text, s.before) && strings.HasSuffix(text, s.behind)
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
		methods = slices.Compact(methods) // an address can have several forms
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
