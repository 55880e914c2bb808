package fleet

import (
	"context"
	"encoding/json"
	"errors"

	"alphanode/store"
	"alphanode/store/catalogue"
)

// CatchUp implements [catalogue.Ledger]: it brings the directory to the head. What is taken
// down is taken over first, whatever else cannot be.
func (m *Member) CatchUp(adopt func(catalogue.Common) error) error {
	return m.onLatest(m.ctx, func(h *head) error { return m.bring(m.ctx, h, adopt) })
}

// onLatest does a step on the newest head, and again where a file was missing because the fleet has
// gone on meanwhile, and needs it no more.
func (m *Member) onLatest(ctx context.Context, step func(*head) error) error {
	for {
		h, err := m.latest(ctx)
		if err != nil {
			return err
		}
		err = step(h)
		if _, damaged := errors.AsType[*damagedError](err); !damaged || !m.wentOn(ctx, h) {
			return err
		}
	}
}

// wentOn reports whether the fleet is known to have another head by now.
func (m *Member) wentOn(ctx context.Context, h *head) bool {
	now, err := m.latest(ctx)
	return err == nil && now.revision != h.revision
}

// Settle notes that the directory has all that was agreed on, after something was done in it: an
// act is agreed on before it is done, so it cannot be noted there at once. From a directory that
// is behind by its own note no fleet gets back what it has lost: those who follow have seen more.
func (m *Member) Settle() error { return m.catalogue.CatchUp() }

func (m *Member) bring(ctx context.Context, h *head, adopt func(catalogue.Common) error) error {
	known, err := m.belong(h)
	if err != nil {
		return err
	}
	journal, unknown := m.wholeJournal(ctx, h)
	if unknown == nil { // before anything is changed, so that who has another history loses nothing
		if err := m.catalogue.CheckContinues(journal); err != nil {
			return err
		}
	}
	common := catalogue.Common{}
	if common.Releases, err = m.notWithdrawn(ctx, h); err != nil {
		return err
	}
	if common.Takedowns, err = m.smallPaper(ctx, h.Takedowns); err != nil {
		return err
	}
	if current, err := m.catalogue.Current(); err == nil && current != "" {
		common.Releases = append(common.Releases, current) // which is served until another is
	}
	if err := adopt(common); err != nil {
		return err
	}
	came, lacking := m.gather(ctx, h)
	if unknown != nil {
		return unknown
	}
	common.Came, common.Releases, common.Journal = came, h.names(), journal
	if common.Current = h.Current; !m.has(h, h.Current, came) {
		if lacking == nil {
			lacking = &LackingError{Release: h.Current}
		}
		common.Journal, common.Current = nil, ""
		if current, err := m.catalogue.Current(); err == nil && current != "" {
			common.Releases = append(common.Releases, current)
		}
	}
	if err := adopt(common); err != nil {
		return err
	}
	for _, c := range came {
		m.setBad(c.Name, false)
	}
	if common.Current != h.Current {
		return lacking
	}
	if known.Act != h.Act {
		if err := m.writeMark(mark{h.Fleet, h.Act}); err != nil {
			return err
		}
	}
	m.mu.Lock()
	m.seen = h
	m.mu.Unlock()
	m.forget(h)
	return m.clear(h)
}

// notWithdrawn gives the releases of a head but for those whose copies on this disk have posts that
// were taken out of them since. These go at once, not only when the release has come anew: the
// takedown may be lifted by then, and would not keep anybody from opening one.
func (m *Member) notWithdrawn(ctx context.Context, h *head) (names []string, err error) {
	for i := range h.Releases {
		s := &h.Releases[i]
		f, ok := s.usable()
		stated, unknown := m.catalogue.Stated(s.Name)
		if !ok || unknown != nil || sumOf(stated) == f.Manifest {
			names = append(names, s.Name)
			continue
		}
		p, err := m.readParcel(ctx, f.Parcel)
		if _, damaged := errors.AsType[*damagedError](err); err != nil && !damaged {
			return nil, err
		}
		var before, after store.Manifest
		if err == nil && json.Unmarshal(stated, &before) == nil && json.Unmarshal([]byte(p.Manifest), &after) == nil && len(after.TakenDown) <= len(before.TakenDown) {
			names = append(names, s.Name)
		}
	}
	return names, nil
}
