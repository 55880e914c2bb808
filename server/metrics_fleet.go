package server

import "github.com/prometheus/client_golang/prometheus"

// ofFleet tells how far a replica is.
type ofFleet struct{ fleet Fleet }

var (
	actDesc     = prometheus.NewDesc("alphanode_fleet_act", "How many acts of the fleet the data directory has.", nil, nil)
	knownDesc   = prometheus.NewDesc("alphanode_fleet_known_act", "How many acts of the fleet this replica has heard of.", nil, nil)
	lagDesc     = prometheus.NewDesc("alphanode_fleet_lag_seconds", "For how long readers do not see the newest act of the fleet that is known, or nothing is known of the fleet; 0 where they do.", nil, nil)
	lostDesc    = prometheus.NewDesc("alphanode_fleet_lost", "1 while the fleet does not answer.", nil, nil)
	fetchedDesc = prometheus.NewDesc("alphanode_fleet_fetched_bytes_total", "Bytes of releases that were fetched from the fleet.", nil, nil)
)

func (ofFleet) Describe(out chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{actDesc, knownDesc, lagDesc, lostDesc, fetchedDesc} {
		out <- desc
	}
}

func (f ofFleet) Collect(out chan<- prometheus.Metric) {
	state, lost := f.fleet.State(), 0.0
	if state.Lost {
		lost = 1
	}
	for desc, value := range map[*prometheus.Desc]float64{actDesc: float64(state.Act), knownDesc: float64(state.Known), lagDesc: state.Lag.Seconds(), lostDesc: lost} {
		out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value)
	}
	out <- prometheus.MustNewConstMetric(fetchedDesc, prometheus.CounterValue, float64(state.Fetched))
}
