package command

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"alphanode/bench"
	"alphanode/store"
	"alphanode/store/catalogue"
)

func (c *commandLine) bench() *cobra.Command {
	var posts []int
	var seed uint64
	options := bench.Options{}
	names, docs := bench.Operations()
	var long strings.Builder
	table := tabwriter.NewWriter(&long, 0, 0, 2, ' ', 0)
	fmt.Fprint(table, "Bench starts this binary as a server and, beside it, a limit: a server that writes the same answers from memory.\n"+
		"It drives them in turns and tells what an answer costs and how near that is to the limit. It exits with 1 where\n"+
		"an answer was wrong. CPU is the processor time of the server's process a call, user and system; OF LIMIT is the\n"+
		"limit's to that, OF RATE the calls a second to the limit's. It needs Linux. The operations:\n\n")
	for i, name := range names {
		fmt.Fprintf(table, "  %s\t%s\n", name, docs[i])
	}
	_ = table.Flush() // into memory
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure what answers cost, against the least they could cost",
		Long:  strings.TrimSpace(long.String()),
		Args:  arguments(0, 0, "none"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, name := range options.Operations {
				if !slices.Contains(names, name) {
					return usageError{fmt.Errorf("--ops: found %q, expected some of %s", name, strings.Join(names, ", "))}
				}
			}
			for _, n := range posts {
				if n < 1 {
					return usageError{fmt.Errorf("--posts: found %d, expected an integer of at least 1", n)}
				}
			}
			if options.Duration <= 0 || options.Rounds < 1 || options.Connections < 1 || options.Rate < 0 || options.Burst < 0 {
				return usageError{errors.New("--duration, --rounds, --connections: expected more than 0; --rate, --burst: expected at least 0")}
			}
			if !slices.Contains([]string{"", "br", "zstd", "gzip"}, options.Coding) {
				return usageError{fmt.Errorf("--coding: found %q, expected br, zstd or gzip", options.Coding)}
			}
			return c.runBench(cmd, options, posts, seed)
		},
	}
	cmd.Flags().StringArrayVar(&options.Archives, "archive", nil, "a data directory with a published release; may be given several times (that of --data, where neither this nor --posts is given)")
	cmd.Flags().IntSliceVar(&posts, "posts", nil, "sizes of synthetic archives, which are made, measured and dropped, such as 10000,100000")
	cmd.Flags().Uint64Var(&seed, "seed", 1, "of the synthetic archives")
	cmd.Flags().StringSliceVar(&options.Operations, "ops", nil, "the operations, separated by commas (all)")
	cmd.Flags().DurationVar(&options.Duration, "duration", 800*time.Millisecond, "of each round, of the server and of the limit")
	cmd.Flags().IntVar(&options.Rounds, "rounds", 3, "how often the server and the limit take turns")
	cmd.Flags().IntVar(&options.Connections, "connections", 16, "how many connections ask at once")
	cmd.Flags().Float64Var(&options.Rate, "rate", 0, "calls a second over all connections, instead of as many as are answered")
	cmd.Flags().BoolVar(&options.Warm, "warm", false, "the server keeps its answers, as it does by itself; without this each is made anew")
	cmd.Flags().StringVar(&options.Coding, "coding", "", "ask for answers packed by br, zstd or gzip")
	cmd.Flags().IntVar(&options.Burst, "burst", 1000, "how many lists are asked for at once in the burst; 0 for none")
	cmd.AddCommand(c.benchOverload())
	c.jsonFlag(cmd)
	return cmd
}

// benchLimit is for bench alone.
func (c *commandLine) benchLimit() *cobra.Command {
	return &cobra.Command{
		Use: bench.LimitCommand + " FILE", Hidden: true, Args: arguments(1, 1, "a file of answers"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return bench.ServeLimit(cmd.Context(), args[0], c.Err)
		},
	}
}

