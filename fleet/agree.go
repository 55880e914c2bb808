package fleet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"alphanode/fleet/transport"
	"alphanode/store"
	"alphanode/store/catalogue"
)

// Agree implements [catalogue.Ledger]: it makes an act the next one of the fleet.
func (m *Member) Agree(a catalogue.Act) error {
	m.mu.Lock()
	seen := m.seen
	m.mu.Unlock()
	if seen == nil {
		return errors.New("agree with the fleet: this data directory was not brought to its state")
	}
	c := change{did: didOf(a), isNext: func(h *head) bool { return h.Act == seen.Act }}
	var err error
	if a.Takedowns != nil && len(a.Entries) == 0 { // which says that no release has what is taken down
		if lacking := m.lacking(seen); len(lacking) > 0 {
			if h, err := m.latest(m.ctx); err == nil && h.Act != seen.Act { // and what was lacking may have been replaced
				return &store.OutrunError{By: h.Last.String()}
			}
			return fmt.Errorf("release %s of the fleet is not on this disk, and may hold the post: finish the takedown by the same command when it can be brought here (alphanode fleet mend), or where it is", lacking[0].Name)
		}
	}
	if a.Takedowns != nil {
		if c.takedowns, err = putPaper(m.ctx, m.transport, a.Takedowns); err != nil {
			return err
		}
	}
	for _, e := range a.Entries {
		line, err := e.Line()
		if err != nil {
			return err
		}
		c.lines = append(c.lines, strings.TrimSuffix(string(line), "\n"))
	}
	if c.built = a.Built; a.Built != nil {
		c.swept, c.beside = seen.Swept, isUpgrade(a)
		if c.form, c.parcel, err = m.push(m.ctx, a.Built); err != nil {
			return err
		}
	}
	c.current, c.dropped = a.Current, a.Dropped
	h, err := m.propose(m.ctx, c)
	if err != nil {
		return err
	}
	m.mu.Lock()
	m.seen = h
	m.mu.Unlock()
	return nil
}

// Releases implements [catalogue.Ledger].
func (m *Member) Releases() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.seen == nil {
		return nil
	}
	return m.seen.names()
}

// isUpgrade reports whether an act makes a release anew in another format alone. Whatever else
// makes one anew takes something out of it, which other forms of it would have still.
func isUpgrade(a catalogue.Act) bool {
	return len(a.Entries) > 0 && a.Entries[0].Action == catalogue.ActionUpgrade
}

// didOf says what an act is, as people are told.
func didOf(a catalogue.Act) string {
	if len(a.Entries) == 0 {
		switch {
		case a.Built != nil:
			return "made " + a.Built.Manifest.Name + " anew"
		case a.Takedowns != nil:
			return "finished a takedown"
		}
		return "changed something"
	}
	e := a.Entries[0]
	switch e.Action {
	case catalogue.ActionBuild:
		return "built " + e.Release
	case catalogue.ActionPublish:
		return "published " + e.Release
	case catalogue.ActionRollback:
		return "rolled back to " + e.Release
	case catalogue.ActionPrune:
		return "pruned " + e.Release
	case catalogue.ActionTakedown:
		return "took " + e.Post + " down"
	case catalogue.ActionLift:
		return "lifted the takedown of " + e.Post
	case catalogue.ActionUpgrade:
		return "upgraded " + e.Release
	default:
		return string(e.Action)
	}
}

// change is what an act changes in the head. What is zero stays.
type change struct {
	did       string
	isNext    func(*head) bool // whether it can follow this head
	lines     []string
	current   string
	dropped   string
	takedowns string // a paper
	keys      *string
	older     int              // the format that all read; forms below that are not needed go
	built     *catalogue.Built // with its form and parcel, which are in the fleet
	form      form
	beside    bool // other forms of the release stay
	parcel    *parcel
	garbage   []garbage
	swept     uint64 // of the head by which its blocks were looked for
}

// errUncertain says that an act may have been taken or not.
var errUncertain = errors.New("the fleet did not answer, so that it is not known whether it was done: look at alphanode fleet status before trying again")

// propose changes the head.
func (m *Member) propose(ctx context.Context, c change) (*head, error) {
	nonce := newNonce()
	for {
		h, err := m.latest(ctx)
		if err != nil {
			return nil, err
		}
		if !c.isNext(h) {
			return nil, &store.OutrunError{By: h.Last.String()}
		}
		if c.built != nil {
			again, err := m.keepBlocks(ctx, h, &c)
			if err != nil {
				return nil, err
			}
			if again {
				continue
			}
		}
		n, err := m.changed(ctx, h, c)
		if _, damaged := errors.AsType[*damagedError](err); damaged && m.wentOn(ctx, h) {
			continue
		}
		if err != nil {
			return nil, err
		}
		n.next(nonce, deed{m.options.By, m.options.Host, c.did, time.Now().UTC()})
		n, err = m.set(ctx, n, nonce)
		if errors.Is(err, transport.ErrConflict) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if len(n.Garbage) > 0 {
			if err := m.sweep(ctx); err != nil { // the next act goes on
				m.log.Warn("what the fleet does not need any more is not deleted yet", "error", err)
			}
		}
		return n, nil
	}
}

