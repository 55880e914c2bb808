package command

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"alphanode/graph"
	"alphanode/store"
	"alphanode/store/live"
)

func (c *commandLine) query() *cobra.Command {
	var opened, variables string
	cmd := &cobra.Command{
		Use:   "query GRAPHQL",
		Short: "Answer one GraphQL operation from the data directory, without a server",
		Long: "Query prints the answer as the server would give it to the public. The exit code is 1 where the answer has\n" +
			"errors.",
		Args: arguments(1, 1, "one GraphQL operation"),
		RunE: func(cmd *cobra.Command, args []string) error {
			var given map[string]any
			if variables != "" {
				var err error
				if given, err = graph.Variables("--variables", variables); err != nil {
					return usageError{err}
				}
			}
			catalogue, err := c.catalogue()
			if err != nil {
				return fmt.Errorf("query: %w", err)
			}
			r, err := c.openRelease(opened)
			if err != nil {
				return fmt.Errorf("query: %w", err)
			}
			defer r.Close()
			shelf := live.NewOthers(catalogue)
			defer shelf.Close()
			// The answer holds its errors; err is the first of them.
			answer, err := graph.Execute(cmd.Context(), r.Reader(store.Public).WithOthers(shelf), graph.DefaultLimits, args[0], "", given)
			var pretty bytes.Buffer
			if err := json.Indent(&pretty, answer, "", "  "); err != nil {
				return fmt.Errorf("query: %w", err)
			}
			if _, err := fmt.Fprintln(c.Out, pretty.String()); err != nil {
				return fmt.Errorf("query: %w", err)
			}
			if err != nil {
				return errReported
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&variables, "variables", "", "a JSON object")
	cmd.Flags().StringVar(&opened, "release", "", "the release to ask instead of the current one")
	return cmd
}
