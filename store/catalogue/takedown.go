package catalogue

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/disk"
)

const takedownsFile = "takedowns.json"

// takedowns is what the file of takedowns says: one version of it.
type takedowns struct {
	file os.FileInfo      // nil where there is none
	all  []store.Takedown // by slug
	sum  string           // SHA-256 of what the file holds; "" where there is none
}

func (t *takedowns) find(slug string) (at int, found bool) {
	return slices.BinarySearchFunc(t.all, slug, func(d store.Takedown, slug string) int { return strings.Compare(d.Slug, slug) })
}

func (t *takedowns) has(slug string) bool {
	_, found := t.find(slug)
	return found
}

// owner is the slug of the post that had a reference, "" where none had.
func (t *takedowns) owner(reference string) string {
	if reference == "" || len(t.all) == 0 {
		return ""
	}
	hash := referenceHash(reference)
	for _, d := range t.all {
		if slices.Contains(d.References, hash) {
			return d.Slug
		}
	}
	return ""
}

func (t *takedowns) slugs() []string {
	slugs := make([]string, len(t.all))
	for i, d := range t.all {
		slugs[i] = d.Slug
	}
	return slugs
}

func (t *takedowns) finished() bool {
	return !slices.ContainsFunc(t.all, func(d store.Takedown) bool { return d.FinishedAt == nil })
}

func referenceHash(reference string) string {
	sum := sha256.Sum256([]byte(reference))
	return hex.EncodeToString(sum[:])
}

// takedowns gives what is taken down now. The file is read anew only where it has
// changed, so the same version is the same pointer.
func (c *Catalogue) takedowns() (*takedowns, error) {
	path := filepath.Join(c.dir, takedownsFile)
	file, err := os.Stat(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read takedowns: %w", err)
	}
	last := c.takenDown.Load()
	if last != nil && disk.SameVersion(last.file, file) {
		return last, nil
	}
	t := &takedowns{file: file}
	if file != nil {
		data, read, err := disk.ReadRegular(path)
		if err != nil {
			return nil, fmt.Errorf("read takedowns: %w", err)
		}
		t.file = read
		sum := sha256.Sum256(data)
		t.sum = hex.EncodeToString(sum[:])
		if err := json.Unmarshal(data, &t.all); err != nil {
			return nil, fmt.Errorf("takedowns: %s: found what is no JSON of takedowns: %w: put a good copy in its place; until then no release is opened, for it could hold a post that is taken down",
				path, err)
		}
		t.all = normalTakedowns(t.all)
	}
	if !c.takenDown.CompareAndSwap(last, t) {
		return c.takedowns() // another has read it meanwhile
	}
	return t, nil
}

// normalTakedowns gives takedowns by slug, in the form that slugs have today: those that
// were recorded when any other was kept too are of the same posts.
func normalTakedowns(recorded []store.Takedown) (all []store.Takedown) {
	for i := range recorded {
		recorded[i].Slug = content.NormalSlug(recorded[i].Slug)
	}
	slices.SortStableFunc(recorded, func(a, b store.Takedown) int { return strings.Compare(a.Slug, b.Slug) })
	for _, d := range recorded {
		if n := len(all); n > 0 && all[n-1].Slug == d.Slug {
			all[n-1].References = slices.Concat(all[n-1].References, d.References)
			if d.FinishedAt == nil {
				all[n-1].FinishedAt = nil
			}
			continue
		}
		all = append(all, d)
	}
	return all
}

// normalSlugs gives each of some slugs once, as releases have them.
func normalSlugs(slugs []string) (normal []string) {
	for _, slug := range slugs {
		if slug = content.NormalSlug(slug); !slices.Contains(normal, slug) {
			normal = append(normal, slug)
		}
	}
	return normal
}

// TakedownsID tells apart what is taken down at two times: it is another one after each
// that was recorded, finished or lifted. To look at the file would not do, which is as
// it was when a takedown is lifted again; the journal remembers that there was one.
func (c *Catalogue) TakedownsID() (string, error) {
	t, err := c.takedowns()
	if err != nil {
		return "", err
	}
	h, err := c.History()
	if err != nil || h.takedowns == 0 && t.sum == "" {
		return "", err
	}
	return fmt.Sprintf("%d-%.32s", h.takedowns, t.sum), nil
}

// recordTakedowns writes what is taken down from now on, and the entries of the journal
// that say how that came: these first, as of every act.
func (c *Catalogue) recordTakedowns(all []store.Takedown, entries ...JournalEntry) error {
	data, err := json.MarshalIndent(append([]store.Takedown{}, all...), "", "  ")
	if err != nil {
		return err
	}
	data = append(data, '\n')
	if err := c.record(Act{Entries: entries, Takedowns: data}); err != nil {
		return err
	}
	if err := disk.Replace(c.disk, filepath.Join(c.dir, takedownsFile), data, 0o600); err != nil {
		return c.agreed(fmt.Errorf("write takedowns: %w", err))
	}
	return c.agreed(c.disk.SyncDir(c.dir))
}

