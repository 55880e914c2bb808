package command

import (
	"context"
	"log/slog"
	"path/filepath"

	"alphanode/purge"
	"alphanode/server"
	"alphanode/server/settings"
	"alphanode/store/catalogue"
	"alphanode/store/live"
	"alphanode/webhook"
)

// webhooks reads the file of webhooks, where the settings name one.
func webhooks(settings *settings.Settings) ([]webhook.Endpoint, error) {
	if settings.Webhooks == "" {
		return nil, nil
	}
	return webhook.ReadFile(settings.Webhooks)
}

// notify tells webhooks of every switch from now on, and of what they missed. What is
// served is written down when it returns. Without webhooks it only remembers for those
// that other servers of the data directory have.
func (c *commandLine) notify(ctx context.Context, endpoints []webhook.Endpoint, releases *catalogue.Catalogue, live *live.Live, settings *settings.Settings, log *slog.Logger) *purge.Notifier {
	n := purge.NewNotifier(purge.Options{
		Endpoints: endpoints, Open: releases.Open, Site: siteOf(settings), State: filepath.Join(releases.Dir(), catalogue.ToldFolder), Settle: c.settle,
		Reason: live.Reason, Log: log,
	})
	live.Attend(n)
	n.Start(ctx)
	return n
}

// siteOf is site of a server with these settings.
func siteOf(settings *settings.Settings) purge.Site {
	s := site(settings.PublicURL, settings.Without)
	s.Redirects = settings.Redirects
	return s
}

// site tells the makers of plans how the answers of a server are found that is without
// some parts.
func site(publicURL string, without []string) purge.Site {
	s := purge.Site{PublicURL: publicURL, Groups: server.Groups}
	for _, a := range server.Addresses(without) {
		s.Addresses = append(s.Addresses, purge.Address(a))
	}
	return s
}
