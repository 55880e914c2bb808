package server

import (
	"net/url"
	"strconv"
	"strings"

	"alphanode/apierror"
	"alphanode/store"
)

// window is the part of a list that a query asks for.
func (q *query) window() store.Window {
	switch {
	case q.page > 0:
		return store.Window{First: &q.limit, Offset: new((q.page - 1) * q.limit)}
	case q.before != "":
		return store.Window{Last: &q.limit, Before: q.before}
	default:
		return store.Window{First: &q.limit, After: q.after}
	}
}

// checkPaging refuses two places at once.
func checkPaging(q *query) faults {
	given := func(name string) bool { return q.values.Has(name) }
	switch {
	case given("page") && (given("after") || given("before")):
		return faults{{Location: "query.page", Value: q.values.Get("page"), Expected: "page, or after or before, but not both"}}
	case given("after") && given("before"):
		return faults{{Location: "query.before", Value: shorten(q.values.Get("before")), Expected: "after or before, but not both"}}
	}
	return nil
}

// located is where a page of a list stands.
type located struct {
	cursors              []string
	total                int
	hasNext, hasPrevious bool
}

// list is the answer of one page: the rows, where the page stands, and links to
// the pages around it.
func (q *query) list(rows [][]byte, at located) *answer {
	size := len(`{"data":[],"page":{}}`) + 256
	for _, row := range rows {
		size += len(row) + 1
	}
	body := append(make([]byte, 0, size), `{"data":[`...)
	for i, row := range rows {
		if i > 0 {
			body = append(body, ',')
		}
		body = append(body, row...)
	}
	var after, before string
	if n := len(at.cursors); n > 0 {
		if at.hasNext {
			after = at.cursors[n-1]
		}
		if at.hasPrevious {
			before = at.cursors[0]
		}
	}
	body = append(body, `],"page":{"limit":`...)
	body = strconv.AppendInt(body, int64(q.limit), 10)
	body = append(body, `,"total":`...)
	body = strconv.AppendInt(body, int64(at.total), 10)
	body = append(body, `,"after":`...)
	body = appendCursor(body, after)
	body = append(body, `,"before":`...)
	body = appendCursor(body, before)
	body = append(body, `}}`...)
	a := jsonAnswer(body)
	a.header.Set("Link", q.links(at, after, before))
	return a
}

func appendCursor(dst []byte, cursor string) []byte {
	if cursor == "" {
		return append(dst, "null"...)
	}
	return appendString(dst, cursor)
}

// links are those of RFC 8288. They keep every parameter but the place.
func (q *query) links(at located, after, before string) string {
	var all []string
	link := func(relation, name, value string) {
		values := make(url.Values, len(q.values)+1)
		for k, v := range q.values {
			if k != "after" && k != "before" && k != "page" {
				values[k] = v
			}
		}
		if name != "" {
			values.Set(name, value)
		}
		target := q.path
		if len(values) > 0 {
			target += "?" + values.Encode()
		}
		all = append(all, "<"+target+`>; rel="`+relation+`"`)
	}
	if q.page > 0 {
		last := max(1, (at.total+q.limit-1)/q.limit)
		if q.page < last {
			link("next", "page", strconv.Itoa(q.page+1))
		}
		if q.page > 1 {
			link("prev", "page", strconv.Itoa(min(q.page-1, last)))
		}
		link("first", "page", "1")
		return strings.Join(all, ", ")
	}
	if after != "" {
		link("next", "after", after)
	}
	if before != "" {
		link("prev", "before", before)
	}
	link("first", "", "")
	return strings.Join(all, ", ")
}

// inREST words an error of the store by the names of REST.
func (q *query) inREST(err error) error {
	e := apierror.From(err)
	if e == nil || len(e.Fields) == 0 {
		return err
	}
	var details []string
	fields := make([]apierror.Field, len(e.Fields))
	for i, f := range e.Fields {
		name := restName(f.Location)
		f.Location = strings.TrimSuffix(inQuery+"."+name, ".")
		details = append(details, f.Location+": found "+f.Value+", expected "+f.Expected+".")
		if q.values.Has(name) {
			f.Value = shorten(q.values.Get(name))
		}
		fields[i] = f
	}
	return apierror.New(e.Code, strings.Join(details, " "), fields...).WithCause(err)
}

// restName gives the parameter for what the store calls an argument; "" for
// the filter as a whole.
func restName(argument string) string {
	switch argument {
	case "first", "last":
		return "limit"
	case "offset":
		return "page"
	case "filter":
		return ""
	}
	name := strings.TrimPrefix(argument, "filter.")
	for suffix, rest := range map[string]string{".in": "", ".eq": "", ".none": ".not"} {
		if head, ok := strings.CutSuffix(name, suffix); ok {
			return head + rest
		}
	}
	return name
}
