package pages

import (
	"strings"

	"alphanode/apierror"
	"alphanode/server/pages/frame"
	"alphanode/server/route"
	"alphanode/store"
)

// problem is what a page says that could not be answered.
type problem struct {
	Title, Detail string
	Code          apierror.Code
	Status        int
	Retryable     bool
	Without       string // the same page without the parameters that are wrong; "" where none is
	Home          string
	Search        string // where the form leads
	Nearest       []linked
}

// linked is a name with the address that it leads to.
type linked struct{ Name, Href string }

// Problem makes a page of a problem, which keeps its status and its fields. The request may
// have no reader.
func (p *Pages) Problem(r *route.Request, a *route.Answer) (*route.Answer, error) {
	return p.problemPage(r, a, headlines[a.Fault.Code], nil)
}

func (e *explorer) problemPage(r *route.Request, a *route.Answer, headline string, nearest []linked) (*route.Answer, error) {
	fault, links := a.Fault, frame.LinksOf(r)
	if nearest == nil {
		nearest = nearestTerms(links, fault.Suggestions)
	}
	shown := &problem{Title: headline, Detail: fault.Error(), Code: fault.Code, Status: a.Status, Retryable: fault.Code.Retryable(),
		Home: links.At("/"), Nearest: nearest}
	if shown.Title == "" {
		shown.Title = fault.Code.Title()
	}
	values, wrong := r.HTTP.URL.Query(), false
	for _, f := range fault.Fields {
		if name, ok := strings.CutPrefix(f.Location, route.InQuery+"."); ok {
			values.Del(name)
			wrong = true
		}
	}
	if wrong {
		shown.Without = links.To(r.HTTP.URL.EscapedPath(), values)
	}
	page, err := e.problem.Answer(r, &frame.Page{Title: shown.Title, NoIndex: true, Data: shown})
	if err != nil {
		return nil, err
	}
	page.Status, page.Code, page.Cause, page.Fault = a.Status, a.Code, a.Cause, a.Fault
	for _, field := range a.Header {
		if field.Name != "Content-Type" {
			page.Header.Set(field.Name, field.Value)
		}
	}
	return page, nil
}

// nearestTerms leads to the tools and entities that may have been meant.
func nearestTerms(links frame.Links, suggested []store.Suggestion) (nearest []linked) {
	for _, s := range suggested {
		if s.Kind != store.KindTool && s.Kind != store.KindEntity {
			continue
		}
		for _, name := range s.Nearest {
			nearest = append(nearest, linked{Name: name, Href: links.Term(s.Kind, name)})
		}
	}
	return nearest
}

// headlines are what people read first, where the name of the code is for programs.
var headlines = map[apierror.Code]string{
	apierror.NotFound:    "There is nothing at this address",
	apierror.BadRequest:  "This address cannot be answered",
	apierror.ReleaseGone: "This release is no longer kept",
	apierror.Overloaded:  "The server is busy",
	apierror.NotReady:    "This cannot be shown yet",
	apierror.TooComplex:  "This would be too much at once",
}
