package command

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"alphanode/store"
	"alphanode/store/compare"
	"alphanode/store/release"
)

func (c *commandLine) diff() *cobra.Command {
	var public, plan, redirects bool
	var publicURL string
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "Say what differs between two releases",
		Long: "Diff lists the posts that were added, changed and removed from release A to release B, by slug, and the fields in\n" +
			"which a changed post differs. Either may be staged. With --purge it prints what a cache in front of the server must\n" +
			"drop when B is served in place of A: tags, as Surrogate-Key has them, and addresses.",
		Args: arguments(2, 2, "the names of two releases, such as r1 r2"),
		RunE: func(cmd *cobra.Command, args []string) error {
			view := store.Preview
			if public {
				view = store.Public
			}
			if plan {
				if err := c.runPurge(cmd.Context(), args[0], args[1], publicURL, redirects); err != nil {
					return fmt.Errorf("diff: %w", err)
				}
				return nil
			}
			if publicURL != "" && cmd.Flags().Changed("public-url") {
				return usageError{errors.New("diff: --public-url is for --purge")}
			}
			if redirects {
				return usageError{errors.New("diff: --redirects is for --purge")}
			}
			if err := c.runDiff(cmd.Context(), args[0], args[1], view); err != nil {
				return fmt.Errorf("diff: %w", err)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&public, "public", false, "only what the public sees: a post that is hidden by now was removed")
	cmd.Flags().BoolVar(&plan, "purge", false, "what a cache must drop; always of what the public sees")
	cmd.Flags().StringVar(&publicURL, "public-url", os.Getenv("ALPHANODE_PUBLIC_URL"),
		"with --purge: the address readers know the server by (environment ALPHANODE_PUBLIC_URL)")
	cmd.Flags().BoolVar(&redirects, "redirects", false, "with --purge: also the addresses where posts stood, as a server with --redirects answers there")
	c.jsonFlag(cmd)
	return cmd
}

func (c *commandLine) runDiff(ctx context.Context, before, after string, view store.View) error {
	return c.withBoth(before, after, func(a, b *release.Release) error {
		d, err := compare.NewDiff(ctx, a, b, view)
		if err != nil {
			return err
		}
		out := bufio.NewWriter(c.Out)
		if c.json {
			err = writeDiffJSON(ctx, out, d)
		} else {
			err = writeDiff(ctx, out, d)
		}
		return errors.Join(err, out.Flush())
	})
}

// withBoth opens two releases for as long as a function needs them.
func (c *commandLine) withBoth(before, after string, f func(a, b *release.Release) error) error {
	a, err := c.openRelease(before)
	if err != nil {
		return err
	}
	defer a.Close()
	b, err := c.openRelease(after)
	if err != nil {
		return err
	}
	defer b.Close()
	return f(a, b)
}

// writeDiff writes the counts and then a row for each post as it is found, so
// that a long diff takes no memory.
func writeDiff(ctx context.Context, out io.Writer, d *compare.Diff) error {
	if _, err := fmt.Fprintf(out, "added %d, changed %d, removed %d\n", d.Added, d.Changed, d.Removed); err != nil || d.Total() == 0 {
		return err
	}
	if _, err := fmt.Fprintf(out, "%-7s  %s\n", "KIND", "POST"); err != nil {
		return err
	}
	return d.Each(ctx, func(c store.Change) error {
		_, err := fmt.Fprintf(out, "%-7s  %s\n", strings.ToLower(string(c.Kind)), visible(strings.Join(append([]string{c.Slug}, c.Fields...), "  ")))
		return err
	})
}

// writeDiffJSON writes one object, whose posts are written as they are found.
func writeDiffJSON(ctx context.Context, out io.Writer, d *compare.Diff) error {
	_, err := fmt.Fprintf(out, "{\n  \"before\": %q,\n  \"after\": %q,\n  \"added\": %d,\n  \"changed\": %d,\n  \"removed\": %d,\n  \"posts\": [",
		d.Before, d.After, d.Added, d.Changed, d.Removed)
	if err != nil {
		return err
	}
	separator := "\n    "
	err = d.Each(ctx, func(c store.Change) error {
		row, err := json.Marshal(c)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "%s%s", separator, row)
		separator = ",\n    "
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(out, "\n  ]\n}\n")
	return err
}
