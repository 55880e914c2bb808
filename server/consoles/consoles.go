package consoles

import (
	"embed"
	"maps"
	"net/url"
	"slices"
	"sync"

	"alphanode/apierror"
	"alphanode/graph/schema"
	"alphanode/server/pages/frame"
	"alphanode/server/route"
	jsonschema "alphanode/server/schema"
)

//go:embed templates
var templates embed.FS

//go:embed assets
var files embed.FS

// Consoles are the pages on which the API is tried and looked up.
type Consoles struct {
	tried     []*route.Route // that forms can ask
	document  func() (*document, error)
	reference *reference // nil where the schema is not to be seen
	without   []string

	console, overview, operation, shape, schema *frame.Template
	sheet, script                               string // paths of assets
	bundle                                      *bundle
}

// New makes the consoles of a server without some parts.
func New(f *frame.Frame, without []string) *Consoles {
	read := func(names ...string) *frame.Template {
		for i := range names {
			names[i] = "templates/" + names[i] + ".html"
		}
		return f.Template(templates, names...)
	}
	asset := func(name string) (path string) {
		body, err := files.ReadFile("assets/" + name)
		if err != nil { // it is embedded
			panic(err)
		}
		return f.Asset(name, body)
	}
	c := &Consoles{
		without: without, bundle: newBundle(f),
		console: read("graphiql", "reference", "answer"), overview: read("docs"), operation: read("operation", "fields", "answer"),
		shape: read("shape", "fields"), schema: read("schema", "reference"),
		sheet: asset("console.css"), script: asset("console.js"),
	}
	if c.shows(route.PartIntrospection) {
		c.reference = newReference(schema.Load(without...))
	}
	return c
}

// shows reports whether the server has a part. Without GraphQL it has no schema either.
func (c *Consoles) shows(part string) bool {
	if part == route.PartIntrospection && !c.shows(route.PartGraphQL) {
		return false
	}
	return !slices.Contains(c.without, part)
}

// Describe tells how /openapi.json describes the server.
func (c *Consoles) Describe(text func() ([]byte, error)) {
	c.document = sync.OnceValues(func() (*document, error) {
		described, err := text()
		if err != nil {
			return nil, err
		}
		return readDocument(described)
	})
}

// Routes are the addresses of the consoles, on which some others can be tried.
func (c *Consoles) Routes(tried []*route.Route) []*route.Route {
	c.tried = tried
	all := []*route.Route{
		{Pattern: "/docs", ID: "docsPage", Summary: "The documentation of the API", RestsOn: route.OnNothing, Handle: c.overviewPage},
		{Pattern: operationsPath + "{operation}", ID: "operationPage", Summary: "An operation of REST, to look up and to try",
			Parameters: append(textParameters(namesOf(tried)...), nameInPath("operation", "The id of the operation."), runs), RestsOn: route.OnQuestion, Handle: c.operationPage},
		{Pattern: shapesPath + "{shape}", ID: "shapePage", Summary: "A shape of REST",
			Parameters: []*route.Parameter{nameInPath("shape", "The name of the shape.")}, RestsOn: route.OnNothing, Handle: c.shapePage},
	}
	if c.reference != nil {
		all = append(all,
			&route.Route{Pattern: "/docs/graphql", ID: "schemaPage", Summary: "The schema of GraphQL, and a search of it", Parameters: textParameters("q"), RestsOn: route.OnNothing, Handle: c.schemaPage},
			&route.Route{Pattern: referencePath + "{type}", ID: "typePage", Summary: "A type of GraphQL",
				Parameters: []*route.Parameter{nameInPath("type", "The name of the type.")}, RestsOn: route.OnNothing, Handle: c.typePage})
	}
	if c.shows(route.PartGraphQL) {
		all = append(all, &route.Route{Pattern: "/graphiql", ID: "consolePage", Summary: "A console for GraphQL",
			Parameters: append(textParameters("query", "variables", "operationName"), runs), RestsOn: route.OnRelease, Handle: c.consolePage})
	}
	for _, rt := range all {
		rt.Method, rt.Tag, rt.Part, rt.Media = "GET", "pages", route.PartPages, frame.Media
		rt.Lenient, rt.Pinned, rt.Pins, rt.Absolute = true, true, true, true
		rt.Gives = jsonschema.Text("A page.")
		rt.Faults = append(rt.Faults, apierror.NotFound)
		rt.Prepare()
	}
	return all
}

// runs is what the button of a form sends: a link that only opens a page asks nothing.
var runs = textParameters("run")[0]

// kept is what a form for another release keeps of the address of a page.
func kept(r *route.Request) url.Values {
	values := maps.Clone(r.Values)
	values.Del("release")
	return values
}

// textParameters take any texts, which the handler reads itself.
func textParameters(names ...string) (all []*route.Parameter) {
	for _, name := range names {
		all = append(all, &route.Parameter{Name: name, In: route.InQuery, Doc: "As the form of the page sends it.", Many: true, Schema: jsonschema.Text(""),
			Read: func(*route.Query, []string) []route.Misfit { return nil }})
	}
	return all
}

// namesOf are the names of all parameters of some routes, each once.
func namesOf(routes []*route.Route) (names []string) {
	for _, rt := range routes {
		for _, p := range rt.Parameters {
			names = append(names, p.Names()...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// nameInPath takes the name of what a page is about.
func nameInPath(name, doc string) *route.Parameter {
	p := route.TextParameter(name, doc, nil, func(q *route.Query, value string) { q.Slug = value })
	p.In = route.InPath
	return p
}
