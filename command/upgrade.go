package command

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/keys"
)

func (c *commandLine) upgrade() *cobra.Command {
	var dryRun bool
	var f fleetFlags
	cmd := &cobra.Command{
		Use:   "upgrade",
		Short: "Make releases of an older format anew, under their names",
		Long: "Upgrade makes each release of an older format anew from its posts, the current one first, so that this alphanode\n" +
			"serves it and can roll back to it. It says which addresses are others by that. A running server of this version\n" +
			"follows within 250 ms; one of the version before serves on what it has open. What was broken off is finished by\n" +
			"running it again.",
		Args: arguments(0, 0, "none"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.act(cmd.Context(), &f, catalogue.Open, func(releases *catalogue.Catalogue, _ *keys.File) error {
				return c.runUpgrade(cmd.Context(), releases, store.UpgradeOptions{By: who(), Tool: "alphanode " + toolVersion(), DryRun: dryRun})
			})
		},
	}
	f.add(cmd, false)
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "say what would change, and change nothing")
	c.jsonFlag(cmd)
	return cmd
}

func (c *commandLine) runUpgrade(ctx context.Context, catalogue *catalogue.Catalogue, o store.UpgradeOptions) error {
	if err := boundMemoryFor(catalogue); err != nil {
		return err
	}
	rewriting := &rewriteProgress{c: c}
	o.Progress = rewriting.written
	done, err := catalogue.Upgrade(ctx, o)
	rewriting.end()
	if c.json {
		return errors.Join(c.printJSON(done), err)
	}
	for _, r := range done.Releases {
		c.tellUpgraded(r, done.Format, o.DryRun)
	}
	switch {
	case errors.Is(err, context.Canceled): // of which Main does not know what was upgraded
		say(c.Err, "alphanode: %v\n", err)
		return errReported
	case err == nil && len(done.Releases) == 0:
		say(c.Out, "every release has format %d: there is nothing to upgrade\n", done.Format)
	case err == nil && o.DryRun:
		say(c.Out, "nothing was changed; to do it: %s\n", c.again("upgrade", nil))
	}
	return err
}

// tellUpgraded says what became of a release, and which addresses are others by that.
func (c *commandLine) tellUpgraded(r store.UpgradedRelease, format int, dryRun bool) {
	is := "is"
	if dryRun {
		is = "would be"
	}
	say(c.Out, "%s %s upgraded from format %d to %d: %d posts\n", r.Release, is, r.Format, format, r.Posts)
	c.tellMoved("posts have another slug", r.Renamed)
	c.tellMoved("terms have another slug", r.Moved)
}

// tellMoved tells the first few of what moved; --json has all.
func (c *commandLine) tellMoved(what string, moved []store.Moved) {
	const most = 20
	if len(moved) == 0 {
		return
	}
	say(c.Out, "  %s: %d\n", what, len(moved))
	for _, m := range moved[:min(len(moved), most)] {
		kind := ""
		if m.Kind != "" {
			kind = string(m.Kind) + " "
		}
		say(c.Out, "    %s%s → %s\n", kind, m.From, m.To)
	}
	if more := len(moved) - most; more > 0 {
		say(c.Out, "    and %d more: --json has all\n", more)
	}
}
