package fleet

import (
	"context"
	"errors"
	"fmt"
	"time"

	"alphanode/fleet/transport"
)

// glance is how long a head is taken for the newest by who deletes what it calls garbage. Who was
// held up for longer, or was asleep, looks again: others may have deleted it meanwhile, and a third
// put anew what a new release has of it.
const glance = 10 * time.Second

// sweep deletes garbage, and then says so in the head. Whoever sends blocks meanwhile waits for
// it, and looks anew for those that he counted on.
func (m *Member) sweep(ctx context.Context) error {
	for until := time.Now().Add(answerTime); ; {
		asked := time.Now()
		h, err := m.latest(ctx)
		if err != nil || len(h.Garbage) == 0 {
			return err
		}
		if err = m.deleteGarbage(ctx, h, asked); err == nil {
			err = m.setSwept(ctx, h)
		}
		tryAgain := errors.Is(err, transport.ErrConflict) ||
			errors.Is(err, transport.ErrUnavailable) && ctx.Err() == nil && time.Now().Before(until)
		if !tryAgain {
			return err
		}
	}
}

// setSwept says that the garbage of a head is deleted.
func (m *Member) setSwept(ctx context.Context, h *head) error {
	n := h.clone()
	n.Garbage, n.Swept = nil, h.Swept+1
	data, err := n.encoded()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	_, err = m.transport.CompareAndSet(ctx, headKey, data, h.revision)
	return err
}

// deleteGarbage deletes what a head has as garbage, but for what it needs all the same. The error
// is an ErrConflict where the head, which was asked for at a time, has become another since.
func (m *Member) deleteGarbage(ctx context.Context, h *head, asked time.Time) error {
	needed, err := m.needed(ctx, h)
	if err != nil && needed == nil {
		return err
	}
	remove := func(name string) error {
		if needed[name] {
			return nil
		}
		if longAgo(asked, glance) {
			asked = time.Now()
			now, err := m.latest(ctx)
			if err != nil {
				return err
			}
			if now.revision != h.revision {
				return transport.ErrConflict
			}
		}
		return m.remove(ctx, name)
	}
	for _, g := range h.Garbage {
		if needed[papersPrefix+g.Paper] {
			continue
		}
		if g.Parcel {
			p, err := m.readParcel(ctx, g.Paper)
			if _, damaged := errors.AsType[*damagedError](err); damaged {
				continue // it was deleted before
			}
			if err != nil {
				return err
			}
			for _, sum := range p.blocks() {
				if err := remove(blocksPrefix + sum); err != nil {
					return fmt.Errorf("delete a block: %w", err)
				}
			}
		}
		if err := remove(papersPrefix + g.Paper); err != nil {
			return fmt.Errorf("delete a paper: %w", err)
		}
	}
	return nil
}

// needed gives the names of the files that a head needs. Where the parcel of a release is damaged,
// so that its blocks are not known, the error is a *damagedError, and the rest is given.
func (m *Member) needed(ctx context.Context, h *head) (names map[string]bool, damage error) {
	names = map[string]bool{papersPrefix + h.Takedowns: true, papersPrefix + h.Keys: true, papersPrefix + h.Journal.Base: true}
	for _, s := range h.Releases {
		for _, f := range s.Forms {
			names[papersPrefix+f.Parcel] = true
			p, err := m.mendedParcel(ctx, f.Parcel)
			if d, damaged := errors.AsType[*damagedError](err); damaged {
				m.log.Warn("a release of the fleet is lost unless it is mended", "release", s.Name, "error", err)
				damage = d
				continue // who has the release puts its blocks anew with it
			}
			if err != nil {
				return nil, err
			}
			for _, sum := range p.blocks() {
				names[blocksPrefix+sum] = true
			}
		}
	}
	return names, damage
}

// mendedParcel is readParcel that puts the parcel anew first, where it is damaged and this disk has it.
func (m *Member) mendedParcel(ctx context.Context, name string) (*parcel, error) {
	p, err := m.readParcel(ctx, name)
	if d, damaged := errors.AsType[*damagedError](err); damaged && m.heal(ctx, d.file) == nil {
		p, err = m.readParcel(ctx, name)
	}
	return p, err
}

// longAgo reports whether more than some time has gone by, also while this machine was asleep.
func longAgo(then time.Time, some time.Duration) bool {
	gone := time.Now().Round(0).Sub(then.Round(0)) // by the clock on the wall: the other stands still meanwhile
	return gone > some || gone < 0
}

// remove deletes a file of the fleet, at once or not at all.
func (m *Member) remove(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, glance)
	defer cancel()
	return m.transport.Delete(ctx, name)
}
