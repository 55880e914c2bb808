package catalogue

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"alphanode/store"
	"alphanode/store/disk"
)

// Publish checks a release and makes it current.
func (c *Catalogue) Publish(name string, o store.PublishOptions) (store.Published, error) {
	lock, err := c.lock()
	if err != nil {
		return store.Published{}, err
	}
	defer lock.Unlock()
	return c.switchOver(o.Over, func(over *string) (store.Published, error) {
		o.Over = over
		return c.publish(name, o)
	})
}

// switchOver makes another release current. Where others did something first it is tried
// again, unless that was to switch too: who meant to follow one release did not mean another.
func (c *Catalogue) switchOver(over *string, try func(over *string) (store.Published, error)) (p store.Published, err error) {
	var outrun *store.OutrunError
	err = c.insist(func() error {
		p, err = try(over)
		if changed, ok := errors.AsType[*store.NotCurrentError](err); ok && outrun != nil {
			return fmt.Errorf("%s: %w", outrun.By, changed)
		}
		if errors.As(err, &outrun) && over == nil {
			from, _ := c.Current() // which is as it was before that
			over = &from
		}
		return err
	})
	return p, err
}

// publish is Publish for who holds the lock.
func (c *Catalogue) publish(name string, o store.PublishOptions) (store.Published, error) {
	release, err := c.Open(name)
	if err != nil {
		return store.Published{}, fmt.Errorf("publish: %w", err)
	}
	defer release.Close()
	m := release.Manifest()
	from, err := c.Current()
	mending := errors.Is(err, store.ErrCorrupt)
	if mending { // publishing is how a damaged CURRENT is put right
		from, err = c.lastPointedAt()
	}
	if err != nil {
		return store.Published{}, err
	}
	if err := checkOver(o.Over, from); err != nil {
		return store.Published{}, err
	}
	switch {
	case name == from && !mending:
		return store.Published{Release: name, From: from}, c.pointAgain(m)
	case !asExpected(&m):
		return store.Published{}, &store.RefusedError{Reason: fmt.Sprintf(
			"publish %s: found %d posts, expected %d (as the import said): import again, or with another --expect", name, m.Posts, *m.ExpectPosts)}
	case m.Parent != from && !o.Force:
		return store.Published{}, &store.RefusedError{Reason: fmt.Sprintf(
			"publish %s: it was built onto %s, but %s is current, so publishing it would undo what came between: import again, or publish it all the same with --force",
			name, orNone(m.Parent), orNone(from))}
	}
	if err := c.checkSealed(m); err != nil {
		return store.Published{}, fmt.Errorf("publish: %w", err)
	}
	history, err := c.History()
	if err != nil {
		return store.Published{}, err
	}
	_, again := history.published[name]
	canRollBack := from != "" && (!again || slices.Contains(slices.Collect(history.earlier(name)), from))
	return store.Published{Release: name, From: from, CanRollBack: canRollBack}, c.point(JournalEntry{Action: ActionPublish, By: o.By, Release: name, From: from, Trace: o.Trace})
}

// checkOver refuses a switch that was meant for when another release was current.
func checkOver(expected *string, current string) error {
	if expected != nil && *expected != current {
		return &store.NotCurrentError{Found: current, Expected: *expected}
	}
	return nil
}

// asExpected reports whether a release has as many posts as the import was told to
// expect. Those that are taken down may be among them or not.
func asExpected(m *store.Manifest) bool {
	missing := len(m.TakenDown) + m.Changes.TakenDown
	return m.ExpectPosts == nil || m.Posts <= *m.ExpectPosts && *m.ExpectPosts <= m.Posts+missing
}

// lastPointedAt is what the journal says was made current last.
func (c *Catalogue) lastPointedAt() (string, error) {
	journal, err := readJournal(c.dir)
	if err != nil {
		return "", err
	}
	for _, e := range slices.Backward(journal) {
		if e.switches() {
			return e.Release, nil
		}
	}
	return "", nil
}

