package rest

import (
	"strconv"

	"alphanode/apierror"
	"alphanode/content"
	"alphanode/server/route"
	"alphanode/server/schema"
)

// stoodAt takes an address where a post stood.
func stoodAt() *route.Parameter {
	p := route.SingleParameter("url", "The address, whole or as a path. Scheme, host, a closing slash, percent-encoding and what counts visitors (utm_…) do not matter; encode it as any value of a parameter.",
		&schema.Schema{Type: "string", MinLength: 1, MaxLength: content.MaxURL, Examples: []any{"https://old.example/2014/09/15/measuring-a-cache/", "/?p=123"}},
		func(q *route.Query, address string) *route.Misfit {
			if _, ok := content.NormalAddress(address); !ok || len(address) > content.MaxURL {
				return &route.Misfit{Found: address, Expected: "a path, or an http or https address, of at most " + strconv.Itoa(content.MaxURL) + " bytes"}
			}
			q.Address = address
			return nil
		})
	p.Needed = "the address where a post stood"
	return p
}

// resolvedShape names the post that an address leads to.
var resolvedShape = object("The post that stood at an address.", is("slug", text("The key of the post.", "measuring-a-cache")))

// resolve finds the post that stood at an address.
func resolve(r *route.Request) (*route.Answer, error) {
	slug, err := r.Reader.Resolve(r.Ctx, r.Address)
	if err != nil {
		return nil, err
	}
	if slug == "" {
		return nil, apierror.New(apierror.NotFound, "No post stood at "+strconv.Quote(route.Shorten(r.Address))+".",
			apierror.Field{Location: "query.url", Value: route.Shorten(r.Address), Expected: "an address where a post stood"})
	}
	a, err := route.JSONOf(members{{"data", members{{"slug", slug}}}})
	if err == nil {
		a.AboutAddressOf(slug)
	}
	return a, err
}
