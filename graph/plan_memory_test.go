package graph_test

import (
	"fmt"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"alphanode/graph"
	"alphanode/store"
	"alphanode/store/storetest"
)

// TestPlansTakeLittleMemory asks short texts whose fragments make thousands of fields:
// a plan has each of them.
func TestPlansTakeLittleMemory(t *testing.T) {
	release := storetest.Release(t, sized(1, 10)...)
	handler := graph.NewHandler(graph.DefaultLimits)
	memory := func() int {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int(m.HeapAlloc)
	}
	before := memory()
	for n := range 40 {
		text := `{ release { name } posts(first: 1) { nodes { ...F0 } } }`
		for i := range 2 {
			text += fmt.Sprintf(` fragment F%d on Post {%s }`, i, aliases(12, `similar(first: 0) { nodes { ...F`+strconv.Itoa(i+1)+` } }`))
		}
		text += ` fragment F2 on Post {` + strings.ReplaceAll(aliases(60, `title`), " a", fmt.Sprintf(" b%d_", n)) + ` }`
		w, r := httptest.NewRecorder(), post(`{"query":`+strconv.Quote(text)+`}`)
		handler.ServeHTTP(w, r.WithContext(graph.WithReader(r.Context(), release.Reader(store.Public))))
		if body := w.Body.String(); !strings.HasPrefix(body, `{"data":{"release"`) {
			t.Fatalf("found %.500s", body)
		}
	}
	const most = 35 << 20
	if grown := memory() - before; grown > most {
		t.Errorf("found %d MiB more in use, expected at most %d", grown>>20, most>>20)
	}
	runtime.KeepAlive(handler)
}
