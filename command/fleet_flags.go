package command

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"alphanode/fleet"
	"alphanode/fleet/transport"
	"alphanode/fleet/transport/folder"
	"alphanode/fleet/transport/jetstream"
	"alphanode/server/settings"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/keys"
)

// fleetFlags say with which fleet a command acts, and how many replicas it waits for.
type fleetFlags struct {
	connection map[string]*string // the settings of serve of the same names
	wait       string
	timeout    time.Duration
}

// connecting are the settings that say where a fleet is, and as whom it is asked.
var connecting = []string{"fleet", "fleet-credentials", "fleet-ca", "fleet-cert", "fleet-key"}

// add gives a command the flags. Of one that waits for replicas, those too.
func (f *fleetFlags) add(cmd *cobra.Command, waits bool) {
	f.connection = map[string]*string{}
	for _, s := range settings.Table() {
		if slices.Contains(connecting, s.Name) {
			doc := s.Doc
			if s.Name == "fleet" {
				doc = "the fleet with which this is agreed on: nats://host:port, tls://host:port or file:///path"
			}
			f.connection[s.Name] = cmd.Flags().String(s.Name, os.Getenv(s.Env()), doc+" (environment "+s.Env()+")")
		}
	}
	if waits {
		cmd.Flags().StringVar(&f.wait, "wait", "all", "with --fleet: how many replicas must serve it before the command is done: all, quorum or a number")
		cmd.Flags().DurationVar(&f.timeout, "timeout", 2*time.Minute, "with --fleet: how long they may take")
	}
}

func (f *fleetFlags) url() string { return *f.connection["fleet"] }

// check reports what is wrong with the flags.
func (f *fleetFlags) check() error {
	for _, s := range settings.Table() {
		if value := f.connection[s.Name]; value != nil && *value != "" {
			if err := s.Check(*value); err != nil {
				return usageError{fmt.Errorf("--%s: %w", s.Name, err)}
			}
		}
	}
	if f.wait != "" {
		if _, err := fleet.ParseNeed(f.wait); err != nil {
			return usageError{fmt.Errorf("--wait: %w", err)}
		}
	}
	return nil
}

// reachTime is how long a command tries to reach the fleet.
const reachTime = 15 * time.Second

// connect opens what the flags name. Who runs a command is told soon that nobody is there.
func (c *commandLine) connect(ctx context.Context, f *fleetFlags) (transport.Transport, error) {
	ctx, cancel := context.WithTimeout(ctx, reachTime)
	defer cancel()
	return c.at(f).open(ctx)
}

func (c *commandLine) at(f *fleetFlags) fleetAt {
	return fleetAt{f.url(), jetstream.Options{
		Credentials: *f.connection["fleet-credentials"], CA: *f.connection["fleet-ca"], Cert: *f.connection["fleet-cert"], Key: *f.connection["fleet-key"],
		Name: host(), Log: c.quietLogger(),
	}}
}

// fleetAt is where a fleet is.
type fleetAt struct {
	url     string
	options jetstream.Options // of one over NATS, but for the addresses
}

// folder is the folder of a fleet over a folder, "" of another.
func (a fleetAt) folder() string {
	u, err := url.Parse(a.url)
	if err != nil || u.Scheme != "file" {
		return ""
	}
	return u.Path
}

func (a fleetAt) nats() jetstream.Options {
	o := a.options
	o.URLs = strings.Split(a.url, ",")
	return o
}

func (a fleetAt) open(ctx context.Context) (t transport.Transport, err error) {
	if dir := a.folder(); dir != "" {
		t, err = folder.Open(dir)
	} else {
		t, err = jetstream.Connect(ctx, a.nats())
	}
	if err != nil {
		return nil, fmt.Errorf("reach the fleet at %s: %w", a.url, err)
	}
	return t, nil
}

// make makes there what a fleet needs.
func (a fleetAt) make(ctx context.Context) error {
	if dir := a.folder(); dir != "" {
		return folder.Make(dir)
	}
	return jetstream.Make(ctx, a.nats())
}