func (c *commandLine) runBench(cmd *cobra.Command, options bench.Options, posts []int, seed uint64) (err error) {
	if options.Program, err = os.Executable(); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	options.Log = func(line string) { fmt.Fprintln(c.Err, line) }
	if len(posts) > 0 {
		folder, err := os.MkdirTemp("", "alphanode-archives-")
		if err != nil {
			return fmt.Errorf("bench: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
		for _, n := range posts {
			data := filepath.Join(folder, fmt.Sprint(n))
			options.Log(fmt.Sprintf("making an archive of %d posts", n))
			if err := c.makeArchive(cmd, options.Program, data, n, seed); err != nil {
				return fmt.Errorf("bench: make an archive of %d posts: %w", n, err)
			}
			options.Archives = append(options.Archives, data)
		}
	}
	if len(options.Archives) == 0 {
		options.Archives = []string{c.data}
	}
	for _, data := range options.Archives {
		if err := published(data); err != nil {
			return fmt.Errorf("bench: %w", err)
		}
	}
	report, err := bench.Run(cmd.Context(), options)
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	if c.json {
		err = c.printJSON(struct {
			*bench.Report
			Growth []bench.Growth `json:"growth,omitempty"`
		}{report, report.Growth()})
	} else {
		err = c.printReport(report)
	}
	if err != nil {
		return err
	}
	if wrong := report.Wrong(); wrong > 0 {
		return fmt.Errorf("bench: answers that were not right: %d", wrong)
	}
	return nil
}

// published reports whether a data directory has a release to serve.
func published(data string) error {
	catalogue, err := catalogue.Open(data)
	if err != nil {
		return err
	}
	current, err := catalogue.Current()
	if err == nil && current == "" {
		err = &store.RefusedError{Reason: data + ": found no published release, expected one: publish one, or let --posts make an archive"}
	}
	return err
}

// makeArchive publishes synthetic posts as one does by hand.
func (c *commandLine) makeArchive(cmd *cobra.Command, program, data string, posts int, seed uint64) error {
	synth := exec.CommandContext(cmd.Context(), program, "synth", "--posts", fmt.Sprint(posts), "--seed", fmt.Sprint(seed))
	load := exec.CommandContext(cmd.Context(), program, "import", "-", "--format", "ndjson", "--publish", "--data", data)
	synth.Stderr, load.Stderr = c.Err, c.Err
	pipe, err := synth.StdoutPipe()
	if err != nil {
		return err
	}
	load.Stdin = pipe
	if err := synth.Start(); err != nil {
		return err
	}
	return errors.Join(load.Run(), pipe.Close(), synth.Wait())
}

func (c *commandLine) printReport(r *bench.Report) error {
	for _, a := range r.Archives {
		fmt.Fprintf(c.Out, "%s: %d public posts, first answer after %.0f ms, at most %.0f MB of private memory\n",
			a.Data, a.Posts, a.StartMillis, float64(a.PeakBytes)/1e6)
		lines := a.Lines
		if a.Burst != nil {
			lines = append(slices.Clone(lines), a.Burst)
		}
		err := c.printTable("OPERATION\tFACE\tARGS\tCALLS/S\tP50\tP99\tP99.9\tCPU\tALLOCS\tSTORE\tBYTES\tLIMIT CPU\tOF LIMIT\tOF RATE\tERRORS", func(line func(string, ...any)) {
			for _, l := range lines {
				if l.Missing != "" {
					line("%s\t%s\t%d"+strings.Repeat("\t-", 11)+"\t%s", l.Operation, l.Face, l.Arguments, l.Missing)
					continue
				}
				s := l.Server
				line("%s\t%s\t%d\t%.0f\t%s\t%s\t%s\t%s\t%.0f\t%.1f\t%.0f\t%s\t%.3f\t%.3f\t%d", l.Operation, l.Face, l.Arguments, s.Throughput,
					micros(s.P50Micros), micros(s.P99Micros), micros(s.P999Micros), micros(s.CPUMicros), l.Allocs, l.StoreCalls, l.Bytes,
					micros(l.Limit.CPUMicros), l.Ratio, l.RateRatio, l.Errors)
			}
		})
		if err != nil {
			return err
		}
		for _, l := range lines {
			if l.FirstError != "" {
				fmt.Fprintf(c.Out, "%s over %s: %s\n", l.Operation, l.Face, l.FirstError)
			}
		}
		fmt.Fprintln(c.Out)
	}
	growth := r.Growth()
	if growth == nil {
		return nil
	}
	last := r.Archives[len(r.Archives)-1]
	fmt.Fprintf(c.Out, "CPU at %d posts to that at %d\n", last.Posts, r.Archives[0].Posts)
	return c.printTable("OPERATION\tFACE\tGROWTH", func(line func(string, ...any)) {
		for _, g := range growth {
			line("%s\t%s\t%.2f", g.Operation, g.Face, g.Ratio)
		}
	})
}

// micros writes microseconds for people.
func micros(n float64) string {
	switch {
	case n < 1e3:
		return fmt.Sprintf("%.0f µs", n)
	case n < 1e5:
		return fmt.Sprintf("%.1f ms", n/1e3)
	}
	return fmt.Sprintf("%.0f ms", n/1e3)
}
