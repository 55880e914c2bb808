package catalogue

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/build"
	"alphanode/store/disk"
	"alphanode/store/release"
	"alphanode/text"
)

// ImportOptions say what a new release is built from.
type ImportOptions struct {
	Onto         string // the parent; empty for the current release
	Replace      bool   // these posts alone: the parent's posts that are not given leave
	Note         string
	Owner        string
	RollbackNote string
	ExpectPosts  *int
	DryRun       bool          // find out what would change, and build nothing
	Stemming     text.Stemming // empty for the parent's, and without one by language
	Language     string        // the archive's own, a normal tag; empty for the parent's
	By           string
	Tool         string // the version of alphanode

	Memory   build.Memory // what the build takes, where that is to be less than usual
	Unhashed bool         // posts are given no hashes, as by an alphanode that knew none

	// TakenDown is told of each record that is left out because its post is taken
	// down. It may be nil.
	TakenDown func(slug string, origin Origin)

	// Progress is told, while Finish runs and on its goroutine, how many posts
	// are written, and how many there will be at most. It may be nil.
	Progress func(written, most int)
}

// Origin is where a record of an import came from.
type Origin struct {
	File string
	Line int
}

func (o Origin) String() string { return o.File + ":" + strconv.Itoa(o.Line) }

// RejectedError says that a record cannot be part of the release: it repeats
// what must be unique, or is too large. The build can go on without it.
type RejectedError struct {
	Origin Origin
	Status string // of the post, where it comes from Conflicts
	Fault  content.Fault
}

func (e *RejectedError) Error() string { return e.Origin.String() + ": " + e.Fault.Error() }

// Import makes one new release, aside from those that are served. Killed at any
// instant it leaves the catalogue as it was. It is for one goroutine.
type Import struct {
	catalogue *Catalogue
	disk      disk.Disk
	options   ImportOptions
	dir       string // the folder it works in
	lock      *disk.FileLock
	parent    *release.Release // nil where there is none
	endParent func()           // nil where it was not begun
	in        build.Input      // of the file; its records are those added so far
	slugs     map[build.Fingerprint]Origin
	refs      map[build.Fingerprint]Origin
	disputed  []dispute
	takedowns *takedowns
	leftOut   int // records of posts that are taken down
	rejected  int
	done      bool
	json      []byte // room for the post being added
}

// Import begins a release. The caller ends it with Finish or Discard; until
// then no other build, publish or rollback can run in the data directory.
func (c *Catalogue) Import(ctx context.Context, o ImportOptions) (*Import, error) {
	lock, err := c.lock()
	if err != nil {
		return nil, err
	}
	b := &Import{
		catalogue: c, disk: c.disk, options: o, lock: lock,
		in:    build.Input{Disk: c.disk, Replace: o.Replace, Stemming: o.Stemming, Memory: o.Memory, Unhashed: o.Unhashed},
		slugs: map[build.Fingerprint]Origin{}, refs: map[build.Fingerprint]Origin{},
	}
	if err := b.begin(ctx); err != nil {
		b.Discard()
		return nil, err
	}
	return b, nil
}

func (b *Import) begin(ctx context.Context) error {
	c := b.catalogue
	if err := c.sweep(); err != nil {
		return err
	}
	if err := b.readTakedowns(ctx); err != nil {
		return err
	}
	if b.options.Onto == "" {
		current, err := c.Current()
		if err != nil {
			return err
		}
		b.options.Onto = current
	}
	if err := b.openParent(ctx); err != nil {
		return err
	}
	if err := b.disk.Mkdir(filepath.Join(c.dir, releasesDir)); err != nil {
		return fmt.Errorf("make folder of releases: %w", err)
	}
	dir, err := b.disk.MkdirTemp(filepath.Join(c.dir, releasesDir), buildingPrefix+"*")
	if err != nil {
		return fmt.Errorf("make building folder: %w", err)
	}
	b.dir = dir
	newRecords := build.NewRecords
	if b.options.DryRun {
		newRecords = build.NewCountedRecords
	}
	b.in.Dir, b.in.Records = dir, newRecords(b.disk, dir, b.options.Memory.Records)
	if b.options.Progress != nil {
		b.in.Progress = func(posts int) { b.options.Progress(posts, b.MostPosts()) }
	}
	return nil
}

// readTakedowns learns what must be left out. Takedowns that were broken off are
// finished first; a release that cannot be made anew is only refused where it is
// opened.
func (b *Import) readTakedowns(ctx context.Context) (err error) {
	c := b.catalogue
	if b.takedowns, err = c.takedowns(); err != nil || b.takedowns.finished() {
		return err
	}
	if _, err := c.withdraw(ctx, store.TakedownOptions{Tool: b.options.Tool}); err != nil && ctx.Err() != nil {
		return err
	}
	b.takedowns, err = c.takedowns()
	return err
}

