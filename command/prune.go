package command

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"alphanode/store/catalogue"
	"alphanode/store/keys"
)

func (c *commandLine) prune() *cobra.Command {
	var keep int
	var f fleetFlags
	cmd := &cobra.Command{
		Use:   "prune --keep N",
		Short: "Drop old releases",
		Long: "Prune keeps the N newest releases and drops the others, but never the current one, the one that a rollback would go\n" +
			"to, or those staged that are newer than the current one; these last are not counted. Names are never used again.",
		Args: arguments(0, 0, "none: say with --keep how many releases stay"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("keep") || keep < 1 {
				return usageError{errors.New("--keep: expected how many of the newest releases stay, at least 1")}
			}
			return c.act(cmd.Context(), &f, catalogue.Open, func(releases *catalogue.Catalogue, _ *keys.File) error {
				return errors.Join(c.runPrune(releases, keep), c.dropOlder(cmd.Context()))
			})
		},
	}
	f.add(cmd, false)
	cmd.Flags().IntVar(&keep, "keep", 0, "how many of the newest releases stay")
	c.jsonFlag(cmd)
	return cmd
}

func (c *commandLine) runPrune(releases *catalogue.Catalogue, keep int) error {
	p, err := releases.Prune(keep, who())
	if err != nil {
		return err
	}
	if c.json {
		p.Dropped, p.Kept = append([]string{}, p.Dropped...), append([]string{}, p.Kept...)
		return c.printJSON(p)
	}
	if len(p.Dropped) == 0 {
		fmt.Fprintln(c.Out, "nothing to drop")
		return nil
	}
	fmt.Fprintf(c.Out, "dropped %s: %s freed\nkept %s\n", strings.Join(p.Dropped, ", "), megabytes(p.Bytes), strings.Join(p.Kept, ", "))
	return nil
}

// dropOlder drops what the fleet keeps for replicas of an older alphanode, when there are none.
func (c *commandLine) dropOlder(ctx context.Context) error {
	if c.member == nil {
		return nil
	}
	behind, err := c.member.DropOlder(ctx, rollTime)
	if len(behind) > 0 {
		say(c.Err, "releases are kept in an older format too, for %s\n", strings.Join(behind, ", "))
	}
	return err
}
