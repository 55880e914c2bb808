package server

import (
	"slices"
	"strings"

	"alphanode/server/settings"
	"alphanode/store"
)

// Address is one of those that caches keep answers of.
type Address struct {
	Pattern string     // with {slug} where the slug of a post or term stands
	RestsOn string     // "nothing", "question", "release", "posts", "post", "terms", "term" or "term's posts"
	Kind    store.Kind // of the terms, where it rests on terms
}

// Addresses are all there are but for the parts that a server is without: those of the
// table of routes that are read.
func Addresses(without []string) []Address {
	var all []Address
	s := &Server{settings: new(settings.Settings)} // which answers nobody
	api := s.routes(without)
	for _, rt := range append(api, s.pageRoutes(api, without)...) {
		if rt.Method == "GET" {
			all = append(all, Address{rt.Pattern, rt.RestsOn, rt.Kind})
			if rt.Also != "" {
				all = append(all, Address{rt.Also, rt.RestsOn, rt.Kind})
			}
		}
	}
	return all
}

// Groups gives the names by which Cache-Groups may have tags: each name itself, where
// it is short enough, and the bucket of its kind.
func Groups(tags []string) []string {
	var groups []string
	for _, tag := range tags {
		if len(tag) <= maxGroupLength {
			groups = append(groups, tag)
		}
		if kind, name, named := strings.Cut(tag, ":"); named {
			groups = append(groups, bucketOf(kind, name))
		}
	}
	slices.Sort(groups)
	return slices.Compact(groups)
}
