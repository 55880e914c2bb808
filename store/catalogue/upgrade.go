package catalogue

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/build"
	"alphanode/store/compare"
	"alphanode/store/release"
	"alphanode/text"
)

// formatByLanguage is the first format in which the words of posts are taken by their
// languages.
const formatByLanguage = 7

// Upgrade makes each release of an older format anew from its posts, under its name and
// in the format of today: the current one first, then the newest. It may be called again,
// and then goes on where it was broken off. Killed at any instant, each release is either
// as it was or upgraded.
//
// It goes on where a release cannot be made anew; the error names those.
func (c *Catalogue) Upgrade(ctx context.Context, o store.UpgradeOptions) (store.Upgrade, error) {
	done := store.Upgrade{Format: store.FormatVersion, Releases: []store.UpgradedRelease{}}
	lock, err := c.lock()
	if err != nil {
		return done, err
	}
	defer lock.Unlock()
	if err := c.sweep(); err != nil {
		return done, err
	}
	names, err := c.mostSeenFirst()
	if err != nil {
		return done, err
	}
	var failures []error
	for _, name := range names {
		upgraded, err := c.upgrade(ctx, name, o)
		switch {
		case ctx.Err() != nil:
			return done, fmt.Errorf("upgrade: it was stopped at release %s: run it again to finish: %w", name, ctx.Err())
		case err != nil:
			done.Failed = append(done.Failed, name)
			failures = append(failures, err)
		case upgraded != nil:
			done.Releases = append(done.Releases, *upgraded)
		}
	}
	if len(failures) > 0 {
		return done, fmt.Errorf("upgrade: %s could not be made anew and stays as it was: mend what is wrong, such as a full disk, and run it again; of a damaged release that is not current, delete the folder: %w",
			strings.Join(done.Failed, ", "), errors.Join(failures...))
	}
	if o.DryRun {
		return done, nil
	}
	return done, c.withdrawAgain(ctx, store.TakedownOptions{By: o.By, Tool: o.Tool, Progress: o.Progress})
}

// withdrawAgain takes out what is taken down: takedowns met releases of an older format, of
// which they could not take anything, and an upgrade may give a post the slug of one.
func (c *Catalogue) withdrawAgain(ctx context.Context, o store.TakedownOptions) error {
	t, err := c.takedowns()
	if err != nil || len(t.all) == 0 {
		return err
	}
	if _, err := c.withdraw(ctx, o); err != nil {
		return fmt.Errorf("upgrade: it is done, but a takedown is not: %w", err)
	}
	return nil
}

// upgrade makes one release anew; nil where it is of the format of today.
func (c *Catalogue) upgrade(ctx context.Context, name string, o store.UpgradeOptions) (*store.UpgradedRelease, error) {
	m, err := release.ReadOlderManifest(c.ReleaseDir(name))
	if err != nil || m.Format == store.FormatVersion {
		return nil, err
	}
	r, err := release.OpenOlder(c.ReleaseDir(name))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	dir, err := c.disk.MkdirTemp(filepath.Join(c.dir, releasesDir), buildingPrefix+"*")
	if err != nil {
		return nil, err
	}
	defer c.disk.RemoveAll(dir) // what stays is swept by the next build
	u := &store.UpgradedRelease{Release: name, Format: m.Format, Posts: m.Posts, Moved: []store.Moved{}}
	if u.Renamed, err = renamed(ctx, r); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, release.DbFile)
	built, err := c.assembleUpgraded(ctx, r, u.Renamed, dir, o)
	if err != nil {
		return nil, fmt.Errorf("upgrade release %s: %w", name, err)
	}
	m.Format, m.Tool, m.Posts, m.Public = store.FormatVersion, o.Tool, built.Info.Posts, built.Info.Counts
	m.TakenDown = slices.Clone(m.TakenDown)
	for i := range m.TakenDown {
		m.TakenDown[i].Slug = content.NormalSlug(m.TakenDown[i].Slug)
	}
	if _, err := seal(&m, path); err != nil {
		return nil, err
	}
	if err := checkUpgraded(ctx, r, m, path, u); err != nil {
		return nil, fmt.Errorf("upgrade release %s: %w", name, err)
	}
	if o.DryRun {
		return u, nil
	}
	return u, c.replace(r.Manifest(), m, path, JournalEntry{Time: c.now().UTC(), Action: ActionUpgrade, By: o.By, Release: name})
}

// assembleUpgraded writes the file of a release as an import of its posts would, under
// the slugs that they have today.
func (c *Catalogue) assembleUpgraded(ctx context.Context, r *release.Release, renamed []store.Moved, dir string, o store.UpgradeOptions) (build.Assembled, error) {
	in := build.Input{Disk: c.disk, Dir: dir, Records: build.NewRecords(c.disk, dir, 0),
		Stemming: r.Wording().Stemming, Language: r.Manifest().Language}
	if r.Manifest().Format < formatByLanguage && in.Stemming == text.EnglishStemming { // which was what every archive had that said nothing
		in.Stemming = text.ByLanguage
	}
	defer in.Records.Close()
	if o.Progress != nil {
		in.Progress = func(posts int) { o.Progress(r.Name(), posts, r.Manifest().Posts) }
	}
	slugs := make(map[string]string, len(renamed))
	for _, post := range renamed {
		slugs[post.From] = post.To
	}
	err := r.Each(ctx, func(json []byte) error {
		p, err := content.DecodePost(json)
		if err != nil {
			return fmt.Errorf("%w: a post: %w", store.ErrCorrupt, err)
		}
		if slug, ok := slugs[p.Slug]; ok {
			p.Slug = slug
			json = p.AppendJSON(nil)
		}
		return in.Records.Add(p, json)
	})
	if err != nil {
		return build.Assembled{}, err
	}
	return build.File(ctx, filepath.Join(dir, release.DbFile), in)
}

// checkUpgraded checks that a file is a release but for the slugs of some posts, and finds
// the terms that moved.
func checkUpgraded(ctx context.Context, was *release.Release, m store.Manifest, path string, u *store.UpgradedRelease) error {
	is, err := release.OpenFile(m, path)
	if err != nil {
		return err
	}
	defer is.Close()
	if err := checkRewritten(ctx, was, is, store.ChangeCounts{Added: len(u.Renamed), Removed: len(u.Renamed)}); err != nil {
		return err
	}
	u.Moved, err = compare.MovedTerms(ctx, was, is)
	return err
}
