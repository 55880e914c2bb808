package command

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"alphanode/store"
)

// toolVersion is the version the binary was built from: a tag of the module,
// or the revision of a checkout.
func toolVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	version := info.Main.Version
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" && (version == "" || version == "(devel)") {
			version = setting.Value[:min(12, len(setting.Value))]
		}
	}
	if version == "" || version == "(devel)" {
		return "devel"
	}
	return version
}

// revision is the one that the binary was built from; "" where it is not known.
func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return setting.Value[:min(12, len(setting.Value))]
		}
	}
	return ""
}

func (c *commandLine) version() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  arguments(0, 0, "none"),
		RunE: func(*cobra.Command, []string) error {
			if c.json {
				return c.printJSON(map[string]any{"version": toolVersion(), "go": runtime.Version(), "format": store.FormatVersion})
			}
			_, err := fmt.Fprintf(c.Out, "alphanode %s (%s, release format %d)\n", toolVersion(), runtime.Version(), store.FormatVersion)
			return err
		},
	}
	c.jsonFlag(cmd)
	return cmd
}