// Takedowns lists what is taken down, by slug.
func (c *Catalogue) Takedowns() ([]store.Takedown, error) {
	t, err := c.takedowns()
	if err != nil {
		return nil, err
	}
	return slices.Clone(t.all), nil
}

// Takedown makes every release be without some posts, the current one first, and
// keeps them out of imports until that is lifted. It may be called again for the
// same posts, and then finishes what was broken off. A post that no release has is
// taken down all the same.
//
// It is recorded before anything else: from then on no release that holds one of
// the posts is opened, published or exported, while what is being served is served
// until it is made anew. Killed at any instant, each release is either as it was or
// without the posts.
func (c *Catalogue) Takedown(ctx context.Context, slugs []string, o store.TakedownOptions) (store.Withdrawal, error) {
	slugs = normalSlugs(slugs)
	lock, err := c.lock()
	if err != nil {
		return store.Withdrawal{}, err
	}
	defer lock.Unlock()
	if err := c.insist(func() error { return c.recordTakedown(slugs, o) }); err != nil {
		if c.ledger != nil { // by which it may have been done
			return store.Withdrawal{}, fmt.Errorf("takedown: %w", err)
		}
		return store.Withdrawal{}, fmt.Errorf("takedown: %w; nothing was changed", err)
	}
	w, err := c.withdraw(ctx, o)
	if err != nil {
		return w, fmt.Errorf("takedown: it is recorded, and releases that hold the post are no longer opened, but %w", err)
	}
	t, err := c.takedowns()
	if err != nil {
		return w, err
	}
	for _, d := range t.all {
		if slices.Contains(slugs, d.Slug) {
			w.Posts = append(w.Posts, d)
		}
	}
	return w, nil
}

// recordTakedown writes down what is to be gone.
func (c *Catalogue) recordTakedown(slugs []string, o store.TakedownOptions) error {
	before, err := c.takedowns()
	if err != nil {
		return err
	}
	references, err := c.referencesOf(slugs)
	if err != nil {
		return err
	}
	now := c.now().UTC()
	t := &takedowns{all: slices.Clone(before.all)}
	var entries []JournalEntry
	for _, slug := range slugs {
		at, found := t.find(slug)
		if !found {
			entries = append(entries, JournalEntry{Time: now, Action: ActionTakedown, By: o.By, Post: slug, Reason: o.Reason})
			t.all = slices.Insert(t.all, at, store.Takedown{Slug: slug, Time: now, By: o.By, Reason: o.Reason})
		}
		d := &t.all[at]
		d.FinishedAt = nil
		d.References = slices.Concat(d.References, references[slug])
		slices.Sort(d.References)
		d.References = slices.Compact(d.References)
	}
	return c.recordTakedowns(t.all, entries...)
}

// Lift lets imports bring posts again. It brings none back by itself.
func (c *Catalogue) Lift(slugs []string, o store.TakedownOptions) error {
	slugs = normalSlugs(slugs)
	lock, err := c.lock()
	if err != nil {
		return err
	}
	defer lock.Unlock()
	return c.insist(func() error { return c.lift(slugs, o) })
}

// lift is Lift for who holds the lock.
func (c *Catalogue) lift(slugs []string, o store.TakedownOptions) error {
	t, err := c.takedowns()
	if err != nil {
		return err
	}
	for _, slug := range slugs {
		if !t.has(slug) {
			return &store.RefusedError{Reason: fmt.Sprintf("lift the takedown of %q: found no such takedown, expected one of: %s; nothing was changed",
				slug, orNothing(strings.Join(t.slugs(), ", ")))}
		}
	}
	var entries []JournalEntry
	for _, slug := range slugs {
		entries = append(entries, JournalEntry{Time: c.now().UTC(), Action: ActionLift, By: o.By, Post: slug, Reason: o.Reason})
	}
	left := slices.DeleteFunc(slices.Clone(t.all), func(d store.Takedown) bool { return slices.Contains(slugs, d.Slug) })
	return c.recordTakedowns(left, entries...)
}

func orNothing(list string) string {
	if list == "" {
		return "nothing is taken down"
	}
	return list
}

// FinishTakedowns finishes those that were broken off. It does nothing, and takes
// no lock, where there are none.
func (c *Catalogue) FinishTakedowns(ctx context.Context, o store.TakedownOptions) (store.Withdrawal, error) {
	t, err := c.takedowns()
	if err != nil || t.finished() {
		return store.Withdrawal{}, err
	}
	lock, err := c.lock()
	if err != nil {
		return store.Withdrawal{}, err
	}
	defer lock.Unlock()
	return c.withdraw(ctx, o)
}
