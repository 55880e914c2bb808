package command

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"alphanode/content"
	"alphanode/ingest"
	"alphanode/ingest/draft"
	"alphanode/ingest/mapping"
	"alphanode/ingest/record"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/disk"
	"alphanode/store/keys"
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
	language    string
	baseURL     string
	types       []string
	meta        []string
	report      string
	mapping     string
	fleet       fleetFlags
}

func (c *commandLine) importPosts() *cobra.Command {
	var f importFlags
	cmd := &cobra.Command{
		Use:   "import PATH…",
		Short: "Build a new release from the current one and these posts",
		Long: "Import reads files, folders, or standard input (-), and builds a staged release: the current one plus these\n" +
			"posts, or these alone with --replace. It knows our own JSON and pages, exports of WordPress and Ghost, and folders\n" +
			"of Markdown by their content; JSON and CSV of other names need --map. A post that is wrong fails the import, unless\n" +
			"--skip-invalid leaves it out. Where nothing would change, no release is made.",
		Args: arguments(1, -1, "files, folders, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.runImport(cmd.Context(), args, f)
		},
	}
	f.fleet.add(cmd, true)
	flags := cmd.Flags()
	flags.StringVar(&f.format, "format", string(ingest.Auto), "of the input: "+ingest.Formats())
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
	flags.StringVar(&f.stemming, "stemming", "", "by which language a search takes the words of posts: language (each by its own), or for all posts english or none (default that of the release built onto, else language)")
	flags.StringVar(&f.mapping, "map", "", "the file that says which names of JSON or CSV are which fields; the command mapping prints one to try")
	flags.StringVar(&f.language, "language", "", "the archive's own language, as en or pt-BR: posts in others get theirs behind their slugs (default that of the release built onto)")
	flags.StringVar(&f.baseURL, "base-url", "", "where the site of a foreign archive stood: relative addresses become whole with it")
	flags.StringSliceVar(&f.types, "types", []string{"post", "page"}, "which items of a WordPress export are posts")
	flags.StringSliceVar(&f.meta, "meta", nil, "patterns of protected WordPress meta to keep, as '_yoast_*'")
	flags.StringVar(&f.report, "report", "", "write what became of every item to this file, as JSON")
	c.jsonFlag(cmd)
	return cmd
}

// sources says how the input is read, as far as flags do.
func (f importFlags) sources() (o ingest.Options, err error) {
	if o.Format, err = ingest.ParseFormat(f.format); err != nil {
		return o, usageError{fmt.Errorf("--format: %w", err)}
	}
	if f.language != "" {
		tag, ok := content.NormalLanguage(f.language)
		if !ok {
			return o, usageError{fmt.Errorf("--language: found %q, expected the tag of a language, as en or pt-BR", f.language)}
		}
		o.Language = tag
	}
	if f.baseURL != "" {
		base, ok := content.WebAddress(f.baseURL)
		if !ok {
			return o, usageError{fmt.Errorf("--base-url: found %q, expected an http or https address", f.baseURL)}
		}
		o.Base = base
	}
	for _, pattern := range f.meta {
		if _, err := path.Match(pattern, ""); err != nil {
			return o, usageError{fmt.Errorf("--meta: found %q, expected a pattern such as '_yoast_*'", pattern)}
		}
	}
	if o.Mapping, err = f.mapped(o.Format); err != nil {
		return o, err
	}
	o.Types, o.Meta, o.Now = f.types, f.meta, time.Now()
	return o, nil
}

