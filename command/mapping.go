package command

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"alphanode/ingest"
	"alphanode/ingest/mapping"
	"alphanode/ingest/record"
)

func (c *commandLine) mapping() *cobra.Command {
	return &cobra.Command{
		Use:   "mapping FILE",
		Short: "Print the mapping that import --map would be tried with",
		Long: "Mapping looks at the first records of a JSON or CSV file of any field names, or of standard input (-), and prints\n" +
			"which of them seem to be which field of a post, as a file for import --map. It is a guess: look through it.",
		Args: arguments(1, 1, "a file, or - for standard input"),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := c.printMapping(args[0]); err != nil {
				return fmt.Errorf("mapping: %w", err)
			}
			return nil
		},
	}
}

func (c *commandLine) printMapping(file string) error {
	var in io.Reader = c.In
	name := "(standard input)"
	if file != ingest.Stdin {
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		defer f.Close()
		in, name = f, file
	}
	src, err := record.Open(in)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer src.Close()
	guessed, err := mapping.Guess(name, src, c.again("import", []string{file}, "--map", "mapping.yaml"))
	if err != nil {
		return err
	}
	_, err = c.Out.Write(guessed)
	return err
}
