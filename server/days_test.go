package server_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store/storetest"
)

// oddDates are given in every shape: days, in UTC, at an offset that is another day, and
// where no day can be written.
var oddDates = []string{
	"", "2024-02-29", "2024-02-29T00:00:00Z", "2024-02-29T23:59:59.999999Z", "2024-02-29T23:30:00-05:00", "2024-03-01T01:00:00+14:00", "1969-12-31T23:59:59Z",
	"0000-01-01", "0000-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59Z",
}

// datedPosts have all pairs of odd dates, and one word that a search finds.
func datedPosts() (posts []*content.Post) {
	for i, published := range oddDates {
		for j, reviewed := range oddDates {
			p := &content.Post{Slug: fmt.Sprintf("p-%d-%d", i, j), Title: "Dated", PublishedAt: published,
				Meta: content.Meta{Tools: []string{"clock"}, Revision: &content.Revision{LastReviewed: reviewed}}}
			p.Settle()
			posts = append(posts, p)
		}
	}
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(posts), func(i, j int) { posts[i], posts[j] = posts[j], posts[i] })
	return posts
}

// dayOf is the day of a date as JSON has it.
func dayOf(date string) any {
	if day := storetest.Day(date); day != "" {
		return day
	}
	return nil
}

// TestDays holds the days that each list of both faces gives against the dates as they were
// given.
func TestDays(t *testing.T) {
	t.Parallel()
	posts := datedPosts()
	f := faces{t, serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)}
	bySlug := map[string]*content.Post{}
	for _, p := range posts {
		bySlug[p.Slug] = p
	}
	// check holds a row against its post. Not every row shows when it was last reviewed.
	check := func(where string, row map[string]any) {
		t.Helper()
		p := bySlug[fmt.Sprint(row["slug"])]
		if p == nil {
			t.Fatalf("%s: found %v", where, row)
		}
		want := map[string]any{"updatedDay": dayOf(p.Updated()), "publishedDay": dayOf(p.PublishedAt), "lastReviewedDay": dayOf(p.Meta.Revision.LastReviewed)}
		for name, day := range want {
			if got := row[name]; got != day && (name != "lastReviewedDay" || got != nil) {
				t.Errorf("%s: %s published %q, reviewed %q: found %s %v, expected %v", where, p.Slug, p.PublishedAt, p.Meta.Revision.LastReviewed, name, got, day)
			}
		}
	}
	rows := func(target string) (all []map[string]any) {
		for page := 1; ; page++ {
			found := f.rest(fmt.Sprintf("%s&limit=50&page=%d", target, page))["data"].([]any)
			if len(found) == 0 {
				return all
			}
			for _, row := range found {
				all = append(all, row.(map[string]any))
			}
		}
	}
	for _, target := range []string{"/v1/posts?sort=slug", "/v1/summaries?sort=slug", "/v1/posts?fields=slug,updatedDay,publishedDay", "/v1/posts?fields=slug,updatedDay,publishedDay,lastReviewedDay,meta.summary", "/v1/summaries?fields=slug,updatedDay,publishedDay"} {
		all := rows(target)
		if len(all) != len(posts) {
			t.Fatalf("%s: found %d posts, expected %d", target, len(all), len(posts))
		}
		for _, row := range all {
			check(target, row)
		}
	}
	for _, row := range f.rest("/v1/search?q=dated&limit=100")["data"].([]any) {
		check("search", row.(map[string]any)["post"].(map[string]any))
	}
	for _, row := range f.rest("/v1/similar?tool=clock&limit=100")["data"].([]any) {
		check("similar", row.(map[string]any))
	}
	stream := get(t, f.handler, "/v1/posts.ndjson")
	for line := range strings.Lines(stream.body) {
		if want := storetest.Sent(bySlug[strings.Split(line, `"`)[3]]); strings.TrimSpace(line) != want {
			t.Errorf("the stream: found %sexpected %s", line, want)
		}
	}
	for _, query := range []string{
		`query ($after: String) { posts(first: 50, after: $after) { pageInfo { endCursor hasNextPage } nodes { slug updatedDay publishedDay lastReviewedDay } } }`,
		`query ($after: String) { posts(first: 50, after: $after) { pageInfo { endCursor hasNextPage } nodes { slug intro updatedDay publishedDay lastReviewedDay } } }`,
	} {
		n, variables := 0, map[string]any{}
		for more := any(true); more == true; {
			page := f.graphql(query, variables)["posts"].(map[string]any)
			for _, node := range page["nodes"].([]any) {
				check("GraphQL", node.(map[string]any))
				n++
			}
			more, variables["after"] = at(page, "pageInfo", "hasNextPage"), at(page, "pageInfo", "endCursor")
		}
		if n != len(posts) {
			t.Errorf("GraphQL: found %d posts, expected %d", n, len(posts))
		}
	}
}

// TestDaysAreThoseOfFilters asks for the posts of each day that is shown: those that show it,
// and no others.
func TestDaysAreThoseOfFilters(t *testing.T) {
	t.Parallel()
	posts := datedPosts()
	f := faces{t, serve(t, onlyOne{storetest.Release(t, posts...)}, quiet)}
	for filter, member := range map[string]string{"updated": "updatedDay", "publishedAt": "publishedDay", "lastReviewed": "lastReviewedDay"} {
		shown := map[string][]string{}
		for page := 1; page <= 3; page++ {
			for _, row := range f.rest(fmt.Sprintf("/v1/posts?sort=slug&limit=50&page=%d&fields=slug,%s", page, member))["data"].([]any) {
				row := row.(map[string]any)
				if day, ok := row[member].(string); ok {
					shown[day] = append(shown[day], row["slug"].(string))
				}
			}
		}
		if len(shown) < 5 {
			t.Fatalf("%s: found the days %v", member, shown)
		}
		for day, slugs := range shown {
			if got := slugsIn(f.rest("/v1/summaries?sort=slug&limit=100&" + filter + "=" + url.QueryEscape(day))["data"]); !slices.Equal(got, slugs) {
				t.Errorf("%s=%s: found %v, expected %v", filter, day, got, slugs)
			}
			variables := map[string]any{"f": map[string]any{filter: map[string]any{"eq": day}}}
			found := f.graphql(`query ($f: PostFilter) { posts(filter: $f, first: 100, orderBy: {field: SLUG}) { nodes { slug `+member+` } } }`, variables)
			for i, node := range at(found, "posts", "nodes").([]any) {
				if at(node, member) != day || at(node, "slug") != slugs[i] {
					t.Errorf("%s=%s over GraphQL: found %v, expected %s", filter, day, node, slugs[i])
				}
			}
		}
	}
}
