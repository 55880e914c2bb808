package consoles

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"alphanode/apierror"
	"alphanode/server/pages/frame"
	"alphanode/server/pages/sample"
	"alphanode/server/route"
)

// operationsPath is below what the pages of operations stand.
const operationsPath = "/docs/rest/"

// operationShown is what the page of an operation shows.
type operationShown struct {
	linker
	*operation
	Sheet, Action  string
	Address        string       // of the operation in this archive, as a link; "" where it cannot be asked by one
	Plain, Filters []input      // parameters; nil where there are none
	Tries          bool         // there is a form that asks
	Fields         []shapeField // of the answer
	Kind           []mention    // of the answer
	Takes          []mention    // of the body of the request; nil for none
	Media          []string
	Headers        []headerShown
	Faults         []faultShown
	NeedsKey       bool
	Answered       *answered // where the form was sent; else nil
	Command        string    // of what is no GET
}

// input is a parameter with its field in the form.
type input struct {
	linker
	parameter
	Kind    []mention
	Choices []string // of a list of them; else nil
	Values  []string // at least one, which may be empty
	Many    bool
	Given   string // the value that stands where none is given
}

// ID is that of the field for one of its values, by their number; -1 for what is said of
// it.
func (i input) ID(n int) string { return "p-" + i.Name + "-" + strconv.Itoa(n) }

// Picks reports whether the value is picked from some words.
func (i input) Picks() bool { return i.Choices != nil && !i.Many }

// Filtered reports whether a filter has a value.
func (shown *operationShown) Filtered() bool {
	return slices.ContainsFunc(shown.Filters, func(i input) bool { return i.Values[0] != "" })
}

type headerShown struct {
	Name string
	Doc  prose
}

type faultShown struct {
	Status string
	Doc    prose
}

// operationPage shows an operation, and where its form was sent the answer.
func (c *Consoles) operationPage(r *route.Request) (*route.Answer, error) {
	document, err := c.document()
	if err != nil {
		return nil, err
	}
	op := document.operation(r.Slug)
	if op == nil {
		return nil, apierror.New(apierror.NotFound, "There is no operation "+r.Slug+".", apierror.Field{Location: "path.operation", Value: route.Shorten(r.Slug), Expected: "the id of an operation, as /docs lists them"})
	}
	taste, err := tasteOf(r.Ctx, r.Reader)
	if err != nil {
		return nil, err
	}
	shown := &operationShown{linker: linker{frame.LinksOf(r)}, operation: op, Sheet: r.Site.Path(c.sheet), Action: r.Site.Path(operationsPath + op.ID), NeedsKey: op.Security != nil}
	shown.describe(document)
	given := r.Values
	if !asksAnything(op, given) {
		given = begin(op, taste)
	}
	for _, p := range op.Parameters {
		if p.In == "header" {
			continue
		}
		field := input{linker: shown.linker, parameter: p, Kind: p.Schema.kind(), Choices: p.Schema.choices(), Many: p.Schema.Items != nil, Given: p.Schema.given(), Values: given[p.Name]}
		if len(field.Values) == 0 {
			field.Values = []string{""}
		}
		if p.shared {
			shown.Filters = append(shown.Filters, field)
		} else {
			shown.Plain = append(shown.Plain, field)
		}
	}
	path, captured, values := addressOf(op, given)
	page := &frame.Page{Title: op.Summary, Description: string(op.Doc), Section: "/docs", Canonical: operationsPath + op.ID, Kept: kept(r), Data: shown}
	rt := c.triedRoute(op)
	switch {
	case op.Method != "GET":
		// No address has a quote in it: what stands for a word of it is escaped.
		shown.Command = "curl -s -X " + op.Method + " " + "'" + r.Site.URL(path) + "'" + " -H 'Authorization: Bearer '\"$ALPHANODE_KEY\""
	case rt == nil || strings.HasPrefix(op.Path, "/graphql"):
		shown.Address = r.Site.Path(path)
	default:
		asked := (&url.URL{Path: path, RawQuery: values.Encode()}).String()
		shown.Address, shown.Tries = r.Site.Path(asked), !rt.Streams
		page.Request = &sample.Request{Path: asked}
	}
	if r.Values.Get("run") != "" && shown.Tries {
		page.NoIndex = true
		if shown.Answered, err = ask(r, rt, path, captured, values); err != nil {
			return nil, err
		}
	}
	a, err := c.operation.Answer(r, page)
	if err != nil {
		return nil, err
	}
	a.Keys = append(a.Keys, "posts")
	if shown.Answered != nil {
		a.Keys = append(a.Keys, route.KeyRelease)
		a.Passing = a.Passing || shown.Answered.passing
	}
	return a, nil
}

// describe says what the operation takes and gives.
func (shown *operationShown) describe(d *document) {
	if body := shown.Body; body != nil && len(body.Content) > 0 {
		shown.Takes = body.Content[0].Value.Schema.kind()
	}
	for _, answer := range shown.Responses {
		if !strings.HasPrefix(answer.Name, "2") {
			shown.Faults = append(shown.Faults, faultShown{answer.Name, answer.Value.Doc})
			continue
		}
		if shown.Kind != nil { // a part of the same
			continue
		}
		for _, content := range answer.Value.Content {
			shown.Media = append(shown.Media, content.Name)
			shown.Kind, shown.Fields = content.Value.Schema.kind(), content.Value.Schema.fields("")
		}
		for _, h := range answer.Value.Headers {
			named, _ := d.Components.Headers.find(nameOf(h.Value.Ref))
			shown.Headers = append(shown.Headers, headerShown{h.Name, named.Doc})
		}
	}
}

// triedRoute is the route of an operation, where a form can ask it.
func (c *Consoles) triedRoute(op *operation) *route.Route {
	for _, rt := range c.tried {
		if rt.ID == op.ID && rt.Scope == "" {
			return rt
		}
	}
	return nil
}

// asksAnything reports whether an address has a value for any parameter.
func asksAnything(op *operation, values url.Values) bool {
	return slices.ContainsFunc(op.Parameters, func(p parameter) bool { return values.Has(p.Name) })
}

// begin fills what must be given with something that is in the archive.
func begin(op *operation, t *taste) url.Values {
	values := url.Values{}
	for _, p := range op.Parameters {
		if !p.Required {
			continue
		}
		value := p.Schema.example()
		switch {
		case p.In == "path" && p.Name == "slug" && strings.HasPrefix(op.Path, "/v1/tools"):
			value = t.tool
		case p.In == "path" && p.Name == "slug" && strings.HasPrefix(op.Path, "/v1/entities"):
			value = t.entity
		case p.In == "path" && p.Name == "slug":
			value = t.post
		case p.Name == "a" || p.Name == "b" || p.Name == "since" || p.Name == "name":
			value = t.release
		}
		values.Set(p.Name, value)
	}
	if strings.HasPrefix(op.Path, "/v1/similar") {
		values.Set("tool", t.tool)
	}
	return values
}

// addressOf makes the address that some values ask: those of the path in their places, and
// what stands there for the route; the others behind it.
func addressOf(op *operation, given url.Values) (path string, captured []string, values url.Values) {
	values = maps.Clone(given)
	values.Del("run")
	values.Del("release")
	segments := strings.Split(op.Path, "/")
	for i, segment := range segments {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			name = strings.TrimSuffix(name, "}")
			captured = append(captured, given.Get(name))
			segments[i] = url.PathEscape(given.Get(name))
			values.Del(name)
		}
	}
	return strings.Join(segments, "/"), captured, values
}
