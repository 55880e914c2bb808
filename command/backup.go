package command

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"alphanode/store/backup"
	"alphanode/store/catalogue"
	"alphanode/store/disk"
)

const checksumsUsage = "hold releases against their checksums alone, and do not build their indexes anew to compare them"

func (c *commandLine) backup() *cobra.Command {
	var o backup.Options
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Write the data directory into one file, while it is served",
		Long: "Backup writes all releases, which one is current, the journal and what is taken down, as they are at one instant, into\n" +
			"one file, a tar archive packed with zstd; - is standard output. Every release is verified. The file is written beside\n" +
			"and renamed when it is whole. Servers and imports go on meanwhile. Keys go with --keys; files that are not of the data\n" +
			"directory, such as that of webhooks, never do.",
		Args: arguments(1, 1, "the file to write, or - for standard output"),
		RunE: func(cmd *cobra.Command, args []string) error {
			catalogue, err := c.catalogue()
			if err != nil {
				return err
			}
			if err := boundMemoryFor(catalogue); err != nil {
				return err
			}
			if c.json && args[0] == "-" {
				return usageError{errors.New("--json: found it with -, expected a file: standard output is the backup")}
			}
			o.Tool, o.Verified = "alphanode "+toolVersion(), c.tellVerified
			var made backup.Made
			if args[0] == "-" {
				made, err = backup.Write(cmd.Context(), c.Out, catalogue, o)
			} else {
				made, err = backup.Save(cmd.Context(), disk.System{}, catalogue, args[0], o)
			}
			if err != nil {
				return fmt.Errorf("backup: %w", err)
			}
			if len(made.Since) > 0 {
				say(c.Err, "taken down while it was made, and in it still: %s; make another and remove this one\n", strings.Join(made.Since, ", "))
			}
			if c.json {
				return c.printJSON(made)
			}
			c.tellMade(args[0], made)
			return nil
		},
	}
	cmd.Flags().BoolVar(&o.Keys, "keys", false, "with the API keys, of which the data directory has the hashes")
	cmd.Flags().BoolVar(&o.Checksums, "checksums", false, checksumsUsage)
	c.jsonFlag(cmd)
	return cmd
}

// tellVerified tells of what takes long.
func (c *commandLine) tellVerified(name string) {
	if !c.json {
		say(c.Err, "verified %s\n", name)
	}
}

func (c *commandLine) tellMade(file string, made backup.Made) {
	out := c.Out
	if file == "-" {
		out = c.Err
	}
	keys := "without keys"
	if made.Keys {
		keys = "with the keys"
	}
	say(out, "backed up %s, %s: %s\n", releasesText(made.About), keys, megabytes(made.Bytes))
	if by := byChecksum(made.About); by != "" {
		say(out, "held against the checksum alone: %s\n", by)
	}
}

// releasesText says which releases a backup has.
func releasesText(a backup.About) string {
	current := "none of them current"
	if a.Current != "" {
		current = a.Current + " current"
	}
	return fmt.Sprintf("%d %s as of %s (%s)", len(a.Releases), plural(len(a.Releases), "release", "releases"), a.Time.Format(time.DateTime), current)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// byChecksum lists the releases that were not verified in full.
func byChecksum(a backup.About) string {
	var names []string
	for _, r := range a.Releases {
		if r.Verified == backup.VerifiedByChecksum {
			names = append(names, r.Name)
		}
	}
	return strings.Join(names, ", ")
}

func (c *commandLine) restore() *cobra.Command {
	var o backup.RestoreOptions
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Fill an empty data directory from a backup",
		Long: "Restore fills the data directory, which must be empty or missing, from a file that backup has written; - is standard\n" +
			"input. It unpacks aside, in a hidden folder there, verifies every release, and only then puts all in its place.",
		Args: arguments(1, 1, "the file to read, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if finished, err := catalogue.Resume(disk.System{}, c.data); err != nil || finished {
				return c.tellResumed(err)
			}
			from := c.In
			if args[0] != "-" {
				f, err := os.Open(args[0])
				if err != nil {
					return fmt.Errorf("restore: %w", err)
				}
				defer f.Close()
				from = f
			}
			o.Verified = c.tellVerified
			o.Begun = func(a backup.About) { boundMemory(a.MostPosts()) }
			about, err := backup.Restore(cmd.Context(), disk.System{}, c.data, from, o)
			if err != nil {
				return fmt.Errorf("restore %s: %w", args[0], err)
			}
			return c.tellRestored(about)
		},
	}
	cmd.Flags().BoolVar(&o.Checksums, "checksums", false, checksumsUsage)
	c.jsonFlag(cmd)
	return cmd
}

// tellResumed says that an earlier restore was finished in place of this one.
func (c *commandLine) tellResumed(err error) error {
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	catalogue, err := c.catalogue()
	if err != nil {
		return err
	}
	current, err := catalogue.Current()
	if err != nil {
		return err
	}
	if c.json {
		return c.printJSON(restored{Resumed: true, About: backup.About{Current: current, Releases: []backup.Release{}}})
	}
	say(c.Out, "an earlier restore, which was broken off in its last step, is finished; nothing else was read\nto see what there is: %s\n", c.again("releases", nil))
	return nil
}

// restored is what restore says as JSON.
type restored struct {
	backup.About
	Resumed        bool `json:"resumed"`        // an earlier restore was finished, and no file read
	TakedownsAgain bool `json:"takedownsAgain"` // those that were made after the backup are to be made again
}

func (c *commandLine) tellRestored(a backup.About) error {
	if c.json {
		return c.printJSON(restored{About: a, TakedownsAgain: true})
	}
	say(c.Out, "restored %s\n", releasesText(a))
	if a.Current == "" {
		say(c.Out, "to publish one: %s\n", c.again("publish", []string{"RELEASE"}))
	}
	say(c.Out, "takedowns made after %s are not in it, and are to be made again: %s\n", a.Time.Format(time.DateTime), c.again("takedown", []string{"SLUG"}))
	if !a.Keys {
		say(c.Out, "it has no keys: put keys.json in its place, or add them anew: %s\n", c.again("key add", nil))
	}
	if by := byChecksum(a); by != "" {
		say(c.Out, "held against the checksum alone: %s\n", by)
	}
	return nil
}
