package server

import "github.com/prometheus/client_golang/prometheus"

// toldWebhooks tells how it goes with the webhooks, which are few: each is named in
// the file of webhooks.
type toldWebhooks struct{ webhooks Webhooks }

var (
	attemptsDesc  = prometheus.NewDesc("alphanode_webhook_attempts_total", "Attempts to tell a webhook what caches must drop.", []string{"webhook", "outcome"}, nil)
	waitingDesc   = prometheus.NewDesc("alphanode_webhook_waiting", "Switches to another release that a webhook was not told of yet.", []string{"webhook"}, nil)
	forgetfulDesc = prometheus.NewDesc("alphanode_webhook_memory_problem", "1 where what webhooks must be told cannot be written down.", nil, nil)
)

func (toldWebhooks) Describe(out chan<- *prometheus.Desc) {
	out <- attemptsDesc
	out <- waitingDesc
	out <- forgetfulDesc
}

func (t toldWebhooks) Collect(out chan<- prometheus.Metric) {
	t.webhooks.EachAttempt(func(webhook, outcome string, attempts int) {
		out <- prometheus.MustNewConstMetric(attemptsDesc, prometheus.CounterValue, float64(attempts), webhook, outcome)
	})
	t.webhooks.EachWaiting(func(webhook string, switches int) {
		out <- prometheus.MustNewConstMetric(waitingDesc, prometheus.GaugeValue, float64(switches), webhook)
	})
	forgetful := 0.0
	if t.webhooks.Forgetful() {
		forgetful = 1
	}
	out <- prometheus.MustNewConstMetric(forgetfulDesc, prometheus.GaugeValue, forgetful)
}
