package graph_test

import (
	"bytes"
	"net/http/httptest"
	"testing"

	"alphanode/graph"
	"alphanode/store"
	"alphanode/store/storetest"
)

func BenchmarkPosts(b *testing.B) {
	release := storetest.Release(b, archive()...)
	handler := graph.NewHandler(graph.DefaultLimits)
	for name, bench := range map[string]struct{ body, part string }{
		"20 cards": {`{"query":"{ posts { nodes { slug title meta { summary readingTime score { quality } toolNames } } } }"}`, `"slug":"post-09"`},
		"20 cards, with variables": {`{"query":"query ($filter: PostFilter, $orderBy: PostOrder, $first: Int) { posts(filter: $filter, orderBy: $orderBy, first: $first)` +
			` { totalCount nodes { slug title meta { summary readingTime score { quality } toolNames } } } }",` +
			`"variables":{"filter":{"tool":{"eq":"redis"},"quality":{"gte":1}},"orderBy":{"field":"QUALITY","direction":"DESC"},"first":20}}`, `"slug":"post-09"`},
		"30 whole posts": {`{"query":"{ posts(first: 30) { nodes { slug title text body { __typename } meta { tools { name } entities { name } topic } } } }"}`, `"slug":"bare"`},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := post(bench.body)
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, r.WithContext(graph.WithReader(r.Context(), release.Reader(store.Public))))
				if !bytes.Contains(w.Body.Bytes(), []byte(bench.part)) {
					b.Fatalf("found %s", w.Body)
				}
			}
		})
	}
}
