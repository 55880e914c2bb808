package purge_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"alphanode/content"
	"alphanode/purge"
	"alphanode/store/catalogue"
	"alphanode/store/storetest"
)

// planOf is the plan of a switch, as JSON.
func planOf(t *testing.T, before, after []*content.Post) string {
	t.Helper()
	c := storetest.Catalogue(t, before...)
	storetest.Publish(t, c, catalogue.ImportOptions{Replace: true}, after...)
	a, err := c.Open("r1")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := c.Open("r2")
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	p, err := purge.Compare(t.Context(), a, b, site("https://a.example"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestCompare knows a few plans by heart; the tests of the server hold plans against
// answers.
func TestCompare(t *testing.T) {
	t.Parallel()
	tooled := post1("b", "B")
	tooled.Meta.Tools = []string{"C++"}
	const lists = `"https://a.example/v1/facets","https://a.example/v1/posts","https://a.example/v1/posts.ndjson",`
	const rest = `"https://a.example/v1/ranges","https://a.example/v1/releases","https://a.example/v1/releases/current","https://a.example/v1/scores","https://a.example/v1/summaries"`
	const b = `"https://a.example/v1/posts/b","https://a.example/v1/posts/b/similar",`
	const tool = `,"https://a.example/v1/tools","https://a.example/v1/tools/cplusplus","https://a.example/v1/tools/cplusplus/posts","https://a.example/v1/tools/cplusplus/related"`
	var many []*content.Post
	for i := range purge.MaxTags {
		many = append(many, post1(fmt.Sprintf("p%d", i), "P"))
	}
	for name, test := range map[string]struct {
		before, after []*content.Post
		want          string
	}{
		"a title": {[]*content.Post{post1("a", "A"), post1("b", "B")}, []*content.Post{post1("a", "A"), post1("b", "B again")},
			`{"before":"r1","after":"r2","all":false,"tags":["post:b","posts","release"],"urls":[` + lists + b + rest + `],"groups":["post:b","post:~03","posts","release"]}`},
		"a tool": {[]*content.Post{post1("b", "B")}, []*content.Post{tooled},
			`{"before":"r1","after":"r2","all":false,"tags":["post:b","posts","release","tool:cplusplus"],"urls":[` + lists + b + rest + tool + `],"groups":["post:b","post:~03","posts","release","tool:cplusplus","tool:~03"]}`},
		"too much": {[]*content.Post{post1("a", "A")}, many,
			`{"before":"r1","after":"r2","all":true,"tags":[],"urls":[],"groups":[]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := planOf(t, test.before, test.after); got != test.want {
				t.Errorf("found %s\nexpected %s", got, test.want)
			}
		})
	}
}