// mapped reads the mapping, where one is given. What cannot be meant is told before anything is read.
func (f importFlags) mapped(format ingest.Format) (*mapping.Mapping, error) {
	foreign := format == ingest.JSON || format == ingest.CSV
	switch {
	case f.mapping == "" && foreign:
		return nil, usageError{fmt.Errorf("--format %s: found no --map, expected the mapping of its names to fields; alphanode mapping FILE prints one to try", format)}
	case f.mapping == "":
		return nil, nil
	case !foreign && format != ingest.Auto:
		return nil, usageError{fmt.Errorf("--map: found --format %s, expected json, csv or auto", format)}
	}
	file, err := os.Open(f.mapping)
	if err != nil {
		return nil, fmt.Errorf("--map: %w", err)
	}
	defer file.Close()
	m, err := mapping.Parse(f.mapping, file)
	if err != nil {
		return nil, usageError{fmt.Errorf("--map: %w", err)}
	}
	return m, nil
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
	Report    *ingest.Report   `json:"report"`
}

func (c *commandLine) runImport(ctx context.Context, paths []string, f importFlags) error {
	sources, err := f.sources()
	if err != nil {
		return err
	}
	expect, err := f.expectedPosts()
	if err != nil {
		return err
	}
	stemming, err := f.wantedStemming()
	if err != nil {
		return err
	}
	in := &importer{c: c}
	files, err := ingest.Files(paths, &in.met)
	if err != nil {
		return fmt.Errorf("import: %w; nothing was published", err)
	}
	if !f.publish || f.dryRun {
		f.fleet.wait = "" // nothing is to be served
	}
	return c.act(ctx, &f.fleet, catalogue.Make, func(releases *catalogue.Catalogue, _ *keys.File) error {
		return c.build(ctx, releases, in, files, sources, f, catalogue.ImportOptions{
			Onto: f.onto, Replace: f.replace, Note: f.note, Owner: f.owner, RollbackNote: f.rollback, ExpectPosts: expect,
			DryRun: f.dryRun, Stemming: stemming, Language: sources.Language, By: who(), Tool: "alphanode " + toolVersion(),
		})
	})
}

// build reads the input and builds a release of it.
func (c *commandLine) build(ctx context.Context, releases *catalogue.Catalogue, in *importer, files []ingest.File, sources ingest.Options, f importFlags, o catalogue.ImportOptions) error {
	began, building := time.Now(), &buildProgress{c: c}
	o.Progress, o.TakenDown = building.written, in.leftOut
	build, err := releases.Import(ctx, o)
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	defer build.Discard()
	in.begin(build, files, f)
	boundMemory(build.MostPosts())
	err = in.run(ctx, files, sources)
	in.met.Seconds, in.met.Bytes = time.Since(began).Seconds(), in.progress.done
	if err := errors.Join(err, in.close(), writeReport(f.report, &in.met)); err != nil {
		return err
	}
	boundMemory(build.MostPosts())
	m, err := build.Finish(ctx)
	building.end()
	if err != nil {
		return fmt.Errorf("import: %w; nothing was published", err)
	}
	result := importResult{Changes: m.Changes, Release: m.Name, Posts: m.Posts, Public: m.Public, DryRun: f.dryRun, Report: &in.met}
	if f.publish && m.Name != "" {
		published, err := releases.Publish(m.Name, store.PublishOptions{By: who(), Trace: traceparent()})
		if err != nil {
			return fmt.Errorf("release %s is built and staged, but not published: %w", m.Name, err)
		}
		result.Published = &published
	}
	return c.tellImported(result)
}

// writeReport writes the report to a file, where one is asked for: of an import that
// failed too, as that is when it is read.
func writeReport(path string, met *ingest.Report) error {
	if path == "" {
		return nil
	}
	text, err := json.MarshalIndent(met, "", "  ")
	if err == nil {
		err = os.WriteFile(path, append(text, '\n'), 0o644)
	}
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
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
	progress *progress
	writers  []*rejectWriter
	met      ingest.Report
	posts    int  // read
	rejected int  // posts
	told     int  // rejects on the terminal
	down     bool // the post that was added last is taken down
	foreign  bool // a record has fields that no post has
}

// maxTold bounds how many faults are told one by one; the files of rejects have them all.
const maxTold = 50

