package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/keys"
)

func (c *commandLine) takedown() *cobra.Command {
	var list, lift bool
	var reason string
	var f fleetFlags
	cmd := &cobra.Command{
		Use:   "takedown [SLUG…]",
		Short: "Take posts out of every release and keep them out",
		Long: "Takedown makes every release on disk anew without these posts, the current one first, and keeps them out of every\n" +
			"import, until takedown --lift. A running server follows within 250 ms. What was broken off is finished by running it\n" +
			"again. Without a slug, or with --list, it lists what is taken down.",
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case list && (lift || len(args) > 0):
				return usageError{fmt.Errorf("--list: found a slug or --lift with it, expected neither")}
			case lift && len(args) == 0:
				return usageError{fmt.Errorf("--lift: found no slug, expected those that imports may bring again")}
			}
			return checkSlugs(args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			for i := range args { // so that what is told names posts as releases have them
				args[i] = content.NormalSlug(args[i])
			}
			o := store.TakedownOptions{By: who(), Reason: reason, Tool: "alphanode " + toolVersion()}
			if len(args) == 0 {
				catalogue, err := c.catalogue()
				if err != nil {
					return err
				}
				return c.listTakedowns(catalogue)
			}
			return c.act(cmd.Context(), &f, catalogue.Open, func(releases *catalogue.Catalogue, _ *keys.File) error {
				if lift {
					return c.runLift(releases, args, o)
				}
				return c.runTakedown(cmd.Context(), releases, args, o)
			})
		},
	}
	f.add(cmd, true)
	flags := cmd.Flags()
	flags.BoolVar(&list, "list", false, "list what is taken down")
	flags.BoolVar(&lift, "lift", false, "let imports bring the posts again; none comes back by itself")
	flags.StringVar(&reason, "reason", "", "why, for the list and the journal")
	c.jsonFlag(cmd)
	return cmd
}

// checkSlugs keeps mistyped slugs, such as addresses, from being taken for posts
// that no release has.
func checkSlugs(slugs []string) error {
	for _, slug := range slugs {
		if fault := content.CheckSlug(slug); fault != nil {
			return usageError{fmt.Errorf("slug: found %s, expected %s", fault.Found, fault.Expected)}
		}
	}
	return nil
}

func (c *commandLine) listTakedowns(catalogue *catalogue.Catalogue) error {
	all, err := catalogue.Takedowns()
	if err != nil {
		return err
	}
	if c.json {
		return c.printJSON(append([]store.Takedown{}, all...))
	}
	if len(all) == 0 {
		fmt.Fprintln(c.Out, "nothing is taken down")
		return nil
	}
	return c.printTable("POST\tTAKEN DOWN\tBY\tFINISHED\tREASON", func(line func(string, ...any)) {
		for _, d := range all {
			finished := "no: " + c.again("takedown", []string{d.Slug})
			if d.FinishedAt != nil {
				finished = "yes"
			}
			line("%s\t%s\t%s\t%s\t%s", d.Slug, d.Time.Format(time.DateTime), d.By, finished, d.Reason)
		}
	})
}

func (c *commandLine) runTakedown(ctx context.Context, catalogue *catalogue.Catalogue, slugs []string, o store.TakedownOptions) error {
	if err := boundMemoryFor(catalogue); err != nil {
		return err
	}
	rewriting := &rewriteProgress{c: c}
	o.Progress = rewriting.written
	w, err := catalogue.Takedown(ctx, slugs, o)
	rewriting.end()
	if c.json {
		return errors.Join(c.printJSON(w), err)
	}
	if posts := strings.Join(slugs, ", "); len(w.Releases) > 0 {
		say(c.Out, "%s is gone from %s\n", posts, strings.Join(w.Releases, ", "))
	} else if err == nil {
		say(c.Out, "no release has %s\n", posts)
	}
	if len(w.Repacked) > 0 {
		say(c.Out, "made anew, lest they pack their posts with pieces of it: %s\n", strings.Join(w.Repacked, ", "))
	}
	if errors.Is(err, context.Canceled) { // of which Main does not know what was recorded
		say(c.Err, "alphanode: %v\n", err)
		return errReported
	}
	if err != nil {
		return err
	}
	say(c.Out, "imports leave it out from now on\nto let them bring it again: %s\n", c.again("takedown", slugs, "--lift"))
	return nil
}

func (c *commandLine) runLift(catalogue *catalogue.Catalogue, slugs []string, o store.TakedownOptions) error {
	if err := catalogue.Lift(slugs, o); err != nil {
		return err
	}
	if c.json {
		return c.printJSON(struct {
			Lifted []string `json:"lifted"`
		}{slugs})
	}
	say(c.Out, "imports may bring %s again; no release has changed\n", strings.Join(slugs, ", "))
	return nil
}

// finishTakedowns finishes those that were broken off. It takes as long as building
// the releases; until then none that holds what is taken down is served.
func finishTakedowns(ctx context.Context, catalogue *catalogue.Catalogue, log *slog.Logger) {
	done, err := catalogue.FinishTakedowns(ctx, store.TakedownOptions{Tool: "alphanode " + toolVersion()})
	if err != nil {
		log.Error("a takedown is not finished", "error", err)
	}
	if len(done.Releases) > 0 {
		log.Info("a takedown that was broken off was carried on", "releases", done.Releases)
	}
}

// rewriteProgress shows how far each release is.
type rewriteProgress struct {
	c       *commandLine
	release string
	build   *buildProgress
}

func (r *rewriteProgress) written(release string, written, most int) {
	if r.release != release {
		r.end()
		r.release, r.build = release, &buildProgress{c: r.c}
	}
	r.build.written(written, most)
}

func (r *rewriteProgress) end() {
	if r.build != nil {
		r.build.end()
	}
}
