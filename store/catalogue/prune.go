package catalogue

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"alphanode/store"
)

// prunedPrefix marks the folder of a release that is being deleted.
const prunedPrefix = ".pruned-"

// Pruned says what a prune dropped.
type Pruned struct {
	Dropped []string `json:"dropped"` // oldest first
	Kept    []string `json:"kept"`
	Bytes   int64    `json:"bytes"` // that were freed
}

// Prune drops old releases. It keeps the newest, keep of them; the current one
// and the one that a rollback would go to; and those staged that are newer than
// the current one, which are not counted.
//
// A release is journalled, then renamed aside, then deleted. Killed at any
// instant, each release is either whole or gone. What is left of one is swept by
// the next prune or build. Who has a release open can read on.
func (c *Catalogue) Prune(keep int, by string) (Pruned, error) {
	if keep < 1 {
		return Pruned{}, &store.ArgumentError{Name: "keep", Found: strconv.Itoa(keep), Expected: "an integer of at least 1"}
	}
	lock, err := c.lock()
	if err != nil {
		return Pruned{}, err
	}
	defer lock.Unlock()
	if err := c.sweep(); err != nil {
		return Pruned{}, err
	}
	var p Pruned
	old, kept, err := c.prunable(keep)
	if err != nil {
		return p, err
	}
	p.Kept = kept
	for _, name := range old {
		freed, err := c.drop(name, by)
		if err != nil {
			return p, fmt.Errorf("prune %s: %w; dropped before: %d releases; trying again is safe", name, err, len(p.Dropped))
		}
		p.Dropped, p.Bytes = append(p.Dropped, name), p.Bytes+freed
	}
	return p, nil
}

// prunable divides the releases into those that are to be dropped and those that
// stay.
func (c *Catalogue) prunable(keep int) (old, kept []string, err error) {
	names, err := c.Names()
	if err != nil {
		return nil, nil, err
	}
	current, err := c.Current()
	if err != nil {
		return nil, nil, err
	}
	target, err := c.RollbackTarget()
	if err != nil {
		return nil, nil, err
	}
	history, err := c.History()
	if err != nil {
		return nil, nil, err
	}
	now, _ := store.ReleaseNumber(current) // 0 where nothing is current
	for _, name := range slices.Backward(names) {
		n, _ := store.ReleaseNumber(name)
		_, published := history.published[name]
		counted := published || n < now
		if counted && keep <= 0 && name != current && name != target {
			old = append(old, name)
			continue
		}
		if counted {
			keep--
		}
		kept = append(kept, name)
	}
	slices.Reverse(old)
	slices.Reverse(kept)
	return old, kept, nil
}

// drop takes a release out of the catalogue and gives how many bytes it had.
func (c *Catalogue) drop(name, by string) (freed int64, err error) {
	if err := appendJournal(c.disk, c.dir, JournalEntry{Time: c.now().UTC(), Action: ActionPrune, By: by, Release: name}); err != nil {
		return 0, err
	}
	dir, aside := c.ReleaseDir(name), filepath.Join(c.dir, releasesDir, prunedPrefix+name)
	files, err := os.ReadDir(dir)
	if err != nil {
		return 0, err
	}
	for _, f := range files {
		if info, err := f.Info(); err == nil {
			freed += info.Size()
		}
	}
	if err := c.disk.Rename(dir, aside); err != nil {
		return 0, err
	}
	if err := c.disk.SyncDir(filepath.Join(c.dir, releasesDir)); err != nil {
		return 0, err
	}
	return freed, c.disk.RemoveAll(aside)
}
