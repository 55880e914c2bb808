package consoles

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"alphanode/server/pages/frame"
	"alphanode/server/pages/sample"
	"alphanode/server/route"
)

// consoleShown is what /graphiql shows.
type consoleShown struct {
	linker
	Sheet, Script               string
	Endpoint, Action            string // where operations are asked, and the page itself
	Query, Variables, Operation string
	Answered                    *answered // where the form was sent by itself; else nil
	Samples                     []sample.Sample
	Examples                    []examplesShown
	Reference                   *referenceShown // nil where the schema is not to be seen
}

// examplesShown are the examples for one kind of user.
type examplesShown struct {
	Who      string
	Examples []exampleShown
}

type exampleShown struct{ Title, Why, Href string }

// Numbers are those of the lines of a text, one under the other.
func (*consoleShown) Numbers(text string) string {
	var w strings.Builder
	for n := range strings.Count(text, "\n") + 1 {
		w.WriteString(strconv.Itoa(n+1) + "\n")
	}
	return w.String()
}

// consolePage shows the console. It opens with the operation that the address has, and
// asks it where the button of the form was pressed: a link alone asks nothing.
func (c *Consoles) consolePage(r *route.Request) (*route.Answer, error) {
	links := frame.LinksOf(r)
	shown := &consoleShown{linker: linker{links}, Sheet: r.Site.Path(c.sheet), Script: r.Site.Path(c.script),
		Endpoint: r.Site.Path("/graphql"), Action: r.Site.Path("/graphiql"),
		Query: r.Values.Get("query"), Variables: r.Values.Get("variables"), Operation: r.Values.Get("operationName")}
	opened := shown.Query != ""
	var err error
	if r.Values.Get("run") != "" && opened { // before anything else is spent
		if shown.Answered, err = c.run(r, shown); err != nil {
			return nil, err
		}
	}
	taste, err := tasteOf(r.Ctx, r.Reader)
	if err != nil {
		return nil, err
	}
	if first := &examples[0].Examples[0]; !opened {
		shown.Query, shown.Variables = first.Query, first.written(taste)
	}
	if c.bundle != nil {
		return c.bundle.answer(r, shown)
	}
	for _, group := range examples {
		g := examplesShown{Who: group.Who}
		for _, e := range group.Examples {
			if e.part == "" || c.shows(e.part) {
				g.Examples = append(g.Examples, exampleShown{e.Title, e.Why, links.To("/graphiql", openedWith(e.Query, e.written(taste)))})
			}
		}
		shown.Examples = append(shown.Examples, g)
	}
	if c.reference != nil {
		shown.Reference = c.reference.overview(links)
	}
	if shown.Samples, err = samplesOf(r, shown.Query, shown.Variables); err != nil {
		return nil, err
	}
	a, err := c.console.Answer(r, &frame.Page{Title: "GraphiQL", Description: "Write an operation of GraphQL and ask it of this archive.",
		Section: "/graphiql", NoIndex: opened, Canonical: "/graphiql", Kept: openedWith(r.Values.Get("query"), r.Values.Get("variables")), Data: shown})
	if err != nil {
		return nil, err
	}
	a.Keys = append(a.Keys, "posts", route.KeyRelease)
	if shown.Answered != nil {
		a.Passing = a.Passing || shown.Answered.passing
	}
	return a, nil
}

// run asks the operation in the form, and what it costs.
func (c *Consoles) run(r *route.Request, shown *consoleShown) (*answered, error) {
	i := slices.IndexFunc(c.tried, func(rt *route.Route) bool { return rt.Method == "GET" && rt.Pattern == "/graphql" })
	values := openedWith(shown.Query, shown.Variables)
	if shown.Operation != "" {
		values.Set("operationName", shown.Operation)
	}
	values.Set("extensions", `{"cost":true}`)
	return ask(r, c.tried[i], "/graphql", nil, values)
}

// samplesOf are the requests of an operation, to copy; none where its variables are no
// JSON.
func samplesOf(r *route.Request, query, variables string) (samples []sample.Sample, err error) {
	asked := sample.Request{Base: r.Site.URL(""), Query: query, Release: r.Release}
	if variables != "" {
		if !json.Valid([]byte(variables)) {
			return nil, nil
		}
		asked.Vars = json.RawMessage(variables)
	}
	all, err := asked.Samples()
	return slices.DeleteFunc(all, func(s sample.Sample) bool { return s.Face != "GraphQL" }), err
}
