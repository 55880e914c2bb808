package command

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"alphanode/content"
	"alphanode/ingest"
	"alphanode/ingest/record"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/text"
)

// importFlags are what an import is asked for.
type importFlags struct {
	format      string
	onto        string
	replace     bool
	publish     bool
	dryRun      bool
	skipInvalid bool
	rejects     string
	note        string
	owner       string
	rollback    string
	expect      string
	stemming    string
}

func (c *commandLine) importPosts() *cobra.Command {
	var f importFlags
	cmd := &cobra.Command{
		Use:   "import PATH…",
		Short: "Build a new release from the current one and these posts",
		Long: "Import reads files, folders, or standard input (-), and builds a staged release: the current one plus these\n" +
			"posts, or these alone with --replace. A post that is wrong fails the import, unless --skip-invalid leaves it out.\n" +
			"Where nothing would change, no release is made.",
		Args: arguments(1, -1, "files, folders, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.runImport(cmd.Context(), args, f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.format, "format", string(ingest.Auto), "of the input: auto, page or ndjson")
	flags.StringVar(&f.onto, "onto", "", "build onto this release instead of the current one")
	flags.BoolVar(&f.replace, "replace", false, "these posts alone: posts that are not given leave")
	flags.BoolVar(&f.publish, "publish", false, "publish the new release")
	flags.BoolVar(&f.dryRun, "dry-run", false, "say what would change, and build nothing")
	flags.BoolVar(&f.skipInvalid, "skip-invalid", false, "leave out posts that are wrong, and list them in the release's rejects.ndjson")
	flags.StringVar(&f.rejects, "rejects", "", "write the rejected posts to this file too, a JSON object a line")
	flags.StringVar(&f.note, "note", "", "what this release is")
	flags.StringVar(&f.owner, "owner", "", "who answers for it")
	flags.StringVar(&f.rollback, "rollback-note", "", "what to know before rolling back")
	flags.StringVar(&f.expect, "expect", "", "posts=N: fail unless the new release has N posts")
	flags.StringVar(&f.stemming, "stemming", "", "which forms of a word a search takes for the same: english or none (default that of the release built onto, else english)")
	c.jsonFlag(cmd)
	return cmd
}

// wantedStemming is empty where none is asked for.
func (f importFlags) wantedStemming() (text.Stemming, error) {
	if f.stemming == "" {
		return "", nil
	}
	s, err := text.ParseStemming(f.stemming)
	if err != nil {
		return "", usageError{fmt.Errorf("--%w", err)}
	}
	return s, nil
}

func (f importFlags) expectedPosts() (*int, error) {
	if f.expect == "" {
		return nil, nil
	}
	digits, ok := strings.CutPrefix(f.expect, "posts=")
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || n < 0 {
		return nil, usageError{fmt.Errorf("--expect: found %q, expected posts=N", f.expect)}
	}
	return &n, nil
}

// importResult is what an import reports.
type importResult struct {
	store.Changes
	Release   string           `json:"release,omitempty"` // empty where none was made
	Posts     int              `json:"posts"`
	Public    store.Counts     `json:"public"`
	DryRun    bool             `json:"dryRun,omitempty"`
	Published *store.Published `json:"published,omitempty"`
}

func (c *commandLine) runImport(ctx context.Context, paths []string, f importFlags) error {
	format, err := ingest.ParseFormat(f.format)
	if err != nil {
		return usageError{fmt.Errorf("--format: %w", err)}
	}
	expect, err := f.expectedPosts()
	if err != nil {
		return err
	}
	stemming, err := f.wantedStemming()
	if err != nil {
		return err
	}
	files, err := ingest.Files(paths)
	if err != nil {
		return fmt.Errorf("import: %w; nothing was published", err)
	}
	releases, err := catalogue.Make(c.data)
	if err != nil {
		return err
	}
	building := &buildProgress{c: c}
	in := &importer{c: c}
	build, err := releases.Import(ctx, catalogue.ImportOptions{
		Onto: f.onto, Replace: f.replace, Note: f.note, Owner: f.owner, RollbackNote: f.rollback, ExpectPosts: expect,
		DryRun: f.dryRun, Stemming: stemming, By: who(), Tool: "alphanode " + toolVersion(), Progress: building.written, TakenDown: in.leftOut,
	})
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	defer build.Discard()
	in.begin(build, files, f)
	boundMemory(build.MostPosts())
	err = in.run(ctx, format)
	if err := errors.Join(err, in.close()); err != nil {
		return err
	}
	boundMemory(build.MostPosts())
	m, err := build.Finish(ctx)
	building.end()
	if err != nil {
		return fmt.Errorf("import: %w; nothing was published", err)
	}
	result := importResult{Changes: m.Changes, Release: m.Name, Posts: m.Posts, Public: m.Public, DryRun: f.dryRun}
	if f.publish && m.Name != "" {
		published, err := releases.Publish(m.Name, store.PublishOptions{By: who(), Trace: traceparent()})
		if err != nil {
			return fmt.Errorf("release %s is built and staged, but not published: %w", m.Name, err)
		}
		result.Published = &published
	}
	return c.tellImported(result)
}

// buildProgress shows the second half of an import, from its first news on.
type buildProgress struct {
	c        *commandLine
	progress *progress
}

func (b *buildProgress) written(posts, most int) {
	if b.progress == nil {
		b.progress = b.c.newProgress("building", int64(most))
	}
	b.progress.done = int64(posts)
	b.progress.show(posts)
}

func (b *buildProgress) end() {
	if b.progress != nil {
		b.progress.end()
	}
}

func (c *commandLine) tellImported(r importResult) error {
	if c.json {
		return c.printJSON(r)
	}
	fmt.Fprintf(c.Out, "added %d, changed %d, unchanged %d, removed %d, rejected %d", r.Added, r.Changed, r.Unchanged, r.Removed, r.Rejected)
	if r.TakenDown > 0 {
		fmt.Fprintf(c.Out, ", taken down %d", r.TakenDown)
	}
	fmt.Fprintln(c.Out)
	switch {
	case r.DryRun:
		fmt.Fprintf(c.Out, "a dry run: the release would have %d posts, %d of them public; nothing was built\n", r.Posts, r.Public.Posts)
	case r.Release == "":
		fmt.Fprintln(c.Out, "nothing changed, so no release was made")
	case r.Published != nil:
		fmt.Fprintf(c.Out, "built %s: %d posts, %d of them public\n", r.Release, r.Posts, r.Public.Posts)
		return c.tellPublished(*r.Published)
	default:
		fmt.Fprintf(c.Out, "built %s: %d posts, %d of them public; it is staged\nto publish it: %s\n",
			r.Release, r.Posts, r.Public.Posts, c.again("publish", []string{r.Release}))
	}
	return nil
}

// importer takes what the parsers read into a build, and keeps account of what
// is rejected.
type importer struct {
	c        *commandLine
	build    *catalogue.Import
	skip     bool
	files    []string
	progress *progress
	writers  []*rejectWriter
	posts    int // read
	rejected int // posts
	told     int // rejects and warnings on the terminal
}

// maxTold bounds how many faults and warnings are told one by one; the files
// of rejects have them all.
const maxTold = 50

func (in *importer) begin(build *catalogue.Import, files []string, f importFlags) {
	in.build, in.skip, in.files, in.progress = build, f.skipInvalid, files, in.c.newProgress("reading", sizeOf(files))
	if f.skipInvalid {
		in.writers = append(in.writers, &rejectWriter{make: build.Rejects})
	}
	if f.rejects != "" {
		in.writers = append(in.writers, &rejectWriter{make: func() (catalogue.SyncedFile, error) { return os.Create(f.rejects) }})
	}
}

// leftOut says which posts stay out because they are taken down.
func (in *importer) leftOut(slug string, from catalogue.Origin) {
	in.tell("%s: the post %s is taken down and left out; to let it in: %s\n", from, strconv.Quote(slug), in.c.again("takedown", []string{slug}, "--lift"))
}

func (in *importer) close() error {
	var err error
	for _, w := range in.writers {
		err = errors.Join(err, w.close())
	}
	return err
}

func (in *importer) run(ctx context.Context, format ingest.Format) error {
	for _, file := range in.files {
		if err := in.read(ctx, file, format); err != nil {
			in.progress.end()
			return fmt.Errorf("import: %w; nothing was published", err)
		}
	}
	for _, conflict := range in.build.Conflicts() {
		if err := in.reject(rejectOf(conflict)); err != nil {
			return err
		}
	}
	in.progress.end()
	if in.rejected > 0 && !in.skip {
		fmt.Fprintf(in.c.Err, "alphanode: import: records rejected: %d; nothing was built and nothing published: mend them, or leave them out with --skip-invalid\n", in.rejected)
		return errReported
	}
	return nil
}

// sizeOf gives how many bytes the files have together, 0 where that cannot be
// known.
func sizeOf(files []string) (total int64) {
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil || !info.Mode().IsRegular() {
			return 0
		}
		total += info.Size()
	}
	return total
}

func (in *importer) read(ctx context.Context, file string, format ingest.Format) error {
	var r io.Reader = in.c.In
	name := "(standard input)"
	if file != ingest.Stdin {
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		defer f.Close()
		r, name = f, file
	}
	err := ingest.Read(ctx, name, in.progress.reader(r), format, in.take)
	// A whole file that is not posts is rejected like a post that is wrong.
	if whole := (*record.SourceError)(nil); errors.As(err, &whole) {
		return in.reject(record.Reject{
			Origin: record.Origin{File: name, Line: 1}, Fault: content.Fault{Found: whole.Found, Expected: whole.Expected},
		})
	}
	return err
}

func (in *importer) take(item record.Item) error {
	if item.Faulty != nil {
		if out, err := in.build.LeaveOut(item.Faulty, catalogue.Origin(item.Origin)); out || err != nil {
			return err
		}
	}
	for _, w := range item.Warnings {
		in.tell("%s: warning: %s\n", w.Origin, w.Message)
	}
	if len(item.Rejects) > 0 {
		return in.reject(item.Rejects...)
	}
	in.posts++
	in.progress.show(in.posts)
	err := in.build.Add(item.Record, catalogue.Origin(item.Origin))
	if duplicate := (*catalogue.RejectedError)(nil); errors.As(err, &duplicate) {
		return in.reject(rejectOf(duplicate))
	}
	return err
}

func rejectOf(d *catalogue.RejectedError) record.Reject {
	return record.Reject{Origin: record.Origin(d.Origin), Fault: d.Fault}
}

// reject notes the faults of one record.
func (in *importer) reject(faults ...record.Reject) error {
	in.rejected++
	in.build.Reject()
	for _, fault := range faults {
		in.tell("%s\n", fault)
		for _, w := range in.writers {
			if err := w.write(fault); err != nil {
				return err
			}
		}
	}
	return nil
}

func (in *importer) tell(format string, args ...any) {
	switch in.told++; {
	case in.told <= maxTold:
		in.progress.clear()
		say(in.c.Err, format, args...)
	case in.told == maxTold+1:
		in.progress.clear()
		fmt.Fprintln(in.c.Err, "and more; --rejects FILE writes every one")
	}
}

// rejectWriter writes rejects to a file, which it makes when there is one.
type rejectWriter struct {
	make func() (catalogue.SyncedFile, error)
	file catalogue.SyncedFile
	out  *bufio.Writer
}

func (w *rejectWriter) write(r record.Reject) error {
	if w.file == nil {
		f, err := w.make()
		if err != nil {
			return fmt.Errorf("write rejects: %w", err)
		}
		w.file, w.out = f, bufio.NewWriter(f)
	}
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if _, err := w.out.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("write rejects: %w", err)
	}
	return nil
}

func (w *rejectWriter) close() error {
	if w.file == nil {
		return nil
	}
	if err := errors.Join(w.out.Flush(), w.file.Sync(), w.file.Close()); err != nil {
		return fmt.Errorf("write rejects: %w", err)
	}
	return nil
}
