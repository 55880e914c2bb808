package server

import (
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// opsHandler answers operators, at an address of its own that readers cannot
// reach: metrics and profiles.
func (s *Server) opsHandler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{EnableOpenMetrics: true}))
	mux.HandleFunc("GET /settings", s.opsSettings)
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}

// Metrics are all that the server counts. More can be put among them before it runs.
func (s *Server) Metrics() *prometheus.Registry { return s.metrics.registry }

// profileTime is how long a profile may be taken; an answer of the operators'
// address may take no longer.
const profileTime = 2 * time.Minute

func (s *Server) opsServer() *http.Server {
	return &http.Server{
		Handler:           s.opsHandler(),
		ReadHeaderTimeout: s.settings.ReadHeaderTimeout,
		ReadTimeout:       s.settings.ReadTimeout,
		WriteTimeout:      profileTime,
		IdleTimeout:       s.settings.IdleTimeout,
		MaxHeaderBytes:    s.settings.MaxHeader,
		ErrorLog:          s.netErrors.logger(),
	}
}
