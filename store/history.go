package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// history is what the journal says of releases.
type history struct {
	highest   int                  // number that a release has had
	published map[string]time.Time // when each was published first
	left      map[string]departure // how each ceased to be current last
}

// departure is how a release ceased to be current.
type departure struct {
	at        time.Time
	withdrawn bool // by a rollback
}

func newHistory(journal []JournalEntry) *history {
	h := &history{published: map[string]time.Time{}, left: map[string]departure{}}
	for i, e := range journal {
		if n, ok := releaseNumber(e.Release); ok {
			h.highest = max(h.highest, n)
		}
		switch e.Action {
		case ActionPublish:
			if _, ok := h.published[e.Release]; !ok {
				h.published[e.Release] = e.Time
			}
			if e.From != e.Release {
				h.left[e.From] = departure{at: e.Time}
			}
		case ActionRollback:
			// What was published in between is taken back too.
			h.left[e.From] = departure{e.Time, true}
			for _, name := range earlierReleases(journal[:i], e.From) {
				if name == e.Release {
					break
				}
				h.left[name] = departure{e.Time, true}
			}
		}
	}
	return h
}

// recent reports whether a release was current at some time since then, and was
// not taken back.
func (h *history) recent(name string, since time.Time) bool {
	d, ok := h.left[name]
	return ok && !d.withdrawn && d.at.After(since)
}

// journalRead is the journal as it was read last. It only grows, so the same
// file of the same size says the same.
type journalRead struct {
	file    os.FileInfo
	history *history
}

// history gives what the journal says now. It is read anew only where it has
// changed: with the years it becomes long.
func (c *Catalogue) history() (*history, error) {
	file, err := os.Stat(filepath.Join(c.dir, journalFile))
	if errors.Is(err, fs.ErrNotExist) {
		return newHistory(nil), nil
	}
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	if last := c.read.Load(); last != nil && os.SameFile(last.file, file) && last.file.Size() == file.Size() && last.file.ModTime().Equal(file.ModTime()) {
		return last.history, nil
	}
	journal, err := readJournal(c.dir)
	if err != nil {
		return nil, err
	}
	h := newHistory(journal)
	c.read.Store(&journalRead{file, h})
	return h, nil
}

// checkPresent says whether a release is on disk: ErrReleaseGone where it was,
// ErrNotFound where it never was.
func (c *Catalogue) checkPresent(name string, h *history) error {
	number, ok := releaseNumber(name)
	if !ok {
		return &ArgumentError{"release", fmt.Sprintf("%.40q", name), "the name of a release, such as r1"}
	}
	_, err := os.Stat(c.releaseDir(name))
	if err == nil {
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("find release %s: %w", name, err)
	}
	// The folder knows of releases that the journal was not told of before a
	// crash.
	names, err := c.names()
	if err != nil {
		return err
	}
	highest := h.highest
	for _, name := range names {
		if n, ok := releaseNumber(name); ok {
			highest = max(highest, n)
		}
	}
	if number <= highest {
		return fmt.Errorf("release %s: %w", name, ErrReleaseGone)
	}
	return fmt.Errorf("release %s: %w, expected one of: %s", name, ErrNotFound, orNone(strings.Join(names, ", ")))
}
