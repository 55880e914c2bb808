package command

import (
	"bufio"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"alphanode/store"
	"alphanode/store/release"
)

func (c *commandLine) export() *cobra.Command {
	var release, format string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the posts of a release, a JSON object a line, by slug",
		Args:  arguments(0, 0, "none: name the release with --release"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format != "ndjson" {
				return usageError{fmt.Errorf("--format: found %q, expected ndjson", format)}
			}
			r, err := c.openRelease(release)
			if err != nil {
				return fmt.Errorf("export: %w", err)
			}
			defer r.Close()
			out := bufio.NewWriterSize(c.Out, 256<<10)
			err = r.Each(cmd.Context(), func(json []byte) error {
				_, err := out.Write(append(json, '\n'))
				return err
			})
			if err := errors.Join(err, out.Flush()); err != nil {
				return fmt.Errorf("export: %w", err)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&release, "release", "", "the release to export instead of the current one")
	cmd.Flags().StringVar(&format, "format", "ndjson", "of the output: ndjson")
	return cmd
}

// openRelease opens a release by name, the current one where none is named.
func (c *commandLine) openRelease(name string) (*release.Release, error) {
	catalogue, err := c.catalogue()
	if err != nil {
		return nil, err
	}
	if name == "" {
		if name, err = catalogue.Current(); err != nil {
			return nil, err
		}
	}
	if name == "" {
		return nil, &store.RefusedError{Reason: "no release is published: publish one (" + c.again("releases", nil) + " lists them), or name one with --release"}
	}
	return catalogue.Open(name)
}