// needs says how an operator makes it.
func (a fleetAt) needs() string {
	if dir := a.folder(); dir != "" {
		return "mkdir -p " + dir + "\n"
	}
	return jetstream.Needs(a.nats())
}

// host is the name of this machine, for people.
func host() string {
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	return name
}

// act does something in the data directory: where a fleet is named, as its member, and then
// it waits for as many replicas as it is told to. make makes a directory that is missing.
func (c *commandLine) act(ctx context.Context, f *fleetFlags, open func(dir string) (*catalogue.Catalogue, error), do func(*catalogue.Catalogue, *keys.File) error) error {
	if err := f.check(); err != nil {
		return err
	}
	if f.url() == "" {
		releases, err := open(c.data)
		if err != nil {
			return err
		}
		return do(releases, keys.In(c.data))
	}
	return c.asMember(ctx, f, func(m *fleet.Member) error {
		c.fleet, c.member = f.url(), m
		c.merges = c.json && f.wait != ""
		if err := do(m.Catalogue(), m.Keys()); err != nil {
			return errors.Join(c.printMerged(nil), err)
		}
		if err := m.Settle(); err != nil && !errors.Is(err, store.ErrBusy) { // who is busy there does it
			say(c.Err, "it is agreed on, but %s does not know that it is furthest ahead: %v\n", c.data, err)
		}
		if f.wait == "" {
			return nil
		}
		return c.await(ctx, m, f)
	})
}

// asMember joins the fleet with the data directory, which is made where it is missing.
func (c *commandLine) asMember(ctx context.Context, f *fleetFlags, do func(*fleet.Member) error) error {
	return c.connected(ctx, f, func(ctx context.Context, t transport.Transport) error {
		releases, err := catalogue.Make(c.data)
		if err != nil {
			return err
		}
		return do(fleet.Join(ctx, t, releases, c.quietLogger(), fleet.Options{By: who(), Host: host()}))
	})
}

// look asks the fleet without a data directory: nothing on this disk is read or changed.
func (c *commandLine) look(ctx context.Context, f *fleetFlags, do func(*fleet.Member) error) error {
	return c.connected(ctx, f, func(ctx context.Context, t transport.Transport) error {
		c.fleet = f.url()
		return do(fleet.Observe(ctx, t, c.quietLogger()))
	})
}

// connected does something while the fleet is open.
func (c *commandLine) connected(ctx context.Context, f *fleetFlags, do func(context.Context, transport.Transport) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	t, err := c.connect(ctx, f)
	if err != nil {
		return err
	}
	defer t.Close()
	return do(ctx, t)
}

// await waits for replicas, and tells who serves what was agreed on and who does not.
func (c *commandLine) await(ctx context.Context, m *fleet.Member, f *fleetFlags) error {
	need, err := fleet.ParseNeed(f.wait)
	if err != nil {
		return usageError{err}
	}
	roll, err := m.Wait(ctx, need, f.timeout)
	if err != nil {
		return errors.Join(c.printMerged(nil), fmt.Errorf("it is agreed on, but it is not known which replicas serve it: %w", err))
	}
	if c.json {
		if err := c.printMerged(roll); err != nil {
			return err
		}
	} else {
		c.tellRoll(roll)
	}
	if !roll.Enough() {
		return fmt.Errorf("it is agreed on, but %d of %d replicas serve it, expected %d: alphanode fleet status shows how they are; those that come back learn it before they serve", roll.Serving(), len(roll.Replicas), roll.Needed)
	}
	return nil
}

// tellRoll says which replicas serve what was agreed on.
func (c *commandLine) tellRoll(roll *fleet.Roll) {
	if len(roll.Replicas) == 0 {
		say(c.Out, "the fleet knows of no replica yet\n")
		return
	}
	var serve []string
	for _, r := range roll.Replicas {
		if r.Done {
			serve = append(serve, r.Name)
		}
	}
	say(c.Out, "served by %d of %d replicas%s\n", len(serve), len(roll.Replicas), listed(serve))
	for _, r := range roll.Replicas {
		if !r.Done {
			say(c.Out, "not by %s: %s\n", r.Name, r.Why)
		}
	}
}

func listed(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return ": " + strings.Join(names, ", ")
}
