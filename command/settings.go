package command

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"alphanode/server/settings"
)

const settingsHelp = "Each setting is a flag, else an environment variable (ALPHANODE_MAX_AGE for --max-age), else a key of the file that\n" +
	"--config names (max-age = \"5m\"), else its default."

// settingFlags are the flags of a command that takes settings.
type settingFlags struct {
	file   string
	groups []*pflag.FlagSet // one for each group of settings
}

// add gives the command a flag for each setting, and shows them by groups in its help.
func (f *settingFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.file, "config", os.Getenv(settings.FileVariable), "a `file` of settings in TOML, with the names of flags as keys (environment "+settings.FileVariable+")")
	own := pflag.NewFlagSet("", pflag.ContinueOnError)
	own.SortFlags = false
	own.AddFlagSet(cmd.LocalFlags())
	for _, group := range settings.Groups() {
		set := pflag.NewFlagSet(group.Name, pflag.ContinueOnError)
		set.SortFlags = false
		for _, s := range group.Settings {
			flag := set.VarPF(&settingValue{setting: s, text: s.Default}, s.Name, "", s.Doc)
			if s.Kind() == settings.Truth {
				flag.NoOptDefVal = "true"
			}
		}
		f.groups = append(f.groups, set)
		cmd.Flags().AddFlagSet(set)
	}
	cmd.SetUsageFunc(func(cmd *cobra.Command) error {
		const width = 110
		out := cmd.OutOrStderr()
		fmt.Fprintf(out, "Usage:\n  %s\n\nFlags:\n%s", cmd.UseLine(), own.FlagUsagesWrapped(width))
		for i, group := range settings.Groups() {
			fmt.Fprintf(out, "\n%s:\n%s", group.Name, f.groups[i].FlagUsagesWrapped(width))
		}
		_, err := fmt.Fprintf(out, "\nGlobal Flags:\n%s", cmd.InheritedFlags().FlagUsagesWrapped(width))
		return err
	})
}

// read gives the settings in force.
func (f *settingFlags) read() (*settings.Settings, error) {
	given := map[string]string{}
	for _, set := range f.groups {
		set.VisitAll(func(flag *pflag.Flag) {
			if flag.Changed {
				given[flag.Name] = flag.Value.String()
			}
		})
	}
	return settings.Read(settings.Sources{Flags: given, Environ: os.Environ(), Others: []string{dataVariable}, File: f.file, Version: toolVersion()})
}

// settingValue is the flag of a setting. It takes any text: what is wrong is told of
// all settings together.
type settingValue struct {
	setting settings.Setting
	text    string
}

func (v *settingValue) String() string { return v.text }

func (v *settingValue) Set(text string) error { v.text = text; return nil }

// Type is shown in the help.
func (v *settingValue) Type() string {
	if v.setting.Kind() == settings.Truth {
		return "bool"
	}
	return strings.ReplaceAll(v.setting.Unit, " ", "\u00a0")
}