func (in *importer) begin(build *catalogue.Import, files []ingest.File, f importFlags) {
	in.build, in.skip, in.progress = build, f.skipInvalid, in.c.newProgress("reading", sizeOf(files))
	if f.skipInvalid {
		in.writers = append(in.writers, &rejectWriter{make: build.Rejects})
	}
	if f.rejects != "" {
		in.writers = append(in.writers, &rejectWriter{make: func() (catalogue.SyncedFile, error) { return os.Create(f.rejects) }})
	}
}

// leftOut says which posts stay out because they are taken down.
func (in *importer) leftOut(slug string, from catalogue.Origin) {
	in.down = true
	in.tell("%s: the post %s is taken down and left out; to let it in: %s\n", from, strconv.Quote(slug), in.c.again("takedown", []string{slug}, "--lift"))
}

func (in *importer) close() error {
	var err error
	for _, w := range in.writers {
		err = errors.Join(err, w.close())
	}
	return err
}

func (in *importer) run(ctx context.Context, files []ingest.File, o ingest.Options) error {
	var scratch disk.File
	defer func() {
		if scratch != nil {
			_ = scratch.Close()
		}
	}()
	o.Language, o.Stdin = in.build.Language(), in.c.In
	o.Reading = in.progress.reader
	o.Scratch = func() (_ draft.File, err error) {
		scratch, err = in.build.Scratch()
		return scratch, err
	}
	err := ingest.Import(ctx, files, o, &in.met, in.take)
	if err == nil {
		err = in.conflicts()
	}
	in.progress.end()
	in.c.tellMet(&in.met)
	if err != nil {
		return fmt.Errorf("import: %w; nothing was published", err)
	}
	if source := in.met.Source; source.Items == in.met.Passed() {
		return fmt.Errorf("import: %w: found no posts in the files given, expected at least one; nothing was published", record.ErrEmpty)
	}
	if in.rejected > 0 && !in.skip {
		fmt.Fprintf(in.c.Err, "alphanode: import: records rejected: %d; nothing was built and nothing published: mend them, or leave them out with --skip-invalid\n", in.rejected)
		if in.met.Source.Posts == 0 && in.foreign {
			fmt.Fprintf(in.c.Err, "where the names are not those of alphanode, a mapping says which are which; to print one to try: %s\n", in.c.again("mapping", []string{"FILE"}))
		}
		return errReported
	}
	return nil
}

// conflicts rejects the posts that cannot stand beside those of the release built onto.
func (in *importer) conflicts() error {
	for _, conflict := range in.build.Conflicts() {
		in.met.Reject(conflict.Status)
		if err := in.reject(rejectOf(conflict)); err != nil {
			return err
		}
	}
	return nil
}

// sizeOf gives how many bytes the files have together, 0 where that cannot be
// known.
func sizeOf(files []ingest.File) (total int64) {
	for _, file := range files {
		info, err := os.Stat(file.Path)
		if err != nil || !info.Mode().IsRegular() {
			return 0
		}
		total += info.Size()
	}
	return total
}

func (in *importer) take(item record.Item) error {
	if item.Faulty != nil {
		if out, err := in.build.LeaveOut(item.Faulty, catalogue.Origin(item.Origin)); out || err != nil {
			item.Rejects, item.LeftOut = nil, ingest.TakenDown
			in.met.Take(item)
			return err
		}
	}
	in.met.Take(item)
	switch {
	case item.LeftOut != "":
		return nil
	case len(item.Rejects) > 0:
		return in.reject(item.Rejects...)
	}
	in.posts++
	in.progress.show(in.posts)
	in.down = false
	err := in.build.Add(item.Record, catalogue.Origin(item.Origin))
	if duplicate := (*catalogue.RejectedError)(nil); errors.As(err, &duplicate) {
		if item.Post != nil {
			in.met.Reject(item.Post.Status())
		}
		return in.reject(rejectOf(duplicate))
	}
	if in.down {
		in.met.TakeDown(item.Post)
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
		in.foreign = in.foreign || fault.Found == content.UnknownField
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
