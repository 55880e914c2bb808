package server

import "github.com/prometheus/client_golang/prometheus"

// loadMetrics tell how near the server is to what it can bear.
func (s *Server) loadMetrics() []prometheus.Collector {
	gauge := func(name, help string, of func() int64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return float64(of()) })
	}
	count := func(name, help string, of func() int64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(of()) })
	}
	taken := func(p *places) func() int64 { return func() int64 { n, _ := p.load(); return int64(n) } }
	waiting := func(p *places) func() int64 { return func() int64 { _, n := p.load(); return int64(n) } }
	return []prometheus.Collector{
		gauge("alphanode_requests_waiting", "Requests that wait for a place among those in flight.", waiting(s.workshop.cheap)),
		gauge("alphanode_dear_in_flight", "Dear work being done: answers that cost much, and the packing of long ones.", taken(s.workshop.dear)),
		gauge("alphanode_dear_waiting", "Dear work that waits for its turn.", waiting(s.workshop.dear)),
		count("alphanode_dear_refused_total", "Dear work refused because too much of it waits, or for too long.", s.workshop.dear.refused.Load),
		count("alphanode_requests_refused_total", "Other work refused for the same.", s.workshop.cheap.refused.Load),
		gauge("alphanode_unsent_bytes", "Bytes of answers that wait for their readers.", s.unsent.Bytes),
		gauge("alphanode_answers_being_sent", "Answers being written to their readers.", func() int64 { return int64(s.unsent.Writing()) }),
		count("alphanode_readers_cut_total", "Readers who took nothing of an answer and were cut off, because it took too long or to make room.", s.unsent.Cut),
		count("alphanode_unsent_refused_total", "Answers refused because too much waits for readers.", s.unsent.Refused),
		count("alphanode_answers_too_long_total", "Answers of REST refused because they have more bytes than max-answer.", s.tooLong.Load),
		count("alphanode_requests_abandoned_total", "Requests whose readers left before their answers were made.", s.abandoned.Load),
		gauge("alphanode_connections", "Connections of readers.", func() int64 { return int64(s.crowd.Size()) }),
		count("alphanode_connections_closed_total", "Connections that were waiting for their clients and were closed to make room for others.", s.crowd.Left),
		count("alphanode_connections_refused_total", "Connections for which there was no room.", s.crowd.Refused),
		gauge("alphanode_received_bytes", "Memory of long request bodies.", s.intake.bytes.Load),
	}
}
