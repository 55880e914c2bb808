package command

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/keys"
)

func (c *commandLine) releases() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "releases",
		Short: "List the releases of the data directory",
		Args:  arguments(0, 0, "none"),
		RunE: func(*cobra.Command, []string) error {
			catalogue, err := c.catalogue()
			if err != nil {
				return err
			}
			entries, err := catalogue.List()
			if err != nil {
				return err
			}
			if c.json {
				return c.printJSON(append([]store.Entry{}, entries...))
			}
			return c.printTable("RELEASE\tSTATE\tPOSTS\tPUBLIC\tSIZE\tBUILT\tPARENT\tNOTE", func(line func(string, ...any)) {
				for _, e := range entries {
					if e.Problem != "" {
						line("%s\t%s\t%s", e.Name, e.State, e.Problem)
						continue
					}
					line("%s\t%s\t%d\t%d\t%s\t%s\t%s\t%s", e.Name, e.State, e.Posts, e.Public.Posts, megabytes(e.Size),
						e.Time.Format(time.DateTime), e.Parent, e.Note)
				}
			})
		},
	}
	c.jsonFlag(cmd)
	return cmd
}

func megabytes(bytes int64) string { return fmt.Sprintf("%.1f MB", float64(bytes)/1e6) }

func (c *commandLine) publish() *cobra.Command {
	var force bool
	var f fleetFlags
	cmd := &cobra.Command{
		Use:   "publish RELEASE",
		Short: "Check a release and make it the current one",
		Args:  arguments(1, 1, "the name of a release, such as r2"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.act(cmd.Context(), &f, catalogue.Open, func(releases *catalogue.Catalogue, _ *keys.File) error {
				published, err := releases.Publish(args[0], store.PublishOptions{By: who(), Force: force, Trace: traceparent()})
				if err != nil {
					return err
				}
				if c.json {
					return c.printJSON(published)
				}
				return c.tellPublished(published)
			})
		},
	}
	f.add(cmd, true)
	cmd.Flags().BoolVar(&force, "force", false, "publish although its parent is no longer current")
	c.jsonFlag(cmd)
	return cmd
}

// tellPublished says what is current now and the exact command that takes it
// back.
func (c *commandLine) tellPublished(p store.Published) error {
	switch p.From {
	case p.Release:
		fmt.Fprintf(c.Out, "%s is already current\n", p.Release)
	case "":
		fmt.Fprintf(c.Out, "%s is current; there was none before, so there is nothing to roll back to\n", p.Release)
	default:
		back := c.again("rollback", nil, "--to", p.From)
		if !p.CanRollBack { // it was published first only after this one
			back = c.again("publish", []string{p.From}, "--force")
		}
		fmt.Fprintf(c.Out, "%s is current, %s was before\nto go back: %s\n", p.Release, p.From, back)
	}
	return nil
}

func (c *commandLine) rollback() *cobra.Command {
	var to string
	var f fleetFlags
	cmd := &cobra.Command{
		Use:   "rollback",
		Short: "Go back to the release that was current before this one was first published",
		Args:  arguments(0, 0, "none: name the release with --to"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.act(cmd.Context(), &f, catalogue.Open, func(releases *catalogue.Catalogue, _ *keys.File) error {
				rolled, err := releases.Rollback(to, store.RollbackOptions{By: who(), Trace: traceparent()})
				if err != nil {
					return err
				}
				if c.json {
					return c.printJSON(rolled)
				}
				fmt.Fprintf(c.Out, "%s is current again, %s was before\nto go forward: %s\n",
					rolled.Release, rolled.From, c.again("publish", []string{rolled.From}, "--force"))
				return nil
			})
		},
	}
	f.add(cmd, true)
	cmd.Flags().StringVar(&to, "to", "", "an earlier release, such as r1")
	c.jsonFlag(cmd)
	return cmd
}

func (c *commandLine) verify() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify RELEASE",
		Short: "Check every byte and every index of a release",
		Long: "Verify holds the file against its checksum, builds every index anew from the posts in a folder for temporary\n" +
			"files, and compares it with the release's own. It changes nothing.",
		Args: arguments(1, 1, "the name of a release, such as r2"),
		RunE: func(cmd *cobra.Command, args []string) error {
			catalogue, err := c.catalogue()
			if err != nil {
				return err
			}
			if err := boundMemoryFor(catalogue); err != nil {
				return err
			}
			v, err := catalogue.Verify(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if c.json {
				return c.printJSON(v)
			}
			fmt.Fprintf(c.Out, "%s is sound: %d posts, %d values, %s\n", v.Release, v.Posts, v.Values, megabytes(v.Bytes))
			return nil
		},
	}
	c.jsonFlag(cmd)
	return cmd
}
