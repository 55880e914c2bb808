package catalogue

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"alphanode/store"
	"alphanode/store/build"
	"alphanode/store/compare"
	"alphanode/store/release"
)

// withdraw makes every release be without what is taken down. It goes on where one
// cannot be made anew; the error names those. The caller holds the lock.
func (c *Catalogue) withdraw(ctx context.Context, o store.TakedownOptions) (store.Withdrawal, error) {
	w := store.Withdrawal{Releases: []string{}}
	if err := c.sweep(); err != nil {
		return w, err
	}
	return w, c.insist(func() error { // others may record more, or build a release
		t, err := c.takedowns()
		if err != nil {
			return err
		}
		if err := c.withdrawFromAll(ctx, t, o, &w); err != nil || t.finished() {
			return err
		}
		now := c.now().UTC()
		all := slices.Clone(t.all)
		for i := range all {
			if all[i].FinishedAt == nil {
				all[i].FinishedAt = &now
			}
		}
		return c.recordTakedowns(all)
	})
}

// withdrawFromAll makes every release be without what is taken down.
func (c *Catalogue) withdrawFromAll(ctx context.Context, t *takedowns, o store.TakedownOptions, w *store.Withdrawal) error {
	names, err := c.mostSeenFirst()
	if err != nil {
		return err
	}
	var failures []error
	for _, name := range names {
		held, repacked, err := c.withdrawFrom(ctx, name, t, o)
		for errors.Is(err, errRemade) {
			held, repacked, err = c.withdrawFrom(ctx, name, t, o)
		}
		if ctx.Err() != nil {
			return fmt.Errorf("it was stopped at release %s: run it again to finish: %w", name, ctx.Err())
		}
		if err == nil {
			err = c.clearRejects(name)
		}
		if errors.Is(err, store.ErrReleaseGone) {
			continue // others have pruned it meanwhile
		}
		if err != nil {
			w.Failed = append(w.Failed, name)
			failures = append(failures, err)
			continue
		}
		if held {
			w.Releases = append(w.Releases, name)
		} else if repacked {
			w.Repacked = append(w.Repacked, name)
		}
	}
	if len(failures) > 0 {
		return fmt.Errorf("%s could not be made anew, and may hold it still: mend what is wrong, such as a full disk, and run it again; of a damaged release that is not current, delete the folder: %w",
			strings.Join(w.Failed, ", "), errors.Join(failures...))
	}
	return nil
}

// mostSeenFirst gives the releases on disk: the current one, then the newest.
func (c *Catalogue) mostSeenFirst() ([]string, error) {
	names, err := c.Names()
	if err != nil {
		return nil, err
	}
	slices.Reverse(names)
	current, err := c.Current()
	if errors.Is(err, store.ErrCorrupt) {
		return names, nil
	}
	if err != nil {
		return nil, err
	}
	if i := slices.Index(names, current); i > 0 {
		names = slices.Insert(slices.Delete(names, i, i+1), 0, current)
	}
	return names, nil
}

// withdrawFrom makes one release be without what is taken down, where it has any of
// it, or where its dictionary is not made of its own posts alone: one that was built
// onto another has the other's, in which pieces of posts live on that have left.
func (c *Catalogue) withdrawFrom(ctx context.Context, name string, t *takedowns, o store.TakedownOptions) (held, repacked bool, err error) {
	r, err := c.openAny(name)
	if err != nil {
		return false, false, err
	}
	defer r.Close()
	posts, err := r.Holds(ctx, t.slugs())
	if err != nil {
		return false, false, err
	}
	if len(posts) == 0 {
		own, err := ownPacking(ctx, r)
		if err != nil || own {
			return false, false, err
		}
	}
	if err := c.rewrite(ctx, r, posts, o); err != nil {
		return false, false, fmt.Errorf("make release %s anew without what is taken down: %w", name, err)
	}
	return len(posts) > 0, len(posts) == 0, nil
}

// ownPacking reports whether the dictionary of a release is the one that its own
// posts give.
func ownPacking(ctx context.Context, r *release.Release) (bool, error) {
	p, done, err := beginParent(ctx, r)
	if err != nil {
		return false, err
	}
	defer done()
	return build.PacksByItself(ctx, p)
}

// referencesOf gives the hashes of the references that some posts have in the
// releases on disk. A release that cannot be read tells none; withdraw says so.
func (c *Catalogue) referencesOf(slugs []string) (map[string][]string, error) {
	names, err := c.Names()
	if err != nil {
		return nil, err
	}
	references := map[string][]string{}
	for _, name := range names {
		r, err := c.openAny(name)
		if err != nil {
			continue
		}
		for _, slug := range slugs {
			if reference := r.ReferenceOf(slug); reference != "" {
				references[slug] = append(references[slug], referenceHash(reference))
			}
		}
		_ = r.Close() // it was only read from
	}
	return references, nil
}