// openParent opens the release to build onto. To replace everything is how a
// damaged release is mended, so it must not fail on one: then nothing is known
// of the posts before, and all are added.
func (b *Import) openParent(ctx context.Context) error {
	if b.options.Onto == "" {
		return nil
	}
	parent, err := b.catalogue.Open(b.options.Onto)
	_, unfinished := errors.AsType[*store.UnfinishedTakedownError](err)
	if b.options.Replace && (unfinished || errors.Is(err, store.ErrCorrupt)) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("build onto %s: %w", b.options.Onto, err)
	}
	b.parent = parent
	b.in.Parent, b.endParent, err = beginParent(ctx, parent)
	return err
}

// beginParent begins to read a release that a file is built onto, until done is called.
func beginParent(ctx context.Context, r *release.Release) (p build.Parent, done func(), err error) {
	in, err := r.Begin(ctx, store.Preview)
	if err != nil {
		return build.Parent{}, nil, err
	}
	return build.Parent{Name: r.Name(), Posts: in.Posts, Tx: in.Tx}, in.End, nil
}

// sweep clears what killed builds and prunes left behind. The lock says that none
// is running.
func (c *Catalogue) sweep() error {
	for _, prefix := range []string{buildingPrefix, prunedPrefix} {
		if err := c.sweepOf(prefix); err != nil {
			return err
		}
	}
	return c.sweepReplaced()
}

// sweepOf clears the folders whose names begin so.
func (c *Catalogue) sweepOf(prefix string) error {
	remains, err := filepath.Glob(filepath.Join(c.dir, releasesDir, prefix+"*"))
	if err != nil {
		return err
	}
	for _, dir := range remains {
		if err := c.disk.RemoveAll(dir); err != nil {
			return fmt.Errorf("clear the remains of a build or a prune: %w", err)
		}
	}
	return nil
}

// Add takes one record. A given slug is brought into its normal form, so that it is found in
// whatever form it is asked for. A post without a slug gets the one the parent has for
// its reference, else the one derived from it. One that is taken down is left out,
// which is no error. The error is a *RejectedError
// where the record cannot be taken; the build can go on.
func (b *Import) Add(r content.Record, origin Origin) error {
	if r.Post == nil {
		slug := content.NormalSlug(r.Removed)
		if err := b.claim(b.slugs, "slug", slug, origin); err != nil {
			return err
		}
		return b.in.Records.Remove(slug)
	}
	p := r.Post
	if slug := content.NormalSlug(p.Slug); slug != p.Slug { // one that stays may be read by others meanwhile
		p.Slug = slug
	}
	owner, err := b.owner(p.Meta.Reference)
	if err != nil {
		return err
	}
	if p.Slug == "" {
		p.Slug = b.slugFor(p, owner)
	}
	if b.leaveOut(p.Slug, origin) {
		return nil
	}
	json := p.AppendJSON(b.json[:0])
	b.json = json
	if len(json) > content.MaxPost {
		return &RejectedError{Origin: origin, Fault: content.Fault{
			Found: fmt.Sprintf("%d bytes", len(json)), Expected: fmt.Sprintf("at most %d bytes", content.MaxPost),
		}}
	}
	if err := b.claim(b.slugs, "slug", p.Slug, origin); err != nil {
		return err
	}
	if reference := p.Meta.Reference; reference != "" {
		if err := b.claim(b.refs, "meta.reference", reference, origin); err != nil {
			delete(b.slugs, build.FingerprintOf(p.Slug))
			return err
		}
		if owner != "" && owner != p.Slug {
			b.disputed = append(b.disputed, dispute{p.Slug, owner, reference, origin, p.Status()})
		}
	}
	return b.in.Records.Add(p, json)
}

// Language is the archive's own language: what was asked for, else the parent's.
func (b *Import) Language() string {
	if b.options.Language == "" && b.parent != nil {
		return b.parent.Manifest().Language
	}
	return b.options.Language
}

