package server_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"alphanode/store"
	"alphanode/trace"
)

// follower is a tracer that notes what it is told.
type follower struct {
	mu   sync.Mutex
	told []followed
}

type followed struct {
	parent, own trace.Context
	request     trace.Request
}

func (f *follower) Begin(parent trace.Context, _ string, _ time.Time) trace.Span {
	own := trace.New()
	if parent.Valid() {
		own.TraceID, own.Flags, own.State = parent.TraceID, parent.Flags, parent.State
	}
	return &following{f, parent, own}
}

type following struct {
	by          *follower
	parent, own trace.Context
}

func (f *following) Context() trace.Context { return f.own }
func (f *following) End(r *trace.Request) {
	f.by.mu.Lock()
	defer f.by.mu.Unlock()
	f.by.told = append(f.by.told, followed{f.parent, f.own, *r})
}

// TestTracer asks with and without a parent, and looks at what a span is told.
func TestTracer(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t))
	f := &follower{}
	h.TraceBy(f)
	get(t, h, "/v1/posts/measuring-a-cache?fields=slug", traceparent, "Tracestate: a=1")
	get(t, h, "/v1/posts/measuring-a-cache?fields=slug")
	ask(t, h, "POST", "/graphql", `{"query":"query Q { posts { totalCount } }"}`, "Content-Type: application/json")
	get(t, h, "/v1/nothing")
	if len(f.told) != 4 {
		t.Fatalf("found %d spans, expected 4", len(f.told))
	}
	first, second, graphql, none := f.told[0], f.told[1], f.told[2], f.told[3]
	if first.parent.Trace() != parentTrace || first.parent.Span() != parentSpan || first.own.State != "a=1" || second.parent.Valid() {
		t.Errorf("found the parents %+v and %+v", first.parent, second.parent)
	}
	r := first.request
	if r.Route != "/v1/posts/{slug}" || r.Path != "/v1/posts/measuring-a-cache" || r.Status != 200 || r.Cache != "miss" || r.Release != "r1" || r.Client != "192.0.2.0/24" ||
		r.Store.Calls != 1 || r.Store.First.Before(r.Began.Add(-time.Second)) || r.Store.Last.Before(r.Store.First) || r.Ended.Before(r.Began) || r.Bytes == 0 || r.Cost == 0 {
		t.Errorf("found %+v", r)
	}
	if r := second.request; r.Cache != "hit" || r.Store != (trace.Store{}) {
		t.Errorf("kept: found %+v", r)
	}
	if op := graphql.request.Operation; op.Name != "Q" || op.Type != "query" || len(op.Hash) != 16 {
		t.Errorf("found the operation %+v", op)
	}
	if r := none.request; r.Route != "" || r.Status != 404 || r.Code != "NOT_FOUND" {
		t.Errorf("no route: found %+v", r)
	}
	if log := h.log.String(); !strings.Contains(log, `"trace_id":"`+parentTrace+`","span_id":"`+first.own.Span()+`"`) {
		t.Errorf("the log has not the span of the request: %s", log)
	}
	askSecrets(t, h)
	for _, told := range f.told {
		for _, secret := range []string{secretWord, h.secret[store.ScopeAdmin]} {
			if text := fmt.Sprintf("%+v", told.request); strings.Contains(text, secret) {
				t.Errorf("a span is told a secret: %s", text)
			}
		}
	}
}
