package cache

import (
	"bytes"
	"cmp"
	"net/http"
	"net/url"
	"strings"
)

// Question is a request whose answer is kept, in all that the answer depends on.
type Question struct {
	Method  string
	Target  string // path and query
	Accept  string // the media type that was negotiated, where there are several, or it is not JSON
	Origin  string // where the server was asked, where that stands in the answer
	Content string // the media type of the body
	Body    []byte
}

// Key is what the answer is found by. No two questions have the same: the parts
// hold no zero byte but the last, the body.
func (q *Question) Key() string {
	if q.Accept == "" && q.Origin == "" {
		return q.Target // of GET, as all that answers JSON but GraphQL
	}
	return q.Method + " " + q.Accept + " " + q.Content + " " + q.Origin + "\x00" + q.Target + "\x00" + string(q.Body)
}

// Request makes the request anew.
func (q *Question) Request() (*http.Request, error) {
	r, err := http.NewRequest(q.Method, q.Target, bytes.NewReader(q.Body))
	if err != nil {
		return nil, err
	}
	if q.Accept != "" {
		r.Header.Set("Accept", q.Accept)
	}
	if q.Content != "" {
		r.Header.Set("Content-Type", q.Content)
	}
	return r, nil
}

// Target gives an address as one that is asked for in several spellings is kept. Lists
// are the names of parameters of which one value may hold several, separated by commas.
// It reports false where its query cannot be read.
func Target(u *url.URL, lists []string) (target string, ok bool) {
	query, ok := normalized(u.RawQuery, lists)
	target = u.EscapedPath()
	if query != "" {
		target += "?" + query
	}
	return target, ok
}

// normalized gives a query in one of its spellings: by name, escaped in one way, and
// the values of lists one by one. The order of values of one name is kept, for it may
// mean something. It reports false where the query cannot be read.
func normalized(query string, lists []string) (string, bool) {
	if isNormal(query) {
		return query, true
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return "", false
	}
	for _, name := range lists {
		if given, ok := values[name]; ok {
			values[name] = strings.Split(strings.Join(given, ","), ",")
		}
	}
	return values.Encode(), true
}

// isNormal reports whether a query is known to be normal without reading it.
func isNormal(query string) bool {
	last := ""
	for pair := range strings.SplitSeq(query, "&") {
		name, value, given := strings.Cut(pair, "=")
		if query != "" && (!given || name == "") || cmp.Compare(last, name) > 0 || !unescaped(name) || !unescaped(value) {
			return false
		}
		last = name
	}
	return true
}

// unescaped reports whether a text is as url.QueryEscape leaves it.
func unescaped(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.', c == '~':
		default:
			return false
		}
	}
	return true
}
