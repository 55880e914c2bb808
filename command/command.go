package command

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"alphanode/fleet"
	"alphanode/store/catalogue"
	"alphanode/terminal"
	"alphanode/trace"
)

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// Streams are what a command reads and writes.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Main runs one command and gives its exit code: 0 done, 1 failed, 2 wrong
// usage.
func Main(ctx context.Context, args []string, streams Streams) int {
	return (&commandLine{Streams: streams}).main(ctx, args)
}

func (c *commandLine) main(ctx context.Context, args []string) int {
	root := c.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, new(usageError)):
		say(c.Err, "alphanode: %v\nSee alphanode --help.\n", err)
		return exitUsage
	case errors.Is(err, errReported):
		return exitFailed
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(c.Err, "alphanode: stopped; nothing was changed that is not said above, and trying again is safe")
		return exitFailed
	default:
		say(c.Err, "alphanode: %v\n", err)
		return exitFailed
	}
}

// usageError is a command line that cannot be run as it is written.
type usageError struct{ error }

// errReported is a failure that was told in full already.
var errReported = errors.New("failed")

// commandLine is what all commands share.
type commandLine struct {
	Streams
	data   string // the data directory
	json   bool
	fleet  string        // where the fleet is with which the command acts; "" for none
	member *fleet.Member // of it, while the command acts; nil without one
	merges bool          // what is printed as JSON waits for what the fleet says
	merged any           // that waits
	settle time.Duration // how long after a switch webhooks are told of it; 0 for the usual time
}

// dataVariable gives the data directory where the flag does not.
const dataVariable = "ALPHANODE_DATA"

func (c *commandLine) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "alphanode",
		Short: "The content API for article archives",
		Long: "Alphanode imports an archive of posts with rich meta and serves it over GraphQL and REST.\n\n" +
			"Exit codes: 0 done, 1 failed, 2 wrong usage.",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("found the unknown command %q, expected one of %s", args[0], commandNames(cmd))}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(c.In)
	root.SetOut(c.Out)
	root.SetErr(c.Err)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	data := "./data"
	if v := os.Getenv(dataVariable); v != "" {
		data = v
	}
	root.PersistentFlags().StringVar(&c.data, "data", data, "the data directory (environment "+dataVariable+")")
	root.AddCommand(c.serve(), c.importPosts(), c.synth(), c.mapping(), c.releases(), c.diff(), c.publish(), c.rollback(), c.prune(), c.upgrade(), c.takedown(), c.backup(), c.restore(), c.export(), c.query(), c.keys(), c.fleetCommands(),
		c.verify(), c.check(), c.bench(), c.benchLimit(), c.version())
	return root
}

func commandNames(root *cobra.Command) string {
	var names []string
	for _, cmd := range root.Commands() {
		if cmd.IsAvailableCommand() {
			names = append(names, cmd.Name())
		}
	}
	return strings.Join(names, ", ")
}

// arguments checks how many arguments a command is given.
func arguments(least, most int, expected string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) < least || most >= 0 && len(args) > most {
			return usageError{fmt.Errorf("found %d arguments, expected %s", len(args), expected)}
		}
		return nil
	}
}

// jsonFlag lets a command print JSON where it would print a table.
func (c *commandLine) jsonFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&c.json, "json", false, "print JSON")
}

func (c *commandLine) printJSON(v any) error {
	if c.merges {
		c.merged = v
		return nil
	}
	out := json.NewEncoder(c.Out)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(v)
}

// printMerged prints what waits, with what the fleet says as one field more; nil says nothing.
func (c *commandLine) printMerged(roll *fleet.Roll) error {
	v := c.merged
	c.merges, c.merged = false, nil
	if v == nil || roll == nil {
		if v == nil {
			return nil
		}
		return c.printJSON(v)
	}
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	said, err := json.Marshal(roll)
	if err != nil {
		return err
	}
	data = bytes.TrimSuffix(data, []byte("}"))
	if !bytes.HasSuffix(data, []byte("{")) {
		data = append(data, ',')
	}
	return c.printJSON(json.RawMessage(append(append(append(data, `"fleet":`...), said...), '}')))
}

func (c *commandLine) printTable(header string, rows func(line func(format string, args ...any))) error {
	w := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, header)
	rows(func(format string, args ...any) { fmt.Fprintf(w, format+"\n", shown(args)...) })
	return w.Flush()
}

func (c *commandLine) catalogue() (*catalogue.Catalogue, error) {
	return catalogue.Open(c.data)
}

// again is a command of this data directory, as it is typed: its words, what it is
// about, and its flags.
func (c *commandLine) again(command string, about []string, flags ...string) string {
	words, named := []string{"alphanode", command}, make([]string, len(about))
	hidden := false // a name that would be taken for a flag
	for i, name := range about {
		named[i] = terminal.ShellWord(name)
		hidden = hidden || strings.HasPrefix(name, "-")
	}
	if c.fleet != "" && c.fleet != os.Getenv("ALPHANODE_FLEET") {
		flags = append(flags, "--fleet", terminal.ShellWord(c.fleet))
	}
	if c.data != "./data" {
		flags = append(flags, "--data", terminal.ShellWord(c.data))
	}
	if hidden {
		words = append(append(words, flags...), "--")
		return strings.Join(append(words, named...), " ")
	}
	return strings.Join(append(append(words, named...), flags...), " ")
}

// traceparent is the trace that the command belongs to, as who starts it may say in the
// variable of that name.
func traceparent() string {
	c := trace.Parse([]string{os.Getenv("TRACEPARENT")}, nil)
	if !c.Valid() {
		return ""
	}
	return c.Traceparent()
}

// who runs the command, for the journal.
func who() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return ""
}
