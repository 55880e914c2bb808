package consoles

import (
	"alphanode/apierror"
	"alphanode/server/pages/frame"
	"alphanode/server/route"
)

// referenceShown is one page of the schema's documentation, by itself or beside the
// console: a type, what a search found, or all that there is.
type referenceShown struct {
	linker
	Search string // where the form leads
	Typed  string
	Type   *typePage
	Hits   []hit
	More   bool // there are others than Hits
	Groups []typeGroup
	Asked  []typePart // the fields of Query
}

// Query mentions a query, which is a field of the type of that name.
func (*referenceShown) Query(name string) mention { return partNamed(name, "Query", name) }

// All is where all types are listed.
func (shown *referenceShown) All() string { return shown.links.At("/docs/graphql") }

// schemaShown is what a page of the schema shows.
type schemaShown struct {
	Sheet, Title string
	Reference    *referenceShown
}

func (ref *reference) overview(links frame.Links) *referenceShown {
	shown := &referenceShown{linker: linker{links}, Search: links.Site.Path("/docs/graphql"), Groups: ref.groups}
	if query := ref.types["Query"]; query != nil {
		shown.Asked = query.Fields
	}
	return shown
}

// schemaPage lists the types of the schema, or what a search of them finds.
func (c *Consoles) schemaPage(r *route.Request) (*route.Answer, error) {
	shown := c.reference.overview(frame.LinksOf(r))
	shown.Typed = r.Values.Get("q")
	shown.Hits, shown.More = c.reference.find(shown.Typed)
	return c.schema.Answer(r, &frame.Page{Title: "GraphQL schema", Description: "Every type and field of the GraphQL schema, with what it means.", Section: "/docs",
		NoIndex: shown.Typed != "", Canonical: "/docs/graphql", Kept: kept(r), Data: &schemaShown{r.Site.Path(c.sheet), "GraphQL schema", shown}})
}

// typePage shows one type of the schema.
func (c *Consoles) typePage(r *route.Request) (*route.Answer, error) {
	page := c.reference.types[r.Slug]
	if page == nil {
		return nil, apierror.New(apierror.NotFound, "There is no type "+r.Slug+" in the schema.", apierror.Field{Location: "path.type", Value: route.Shorten(r.Slug), Expected: "the name of a type, as /docs/graphql lists them"})
	}
	shown := &referenceShown{linker: linker{frame.LinksOf(r)}, Search: r.Site.Path("/docs/graphql"), Type: page}
	return c.schema.Answer(r, &frame.Page{Title: page.Name, Description: string(page.Doc), Section: "/docs", Canonical: referencePath + page.Name, Kept: kept(r),
		Data: &schemaShown{r.Site.Path(c.sheet), page.Name, shown}})
}
