package rest

import (
	"maps"
	"net/url"
	"slices"
	"strconv"

	"alphanode/server/route"
	"alphanode/store"
)

// window is the part of a list that a query asks for.
func window(q *route.Query) store.Window {
	switch {
	case q.Page > 0:
		return store.Window{First: &q.Limit, Offset: new((q.Page - 1) * q.Limit)}
	case q.Before != "":
		return store.Window{Last: &q.Limit, Before: q.Before}
	default:
		return store.Window{First: &q.Limit, After: q.After}
	}
}

// checkPaging refuses two places at once.
func checkPaging(q *route.Query) route.Faults {
	given := func(name string) bool { return q.Values.Has(name) }
	switch {
	case given("page") && (given("after") || given("before")):
		return route.Faults{{Location: "query.page", Value: q.Values.Get("page"), Expected: "page, or after or before, but not both"}}
	case given("after") && given("before"):
		return route.Faults{{Location: "query.before", Value: route.Shorten(q.Values.Get("before")), Expected: "after or before, but not both"}}
	}
	return nil
}

// located is where a page of a list stands.
type located struct {
	cursors              []string
	total                int
	hasNext, hasPrevious bool
}

// locatedPosts is where a page of posts stands.
func locatedPosts(p *store.Page) located {
	return located{p.Cursors, p.Total, p.HasNext, p.HasPrevious}
}

// around gives the cursors of the pages around this one, "" where there is none.
func (at located) around() (after, before string) {
	if n := len(at.cursors); n > 0 {
		if at.hasNext {
			after = at.cursors[n-1]
		}
		if at.hasPrevious {
			before = at.cursors[0]
		}
	}
	return after, before
}

// room is how many bytes endList appends at most to a list with nothing more.
func (at located) room() int {
	after, before := at.around()
	return len(`],"page":{"limit":,"total":,"after":"","before":""}}`) + 2*len("9223372036854775807") + len(after) + len(before)
}

// listStart begins the body of a list; its rows follow, with commas between
// them, and endList.
const listStart = `{"data":[`

// separate appends the comma before row i of a list, which the first has not.
func separate(body []byte, i int) []byte {
	if i > 0 {
		return append(body, ',')
	}
	return body
}

// listRows is the answer of one page: the rows, where the page stands, and links to
// the pages around it.
func listRows(r *route.Request, rows [][]byte, at located, suggested ...store.Suggestion) *route.Answer {
	size := at.room()
	for _, row := range rows {
		size += len(row) + 1
	}
	body := slices.Grow(r.Bodies.Take(listStart), size)
	for i, row := range rows {
		body = append(separate(body, i), row...)
	}
	return endList(r, body, at, suggested)
}

// endList ends the body of a list, which makes it an answer. Behind the page follow
// suggestions, where there are any, and more members of the envelope, each with a comma
// in front.
func endList(r *route.Request, body []byte, at located, suggested []store.Suggestion, more ...byte) *route.Answer {
	after, before := at.around()
	body = append(body, `],"page":{"limit":`...)
	body = strconv.AppendInt(body, int64(r.Limit), 10)
	body = append(body, `,"total":`...)
	body = strconv.AppendInt(body, int64(at.total), 10)
	body = append(body, `,"after":`...)
	body = appendCursor(body, after)
	body = append(body, `,"before":`...)
	body = appendCursor(body, before)
	body = appendSuggestions(r, append(body, '}'), suggested)
	a := route.Lent(r.Bodies, append(append(body, more...), '}'))
	if links := links(r.Query, at, after, before); links != "" {
		a.Header.Add("Link", links)
	}
	return a
}

func appendCursor(dst []byte, cursor string) []byte {
	if cursor == "" {
		return append(dst, "null"...)
	}
	return appendString(dst, cursor)
}

// maxLinks bounds the header Link, in bytes: an address can be long, as that of a reading
// list is, and proxies refuse long headers. The cursors stand in the page too.
const maxLinks = 4 << 10

// links are those of RFC 8288, as far as there is room for them. They keep every parameter
// but the place, which stands behind them.
func links(q *route.Query, at located, after, before string) string {
	kept := append(make([]byte, 0, 128), q.Path...)
	mark := byte('?')
	parameter := func(dst []byte, name, value string) []byte {
		dst = append(append(dst, mark), url.QueryEscape(name)...)
		return append(append(dst, '='), url.QueryEscape(value)...)
	}
	for _, name := range slices.Sorted(maps.Keys(q.Values)) {
		if name == "after" || name == "before" || name == "page" {
			continue
		}
		for _, value := range q.Values[name] {
			kept = parameter(kept, name, value)
			mark = '&'
		}
	}
	all := make([]byte, 0, 3*(len(kept)+len(`<?before=>; rel="first", `))+len(after)+len(before))
	link := func(relation, name, value string) {
		if len(all)+len(kept)+len(value) > maxLinks {
			return
		}
		if len(all) > 0 {
			all = append(all, ", "...)
		}
		all = append(append(all, '<'), kept...)
		if name != "" {
			all = parameter(all, name, value)
		}
		all = append(all, `>; rel="`...)
		all = append(append(all, relation...), '"')
	}
	if q.Page > 0 && q.Limit > 0 {
		last := max(1, (at.total+q.Limit-1)/q.Limit)
		if q.Page < last {
			link("next", "page", strconv.Itoa(q.Page+1))
		}
		if q.Page > 1 {
			link("prev", "page", strconv.Itoa(min(q.Page-1, last)))
		}
		link("first", "page", "1")
		return string(all)
	}
	if after != "" {
		link("next", "after", after)
	}
	if before != "" {
		link("prev", "before", before)
	}
	link("first", "", "")
	return string(all)
}
