package storetest

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"alphanode/content"
	"alphanode/store"
)

// Changes gives what differs between two archives for a view, under a filter, in
// the order of slugs.
func Changes(v store.View, before, after *Model, f *store.Filter) []store.Change {
	bySlug := func(m *Model) map[string]*content.Post {
		posts := map[string]*content.Post{}
		for _, p := range m.Find(v, f, store.Order{Field: store.FieldSlug}) {
			posts[p.Slug] = p
		}
		return posts
	}
	was, is := bySlug(before), bySlug(after)
	all := maps.Clone(was)
	maps.Copy(all, is)
	var changes []store.Change
	for _, slug := range slices.Sorted(maps.Keys(all)) {
		x, y := was[slug], is[slug]
		switch {
		case y == nil:
			changes = append(changes, store.Change{Kind: store.Removed, Slug: slug})
		case x == nil:
			changes = append(changes, store.Change{Kind: store.Added, Slug: slug})
		case !bytes.Equal(x.AppendJSON(nil), y.AppendJSON(nil)):
			changes = append(changes, store.Change{Kind: store.Changed, Slug: slug, Fields: changedFields(x, y)})
		}
	}
	return changes
}

// changedFields compares two posts value by value, as JSON has them.
func changedFields(x, y *content.Post) []string {
	values := func(p *content.Post) map[string]string {
		var object map[string]json.RawMessage
		if err := json.Unmarshal(p.AppendJSON(nil), &object); err != nil {
			panic(err)
		}
		all := map[string]string{}
		flatten(all, "", object)
		return all
	}
	was, is := values(x), values(y)
	changed := map[string]bool{}
	for path := range was {
		changed[path] = was[path] != is[path]
	}
	for path := range is {
		changed[path] = was[path] != is[path]
	}
	maps.DeleteFunc(changed, func(_ string, differs bool) bool { return !differs })
	paths := slices.Sorted(maps.Keys(changed))
	return slices.DeleteFunc(paths, func(path string) bool { // an empty object where the other has fields
		return slices.ContainsFunc(paths, func(other string) bool { return strings.HasPrefix(other, path+".") })
	})
}

func flatten(into map[string]string, at string, object map[string]json.RawMessage) {
	for name, value := range object {
		var inner map[string]json.RawMessage
		if name != "extra" && value[0] == '{' && json.Unmarshal(value, &inner) == nil && len(inner) > 0 {
			flatten(into, at+name+".", inner)
			continue
		}
		into[at+name] = string(value)
	}
}
