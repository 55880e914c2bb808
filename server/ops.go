package server

import (
	"context"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"alphanode/server/ops"
	"alphanode/server/route"
)

// opsHandler answers operators, at an address of its own that readers cannot
// reach: metrics and profiles, and the pages for people on call.
func (s *Server) opsHandler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{EnableOpenMetrics: true}))
	mux.HandleFunc("GET /settings", s.opsSettings)
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	if s.desk != nil {
		door := ops.Door{Open: true, Loopback: s.opsLoopback(), Name: "operators' address", Apart: true, Archive: s.site}
		for _, rt := range append(s.desk.Routes(door), s.frame.Route()) {
			mux.HandleFunc(rt.Method+" "+rt.Pattern, func(w http.ResponseWriter, r *http.Request) { s.answerOperator(w, r, rt) })
		}
	}
	return mux
}

// openDesk makes the pages for people on call, and their routes at the address of readers.
func (s *Server) openDesk() {
	o := ops.Options{
		Frame: s.frame, Live: s.archive.Live, Keys: s.archive.Keys, Catalogue: s.archive.Catalogue, Webhooks: s.archive.Webhooks,
		Client: s.settings.Proxies.Client, Hosts: s.settings.OpsHosts, Log: s.logger, Plan: s.archive.Plan, Command: s.archive.Command,
		State: func() ops.State {
			return ops.State{InFlight: s.workshop.inFlight(), Draining: s.draining.Load(), Problem: s.problem(), Carried: s.carried.Load()}
		},
	}
	if s.archive.Fleet != nil {
		o.Fleet = s.seenFleet
	}
	s.desk = ops.New(o)
	s.onCall = route.Without(s.desk.Routes(ops.Door{}), s.settings.Without)
}

// seenFleet is the fleet as people on call are shown it.
func (s *Server) seenFleet(ctx context.Context) ops.Fleet {
	sight := s.archive.Fleet.Look(ctx)
	f := ops.Fleet{Heard: sight.Heard, Problem: sight.Problem}
	if sight.Roll == nil {
		return f
	}
	f.Act, f.Current, f.Last = sight.Roll.Act, sight.Roll.Current, sight.Roll.Last
	for _, r := range sight.Roll.Replicas {
		f.Replicas = append(f.Replicas, ops.Replica{
			Name: r.Name, Release: r.Release, Lag: r.Lag, Own: r.Name == s.archive.Fleet.Name(), Act: r.Serves, Free: r.Free,
			Requests: r.Requests, Errors: r.Errors, Version: r.Version, Why: r.Why, Until: r.Until, Silent: r.Silent, Drained: r.Draining,
		})
	}
	return f
}

// opsLoopback reports whether nobody but who is on this machine reaches the operators'
// address.
func (s *Server) opsLoopback() bool {
	at := s.settings.OpsAddr
	if s.opsListener != nil {
		at = s.opsListener.Addr().String()
	}
	host, _, err := net.SplitHostPort(at)
	if err != nil {
		return false
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

// answerOperator answers at the operators' address with a route: nothing that is done for
// readers is done there, as each is one of few.
func (s *Server) answerOperator(w http.ResponseWriter, r *http.Request, rt *route.Route) {
	a, err := s.operatorsAnswer(w, r, rt)
	if err != nil {
		a = route.Problem(err, r.URL.EscapedPath())
	}
	for _, field := range slices.Concat(a.Header, fixedFields) {
		w.Header().Add(field.Name, field.Value)
	}
	if w.Header().Set("Cache-Control", "no-store"); a.Lasting {
		w.Header().Set("Cache-Control", lasting)
	}
	w.WriteHeader(a.Status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(a.Body) // who left does not need it
	}
}

func (s *Server) operatorsAnswer(w http.ResponseWriter, r *http.Request, rt *route.Route) (*route.Answer, error) {
	var captured []string
	for segment := range strings.SplitSeq(rt.Pattern, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			captured = append(captured, r.PathValue(strings.TrimSuffix(name, "}")))
		}
	}
	q, err := route.ReadQuery(rt, r.URL, captured)
	if err != nil {
		return nil, err
	}
	r.Body = http.MaxBytesReader(w, r.Body, int64(s.settings.MaxBody))
	ctx, cancel := context.WithTimeout(r.Context(), profileTime)
	defer cancel()
	return rt.Handle(&route.Request{Query: q, Ctx: ctx, HTTP: r, ID: requestID(r), Bodies: &s.bodies, Most: s.settings.MaxAnswer})
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
