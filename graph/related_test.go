package graph_test

import (
	"testing"

	"alphanode/store"
)

func TestRelated(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	// 29 of 30 posts have redis and caching, one of them C++ too.
	api.want(t, `{"tool":{"related":[{"kind":"ENTITY","count":1,"lift":1.0344827586206897,"node":{"__typename":"Entity","slug":"problem-caching","name":"caching","postCount":29,"type":"problem"}},`+
		`{"kind":"TOOL","count":1,"lift":1.0344827586206897,"node":{"__typename":"Tool","slug":"redis","name":"Redis","postCount":29,"id":"VG9vbDpyZWRpcw"}}]}}`,
		`{ tool(slug: "cplusplus") { related { kind count lift node { __typename slug name postCount ... on Entity { type } ... on Tool { id } } } } }`)
	api.want(t, `{"entity":{"few":[{"count":29,"node":{"name":"Redis"}}],"tools":[{"node":{"slug":"redis"}},{"node":{"slug":"tool-0"}}],"none":[]}}`,
		`{ entity(slug: "problem-caching") { few: related(first: 1) { count node { name } } tools: related(kind: TOOL, first: 2) { node { slug } } none: related(first: 0) { count } } }`)
	api.want(t, `{"tool":{"related":[{"node":{"related":[{"node":{"name":"caching"}}]}}]}}`,
		`{ tool(slug: "cplusplus") { related(kind: TOOL) { node { ... on Tool { related(first: 1) { node { name } } } } } } }`)
	api.want(t, `{"node":{"slug":"redis","related":[]}}`, `{ node(id: "VG9vbDpyZWRpcw") { ... on Term { slug } ... on Tool { related(first: 0) { count } } } }`)
	// A draft brings no term and counts for none.
	if got := api.queryAs(t, store.Preview, `{ tool(slug: "secret") { related { count } } }`); string(got.Data) != `{"tool":{"related":[]}}` {
		t.Errorf("a reader who may preview found %s", got.Data)
	}
	for _, bad := range []string{`first: 101`, `first: -1`} {
		api.wantError(t, "BAD_REQUEST", `{ tool(slug: "redis") { related(`+bad+`) { count } } }`)
	}
	api.wantError(t, "VALIDATION_FAILED", `{ tool(slug: "redis") { related(kind: STACK) { count } } }`)
}
