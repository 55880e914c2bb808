package server

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// keyUses tells what each key is used for. There are as many as keys that were in force:
// what is no key has no name here.
type keyUses struct{ byID sync.Map } // id → *keyUse

type keyUse struct {
	requests, cost atomic.Int64
	last           atomic.Int64 // Unix nanoseconds
}

// note counts a request that was answered, of a key that is in force.
func (u *keyUses) note(id string, cost int) {
	known, ok := u.byID.Load(id)
	if !ok {
		known, _ = u.byID.LoadOrStore(id, new(keyUse))
	}
	use := known.(*keyUse)
	use.requests.Add(1)
	use.cost.Add(int64(cost))
	use.last.Store(time.Now().UnixNano())
}

var (
	keyRequestsDesc = prometheus.NewDesc("alphanode_key_requests_total", "Requests answered that had this key.", []string{"key"}, nil)
	keyCostDesc     = prometheus.NewDesc("alphanode_key_cost_total", "What they cost, in units of about a microsecond of one processor.", []string{"key"}, nil)
	keyLastDesc     = prometheus.NewDesc("alphanode_key_last_request_timestamp_seconds", "When the last of them was answered.", []string{"key"}, nil)
)

func (u *keyUses) Describe(out chan<- *prometheus.Desc) {
	out <- keyRequestsDesc
	out <- keyCostDesc
	out <- keyLastDesc
}

func (u *keyUses) Collect(out chan<- prometheus.Metric) {
	u.byID.Range(func(id, value any) bool {
		use := value.(*keyUse)
		key := id.(string)
		out <- prometheus.MustNewConstMetric(keyRequestsDesc, prometheus.CounterValue, float64(use.requests.Load()), key)
		out <- prometheus.MustNewConstMetric(keyCostDesc, prometheus.CounterValue, float64(use.cost.Load()), key)
		out <- prometheus.MustNewConstMetric(keyLastDesc, prometheus.GaugeValue, float64(use.last.Load())/1e9, key)
		return true
	})
}
