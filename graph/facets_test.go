package graph_test

import (
	"strconv"
	"strings"
	"testing"

	"alphanode/store"
)

func TestFacets(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	api.want(t, `{"facets":[{"field":"CODE_LANGUAGE","distinct":1,"buckets":[{"value":"go","slug":"go","type":null,"count":1}]},`+
		`{"field":"ENTITY","distinct":1,"buckets":[{"value":"caching","slug":"problem-caching","type":"problem","count":1}]}]}`,
		`{ facets(by: [CODE_LANGUAGE, ENTITY], filter: {slug: {eq: "warm-caches"}}) { field distinct buckets { value slug type count } } }`)
	api.want(t, `{"facets":[{"distinct":0,"buckets":[]}],"none":[]}`,
		`{ facets(by: TOOL, filter: {slug: {eq: "draft"}}) { distinct buckets { value } } none: facets(by: []) { distinct } }`)
	api.want(t, `{"facets":[{"buckets":[]}]}`, `{ facets(by: TOOL, first: 0) { buckets { value } } }`)
	if got := api.queryAs(t, store.Preview, `{ facets(by: TOOL, filter: {slug: {eq: "draft"}}) { buckets { value } } }`); string(got.Data) != `{"facets":[{"buckets":[{"value":"secret"}]}]}` {
		t.Errorf("a reader who may preview found %s", got.Data)
	}
	for _, bad := range []string{`by: [TOOL, TOOL]`, `by: TOOL, first: 101`, `by: TOOL, first: -1`} {
		api.wantError(t, "BAD_REQUEST", `{ facets(`+bad+`) { distinct } }`)
	}
	api.wantError(t, "VALIDATION_FAILED", `{ facets(by: TITLE) { distinct } }`)
	api.wantError(t, "TOO_COMPLEX", `{ `+many("facets(by: [TOOL, ENTITY, STACK], first: 1) { distinct }", 170)+` }`)
}

// many asks the same many times, each under a name of its own.
func many(field string, n int) string {
	var w strings.Builder
	for i := range n {
		w.WriteString("a" + strconv.Itoa(i) + ": " + field + " ")
	}
	return w.String()
}

func TestScores(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	api.want(t, `{"scores":{"count":1,"quality":{"count":1,"min":0,"max":0,"mean":0,"p50":0,"p90":0,"p99":0},"depth":{"histogram":[`+
		`{"from":0,"to":10,"count":0},{"from":10,"to":20,"count":0},{"from":20,"to":30,"count":0},{"from":30,"to":40,"count":0},`+
		`{"from":40,"to":50,"count":0},{"from":50,"to":60,"count":0},{"from":60,"to":70,"count":0},{"from":70,"to":80,"count":0},`+
		`{"from":80,"to":90,"count":0},{"from":90,"to":100,"count":1}]},"clarity":{"count":0,"min":null,"mean":null,"p99":null}}}`,
		`{ scores(filter: {slug: {eq: "warm-caches"}}) { count quality { count min max mean p50 p90 p99 } depth { histogram { from to count } } clarity { count min mean p99 } } }`)
	api.want(t, `{"scoreGroups":[{"value":"C++","slug":"cplusplus","scores":{"count":1}}]}`,
		`{ scoreGroups(by: TOOL, first: 1, filter: {slug: {eq: "warm-caches"}}) { value slug scores { count } } }`)
	api.want(t, `{"tool":{"scores":{"freshness":{"mean":70}}}}`, `{ tool(slug: "cplusplus") { scores { freshness { mean } } } }`)
	api.wantError(t, "BAD_REQUEST", `{ scoreGroups(by: TOOL, first: 101) { value } }`)
	api.wantError(t, "BAD_REQUEST", `{ scoreGroups(by: TOOL, minCount: -1) { value } }`)
	api.wantError(t, "BAD_REQUEST", `{ scoreGroupsConnection(by: TOOL, first: 1, last: 1) { totalCount } }`)
	api.wantError(t, "BAD_REQUEST", `{ scoreGroupsConnection(by: TOOL, after: "x") { totalCount } }`)
}
