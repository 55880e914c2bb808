package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"alphanode/apierror"
	"alphanode/server/route"
	"alphanode/store"
	"alphanode/store/disk"
	"alphanode/store/release"
)

func (c *commandLine) export() *cobra.Command {
	var o exportOptions
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the posts of a release, those that readers do not see too, by slug",
		Long: "Export writes the posts of the current release, or of another, by slug: drafts and archived posts too, unless --status says\n" +
			"otherwise. What was exported can be imported again.\n\n" +
			"A post is written where it matches all filters. They are those of GET /v1/posts, by the same names:\n\n" + filterNames(),
		Args: arguments(0, 0, "none: name the release with --release, and what to filter by with flags such as --tool"),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if !slices.Contains(exportFormats, o.format) {
				return usageError{fmt.Errorf("--format: found %q, expected %s", o.format, strings.Join(exportFormats, ", "))}
			}
			if o.format == "markdown" && o.out == "-" {
				return usageError{errors.New("--format markdown: found no --out, expected the folder to write: a post is a file there")}
			}
			if o.filter, err = readFilter(cmd.Flags()); err != nil {
				return err
			}
			r, err := c.openRelease(o.release)
			if err != nil {
				return fmt.Errorf("export: %w", err)
			}
			defer r.Close()
			if err := c.runExport(cmd.Context(), r, o); err != nil {
				return fmt.Errorf("export: %w", err)
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.release, "release", "", "the release to export instead of the current one")
	flags.StringVar(&o.format, "format", "ndjson", "of the output: "+strings.Join(exportFormats, ", "))
	flags.StringVar(&o.out, "out", "-", "the file to write, for markdown the folder, which is there when it is whole; - is standard output")
	filterFlags(flags)
	return cmd
}

// exportFormats are what export writes.
var exportFormats = []string{"ndjson", "markdown", "wxr"}

type exportOptions struct {
	release, format, out string
	filter               *store.Filter // nil for all posts
}

func (c *commandLine) runExport(ctx context.Context, r *release.Release, o exportOptions) (err error) {
	posts := 0
	switch write := func(w io.Writer) (err error) {
		if o.format == "wxr" {
			posts, err = exportWXR(ctx, w, r, o)
		} else {
			posts, err = exportNDJSON(ctx, w, r, o)
		}
		return err
	}; {
	case o.format == "markdown":
		posts, err = exportMarkdown(ctx, r, o)
	case o.out == "-":
		err = write(c.Out)
	default:
		err = disk.WriteAside(disk.System{}, o.out, write)
	}
	if err != nil {
		return ofFlags(route.InAddress(&route.Query{}, err))
	}
	if o.out != "-" {
		say(c.Out, "exported %d %s of %s\n", posts, plural(posts, "post", "posts"), r.Name())
	}
	if posts == 0 && o.filter != nil {
		return c.tellNoneMatch(ctx, r, o.filter)
	}
	return nil
}

// exportNDJSON writes a post a line.
func exportNDJSON(ctx context.Context, w io.Writer, r *release.Release, o exportOptions) (posts int, err error) {
	out := bufio.NewWriterSize(w, 256<<10)
	err = r.EachMatching(ctx, o.filter, func(json []byte) error {
		posts++
		_, err := out.Write(append(json, '\n'))
		return err
	})
	if err != nil {
		return posts, err
	}
	return posts, out.Flush()
}

// tellNoneMatch says that nothing was exported, and what may have been meant.
func (c *commandLine) tellNoneMatch(ctx context.Context, r *release.Release, f *store.Filter) error {
	say(c.Err, "no post of %s matches\n", r.Name())
	near, err := r.Reader(store.Preview).Suggest(ctx, f)
	for _, s := range near {
		if len(s.Nearest) > 0 {
			say(c.Err, "of %q did you mean %s?\n", s.Value, apierror.Alternatives(s.Nearest))
		}
	}
	return err
}

// filterFlags gives a command a flag for each parameter that filters. They are many, and in
// the help in short.
func filterFlags(flags *pflag.FlagSet) {
	for _, p := range route.Filters {
		for _, name := range p.Names() {
			flags.StringArray(name, nil, p.Doc)
			flags.Lookup(name).Hidden = true
		}
	}
}

// readFilter reads the filter that flags give; nil where they give none.
func readFilter(flags *pflag.FlagSet) (*store.Filter, error) {
	values := url.Values{}
	for _, p := range route.Filters {
		for _, name := range p.Names() {
			if given, err := flags.GetStringArray(name); err == nil && len(given) > 0 {
				values[name] = given
			}
		}
	}
	f, err := route.ReadFilter(values)
	if err != nil {
		return nil, usageError{ofFlags(err)}
	}
	return f, nil
}

// ofFlags words an error about parameters of an address by the names of flags.
func ofFlags(err error) error {
	var faults []string
	for _, f := range apierror.From(err).Fields {
		if name, ok := strings.CutPrefix(f.Location, route.InQuery+"."); ok {
			faults = append(faults, fmt.Sprintf("--%s: found %q, expected %s", name, f.Value, f.Expected))
		}
	}
	if faults == nil {
		return err
	}
	return errors.New(strings.Join(faults, "; "))
}

// filterNames lists the filters, those that compare alike together.
func filterNames() string {
	var heads, forms []string // forms[i] is of the names in heads[i]
	suffixes := map[string]string{}
	var order []string
	for _, p := range route.Filters {
		head, suffix, compares := strings.Cut(p.Name, ".")
		if _, known := suffixes[head]; !known {
			order = append(order, head)
			suffixes[head] = ""
		}
		if compares {
			suffixes[head] += " ." + suffix
		}
	}
	for _, head := range order {
		form := suffixes[head]
		if at := slices.Index(forms, form); at >= 0 {
			heads[at] += " --" + head
			continue
		}
		heads, forms = append(heads, "--"+head), append(forms, form)
	}
	var out strings.Builder
	for i := range heads {
		out.WriteString("  " + heads[i])
		if forms[i] != "" {
			out.WriteString(", each also with" + forms[i])
		}
		out.WriteByte('\n')
	}
	return strings.TrimSuffix(out.String(), "\n")
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
