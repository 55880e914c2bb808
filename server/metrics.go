package server

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"alphanode/apierror"
	"alphanode/server/route"
	"alphanode/trace"
)

// metrics count what every request costs. Labels are bounded: routes are those
// of the table, and methods those that routes have.
type metrics struct {
	registry   *prometheus.Registry
	requests   *prometheus.CounterVec
	seconds    *prometheus.HistogramVec
	storeCalls *prometheus.CounterVec
	cutStreams *prometheus.CounterVec
	errors     *prometheus.CounterVec
	cache      *prometheus.CounterVec
	taken      *prometheus.CounterVec
	malformed  *prometheus.CounterVec
	byRoute    sync.Map // pattern → *routeMetrics

	keys       keyUses
	overBudget prometheus.Counter
}

// routeMetrics are those of one route: looking a metric up by its labels for
// each request costs more than counting.
type routeMetrics struct {
	seconds    prometheus.Observer
	storeCalls prometheus.Counter
	requests   sync.Map // outcome → prometheus.Counter

	hits, misses, collapsed prometheus.Counter // of cache
}

type outcome struct {
	method string
	status int
}

func (m *metrics) of(route string) *routeMetrics {
	if known, ok := m.byRoute.Load(route); ok {
		return known.(*routeMetrics)
	}
	known, _ := m.byRoute.LoadOrStore(route, &routeMetrics{
		seconds: m.seconds.WithLabelValues(route), storeCalls: m.storeCalls.WithLabelValues(route),
		hits: m.cache.WithLabelValues(route, "hit"), misses: m.cache.WithLabelValues(route, "miss"), collapsed: m.cache.WithLabelValues(route, "collapsed"),
	})
	return known.(*routeMetrics)
}

func newMetrics(s *Server) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "alphanode_requests_total", Help: "Requests answered.",
		}, []string{"route", "method", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "alphanode_request_seconds", Help: "Time from a request's arrival to the end of its answer.",
			Buckets: []float64{.0005, .001, .002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route"}),
		storeCalls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "alphanode_store_calls_total", Help: "Reads of the store that requests made.",
		}, []string{"route"}),
		cutStreams: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "alphanode_streams_cut_total", Help: "Streams broken off before their end.",
		}, []string{"reason"}),
		errors: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "alphanode_errors_total", Help: "Requests answered with an error, by its code; of GraphQL too, where the status may be 200.",
		}, []string{"route", "code"}),
		cache: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "alphanode_cache_requests_total", Help: "Questions of the public by how they were answered: hit, miss, or collapsed with one that was being answered.",
		}, []string{"route", "result"}),
		malformed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "alphanode_malformed_total", Help: "What was refused before there was a request that could be read.",
		}, []string{"status"}),
		taken: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "alphanode_cache_carried_total", Help: "Kept answers that met a switch of releases: known to be right, stayed, made anew with equal or changed bytes, or dropped.",
		}, []string{"fate"}),
	}
	if s.cache != nil {
		m.registry.MustRegister(m.cache, m.taken,
			prometheus.NewGaugeFunc(prometheus.GaugeOpts{
				Name: "alphanode_cache_bytes", Help: "Memory that kept answers take.",
			}, func() float64 { return float64(s.cache.Bytes()) }),
			prometheus.NewGaugeFunc(prometheus.GaugeOpts{
				Name: "alphanode_cache_questions", Help: "Questions whose answers are kept.",
			}, func() float64 { return float64(s.cache.Questions()) }))
	}
	m.overBudget = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "alphanode_over_budget_total", Help: "Requests refused because their readers had spent what they may.",
	})
	m.registry.MustRegister(&m.keys, m.overBudget, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "alphanode_budget_readers", Help: "Readers of whom it is remembered what they spent.",
	}, func() float64 { return float64(s.accounts.Readers()) }))
	m.registry.MustRegister(m.requests, m.seconds, m.storeCalls, m.errors, m.cutStreams, m.malformed, s.netErrors.counts, servedRelease{s.archive.Live}, buildInfo(),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "alphanode_keys_problem", Help: "1 where the API keys cannot be read and the last good ones stay in force.",
		}, func() float64 { return oneWhere(s.archive.Keys.Problem() != "") }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "alphanode_requests_in_flight", Help: "Requests being answered.",
		}, func() float64 { return float64(s.workshop.inFlight()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "alphanode_streams_in_flight", Help: "Streams being sent.",
		}, func() float64 { return float64(s.streams.taken()) }),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.registry.MustRegister(s.loadMetrics()...)
	if s.certificate != nil {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "alphanode_tls_certificate_expiry_timestamp_seconds", Help: "When the TLS certificate that is shown ends.",
		}, func() float64 { return float64(s.certificate.Expires().Unix()) }),
			prometheus.NewGaugeFunc(prometheus.GaugeOpts{
				Name: "alphanode_tls_problem", Help: "1 where the TLS certificate has expired, or its files cannot be used and the last good ones stay.",
			}, func() float64 { return oneWhere(s.certificate.Problem() != "") }))
	}
	if s.archive.Fleet != nil {
		m.registry.MustRegister(ofFleet{s.archive.Fleet})
	}
	if s.archive.Webhooks != nil {
		m.registry.MustRegister(toldWebhooks{s.archive.Webhooks})
	}
	return m
}

