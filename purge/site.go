package purge

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"alphanode/store"
)

// Site is how the answers are found that a plan is about. This package knows no server:
// who makes plans says what there is.
type Site struct {
	PublicURL string // what addresses in plans begin with; "" where they begin with a slash
	Addresses []Address
	Redirects bool                         // whether addresses where posts stood lead to them
	Groups    func(tags []string) []string // the names that tags may have in Cache-Groups
}

// Address is one that caches keep answers of.
type Address struct {
	Pattern string     // with {slug} where the slug of a post or term stands
	RestsOn string     // what changes its answers
	Kind    store.Kind // of the terms, where they do
}

// urls are the addresses that may give another answer where some posts and terms are
// others, as far as they can be listed.
func (s *Site) urls(t *store.Touched, released bool) ([]string, error) {
	urls := []string{}
	for _, a := range s.Addresses {
		add := func(slug string) {
			path := a.Pattern
			if before, rest, found := strings.Cut(path, "{"); found {
				_, behind, _ := strings.Cut(rest, "}")
				path = before + url.PathEscape(slug) + behind
			}
			urls = append(urls, s.PublicURL+path)
		}
		addTerms := func(terms []store.TermSlug) {
			for _, term := range terms {
				if term.Kind == a.Kind {
					add(term.Slug)
				}
			}
		}
		switch a.RestsOn {
		case "nothing", "question":
		case "release":
			if released {
				add("")
			}
		case "posts":
			if anyPost(t) {
				add("")
			}
		case "post":
			for _, slug := range t.Posts {
				add(slug)
			}
		case "terms":
			if slices.ContainsFunc(t.Terms, func(term store.TermSlug) bool { return term.Kind == a.Kind }) {
				add("")
			}
		case "term":
			addTerms(t.Terms)
		case "term's posts":
			addTerms(t.Terms)
			addTerms(t.Of)
		default:
			return nil, fmt.Errorf("%s rests on %q, of which a plan knows nothing", a.Pattern, a.RestsOn)
		}
	}
	if s.Redirects {
		for _, address := range t.Stood {
			urls = append(urls, s.PublicURL+address)
		}
	}
	return urls, nil
}
