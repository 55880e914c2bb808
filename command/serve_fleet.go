package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"alphanode/fleet"
	"alphanode/fleet/broker"
	"alphanode/fleet/transport"
	"alphanode/fleet/transport/jetstream"
	"alphanode/server"
	"alphanode/server/settings"
	"alphanode/store/catalogue"
	"alphanode/store/keys"
	"alphanode/store/live"
)

// sharedServing is what a server has that belongs to a fleet.
type sharedServing struct {
	member    *fleet.Member
	replica   *fleet.Replica
	transport transport.Transport
	broker    *broker.Broker // nil where NATS runs elsewhere
	cancel    context.CancelFunc
}

// joinFleet makes a server a replica, where the settings name a fleet; nil where they name none.
func (c *commandLine) joinFleet(ctx context.Context, s *settings.Settings, releases *catalogue.Catalogue, log *slog.Logger) (_ *sharedServing, err error) {
	f := s.Fleet
	if !f.Any() {
		return nil, nil
	}
	if f.Name == "" {
		f.Name = fleet.NameOf(host())
	}
	ctx, cancel := context.WithCancel(ctx)
	shared := &sharedServing{cancel: cancel}
	defer func() {
		if err != nil {
			err = errors.Join(err, shared.Close())
		}
	}()
	if f.Embedded {
		if shared.broker, err = c.startBroker(ctx, &f, log); err != nil {
			return nil, err
		}
	}
	at := fleetAt{f.URL, jetstream.Options{Credentials: f.Credentials, CA: f.CA, Cert: f.Cert, Key: f.Key, Name: f.Name, Log: log}}
	if f.Embedded && f.URL == "" {
		at.url, at.options.Inside = shared.broker.URL(), shared.broker
	}
	shared.transport = transport.Opening(func(ctx context.Context) (transport.Transport, error) { return shared.open(ctx, at, len(f.Peers)) })
	shared.member = fleet.Join(ctx, shared.transport, releases, log, fleet.Options{
		By: f.Name, Host: host(), Later: true, Rate: int64(f.Rate), Reserve: uint64(f.Reserve),
	})
	shared.replica = fleet.Follow(ctx, shared.member, fleet.ReplicaOptions{
		Name: f.Name, Version: toolVersion(), Build: revision(), MaxLag: f.MaxLag, Alone: f.Alone, Log: log,
	})
	return shared, nil
}

// open opens the fleet. What it needs in the NATS inside is nobody's but its own to make.
func (s *sharedServing) open(ctx context.Context, at fleetAt, machines int) (transport.Transport, error) {
	if s.broker == nil {
		return at.open(ctx)
	}
	if err := s.broker.Ready(ctx); err != nil {
		return nil, err
	}
	t, err := at.open(ctx)
	if _, missing := errors.AsType[*transport.MissingError](err); !missing {
		return t, err
	}
	if at.options.Replicas = 1; machines > 2 {
		at.options.Replicas = 3
	}
	if err := at.make(ctx); err != nil {
		return nil, fmt.Errorf("make what the fleet needs: %w", err)
	}
	return at.open(ctx)
}

// startBroker starts the NATS inside.
func (c *commandLine) startBroker(ctx context.Context, f *settings.Fleet, log *slog.Logger) (*broker.Broker, error) {
	dir := f.Dir
	if dir == "" {
		dir = filepath.Clean(c.data) + "-fleet"
	}
	b, err := broker.Start(ctx, broker.Options{
		Dir: dir, Name: f.Name, Listen: f.Listen, Cluster: f.Cluster, Peers: f.Peers,
		Credentials: f.Credentials, Cert: f.Cert, Key: f.Key, CA: f.CA, Log: log,
	})
	if err != nil {
		return nil, fmt.Errorf("start the NATS inside: %w", err)
	}
	return b, nil
}

// serve has the replica tell what the server serves.
func (s *sharedServing) serve(ctx context.Context, of *server.Server, l *live.Live, k *keys.Keyring) {
	s.replica.Serve(ctx, fleet.Serving{
		Live: l, Keys: k, Address: of.Addr().String(), TLS: of.TLS(),
		Traffic: func() fleet.Traffic {
			requests, failed := of.Lately()
			return fleet.Traffic{Requests: requests, Errors: failed}
		},
	})
}

// Close ends it.
func (s *sharedServing) Close() (err error) {
	s.cancel()
	if s.replica != nil {
		err = s.replica.Close()
	}
	if s.transport != nil {
		err = errors.Join(err, s.transport.Close())
	}
	if s.broker != nil {
		s.broker.Close()
	}
	return err
}
