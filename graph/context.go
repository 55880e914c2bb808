package graph

import (
	"context"
	"log/slog"

	"alphanode/graph/model"
	"alphanode/store/release"
)

// WithReader gives a context whose operations are answered by r, and so from
// one release for one view.
func WithReader(ctx context.Context, r *release.Reader) context.Context {
	return model.WithReader(ctx, r)
}

// WithLogger gives a context whose operations log there what is no fault of the
// client's; without one they use the default logger. The logger is made only
// when there is something to log.
func WithLogger(ctx context.Context, logger func() *slog.Logger) context.Context {
	return model.WithLogger(ctx, logger)
}