// point makes a release current. The journal is written first: an entry
// without its act says that something was tried, an act without its entry
// could not be rolled back.
func (c *Catalogue) point(entry JournalEntry) error {
	entry.Time = c.now().UTC()
	name := entry.Release
	if err := c.record(Act{Entries: []JournalEntry{entry}, Current: name}); err != nil {
		return fmt.Errorf("%w: %w", store.ErrNotSwitched, err)
	}
	if err := disk.Replace(c.disk, filepath.Join(c.dir, currentFile), []byte(name+"\n"), 0o600); err != nil {
		return fmt.Errorf("%w: %w", store.ErrNotSwitched, c.agreed(fmt.Errorf("point at release %s: %w", name, err)))
	}
	if err := c.disk.SyncDir(c.dir); err != nil {
		return fmt.Errorf("release %s is current: %w: %w: publish %s again", name, store.ErrNotSynced, err, name)
	}
	return nil
}

// pointAgain writes CURRENT anew, with the name that it has. So what was not synced
// is, and servers that have found the release damaged learn that it is mended.
func (c *Catalogue) pointAgain(m store.Manifest) error {
	if err := c.checkSealed(m); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if err := disk.Replace(c.disk, filepath.Join(c.dir, currentFile), []byte(m.Name+"\n"), 0o600); err != nil {
		return fmt.Errorf("%w: point at release %s again: %w", store.ErrNotSwitched, m.Name, err)
	}
	return c.disk.SyncDir(c.dir) // which may have failed when it became current
}

// Rollback makes the release current that was so before the current one was
// first published, or the one named. It never goes forward.
func (c *Catalogue) Rollback(to string, o store.RollbackOptions) (store.Published, error) {
	lock, err := c.lock()
	if err != nil {
		return store.Published{}, err
	}
	defer lock.Unlock()
	return c.switchOver(o.Over, func(over *string) (store.Published, error) {
		o.Over = over
		return c.rollBack(to, o)
	})
}

// rollBack is Rollback for who holds the lock.
func (c *Catalogue) rollBack(to string, o store.RollbackOptions) (store.Published, error) {
	from, err := c.Current()
	if err != nil {
		return store.Published{}, err
	}
	if err := checkOver(o.Over, from); err != nil {
		return store.Published{}, err
	}
	history, err := c.History()
	if err != nil {
		return store.Published{}, err
	}
	earlier := slices.Collect(history.earlier(from))
	switch {
	case len(earlier) == 0:
		return store.Published{}, &store.RefusedError{Reason: fmt.Sprintf("rollback: found no release that was current before %s: publish one instead", orNone(from))}
	case to == "":
		to = earlier[0]
	case !slices.Contains(earlier, to):
		return store.Published{}, &store.RefusedError{Reason: fmt.Sprintf(
			"rollback to %s: expected a release that was current before %s, one of %s: to go forward, publish it", to, from, strings.Join(earlier, ", "))}
	}
	release, err := c.Open(to) // checks manifest, size, format and header
	if errors.Is(err, store.ErrReleaseGone) {
		return store.Published{}, fmt.Errorf("rollback: %w: it was current before %s and has been pruned: publish another instead", err, from)
	}
	if err != nil {
		return store.Published{}, fmt.Errorf("rollback: %w", err)
	}
	defer release.Close()
	return store.Published{Release: to, From: from}, c.point(JournalEntry{Action: ActionRollback, By: o.By, Release: to, From: from, Trace: o.Trace})
}

// RollbackTarget is where a rollback from the current release would go,
// "" where there is nothing to roll back to.
func (c *Catalogue) RollbackTarget() (string, error) {
	targets, err := c.RollbackTargets()
	if err != nil || len(targets) == 0 {
		return "", err
	}
	return targets[0], nil
}

// RollbackTargets are all releases to which a rollback can be told to go, the nearest first.
// Some may have been pruned.
func (c *Catalogue) RollbackTargets() ([]string, error) {
	current, err := c.Current()
	if err != nil {
		return nil, err
	}
	history, err := c.History()
	if err != nil {
		return nil, err
	}
	return slices.Collect(history.earlier(current)), nil
}
