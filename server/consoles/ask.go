package consoles

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"alphanode/apierror"
	"alphanode/server/route"
)

// answered is the answer to what a form asked.
type answered struct {
	Status   int
	Address  string // what was asked, as a link
	Body     string // in lines
	Length   int    // of the whole body, in bytes
	Cut      bool   // Body is not all of it
	Problems []problem
	Cost     string // of GraphQL; "" where it is not told

	passing bool // it is not to be kept: it has errors, or tells what passes
}

// problem is one error of GraphQL.
type problem struct {
	Message      string
	Line, Column int    // 0 where it is nowhere in the text
	Text         string // the line
	Code         string
}

// longestShown is how much of an answer a page shows, in bytes.
const longestShown = 64 << 10

// ask hands what a form asks to the route's handler, as if a request had asked it: with
// the reader, the key and the budget of the page. An error is one of the page; what is
// wrong with the question is an answer.
func ask(r *route.Request, rt *route.Route, path string, captured []string, values url.Values) (*answered, error) {
	u := &url.URL{Path: path, RawQuery: values.Encode()}
	a, err := answer(r, rt, u, captured)
	if err != nil {
		if fault := apierror.From(err); fault.Code.Retryable() || fault.Code == apierror.Unauthenticated {
			return nil, err
		}
		a = route.Problem(err, path)
	}
	defer a.Release()
	shown := &answered{Status: a.Status, Address: u.String(), Length: len(a.Body), passing: a.Code != "" || a.Passing}
	shown.Body, shown.Cut = inLines(a.Body)
	shown.readProblems(a.Body, values.Get("query"))
	return shown, nil
}

func answer(r *route.Request, rt *route.Route, u *url.URL, captured []string) (*route.Answer, error) {
	q, err := route.ReadQuery(rt, u, captured)
	if err != nil {
		return nil, err
	}
	asked := *r
	asked.Query = q
	asked.HTTP = r.HTTP.Clone(r.Ctx)
	asked.HTTP.URL = u
	asked.HTTP.Header = http.Header{"Accept": {route.JSONMedia}}
	return rt.Handle(&asked)
}

// inLines writes JSON in lines, with its texts and numbers as they are, as far as a page
// shows it. What is no JSON stays as it is.
func inLines(body []byte) (text string, cut bool) {
	shown := body
	if len(body) > 0 && (body[0] == '{' || body[0] == '[') {
		shown = indented(body)
	}
	if len(shown) <= longestShown {
		return string(shown), false
	}
	shown = shown[:longestShown]
	if end := bytes.LastIndexByte(shown, '\n'); end > 0 {
		shown = shown[:end]
	}
	return strings.ToValidUTF8(string(shown), ""), true
}

// indented puts JSON in lines until there is a little more than a page shows: an answer
// can be a hundred times as long, and all of it would be work for nothing.
func indented(body []byte) []byte {
	var out []byte
	depth, quoted, opened := 0, false, false
	line := func() {
		out = append(out, '\n')
		for range depth {
			out = append(out, "  "...)
		}
	}
	for i := 0; i < len(body) && len(out) <= longestShown; i++ {
		c := body[i]
		if quoted {
			out = append(out, c)
			if c == '\\' && i+1 < len(body) {
				i++
				out = append(out, body[i])
			}
			quoted = c != '"'
			continue
		}
		if c == ' ' || c == '\n' || c == '\t' || c == '\r' {
			continue
		}
		closes := c == '}' || c == ']'
		if closes {
			depth--
		}
		if opened != closes { // what is empty stays in its line
			line()
		}
		out = append(out, c)
		opened, quoted = c == '{' || c == '[', c == '"'
		switch {
		case opened:
			depth++
		case c == ',':
			line()
		case c == ':':
			out = append(out, ' ')
		}
	}
	return out
}

// longestRead is the most bytes of an answer that are read for its errors: beside more
// than that of data nobody looks for them.
const longestRead = 1 << 20

// readProblems reads the errors and the cost from an answer of GraphQL to a query; those
// of REST have neither.
func (a *answered) readProblems(body []byte, query string) {
	var read struct {
		Errors []struct {
			Message    string
			Locations  []struct{ Line, Column int }
			Extensions struct{ Code string }
		}
		Extensions struct {
			Cost *struct{ Requested, Actual json.Number }
		}
	}
	if len(body) > longestRead || json.Unmarshal(body, &read) != nil {
		return
	}
	lines := strings.Split(query, "\n")
	for _, e := range read.Errors {
		if e.Message == "" { // of a problem, which says it in its own words
			continue
		}
		p := problem{Message: e.Message, Code: e.Extensions.Code}
		if len(e.Locations) > 0 {
			p.Line, p.Column = e.Locations[0].Line, e.Locations[0].Column
		}
		if p.Line > 0 && p.Line <= len(lines) {
			p.Text = strings.TrimSpace(lines[p.Line-1])
		}
		a.Problems = append(a.Problems, p)
	}
	if cost := read.Extensions.Cost; cost != nil {
		a.Cost = cost.Actual.String() + ", requested " + cost.Requested.String()
	}
}
