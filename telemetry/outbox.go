package telemetry

import (
	"context"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// mostWaiting is how many spans wait to be sent, some 2 kB each. What comes beyond them
// is dropped: nobody waits for a collector.
const mostWaiting = 4096

// outbox counts the spans that wait to be sent, and what became of them.
type outbox struct {
	waiting               atomic.Int64
	sent, failed, dropped atomic.Int64
}

func newOutbox() *outbox { return &outbox{} }

// processor gathers spans and sends them together.
func (o *outbox) processor(to sdktrace.SpanExporter) sdktrace.SpanProcessor {
	return &gate{o, sdktrace.NewBatchSpanProcessor(&counted{to, o}, sdktrace.WithMaxQueueSize(mostWaiting))}
}

// gate lets no more in than may wait. The library drops them too, but tells nobody.
type gate struct {
	outbox *outbox
	sdktrace.SpanProcessor
}

func (g *gate) OnEnd(s sdktrace.ReadOnlySpan) {
	if !s.SpanContext().IsSampled() {
		return
	}
	if g.outbox.waiting.Add(1) > mostWaiting {
		g.outbox.waiting.Add(-1)
		g.outbox.dropped.Add(1)
		return
	}
	g.SpanProcessor.OnEnd(s)
}

// counted is an exporter whose outcomes are counted.
type counted struct {
	sdktrace.SpanExporter
	outbox *outbox
}

func (c *counted) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	err := c.SpanExporter.ExportSpans(ctx, spans)
	c.outbox.waiting.Add(-int64(len(spans)))
	if err != nil {
		c.outbox.failed.Add(int64(len(spans)))
	} else {
		c.outbox.sent.Add(int64(len(spans)))
	}
	return err
}

// Collectors are the metrics of what is sent.
func (e *Exporter) Collectors() []prometheus.Collector {
	const name, help = "alphanode_spans_total", "Spans of traces by what became of them: sent, failed where the collector did not take them, dropped where too many waited."
	count := func(outcome string, of *atomic.Int64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help, ConstLabels: prometheus.Labels{"outcome": outcome}},
			func() float64 { return float64(of.Load()) })
	}
	return []prometheus.Collector{
		count("sent", &e.sent.sent), count("failed", &e.sent.failed), count("dropped", &e.sent.dropped),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "alphanode_spans_waiting", Help: "Spans that wait to be sent."},
			func() float64 { return float64(e.sent.waiting.Load()) }),
	}
}
