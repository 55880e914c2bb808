package telemetry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"

	bridge "go.opentelemetry.io/contrib/bridges/prometheus"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.37.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/prometheus/client_golang/prometheus"
)

// Options say where to send, and what.
type Options struct {
	// Endpoint is the address of a collector, without /v1/traces. Where it is empty the
	// standard variables say it, such as OTEL_EXPORTER_OTLP_ENDPOINT. All else that can be
	// said of sending is theirs in any case: headers, which may be secret, sampling,
	// intervals, the name of the service.
	Endpoint string
	Version  string // of the program
	Metrics  prometheus.Gatherer
	Log      *slog.Logger
}

// variables are those that switch sending on.
var variables = []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"}

// Wanted reports whether there is somebody to send to.
func (o Options) Wanted() bool {
	disabled := strings.EqualFold(os.Getenv("OTEL_SDK_DISABLED"), "true")
	return !disabled && (o.Endpoint != "" || slices.ContainsFunc(variables, func(name string) bool { return os.Getenv(name) != "" }))
}

// Exporter sends what it is told, beside those who tell it.
type Exporter struct {
	spans   *sdktrace.TracerProvider // nil where no traces are sent
	metrics *metric.MeterProvider    // nil where no metrics are
	tracer  trace.Tracer
	sent    *outbox
}

// Start begins to send. An error is one of the settings: a collector that is away is none.
func Start(ctx context.Context, o Options) (*Exporter, error) {
	e := &Exporter{sent: newOutbox()}
	// The library tells its troubles to one place for the whole process.
	otel.SetErrorHandler(newTroubles(o.Log))
	for _, name := range []string{"OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL"} {
		if found := os.Getenv(name); found != "" && found != "http/protobuf" {
			return nil, fmt.Errorf("environment variable %s: found %q, expected http/protobuf", name, found)
		}
	}
	about, err := resource.New(ctx,
		resource.WithAttributes(semconv.ServiceName("alphanode"), semconv.ServiceVersion(o.Version)),
		resource.WithTelemetrySDK(), resource.WithFromEnv()) // which has the last word
	if err != nil {
		return nil, fmt.Errorf("telemetry: %w", err)
	}
	traces, err := wanted("OTEL_TRACES_EXPORTER")
	if err != nil {
		return nil, err
	}
	metrics, err := wanted("OTEL_METRICS_EXPORTER")
	if err != nil {
		return nil, err
	}
	if traces {
		if err := e.sendSpans(ctx, o, about); err != nil {
			return nil, err
		}
	}
	if metrics {
		if err := e.sendMetrics(ctx, o, about); err != nil {
			return nil, errors.Join(err, e.Close(ctx))
		}
	}
	return e, nil
}

// wanted reads the variable that says which exporter is wanted.
func wanted(name string) (bool, error) {
	switch found := os.Getenv(name); found {
	case "", "otlp":
		return true, nil
	case "none":
		return false, nil
	default:
		return false, fmt.Errorf("environment variable %s: found %q, expected otlp or none", name, found)
	}
}

func (e *Exporter) sendSpans(ctx context.Context, o Options, about *resource.Resource) error {
	var where []otlptracehttp.Option
	if o.Endpoint != "" {
		where = append(where, otlptracehttp.WithEndpointURL(strings.TrimSuffix(o.Endpoint, "/")+"/v1/traces"))
	}
	to, err := otlptracehttp.New(ctx, where...)
	if err != nil {
		return fmt.Errorf("telemetry: traces: %w", err)
	}
	// Whether a trace is recorded is for the variables to say; by default whoever began
	// it decides, and what begins here is.
	e.spans = sdktrace.NewTracerProvider(sdktrace.WithResource(about), sdktrace.WithSpanProcessor(e.sent.processor(to)))
	e.tracer = e.spans.Tracer("alphanode")
	return nil
}

func (e *Exporter) sendMetrics(ctx context.Context, o Options, about *resource.Resource) error {
	var where []otlpmetrichttp.Option
	if o.Endpoint != "" {
		where = append(where, otlpmetrichttp.WithEndpointURL(strings.TrimSuffix(o.Endpoint, "/")+"/v1/metrics"))
	}
	to, err := otlpmetrichttp.New(ctx, where...)
	if err != nil {
		return fmt.Errorf("telemetry: metrics: %w", err)
	}
	// The names are those of /metrics: it is the same registry.
	reader := metric.NewPeriodicReader(to, metric.WithProducer(bridge.NewMetricProducer(bridge.WithGatherer(o.Metrics))))
	e.metrics = metric.NewMeterProvider(metric.WithResource(about), metric.WithReader(reader))
	return nil
}

// Close sends what waits, until the context ends.
func (e *Exporter) Close(ctx context.Context) error {
	var errs []error
	if e.spans != nil {
		errs = append(errs, e.spans.Shutdown(ctx))
	}
	if e.metrics != nil {
		errs = append(errs, e.metrics.Shutdown(ctx))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("telemetry: the last of it was not sent: %w", err)
	}
	return nil
}
