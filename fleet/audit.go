package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"alphanode/store"
)

// Audit is what there is to look at in a fleet.
type Audit struct {
	Roll       *Roll
	Size       int64    // bytes of the current release, of its largest form
	Formats    []int    // of the current release; nil where there is none
	Looked     int      // at files, by their names and sizes
	Missing    []string // those that are not there, or are damaged, with why
	Unneeded   Cleared  // what Clear would delete; nothing where the parcel of a release is damaged
	Unfinished []string // slugs of posts whose takedown was broken off
}

// Audit calls the roll, and looks whether all files are there that the fleet needs. It reads no
// block: Mend does.
func (m *Member) Audit(ctx context.Context, within time.Duration) (*Audit, error) {
	roll, err := m.Status(ctx, within)
	if err != nil {
		return nil, err
	}
	for {
		h, err := m.latest(ctx)
		if err != nil {
			return nil, err
		}
		a, err := m.audit(ctx, h, roll)
		if err != nil || len(a.Missing) == 0 || !m.wentOn(ctx, h) { // and needs it no more
			return a, err
		}
	}
}

// audit looks at what a head names.
func (m *Member) audit(ctx context.Context, h *head, roll *Roll) (*Audit, error) {
	a := &Audit{Roll: roll}
	if s := h.find(h.Current); s != nil {
		for _, f := range s.Forms {
			a.Formats, a.Size = append(a.Formats, f.Format), max(a.Size, f.Size)
		}
	}
	if err := m.lookForFiles(ctx, h, a); err != nil {
		return nil, err
	}
	var err error
	a.Unfinished, err = m.unfinished(ctx, h)
	return a, err
}

// lookForFiles holds the files that there are against those that a head names.
func (m *Member) lookForFiles(ctx context.Context, h *head, a *Audit) error {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	files, err := m.transport.List(ctx, "")
	if err != nil {
		return fmt.Errorf("list what the fleet has: %w", err)
	}
	there := make(map[string]int64, len(files))
	for _, f := range files {
		there[f.Name] = f.Size
	}
	seen, whole := map[string]bool{}, true
	look := func(name string, size int64) {
		if seen[name] {
			return
		}
		seen[name] = true
		a.Looked++
		switch found, ok := there[name]; {
		case !ok:
			a.Missing = append(a.Missing, name+" is missing")
		case size >= 0 && found != size:
			a.Missing = append(a.Missing, fmt.Sprintf("%s has %d bytes, expected %d", name, found, size))
		}
	}
	for _, name := range []string{h.Takedowns, h.Keys, h.Journal.Base} {
		if name != "" {
			look(papersPrefix+name, -1)
		}
	}
	for _, s := range h.Releases {
		for _, f := range s.Forms {
			if _, ok := there[papersPrefix+f.Parcel]; !ok {
				look(papersPrefix+f.Parcel, -1)
				whole = false
				continue
			}
			p, err := m.readParcel(ctx, f.Parcel)
			if damaged, ok := errors.AsType[*damagedError](err); ok {
				a.Looked++
				whole = false
				a.Missing = append(a.Missing, fmt.Sprintf("%s: %v", damaged.file, damaged.err))
				continue
			}
			if err != nil {
				return err
			}
			look(papersPrefix+f.Parcel, -1)
			for _, file := range p.Files {
				for i, sum := range file.Blocks {
					look(blocksPrefix+sum, min(blockSize, file.Size-int64(i)*blockSize))
				}
			}
		}
	}
	slices.Sort(a.Missing)
	if whole {
		a.Unneeded = cleared(unneeded(files, seen))
	}
	return nil
}

// unfinished gives the posts that were taken down, of which a release may still have one.
func (m *Member) unfinished(ctx context.Context, h *head) (slugs []string, err error) {
	if h.Takedowns == "" {
		return nil, nil
	}
	data, err := m.paper(ctx, h.Takedowns)
	if _, damaged := errors.AsType[*damagedError](err); damaged {
		return nil, nil // which is told of as a file
	}
	if err != nil {
		return nil, err
	}
	var all []store.Takedown
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, fmt.Errorf("%w: read what is taken down in the fleet: %w", store.ErrCorrupt, err)
	}
	for _, t := range all {
		if t.FinishedAt == nil {
			slugs = append(slugs, t.Slug)
		}
	}
	return slugs, nil
}
