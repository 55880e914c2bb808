package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"alphanode/graph"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/live"
	"alphanode/store/storetest"
)

// changing is the face over three releases, of which one is gone and one is
// staged, and a fourth that is current.
func changing(t *testing.T) func(query string) answer {
	t.Helper()
	c := storetest.Catalogue(t, barePost())
	storetest.Publish(t, c, catalogue.ImportOptions{Replace: true}, archive()[1:]...)
	hidden, changed := *archive()[3], *archive()[4]
	hidden.Meta.Revision = archive()[2].Meta.Revision
	changed.Title = "Changed"
	storetest.Publish(t, c, catalogue.ImportOptions{}, fullPost(), &hidden, &changed)
	if _, err := c.Prune(1, "test"); err != nil {
		t.Fatal(err)
	}
	r, err := c.Open("r3")
	if err != nil {
		t.Fatal(err)
	}
	shelf := live.NewOthers(c)
	t.Cleanup(func() { _, _ = shelf.Close(), r.Close() })
	return func(query string) (got answer) {
		reader := r.Reader(store.Public).WithOthers(shelf)
		response, _ := graph.Execute(t.Context(), reader, graph.DefaultLimits, query, "", nil)
		if err := json.Unmarshal(response, &got); err != nil {
			t.Fatal(err)
		}
		got.calls, _ = reader.Stats()
		return got
	}
}

func TestChanges(t *testing.T) {
	t.Parallel()
	ask := changing(t)
	for _, tt := range []struct {
		arguments, fields, want string
		calls                   int
	}{
		{`since: "r2"`, `release totalCount edges { kind slug node { title } }`,
			`{"release":"r3","totalCount":3,"edges":[{"kind":"REMOVED","slug":"post-00","node":null},{"kind":"CHANGED","slug":"post-01","node":{"title":"Changed"}},` +
				`{"kind":"ADDED","slug":"warm-caches","node":{"title":"Warm \"caches\" first"}}]}`, 2},
		{`since: "r2", first: 0`, `totalCount edges { slug } pageInfo { hasNextPage hasPreviousPage endCursor }`,
			`{"totalCount":3,"edges":[],"pageInfo":{"hasNextPage":true,"hasPreviousPage":false,"endCursor":null}}`, 1},
		{`since: "r3"`, `release totalCount edges { slug }`, `{"release":"r3","totalCount":0,"edges":[]}`, 1},
		{`since: "r2", filter: {tool: {eq: "redis"}, hasImages: true}`, `edges { kind node { meta { tools { slug } } } }`,
			`{"edges":[{"kind":"ADDED","node":{"meta":{"tools":[{"slug":"redis"},{"slug":"cplusplus"}]}}}]}`, 3},
		{`since: "r2", filter: {title: {prefix: "post"}}`, `edges { kind slug }`,
			`{"edges":[{"kind":"REMOVED","slug":"post-00"},{"kind":"REMOVED","slug":"post-01"}]}`, 1},
	} {
		got := ask(`{ changes(` + tt.arguments + `) { ` + tt.fields + ` } }`)
		if want := `{"changes":` + tt.want + `}`; string(got.Data) != want || len(got.Errors) > 0 || got.calls != tt.calls {
			t.Errorf("%s\nfound    %s %+v in %d calls\nexpected %s in %d", tt.arguments, got.Data, got.Errors, got.calls, want, tt.calls)
		}
	}
}

func TestChangesPageByPage(t *testing.T) {
	t.Parallel()
	ask := changing(t)
	var slugs []string
	for after := "null"; ; {
		var page struct {
			Changes struct {
				Edges    []struct{ Slug, Cursor string }
				PageInfo struct {
					HasNextPage, HasPreviousPage bool
					EndCursor                    string
				}
			}
		}
		got := ask(`{ changes(since: "r2", first: 1, after: ` + after + `) { edges { slug cursor } pageInfo { hasNextPage hasPreviousPage endCursor } } }`)
		decode(t, got.Data, &page)
		for _, e := range page.Changes.Edges {
			slugs = append(slugs, e.Slug)
			if e.Cursor != page.Changes.PageInfo.EndCursor {
				t.Errorf("found %+v", page)
			}
		}
		if page.Changes.PageInfo.HasPreviousPage != (after != "null") {
			t.Errorf("found %+v after %s", page, after)
		}
		if !page.Changes.PageInfo.HasNextPage {
			break
		}
		after = fmt.Sprintf("%q", page.Changes.PageInfo.EndCursor)
	}
	if got := strings.Join(slugs, " "); got != "post-00 post-01 warm-caches" {
		t.Errorf("found %s", got)
	}
}

func TestChangesErrors(t *testing.T) {
	t.Parallel()
	ask := changing(t)
	for since, want := range map[string]string{
		"r1": "RELEASE_GONE The release r1 was removed, so it can no longer be compared. Read all posts anew, and ask from then on for the changes since the release that they are from.",
		"r9": "NOT_FOUND There is no release r9.",
		"x":  `BAD_REQUEST since: found "x", expected the name of a release, such as r1, a day, such as 2026-05-01, or an instant, such as 2026-05-01T09:30:00Z`,
	} {
		got := ask(`{ changes(since: "` + since + `") { totalCount } }`)
		if len(got.Errors) != 1 || got.Errors[0].Extensions.Code+" "+got.Errors[0].Message != want || got.Errors[0].Extensions.Expected == "" {
			t.Errorf("%s: found %+v", since, got.Errors)
		}
	}
}
