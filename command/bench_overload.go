package command

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"alphanode/bench"
)

func (c *commandLine) benchOverload() *cobra.Command {
	options := bench.OverloadOptions{}
	var posts int
	cmd := &cobra.Command{
		Use:   "overload",
		Short: "Ask a server for more than it can do, and see how it bears that",
		Long: "Overload starts this binary as a server on one processor, without kept answers, and asks it from another for what takes 2 to 10 ms each:\n" +
			"first by one reader, then by four, for the peak; then at a multiple of that, whether it answers or not; then at half of it. It tells\n" +
			"what came of it, as ratios. It needs Linux, taskset and two processors.",
		Args: arguments(0, 0, "none"),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if options.Times <= 0 || options.Duration < time.Second || posts < 0 {
				return usageError{errors.New("--times: expected more than 0; --duration: expected at least 1s; --posts: expected at least 0")}
			}
			if options.Program, err = os.Executable(); err != nil {
				return fmt.Errorf("bench overload: %w", err)
			}
			options.Log = func(line string) { fmt.Fprintln(c.Err, line) }
			options.Archive = c.data
			if posts > 0 {
				folder, err := os.MkdirTemp("", "alphanode-archives-")
				if err != nil {
					return fmt.Errorf("bench overload: %w", err)
				}
				defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
				options.Archive = filepath.Join(folder, "data")
				if err := c.makeArchive(cmd, options.Program, options.Archive, posts, 1); err != nil {
					return fmt.Errorf("bench overload: make an archive of %d posts: %w", posts, err)
				}
			}
			if err := published(options.Archive); err != nil {
				return fmt.Errorf("bench overload: %w", err)
			}
			report, err := bench.Overload(cmd.Context(), options)
			if err != nil {
				return fmt.Errorf("bench overload: %w", err)
			}
			if c.json {
				return c.printJSON(report)
			}
			_, err = fmt.Fprint(c.Out, report)
			return err
		},
	}
	cmd.Flags().IntVar(&posts, "posts", 5000, "the size of a synthetic archive, which is made, measured and dropped; 0 for that of --data, with at least 2,000 posts")
	cmd.Flags().Float64Var(&options.Times, "times", 10, "how many times the peak is asked for")
	cmd.Flags().DurationVar(&options.Duration, "duration", 10*time.Second, "of the overload")
	c.jsonFlag(cmd)
	return cmd
}
