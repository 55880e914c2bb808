package server_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"alphanode/server"
	"alphanode/store/storetest"
)

// toldHooks are webhooks, so that their metrics are there.
type toldHooks struct{}

func (toldHooks) EachAttempt(f func(webhook, outcome string, attempts int)) { f("cdn", "delivered", 1) }
func (toldHooks) EachWaiting(f func(webhook string, switches int))          { f("cdn", 0) }
func (toldHooks) Forgetful() bool                                           { return false }

// ownMetric is how the metrics of this program are named; others are those of Go.
var ownMetric = regexp.MustCompile(`alphanode_[a-z0-9_]+`)

// TestMetrics holds the metrics against the conventions of Prometheus, and their names
// against the page for operators: each is in its table, and no other is.
func TestMetrics(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t))
	h.archive.Webhooks = toldHooks{}
	certFile, keyFile := server.WritePair(t, t.TempDir(), 1, time.Now().Add(time.Hour))
	h.archive.Fleet = new(someFleet)
	s := h.beside("tls-cert="+certFile, "tls-key="+keyFile)
	get(t, s, "/v1/posts", h.as("read")...)
	get(t, s, "/v1/posts?limit=1000")
	registry := s.Metrics()
	problems, err := testutil.GatherAndLint(registry)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	page, err := os.ReadFile("../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for line := range strings.Lines(string(page)) {
		if cells := strings.Split(line, "|"); strings.HasPrefix(line, "| `alphanode_") {
			told = append(told, ownMetric.FindAllString(cells[1], -1)...)
		}
	}
	described := make(chan *prometheus.Desc, 1000)
	registry.Describe(described)
	close(described)
	var there []string
	for d := range described {
		if name := ownMetric.FindString(d.String()); name != "" && !slices.Contains(there, name) {
			there = append(there, name)
		}
	}
	if len(there) < 30 {
		t.Errorf("found %d metrics: they are not read as they should be", len(there))
	}
	for _, name := range there {
		if !slices.Contains(told, name) {
			t.Errorf("docs/operations.md does not say what %s is", name)
		}
	}
	for _, name := range told {
		if !slices.Contains(there, name) {
			t.Errorf("docs/operations.md has %s, which no metric is called", name)
		}
	}
}

// TestMetricsOfRoutes counts what was asked, by route.
func TestMetricsOfRoutes(t *testing.T) {
	t.Parallel()
	h := serve(t, onlyOne{storetest.Release(t, archive(t)...)}, quiet)
	const asked = `{"query":"{ nothing }"}`
	get(t, h, "/v1/posts/unsure")
	get(t, h, "/v1/posts/unsure")
	get(t, h, "/v1/posts/none")
	get(t, h, "/v1/nothing")
	ask(t, h, "POST", "/graphql", asked, "Content-Type: application/json", "Accept: application/json")
	ask(t, h, "BREW", "/v1/posts", "")
	metrics := get(t, h.Operators(), "/metrics").body
	for _, want := range []string{
		`alphanode_requests_total{method="GET",route="/v1/posts/{slug}",status="200"} 2`,
		`alphanode_requests_total{method="POST",route="/graphql",status="200"} 1`,
		`alphanode_errors_total{code="NOT_FOUND",route="/v1/posts/{slug}"} 1`,
		`alphanode_errors_total{code="NOT_FOUND",route="none"} 1`,
		`alphanode_errors_total{code="METHOD_NOT_ALLOWED",route="none"} 1`,
		`alphanode_errors_total{code="VALIDATION_FAILED",route="/graphql"} 1`,
		`alphanode_cache_requests_total{result="hit",route="/v1/posts/{slug}"} 1`,
		`alphanode_cache_requests_total{result="miss",route="/v1/posts/{slug}"} 2`,
		`alphanode_cache_requests_total{result="miss",route="/graphql"} 1`,
		`alphanode_store_calls_total{route="/v1/posts/{slug}"} 3`,
		`alphanode_request_seconds_count{route="/v1/posts/{slug}"} 3`,
		`alphanode_build_info{format="`,
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("the metrics have no %s", want)
		}
	}
	if strings.Contains(metrics, "BREW") {
		t.Error("a made-up method is a label")
	}
}
