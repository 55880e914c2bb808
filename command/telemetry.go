package command

import (
	"context"
	"log/slog"
	"time"

	"alphanode/server"
	"alphanode/telemetry"
)

// lastTelling is how long a collector may take for what is left when the server ends.
const lastTelling = 3 * time.Second

// tellCollector has traces and metrics of the server sent to who collects them, where
// somebody does, until what it gives is called.
func tellCollector(ctx context.Context, s *server.Server, endpoint string, log *slog.Logger) (end func() error, err error) {
	o := telemetry.Options{Endpoint: endpoint, Version: toolVersion(), Metrics: s.Metrics(), Log: log}
	if !o.Wanted() {
		return func() error { return nil }, nil
	}
	e, err := telemetry.Start(ctx, o)
	if err != nil {
		return nil, err
	}
	s.Metrics().MustRegister(e.Collectors()...)
	s.TraceBy(e)
	return func() error {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastTelling)
		defer cancel()
		if err := e.Close(last); err != nil {
			log.Warn("telemetry", "error", err) // which is no failure of the server
		}
		return nil
	}, nil
}
