package server

import (
	"fmt"
	"net/http"
	"runtime"
	"testing"
)

// TestCacheStaysWithinItsBound fills the cache with answers of the smallest kind,
// in every coding that readers like, and holds the heap against its bound.
func TestCacheStaysWithinItsBound(t *testing.T) {
	const most = 8 << 20
	s := testServer(t, onePostRelease(t), func() {}, map[string]string{"cache-size": fmt.Sprint(most)})
	defer s.Close()
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	for n := range 30_000 {
		r, err := http.NewRequest("GET", fmt.Sprintf("/v1/posts?limit=1&page=%d", n+1), http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		(&exchange{server: s, r: r}).answer()
	}
	s.cache.CleanUp()
	if took := heap() - before; took > most*5/4 {
		t.Errorf("%d answers take %d bytes, expected about %d", s.cache.Questions(), took, most)
	}
	runtime.KeepAlive(s)
}
