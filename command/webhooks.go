package command

import (
	"context"
	"log/slog"
	"path/filepath"

	"alphanode/purge"
	"alphanode/server"
	"alphanode/store"
	"alphanode/webhook"
)

// toldFile stands in the data directory and remembers what webhooks were told.
const toldFile = "webhooks-told.json"

// webhooks reads the file of webhooks, where the settings name one.
func webhooks(settings *server.Settings) ([]webhook.Endpoint, error) {
	if settings.Webhooks == "" {
		return nil, nil
	}
	return webhook.ReadFile(settings.Webhooks)
}

// notify tells webhooks of every switch from now on, and of what they missed.
func notify(ctx context.Context, endpoints []webhook.Endpoint, catalogue *store.Catalogue, live *store.Live, publicURL string, log *slog.Logger) *purge.Notifier {
	n := purge.NewNotifier(purge.Options{
		Endpoints: endpoints, Open: catalogue.Open, PublicURL: publicURL, State: filepath.Join(catalogue.Dir(), toldFile),
		Reason: live.Reason, Log: log,
	})
	live.OnSwitch(n.Switched)
	served := ""
	if release, err := live.Acquire(); err == nil { // else nothing is served yet
		served = release.Manifest().Name
		_ = release.Close() // only its name was read
	}
	n.Start(ctx, served)
	return n
}