// rewrite makes a release anew without some of its posts, aside, compares it with
// what it was, and puts it in its place.
func (c *Catalogue) rewrite(ctx context.Context, r *release.Release, without []string, o store.TakedownOptions) error {
	dir, err := c.disk.MkdirTemp(filepath.Join(c.dir, releasesDir), buildingPrefix+"*")
	if err != nil {
		return err
	}
	defer c.disk.RemoveAll(dir) // what stays is swept by the next build
	path := filepath.Join(dir, release.DbFile)
	built, err := c.assembleWithout(ctx, r, without, dir, o)
	if err != nil {
		return err
	}
	m := r.Manifest()
	m.Posts, m.Public, m.Tool = built.Info.Posts, built.Info.Counts, o.Tool
	if _, err := seal(&m, path); err != nil {
		return err
	}
	m.TakenDown = slices.Clone(m.TakenDown)
	seen, err := r.Reader(store.Public).Lookup(ctx, without...)
	if err != nil {
		return err
	}
	now := c.now().UTC()
	for i, slug := range without {
		m.TakenDown = append(m.TakenDown, store.TakenDown{Slug: slug, Time: now, Public: seen[i] != store.NoRef})
	}
	made, err := release.OpenFile(m, path)
	if err != nil {
		return err
	}
	err = checkRewritten(ctx, r, made, store.ChangeCounts{Removed: len(without)})
	if err := errors.Join(err, made.Close()); err != nil {
		return err
	}
	return c.replace(r.Manifest(), m, path)
}

// assembleWithout writes the file of a release without some of its posts, as an
// import of the others would. The dictionary is made anew: that of the release can
// hold pieces of what must go.
func (c *Catalogue) assembleWithout(ctx context.Context, r *release.Release, without []string, dir string, o store.TakedownOptions) (build.Assembled, error) {
	p, done, err := beginParent(ctx, r)
	if err != nil {
		return build.Assembled{}, err
	}
	defer done()
	in := build.Input{Disk: c.disk, Dir: dir, Parent: p, Records: build.NewRecords(c.disk, dir, 0), Anew: true}
	defer in.Records.Close()
	if o.Progress != nil {
		in.Progress = func(posts int) { o.Progress(r.Name(), posts, r.Manifest().Posts) }
	}
	if err := in.Records.Leave(ctx, in.Parent, without); err != nil {
		return build.Assembled{}, err
	}
	return build.File(ctx, filepath.Join(dir, release.DbFile), in)
}

// checkRewritten checks that a release that was made anew is what it was, but for some
// posts that left or came.
func checkRewritten(ctx context.Context, was, is *release.Release, want store.ChangeCounts) error {
	d, err := compare.NewDiff(ctx, was, is, store.Preview)
	if err != nil {
		return err
	}
	if d.ChangeCounts != want {
		return fmt.Errorf("%w: of the new file found added %d, changed %d, removed %d, expected %d, %d and %d: import the posts of the release anew",
			store.ErrCorrupt, d.Added, d.Changed, d.Removed, want.Added, want.Changed, want.Removed)
	}
	return nil
}

// replace puts a file in the place of a release's. The manifest names the file, so
// to rename that is the one act: before it the release is as it was, after it the
// old file belongs to nobody, and is deleted here or by the next sweep. Entries of the
// journal are written first.
func (c *Catalogue) replace(before, after store.Manifest, path string, entries ...JournalEntry) error {
	after.File = "release-" + after.SHA256[:16] + ".db"
	dir := c.ReleaseDir(before.Name)
	built, err := builtOf(after, path)
	if err != nil {
		return err
	}
	err = c.insist(func() error {
		if !c.Has(before.Name) {
			return fmt.Errorf("release %s: %w", before.Name, store.ErrReleaseGone)
		}
		if now, err := release.ReadOlderManifest(dir); err != nil || now.SHA256 != before.SHA256 {
			return errors.Join(fmt.Errorf("release %s was %w", before.Name, errRemade), err)
		}
		return c.record(Act{Entries: entries, Built: built})
	})
	if err != nil {
		return err
	}
	if err := c.disk.Rename(path, filepath.Join(dir, after.File)); err != nil {
		return err
	}
	if err := c.disk.SyncDir(dir); err != nil {
		return err
	}
	if err := release.WriteManifest(c.disk, dir, after); err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	if err := c.disk.SyncDir(dir); err != nil {
		return err
	}
	if err := c.disk.Remove(filepath.Join(dir, release.FileOf(before))); err != nil {
		return err
	}
	return c.disk.SyncDir(dir)
}

// errRemade says that a release is not any more what was made anew here.
var errRemade = errors.New("made anew by others meanwhile: run it again")

// sweepReplaced deletes the files that a takedown or an upgrade which was killed left in
// the folders of releases: those that a manifest does not name.
func (c *Catalogue) sweepReplaced() error {
	names, err := c.Names()
	if err != nil {
		return err
	}
	for _, name := range names {
		dir := c.ReleaseDir(name)
		m, err := release.ReadOlderManifest(dir)
		if err != nil {
			continue // then nothing is known of its files
		}
		files, err := filepath.Glob(filepath.Join(dir, "release*.db"))
		if err != nil {
			return err
		}
		for _, file := range files {
			if filepath.Base(file) == release.FileOf(m) {
				continue
			}
			if err := c.disk.Remove(file); err != nil {
				return fmt.Errorf("clear the remains of a takedown or an upgrade: %w", err)
			}
			if err := c.disk.SyncDir(dir); err != nil {
				return err
			}
		}
	}
	return nil
}
