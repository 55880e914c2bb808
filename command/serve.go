package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"alphanode/content"
	"alphanode/server"
	"alphanode/server/settings"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/keys"
	"alphanode/store/live"
	"alphanode/synth"
)

const (
	// firstPosts is how many synthetic posts an empty data directory gets.
	firstPosts = 2000
	firstSeed  = 1
)

func (c *commandLine) serve() *cobra.Command {
	var (
		empty, print bool
		flags        settingFlags
	)
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the current release over GraphQL and REST",
		Long: "Serve answers from the release that is current, and follows every publish and rollback. In a data directory\n" +
			"without any release it first makes and publishes 2,000 synthetic posts.\n\n" +
			settingsHelp,
		Args: arguments(0, 0, "none"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			settings, err := flags.read()
			if err != nil {
				return usageError{err}
			}
			if print {
				return settings.WriteFile(c.Out)
			}
			return c.runServe(cmd.Context(), settings, empty)
		},
	}
	cmd.Flags().BoolVar(&empty, "empty", false, "do not make synthetic posts in an empty data directory")
	cmd.Flags().BoolVar(&print, "print-config", false, "check the settings, print those in force as a file for --config, without secrets, and end")
	flags.add(cmd)
	return cmd
}

func (c *commandLine) runServe(ctx context.Context, settings *settings.Settings, empty bool) error {
	follow := tuneMemory(settings)
	log, flush := c.newLogger()
	defer flush()
	endpoints, err := webhooks(settings)
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	catalogue, err := catalogue.Make(c.data)
	if err != nil {
		return err
	}
	shared, err := c.joinFleet(ctx, settings, catalogue, log)
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	if !empty && shared == nil {
		if err := c.fillEmpty(ctx, catalogue); err != nil {
			return fmt.Errorf("serve: %w", err)
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	file, options := keys.In(catalogue.Dir()), live.FollowOptions{}
	if shared != nil {
		catalogue, file, options.Held = shared.member.Catalogue(), shared.member.Keys(), shared.replica.Held
	}
	live, keys := live.FollowWith(ctx, catalogue, log, options), file.Follow(ctx, log)
	var beside sync.WaitGroup
	if shared == nil { // else who takes posts down in the fleet finishes it
		beside.Go(func() { finishTakedowns(ctx, catalogue, log) })
	}
	beside.Go(func() { giveBackMemory(ctx) })
	archive := server.Archive{
		Live: live, Keys: keys, Catalogue: catalogue,
		Plan: plans(catalogue, siteOf(settings)), Command: c.actAgain,
	}
	notifier := c.notify(ctx, endpoints, catalogue, live, settings, log)
	if len(endpoints) > 0 {
		archive.Webhooks = notifier
	}
	ends := []func() error{keys.Close, live.Close, notifier.Close}
	if shared != nil {
		archive.Fleet = shared.replica
		ends = slices.Insert(ends, 0, shared.Close) // it reports what the others say
	}
	stop := func(err error) error {
		cancel()
		beside.Wait()
		for _, end := range ends {
			err = errors.Join(err, end())
		}
		return err
	}
	s, err := server.New(settings, archive, log)
	if err != nil {
		return stop(err)
	}
	s.OnUnsent(follow)
	told, err := tellCollector(ctx, s, settings.Telemetry, log)
	if err != nil {
		return stop(err)
	}
	ends = append(ends, told)
	if err := s.Listen(ctx); err != nil {
		return stop(err)
	}
	scheme := "http"
	if s.TLS() {
		scheme = "https"
	}
	if shared != nil {
		shared.serve(ctx, s, live, keys)
	}
	fmt.Fprintf(c.Err, "listening on %s://%s\n", scheme, s.Addr())
	return stop(s.Run(ctx))
}

// fillEmpty makes an archive where there is none, so that the first start has
// something to show.
func (c *commandLine) fillEmpty(ctx context.Context, releases *catalogue.Catalogue) error {
	entries, err := releases.List()
	if err != nil || len(entries) > 0 {
		return err
	}
	say(c.Err, "%s holds no release: making %d synthetic posts (serve --empty does not)\n", releases.Dir(), firstPosts)
	build, err := releases.Import(ctx, catalogue.ImportOptions{Note: "synthetic posts of the first start", By: who(), Tool: "alphanode " + toolVersion()})
	if err != nil {
		return err
	}
	defer build.Discard()
	generator := synth.New(firstSeed)
	for k := range int64(firstPosts) {
		post := content.Record{Post: generator.Post(k + 1)}
		if err := build.Add(post, catalogue.Origin{File: "synth", Line: int(k) + 1}); err != nil {
			return err
		}
	}
	m, err := build.Finish(ctx)
	if err != nil {
		return err
	}
	published, err := releases.Publish(m.Name, store.PublishOptions{By: who()})
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Err, "published %s: %d posts, %d of them public\n", published.Release, m.Posts, m.Public.Posts)
	return nil
}

// quietLogger tells people who run a command of what goes wrong beside it.
func (c *commandLine) quietLogger() *slog.Logger {
	return slog.New(slog.NewTextHandler(c.Err, &slog.HandlerOptions{Level: slog.LevelWarn, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey && len(groups) == 0 {
			return slog.Attr{}
		}
		return a
	}}))
}

// newLogger logs for people on a terminal and for machines elsewhere. What
// machines read is gathered, until flush is called for the last time.
func (c *commandLine) newLogger() (log *slog.Logger, flush func()) {
	if f, ok := c.Err.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return slog.New(slog.NewTextHandler(c.Err, &logOptions)), func() {}
	}
	lines := &gatheredLines{to: c.Err}
	return slog.New(newLineHandler(lines)), lines.flush
}
