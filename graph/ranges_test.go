package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"alphanode/store"
)

func TestRanges(t *testing.T) {
	t.Parallel()
	api := newAPI(t)
	// 28 posts have the scores 0 to 27 and a day of January 2023, one has 0 and another
	// day, and one has nothing.
	api.want(t, `{"ranges":[{"field":"QUALITY","count":29,"missing":1,"buckets":[{"from":null,"to":10,"count":11},{"from":10,"to":25,"count":15},{"from":25,"to":null,"count":3}]},`+
		`{"field":"PUBLISHED_AT","count":29,"missing":1,"buckets":[{"from":"2023-01-01","to":"2024-01-01","count":28},{"from":"2024-01-01","to":"2025-01-01","count":1}]}]}`,
		`{ ranges(by: [{field: QUALITY, bounds: [10, 25]}, {field: PUBLISHED_AT}]) { field count missing buckets { from to count } } }`)
	api.want(t, `{"ranges":[{"buckets":[{"from":"2023-01-02","to":"2023-01-09","count":7},{"from":"2023-01-09","to":"2023-01-16","count":5}]}]}`,
		`query($by: [RangeBy!]!) { ranges(by: $by, filter: {publishedAt: {gte: "2023-01-02", lte: "2023-01-13"}}) { buckets { from to count } } }`,
		map[string]any{"by": []map[string]any{{"field": "PUBLISHED_AT", "interval": "WEEK"}}})
	api.want(t, `{"ranges":[{"buckets":[{"from":null,"to":"2023-01-05","count":4},{"from":"2023-01-05","to":null,"count":25}]},{"buckets":[{"from":null,"to":null,"count":1}]}]}`,
		`query($b: [Bound!]) { ranges(by: [{field: PUBLISHED_AT, bounds: $b}, {field: VIEW_COUNT}]) { buckets { from to count } } }`,
		map[string]any{"b": []string{"2023-01-05"}})
	api.want(t, `{"ranges":[],"none":[{"count":0,"missing":0,"buckets":[]}]}`,
		`{ ranges(by: []) { count } none: ranges(by: {field: UPDATED, interval: DAY}, filter: {slug: {eq: "draft"}}) { count missing buckets { count } } }`)
	if got := api.queryAs(t, store.Preview, `{ ranges(by: {field: UPDATED}, filter: {slug: {eq: "draft"}}) { missing } }`); string(got.Data) != `{"ranges":[{"missing":1}]}` {
		t.Errorf("a reader who may preview found %s", got.Data)
	}
	for bad, message := range map[string]string{
		`{field: QUALITY, bounds: [3, 1]}`:                                           "by.quality.bounds: found 1 after 3",
		`{field: QUALITY, bounds: [3, 3]}`:                                           "by.quality.bounds: found 3 after 3",
		`{field: QUALITY, bounds: []}`:                                               "expected 1 to 100",
		`{field: QUALITY, bounds: [0` + strings.Repeat(", 1", 100) + `]}`:            "found 101 bounds, expected 1 to 100",
		`{field: QUALITY, bounds: ["2024-03-31"]}`:                                   "by.quality.bounds: found 2024-03-31, expected integers",
		`{field: UPDATED, bounds: [2024]}`:                                           "by.updated.bounds: found 2024, expected days as YYYY-MM-DD",
		`{field: QUALITY, bounds: [1, "many"]}`:                                      `by.bounds[1]: found "many", expected an integer of 64 bits, or a day`,
		`{field: QUALITY, bounds: 1.5}`:                                              `by.bounds: found 1.5, expected an integer of 64 bits, or a day`,
		`[{field: QUALITY}, {field: UPDATED, bounds: ["2024-02-30"]}]`:               `by[1].bounds[0]: found "2024-02-30"`,
		`{field: READING_TIME, interval: YEAR}`:                                      "by.readingTime.interval: found year, expected bounds",
		`{field: UPDATED, interval: YEAR, bounds: "2024-01-01"}`:                     "expected one of the two",
		`[{field: UPDATED}, {field: UPDATED, interval: DAY}]`:                        "updated twice, expected each field once",
		fmt.Sprintf(`{field: UPDATED, interval: %s, bounds: ["2024-01-01"]}`, "DAY"): "one of the two",
	} {
		if got := api.wantError(t, "BAD_REQUEST", `{ ranges(by: `+bad+`) { count } }`); !strings.Contains(got.Message, message) {
			t.Errorf("%s: found %s", bad, got.Message)
		}
	}
	for _, bad := range []string{`{field: TITLE}`, `{interval: DAY}`, `{field: UPDATED, interval: DECADE}`} {
		api.wantError(t, "VALIDATION_FAILED", `{ ranges(by: `+bad+`) { count } }`)
	}
	api.wantError(t, "TOO_COMPLEX", `{ `+many(`ranges(by: [{field: QUALITY}, {field: DEPTH}]) { buckets { count } }`, 110)+` }`)
}
