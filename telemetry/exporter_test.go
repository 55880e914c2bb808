package telemetry_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	metrics "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	spans "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"alphanode/telemetry"
	"alphanode/trace"
)

// receiver is a collector.
type receiver struct {
	*httptest.Server
	status int
	mu     sync.Mutex
	spans  []*spans.Span
	names  []string // of metrics
	about  map[string]string
	header http.Header
}

func newReceiver(t *testing.T, status int) *receiver {
	t.Helper()
	r := &receiver{status: status, about: map[string]string{}}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.status != 0 {
		w.WriteHeader(r.status)
		return
	}
	body, err := io.ReadAll(q.Body)
	if err != nil {
		return
	}
	r.header = q.Header
	switch q.URL.Path {
	case "/v1/traces":
		var m collector.ExportTraceServiceRequest
		if proto.Unmarshal(body, &m) != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		for _, of := range m.ResourceSpans {
			for _, a := range of.Resource.Attributes {
				r.about[a.Key] = a.Value.GetStringValue()
			}
			for _, scope := range of.ScopeSpans {
				r.spans = append(r.spans, scope.Spans...)
			}
		}
	case "/v1/metrics":
		var m metrics.ExportMetricsServiceRequest
		if proto.Unmarshal(body, &m) != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		for _, of := range m.ResourceMetrics {
			for _, scope := range of.ScopeMetrics {
				for _, metric := range scope.Metrics {
					r.names = append(r.names, metric.Name)
				}
			}
		}
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func attributes(s *spans.Span) map[string]any {
	all := map[string]any{}
	for _, a := range s.Attributes {
		if text := a.Value.GetStringValue(); text != "" {
			all[a.Key] = text
		} else {
			all[a.Key] = a.Value.GetIntValue()
		}
	}
	return all
}

// start begins to send what the test tells to an endpoint.
func start(t *testing.T, endpoint string, log io.Writer) (*telemetry.Exporter, *prometheus.Registry) {
	t.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(prometheus.NewCounter(prometheus.CounterOpts{Name: "alphanode_of_the_test_total", Help: "One."}))
	o := telemetry.Options{Endpoint: endpoint, Version: "1.2.3", Metrics: registry, Log: slog.New(slog.NewTextHandler(log, nil))}
	if !o.Wanted() {
		t.Fatal("nobody is told")
	}
	e, err := telemetry.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	registry.MustRegister(e.Collectors()...)
	return e, registry
}

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-"

var told = trace.Request{
	ID: "REQUEST", Method: "GET", Route: "/v1/posts", Path: "/v1/posts", Scheme: "https", Client: "192.0.2.0/24", Key: "k1", Status: 500, Code: "INTERNAL", Bytes: 7, Release: "r1", Cache: "miss", Cost: 62,
	Operation: trace.Operation{Type: "query", Name: "Cards", Hash: "0123456789abcdef"},
}

func TestSpans(t *testing.T) {
	r := newReceiver(t, 0)
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-secret=hush")
	t.Setenv("OTEL_SERVICE_NAME", "the archive")
	var log bytes.Buffer
	e, registry := start(t, r.URL, &log)
	parent := trace.Parse([]string{traceparent + "01"}, []string{"a=1"})
	began := time.Now().Add(-time.Second)
	request := told
	request.Ended, request.Store = began.Add(500*time.Millisecond), trace.Store{First: began.Add(100 * time.Millisecond), Last: began.Add(300 * time.Millisecond), Busy: 200 * time.Millisecond, Calls: 3}
	s := e.Begin(parent, "GET", began)
	known := s.Context()
	s.End(&request)
	unsampled := trace.Parse([]string{traceparent + "00"}, nil)
	e.Begin(unsampled, "GET", began).End(&request) // whoever began it does not record it
	own := e.Begin(trace.Context{}, "_OTHER", began)
	own.End(&trace.Request{Ended: time.Now(), Method: "_OTHER", Scheme: "http", Status: 404})
	if err := e.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(r.spans) != 3 {
		t.Fatalf("found %d spans, expected that of the store, of its request, and of another: %v", len(r.spans), r.spans)
	}
	store, first, other := r.spans[0], r.spans[1], r.spans[2]
	if first.Name != "GET /v1/posts" || string(first.SpanId) != string(known.SpanID[:]) || string(first.TraceId) != string(parent.TraceID[:]) ||
		string(first.ParentSpanId) != string(parent.SpanID[:]) || first.TraceState != "a=1" || first.Kind != spans.Span_SPAN_KIND_SERVER ||
		first.Status.GetCode() != spans.Status_STATUS_CODE_ERROR || first.StartTimeUnixNano != uint64(began.UnixNano()) || first.EndTimeUnixNano != uint64(request.Ended.UnixNano()) {
		t.Errorf("found %v", first)
	}
	found := attributes(first)
	for key, want := range map[string]any{
		"http.request.method": "GET", "http.route": "/v1/posts", "http.response.status_code": int64(500), "url.scheme": "https", "http.response.body.size": int64(7),
		"error.type": "INTERNAL", "client.address": "192.0.2.0/24", "alphanode.key": "k1", "url.path": "/v1/posts", "alphanode.request_id": "REQUEST", "alphanode.release": "r1", "alphanode.cache": "miss", "alphanode.cost": int64(62),
		"graphql.operation.type": "query", "graphql.operation.name": "Cards", "alphanode.operation_hash": "0123456789abcdef",
	} {
		if found[key] != want {
			t.Errorf("%s is %v, expected %v", key, found[key], want)
		}
	}
	if store.Name != "store" || string(store.ParentSpanId) != string(first.SpanId) || attributes(store)["alphanode.store_calls"] != int64(3) ||
		store.EndTimeUnixNano-store.StartTimeUnixNano != uint64(200*time.Millisecond) || store.StartTimeUnixNano != uint64(request.Store.First.UnixNano()) {
		t.Errorf("found %v", store)
	}
	if other.Name != "HTTP" || attributes(other)["http.request.method"] != "_OTHER" || len(other.ParentSpanId) != 0 || string(other.TraceId) == string(parent.TraceID[:]) ||
		other.Status.GetCode() == spans.Status_STATUS_CODE_ERROR {
		t.Errorf("found %v", other)
	}
	if r.about["service.name"] != "the archive" || r.about["service.version"] != "1.2.3" {
		t.Errorf("the service is %v", r.about)
	}
	if r.header.Get("x-secret") != "hush" || strings.Contains(log.String(), "hush") {
		t.Errorf("found %v and the log %s", r.header, &log)
	}
	// Metrics have the names that /metrics shows.
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if !slices.Contains(r.names, family.GetName()) {
			t.Errorf("%s was not sent; found %q", family.GetName(), r.names)
		}
	}
	if problems, err := testutil.GatherAndLint(registry); err != nil || len(problems) > 0 {
		t.Errorf("found %v %v", problems, err)
	}
	sent := `
# HELP alphanode_spans_total Spans of traces by what became of them: sent, failed where the collector did not take them, dropped where too many waited.
# TYPE alphanode_spans_total counter
alphanode_spans_total{outcome="dropped"} 0
alphanode_spans_total{outcome="failed"} 0
alphanode_spans_total{outcome="sent"} 3
`
	if err := testutil.GatherAndCompare(registry, strings.NewReader(sent), "alphanode_spans_total"); err != nil {
		t.Error(err)
	}
}

// TestNobodyCollects has a collector that refuses: what is told goes nowhere, and is
// counted, and the log says it once.
func TestNobodyCollects(t *testing.T) {
	r := newReceiver(t, http.StatusForbidden)
	var log bytes.Buffer
	e, registry := start(t, r.URL, &log)
	const many = 3 * 4096
	for range many {
		e.Begin(trace.Context{}, "GET", time.Now()).End(&told)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	_ = e.Close(ctx) // which fails, as it should
	count := 0.0
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() == "alphanode_spans_total" {
			for _, m := range family.Metric {
				count += m.Counter.GetValue()
			}
		}
	}
	if count != many {
		t.Errorf("found %v spans, expected %d: each is sent, failed or dropped", count, many)
	}
	if n := strings.Count(log.String(), "telemetry was not sent"); n != 1 {
		t.Errorf("the log says it %d times: %s", n, &log)
	}
}

// TestVariables holds what the variables may say.
func TestVariables(t *testing.T) {
	o := telemetry.Options{Metrics: prometheus.NewRegistry(), Log: slog.New(slog.DiscardHandler)}
	if o.Wanted() {
		t.Error("nothing says where to send, and it is wanted")
	}
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
	if !o.Wanted() {
		t.Error("the variable is passed over")
	}
	for name, value := range map[string]string{"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_TRACES_EXPORTER": "zipkin", "OTEL_METRICS_EXPORTER": "prometheus"} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, value)
			if _, err := telemetry.Start(t.Context(), o); err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), value) {
				t.Errorf("found %v", err)
			}
		})
	}
	t.Setenv("OTEL_TRACES_EXPORTER", "none")
	t.Setenv("OTEL_METRICS_EXPORTER", "none")
	e, err := telemetry.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if s := e.Begin(trace.Context{}, "GET", time.Now()); !s.Context().Valid() {
		t.Error("the log has no trace")
	} else {
		s.End(&told)
	}
	if err := e.Close(t.Context()); err != nil {
		t.Error(err)
	}
	t.Setenv("OTEL_SDK_DISABLED", "true")
	if o.Wanted() {
		t.Error("it is disabled, and wanted")
	}
}