// observe counts one request that was answered.
func (m *metrics) observe(x *exchange, a *route.Answer, ended time.Time) {
	route, method := x.pattern(), "other"
	switch x.r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodOptions:
		method = x.r.Method
	}
	of := m.of(route)
	requests, ok := of.requests.Load(outcome{method, a.Status})
	if !ok {
		requests, _ = of.requests.LoadOrStore(outcome{method, a.Status},
			m.requests.WithLabelValues(route, method, strconv.Itoa(a.Status)))
	}
	requests.(prometheus.Counter).Inc()
	m.time(of.seconds, x, ended.Sub(x.began).Seconds())
	of.storeCalls.Add(float64(x.store.Calls))
	if x.key.ID != "" {
		m.keys.note(x.key.ID, x.charged())
	}
	if a.Code != "" {
		m.errors.WithLabelValues(route, string(a.Code)).Inc()
	}
	if a.Code == apierror.RateLimited && x.left.Exhausted() {
		m.overBudget.Inc()
	}
	switch x.cache {
	case cacheHit:
		of.hits.Inc()
	case cacheMiss:
		of.misses.Inc()
	case cacheCollapsed:
		of.collapsed.Inc()
	}
}

// time counts how long a request took. Where its span is exported, that can be found from
// the bucket.
func (m *metrics) time(of prometheus.Observer, x *exchange, seconds float64) {
	if x.span != nil && x.trace.Flags&trace.Sampled != 0 {
		of.(prometheus.ExemplarObserver).ObserveWithExemplar(seconds, prometheus.Labels{"trace_id": x.trace.Trace()})
		return
	}
	of.Observe(seconds)
}

// carried counts what became of kept answers at a switch.
func (m *metrics) carried(c carried) {
	m.taken.WithLabelValues("known").Add(float64(c.known))
	m.taken.WithLabelValues("stayed").Add(float64(c.stayed))
	m.taken.WithLabelValues("equal").Add(float64(c.equal))
	m.taken.WithLabelValues("changed").Add(float64(c.changed))
	m.taken.WithLabelValues("dropped").Add(float64(c.dropped))
}

// oneWhere is a gauge of what is so or not.
func oneWhere(so bool) float64 {
	if so {
		return 1
	}
	return 0
}

// servedRelease tells which release is served, and whether one that should be
// cannot.
type servedRelease struct{ live Live }

var (
	releaseDesc = prometheus.NewDesc("alphanode_release_posts", "Public posts of the release that is served.", []string{"release"}, nil)
	problemDesc = prometheus.NewDesc("alphanode_release_problem", "1 where the current release cannot be opened, or is damaged, and another, or none, is served.", nil, nil)

	fallbackDesc = prometheus.NewDesc("alphanode_release_fallback", "1 where the current release is damaged and the server went back to an earlier one by itself.", nil, nil)
	damageDesc   = prometheus.NewDesc("alphanode_damage_total", "Damage that was found: releases that are not what was built (confirmed), reads that failed once (passed), suspicions that a proof of every byte did away with (refuted).", []string{"found"}, nil)
)

func (servedRelease) Describe(out chan<- *prometheus.Desc) {
	out <- releaseDesc
	out <- problemDesc
	out <- fallbackDesc
	out <- damageDesc
}

func (s servedRelease) Collect(out chan<- prometheus.Metric) {
	if release, err := s.live.Acquire(); err == nil {
		m := release.Manifest()
		out <- prometheus.MustNewConstMetric(releaseDesc, prometheus.GaugeValue, float64(m.Public.Posts), m.Name)
		_ = release.Close() // it was only read from
	}
	damage := s.live.Damage()
	out <- prometheus.MustNewConstMetric(problemDesc, prometheus.GaugeValue, oneWhere(s.live.Problem() != ""))
	out <- prometheus.MustNewConstMetric(fallbackDesc, prometheus.GaugeValue, oneWhere(damage.From != ""))
	for found, n := range map[string]int{"confirmed": damage.Confirmed, "passed": damage.Passed, "refuted": damage.Refuted} {
		out <- prometheus.MustNewConstMetric(damageDesc, prometheus.CounterValue, float64(n), found)
	}
}
