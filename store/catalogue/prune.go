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
	err = c.insist(func() error { // whatever is current by now
		old, kept, err := c.prunable(keep)
		if err != nil {
			return err
		}
		p.Kept = kept
		for _, name := range old {
			freed, err := c.drop(name, by)
			if err != nil {
				return fmt.Errorf("prune %s: %w; dropped before: %d releases; trying again is safe", name, err, len(p.Dropped))
			}
			p.Dropped, p.Bytes = append(p.Dropped, name), p.Bytes+freed
		}
		return nil
	})
	return p, err
}

// prunable divides the releases into those that are to be dropped and those that
// stay.
func (c *Catalogue) prunable(keep int) (old, kept []string, err error) {
	names, err := c.allNames()
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
	entry := JournalEntry{Time: c.now().UTC(), Action: ActionPrune, By: by, Release: name}
	if err := c.record(Act{Entries: []JournalEntry{entry}, Dropped: name}); err != nil {
		return 0, err
	}
	if !c.Has(name) { // it never came here
		return 0, nil
	}
	files, err := os.ReadDir(c.ReleaseDir(name))
	if err != nil {
		return 0, err
	}
	for _, f := range files {
		if info, err := f.Info(); err == nil {
			freed += info.Size()
		}
	}
	return freed, c.discard(name)
}

// discard takes the folder of a release away.
func (c *Catalogue) discard(name string) error {
	aside := filepath.Join(c.dir, releasesDir, prunedPrefix+name)
	if err := c.disk.RemoveAll(aside); err != nil { // of a release of this name, which came again since
		return err
	}
	if err := c.disk.Rename(c.ReleaseDir(name), aside); err != nil {
		return err
	}
	if err := c.disk.SyncDir(filepath.Join(c.dir, releasesDir)); err != nil {
		return err
	}
	return c.disk.RemoveAll(aside)
}