// Scratch makes a file in the folder of the import, for what must be kept until all
// is read. It is gone when the import ends, however that is. The caller closes it.
func (b *Import) Scratch() (disk.File, error) {
	return b.disk.Open(filepath.Join(b.dir, scratchFile), os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
}

// scratchFile is the name of the file of Scratch.
const scratchFile = "scratch"

// MostPosts is how many posts the release has at most, of those added so far and
// of the parent's.
func (b *Import) MostPosts() int {
	most := b.in.Records.Count
	if b.parent != nil && !b.options.Replace {
		most += b.parent.Manifest().Posts
	}
	return most
}

// Reject counts a record that was rejected before it came here.
func (b *Import) Reject() { b.rejected++ }

// SyncedFile is a file that is written, and can be made to last.
type SyncedFile interface {
	io.WriteCloser
	Sync() error
}

// Rejects makes the file of what the import rejects, which becomes part of the
// release. The caller closes it before Finish.
func (b *Import) Rejects() (SyncedFile, error) {
	return b.disk.Open(filepath.Join(b.dir, rejectsFile), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
}

// Finish merges, writes, seals and names the release. Where nothing would
// change, and in a dry run, there is no release and the manifest has no name.
func (b *Import) Finish(ctx context.Context) (store.Manifest, error) {
	defer b.Discard()
	m := store.Manifest{
		Format: store.FormatVersion, Parent: b.options.Onto, Tool: b.options.Tool, Note: b.options.Note,
		Owner: b.options.Owner, RollbackNote: b.options.RollbackNote, ExpectPosts: b.options.ExpectPosts, Language: b.Language(),
		Time: b.catalogue.now().UTC(),
	}
	b.in.Language = m.Language
	path := filepath.Join(b.dir, release.DbFile)
	b.Conflicts()                           // for a caller who did not ask
	b.slugs, b.refs, b.json = nil, nil, nil // what is built now needs the memory more
	result, err := b.build(ctx, path)
	if err != nil {
		return store.Manifest{}, fmt.Errorf("build release: %w", err)
	}
	m.Posts, m.Public, m.Changes = result.Info.Posts, result.Info.Counts, result.Changes
	m.Changes.Rejected, m.Changes.TakenDown = b.rejected, b.leftOut
	if !m.Changes.Any() && b.parent != nil && b.in.Parent.Wording() == result.Info.Wording && m.Language == b.parent.Manifest().Language {
		return m, nil
	}
	if !asExpected(&m) {
		return store.Manifest{}, &store.RefusedError{Reason: fmt.Sprintf("import: found %d posts in the new release, expected %d: nothing was built", m.Posts, *m.ExpectPosts)}
	}
	if b.options.DryRun {
		return m, nil
	}
	if err := b.clearRuns(); err != nil {
		return store.Manifest{}, err
	}
	sum, err := seal(&m, path)
	if err != nil {
		return store.Manifest{}, err
	}
	if err := ctx.Err(); err != nil {
		return store.Manifest{}, err
	}
	if err := b.commit(&m); err != nil {
		return store.Manifest{}, err
	}
	b.catalogue.sealed.Store(&sum)
	return m, nil
}

// build writes the file of the release; in a dry run it only counts.
func (b *Import) build(ctx context.Context, path string) (build.Assembled, error) {
	if b.options.DryRun {
		return build.Count(ctx, b.in)
	}
	return build.File(ctx, path, b.in)
}

// commit names the release. The order matters: the folder's files are synced
// before the rename that makes them a release, and the journal, which hands
// out numbers, is told last; until then the folder itself keeps its number.
func (b *Import) commit(m *store.Manifest) error {
	c := b.catalogue
	if err := c.insist(func() error { return b.name(m) }); err != nil {
		return err
	}
	if err := b.disk.Rename(b.dir, c.ReleaseDir(m.Name)); err != nil {
		return fmt.Errorf("name release %s: %w", m.Name, err)
	}
	b.dir = ""
	err := b.disk.SyncDir(filepath.Join(c.dir, releasesDir))
	if err == nil {
		err = appendJournal(b.disk, c.dir, b.entry(m))
	}
	if err != nil {
		return fmt.Errorf("release %s is built and staged, but: %w", m.Name, err)
	}
	return nil
}

// name gives the release its name and writes its manifest, and has others know of it.
func (b *Import) name(m *store.Manifest) error {
	c := b.catalogue
	if known, err := c.takedowns(); err != nil || known != b.takedowns {
		return errors.Join(err, &store.RefusedError{Reason: "import: posts were taken down, or brought back, while it ran, so that it may hold one: nothing was built; importing again is safe"})
	}
	journal, err := readJournal(c.dir)
	if err != nil {
		return err
	}
	number, err := c.nextNumber(journal)
	if err != nil {
		return err
	}
	m.Name = "r" + strconv.Itoa(number)
	if err := release.WriteManifest(b.disk, b.dir, *m); err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	if err := b.disk.SyncDir(b.dir); err != nil {
		return err
	}
	built, err := builtOf(*m, filepath.Join(b.dir, release.FileOf(*m)))
	if err != nil {
		return err
	}
	return c.agree(Act{Entries: []JournalEntry{b.entry(m)}, Built: built})
}

// entry is that of the journal.
func (b *Import) entry(m *store.Manifest) JournalEntry {
	return JournalEntry{Time: m.Time, Action: ActionBuild, By: b.options.By, Release: m.Name, From: m.Parent}
}

// clearRuns removes what only the building needed.
func (b *Import) clearRuns() error {
	files, err := os.ReadDir(b.dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		if !slices.Contains([]string{release.DbFile, rejectsFile}, f.Name()) {
			if err := b.disk.Remove(filepath.Join(b.dir, f.Name())); err != nil {
				return fmt.Errorf("clear building folder: %w", err)
			}
		}
	}
	return nil
}

// Discard gives up a build that is not finished, and frees what it holds. It
// may be called at any time, more than once.
func (b *Import) Discard() {
	if b.done {
		return
	}
	b.done = true
	if b.in.Records != nil {
		b.in.Records.Close()
	}
	if b.endParent != nil {
		b.endParent()
	}
	if b.parent != nil {
		_ = b.parent.Close()
	}
	if b.dir != "" {
		_ = b.disk.RemoveAll(b.dir) // what stays is swept by the next build
	}
	b.lock.Unlock()
}
