package command

import (
	"bufio"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"alphanode/synth"
)

func (c *commandLine) synth() *cobra.Command {
	var posts, from int64
	var seed uint64
	cmd := &cobra.Command{
		Use:   "synth --posts N --seed S",
		Short: "Write synthetic posts, a JSON object a line",
		Long:  "Synth writes posts number --from to --from+N-1 of a seed. Post K of a seed is the same bytes everywhere.",
		Args:  arguments(0, 0, "none"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case !cmd.Flags().Changed("posts"):
				return usageError{errors.New("--posts: found nothing, expected how many posts to write")}
			case posts < 0:
				return usageError{fmt.Errorf("--posts: found %d, expected an integer of at least 0", posts)}
			case from < 1 || from+posts < from:
				return usageError{fmt.Errorf("--from: found %d, expected an integer of at least 1", from)}
			}
			generator := synth.New(seed)
			out := bufio.NewWriterSize(c.Out, 256<<10)
			var line []byte
			for k := from; k < from+posts; k++ {
				line = append(generator.AppendJSON(line[:0], k), '\n')
				if _, err := out.Write(line); err != nil {
					return fmt.Errorf("synth: %w", err)
				}
				if err := cmd.Context().Err(); err != nil {
					return errors.Join(err, out.Flush())
				}
			}
			return out.Flush()
		},
	}
	cmd.Flags().Int64Var(&posts, "posts", 0, "how many")
	cmd.Flags().Uint64Var(&seed, "seed", 1, "of the archive")
	cmd.Flags().Int64Var(&from, "from", 1, "the number of the first")
	return cmd
}
