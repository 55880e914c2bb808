package consoles

import (
	"alphanode/apierror"
	"alphanode/server/pages/frame"
	"alphanode/server/route"
)

// overviewShown is what /docs shows.
type overviewShown struct {
	linker
	Sheet    string
	About    prose
	Groups   []operationGroup
	Shapes   []mention
	Pin      prose
	Least    prose
	Key      prose
	Codes    []codeShown
	GraphQL  bool
	Schema   bool
	Document string // /openapi.json, as a link
	SDL      string
}

type operationGroup struct {
	Name       string
	Doc        prose
	Operations []*operation
}

type codeShown struct {
	Code   apierror.Code
	Title  string
	Status int
	Again  bool
}

// overviewPage lists all that there is to look up.
func (c *Consoles) overviewPage(r *route.Request) (*route.Answer, error) {
	d, err := c.document()
	if err != nil {
		return nil, err
	}
	shown := &overviewShown{linker: linker{frame.LinksOf(r)}, Sheet: r.Site.Path(c.sheet), About: d.Info.Doc,
		GraphQL: c.shows(route.PartGraphQL), Schema: c.reference != nil, Document: r.Site.Path("/openapi.json"), SDL: r.Site.Path("/schema.graphqls")}
	for _, tag := range d.Tags {
		shown.Groups = append(shown.Groups, operationGroup{tag.Name, tag.Doc, d.tagged(tag.Name)})
	}
	for _, s := range d.Components.Schemas {
		shown.Shapes = append(shown.Shapes, mention{Text: s.Name, To: shapesPath + s.Name})
	}
	if pin, ok := d.Components.Parameters.find("header.Release"); ok {
		shown.Pin = pin.Doc
	}
	if least, ok := d.Components.Parameters.find("header.Release-At-Least"); ok {
		shown.Least = least.Doc
	}
	if key, ok := d.Components.Schemes.find("key"); ok {
		shown.Key = key.Doc
	}
	for _, code := range apierror.Codes {
		shown.Codes = append(shown.Codes, codeShown{code, code.Title(), code.Status(), code.Retryable()})
	}
	return c.overview.Answer(r, &frame.Page{Title: "API documentation", Description: "Every operation of REST and every type of GraphQL that this archive answers.",
		Section: "/docs", Canonical: "/docs", Kept: kept(r), Data: shown})
}

// shapeShown is what the page of a shape shows.
type shapeShown struct {
	linker
	Sheet, Name string
	Doc         prose
	Kind        []mention
	Fields      []shapeField
	Users       []*operation
}

// shapePage shows one shape of REST.
func (c *Consoles) shapePage(r *route.Request) (*route.Answer, error) {
	d, err := c.document()
	if err != nil {
		return nil, err
	}
	s, ok := d.Components.Schemas.find(r.Slug)
	if !ok {
		return nil, apierror.New(apierror.NotFound, "There is no shape "+r.Slug+".", apierror.Field{Location: "path.shape", Value: route.Shorten(r.Slug), Expected: "the name of a shape, as /docs lists them"})
	}
	return c.shape.Answer(r, &frame.Page{Title: r.Slug, Description: string(s.Doc), Section: "/docs", Canonical: shapesPath + r.Slug, Kept: kept(r),
		Data: &shapeShown{linker{frame.LinksOf(r)}, r.Site.Path(c.sheet), r.Slug, s.Doc, s.kind(), s.fields(""), d.usersOf(r.Slug)}})
}
