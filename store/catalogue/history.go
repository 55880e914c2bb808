package catalogue

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"alphanode/store"
	"alphanode/store/disk"
)

// history is what the journal says of releases.
type history struct {
	highest   int                  // number that a release has had
	published map[string]firstTime // when each was published first
	switches  []switched           // in the order of the journal
	last      map[string]int       // of these, the last that made each current
	left      map[string]departure // how each ceased to be current last
	takedowns int                  // that were ever recorded
	traces    map[string]string    // of the act that made each current last, where it had one
}

// firstTime is when a release was published first.
type firstTime struct {
	at    time.Time
	from  string // what was current before
	entry int    // in the order of the journal
}

// switched is when a release was made current.
type switched struct {
	at time.Time
	to string
}

// departure is how a release ceased to be current.
type departure struct {
	at        time.Time
	withdrawn bool // by a rollback
}

// newHistory reads a journal. The name of what is current tells whether the last
// switch was done.
func newHistory(journal []JournalEntry, current string) *history {
	h := &history{published: map[string]firstTime{}, last: map[string]int{}, left: map[string]departure{}, traces: map[string]string{}}
	for i, e := range journal {
		if n, ok := store.ReleaseNumber(e.Release); ok {
			h.highest = max(h.highest, n)
		}
		if e.Action == ActionTakedown {
			h.takedowns++
		}
		if !e.switches() || failed(journal[i:], current) {
			continue
		}
		h.traces[e.Release], h.last[e.Release] = e.Trace, len(h.switches)
		h.switches = append(h.switches, switched{e.Time, e.Release})
		switch e.Action {
		case ActionPublish:
			if _, ok := h.published[e.Release]; !ok {
				h.published[e.Release] = firstTime{e.Time, e.From, i}
			}
			if e.From != e.Release {
				h.left[e.From] = departure{at: e.Time}
			}
		case ActionRollback:
			// What was published in between is taken back too.
			h.left[e.From] = departure{e.Time, true}
			for name := range h.earlier(e.From) {
				if name == e.Release {
					break
				}
				h.left[name] = departure{e.Time, true}
			}
		}
	}
	return h
}

// failed reports whether the first entry says only that something was tried: the
// entry is written before CURRENT, and what was current stayed so.
func failed(journal []JournalEntry, current string) bool {
	e, now := journal[0], current
	for _, next := range journal[1:] {
		if next.switches() {
			now = next.From
			break
		}
	}
	return now == e.From && now != e.Release
}

// earlier gives what was current before a release was first published, before
// that one was, and so on, latest first.
func (h *history) earlier(name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for behind := math.MaxInt; ; {
			first, ok := h.published[name]
			if !ok || first.from == "" || first.entry >= behind || !yield(first.from) {
				return
			}
			name, behind = first.from, first.entry
		}
	}
}

// PublishedAt is when a release was published first.
func (h *history) PublishedAt(name string) (at time.Time, ok bool) {
	first, ok := h.published[name]
	return first.at, ok
}

// CurrentAt names the release that was current at a time. There is none before the first
// was published.
func (h *history) CurrentAt(at time.Time) (name string, ok bool) {
	for _, s := range slices.Backward(h.switches) { // not a search: a clock may have been set back
		if !s.at.After(at) {
			return s.to, true
		}
	}
	return "", false
}

// Reached reports whether a release that was served is as new as another one: current at
// the same time or after it. Of one that was current more than once the last time counts,
// as a reader may have seen it then.
func (h *history) Reached(served, named string) bool {
	at, came := h.last[named]
	stands, known := h.last[served]
	return came && known && stands >= at
}

// Began is when a release was published first of all; the zero time where none was.
func (h *history) Began() time.Time {
	if len(h.switches) == 0 {
		return time.Time{}
	}
	return h.switches[0].at
}

// Trace is the trace in which a release was made current last, "" where there is none.
func (h *history) Trace(name string) string { return h.traces[name] }

// Standing gives those of the earlier releases that were not taken back, latest first.
func (h *history) Standing(name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for earlier := range h.earlier(name) {
			if !h.left[earlier].withdrawn && !yield(earlier) {
				return
			}
		}
	}
}

// Recent reports whether a release was current at some time since then, and was
// not taken back.
func (h *history) Recent(name string, since time.Time) bool {
	d, ok := h.left[name]
	return ok && !d.withdrawn && d.at.After(since)
}

// Left gives the releases that were current at some time since then, and were not taken
// back; the one left last first.
func (h *history) Left(since time.Time) []string {
	var names []string
	for name := range h.left {
		if h.Recent(name, since) {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int { return h.left[b].at.Compare(h.left[a].at) })
	return names
}

// journalRead is the journal as it was read last. It only grows, so the same
// file of the same size says the same.
type journalRead struct {
	file    os.FileInfo
	current string
	history *history
}

func (j *journalRead) stillTrue(file os.FileInfo, current string) bool {
	return j != nil && j.current == current && disk.SameVersion(j.file, file)
}

// History gives what the journal says now. It is read anew only where it has
// changed, and by one at a time: with the years it becomes long.
func (c *Catalogue) History() (*history, error) {
	// CURRENT is read first: an entry is written before its act, so the journal
	// that is read after it says how that came to be current.
	current, err := c.Current()
	switch {
	case errors.Is(err, store.ErrCorrupt):
		current = "unknown" // so that the last switch counts as done
	case err != nil:
		return nil, err
	}
	file, err := os.Stat(filepath.Join(c.dir, journalFile))
	if errors.Is(err, fs.ErrNotExist) {
		return newHistory(nil, current), nil
	}
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	if last := c.read.Load(); last.stillTrue(file, current) {
		return last.history, nil
	}
	c.reading.Lock()
	defer c.reading.Unlock()
	if last := c.read.Load(); last.stillTrue(file, current) { // while this one waited
		return last.history, nil
	}
	journal, err := readJournal(c.dir)
	if err != nil {
		return nil, err
	}
	h := newHistory(journal, current)
	c.read.Store(&journalRead{file, current, h})
	return h, nil
}

// CheckPresent says whether a release is on disk: ErrReleaseGone where it was,
// ErrNotFound where it never was.
func (c *Catalogue) CheckPresent(name string, h *history) error {
	number, ok := store.ReleaseNumber(name)
	if !ok {
		return &store.ArgumentError{Name: "release", Found: fmt.Sprintf("%.40q", name), Expected: "the name of a release, such as r1"}
	}
	_, err := os.Stat(c.ReleaseDir(name))
	if err == nil {
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("find release %s: %w", name, err)
	}
	// The folder knows of releases that the journal was not told of before a
	// crash.
	names, err := c.Names()
	if err != nil {
		return err
	}
	highest := h.highest
	for _, name := range names {
		if n, ok := store.ReleaseNumber(name); ok {
			highest = max(highest, n)
		}
	}
	if number <= highest {
		return fmt.Errorf("release %s: %w", name, store.ErrReleaseGone)
	}
	return fmt.Errorf("release %s: %w, expected one of: %s", name, store.ErrNotFound, orNone(strings.Join(names, ", ")))
}
