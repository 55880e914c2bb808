// Package telemetry sends traces and metrics to who collects them, by OTLP over HTTP
// (OpenTelemetry Protocol 1).
//
// It must not know what a request asks, nor how it is answered: it is told what is to be
// told (package trace) and given the metrics that /metrics shows. It is the one room that
// knows OpenTelemetry. Whoever collects may be slow or away: that costs no answer any time,
// and what cannot be sent is counted and dropped.
//
// Begin with Start in exporter.go.
package telemetry