// keepBlocks sees to it that the blocks of what was built are there for good: garbage with
// which they are shared may be deleted at this moment. It reports whether the head is another
// by now.
func (m *Member) keepBlocks(ctx context.Context, h *head, c *change) (again bool, err error) {
	if len(h.Garbage) > 0 {
		return true, m.sweep(ctx)
	}
	if h.Swept != c.swept {
		if err := m.pushBlocks(ctx, c.parcel, c.built); err != nil {
			return false, err
		}
		c.swept = h.Swept
	}
	return false, nil
}

// changed gives the head after an act.
func (m *Member) changed(ctx context.Context, h *head, c change) (*head, error) {
	n := h.clone()
	n.Current = cmp.Or(c.current, h.Current)
	if c.dropped != "" {
		n.drop(c.dropped)
	}
	if c.older > 0 {
		n.dropOlder(c.older)
	}
	n.Garbage = append(n.Garbage, c.garbage...)
	if c.built != nil {
		name := c.built.Manifest.Name
		if newest := h.format(); !c.beside && newest > c.form.Format { // which who was upgraded could not read
			return nil, &store.RefusedError{Reason: fmt.Sprintf("the fleet has releases of format %d, expected at most %d, which this alphanode makes: run the newer one", newest, c.form.Format)}
		}
		n.put(name, c.form, c.beside)
	}
	if c.takedowns != "" {
		n.replace(&n.Takedowns, c.takedowns)
	}
	if c.keys != nil {
		n.replace(&n.Keys, *c.keys)
	}
	n.Journal.Tail = append(n.Journal.Tail, c.lines...)
	if len(n.Journal.Tail) <= longestTail && len(strings.Join(n.Journal.Tail, "\n")) <= largestTail {
		return n, nil
	}
	all, err := m.wholeJournal(ctx, n)
	if err != nil {
		return nil, err
	}
	base, err := putPaper(ctx, m.transport, all)
	if err != nil {
		return nil, err
	}
	n.replace(&n.Journal.Base, base)
	n.Journal.Tail = nil
	return n, nil
}

// set writes a head in the place of the one it was made of. Where the answer is lost, the
// names of acts tell whether it was taken.
func (m *Member) set(ctx context.Context, n *head, nonce string) (*head, error) {
	data, err := n.encoded()
	if err != nil {
		return nil, err
	}
	tryCtx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	revision, err := m.transport.CompareAndSet(tryCtx, headKey, data, n.revision)
	if err == nil {
		n.revision = revision
		return n, nil
	}
	if errors.Is(err, transport.ErrNoRoom) || errors.Is(err, transport.ErrRefused) {
		return nil, fmt.Errorf("write the head of the fleet: %w", err)
	}
	// A conflict can be with the act itself, where an answer was lost and it was tried again.
	getCtx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	v, getErr := m.transport.Get(getCtx, headKey)
	if getErr != nil {
		return nil, fmt.Errorf("%w: %w", errUncertain, errors.Join(err, getErr))
	}
	h, parseErr := parseHead(v)
	switch {
	case parseErr != nil:
		return nil, fmt.Errorf("%w: %w", errUncertain, parseErr)
	case slices.Contains(h.Recent, nonce):
		n.revision = h.revision
		return n, nil
	default: // it may still be on its way: then it is one of two under one name, of which one wins
		return nil, transport.ErrConflict
	}
}

// DropOlder drops the forms of releases that no replica needs any more: all that are known read
// a newer one. It names those that do not; then they stay.
func (m *Member) DropOlder(ctx context.Context, within time.Duration) (behind []string, err error) {
	h, err := m.latest(ctx)
	if err != nil || !h.clone().dropOlder(store.FormatVersion) {
		return nil, err
	}
	roll, err := m.Status(ctx, within)
	if err != nil {
		return nil, err
	}
	for _, r := range roll.Replicas {
		if r.Format < store.FormatVersion {
			behind = append(behind, r.Name)
		}
	}
	if len(behind) > 0 {
		return behind, nil
	}
	_, err = m.propose(ctx, change{did: "dropped older forms of releases", older: store.FormatVersion, isNext: func(*head) bool { return true }})
	return nil, err
}
