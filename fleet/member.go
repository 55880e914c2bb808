package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"alphanode/fleet/transport"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/disk"
	"alphanode/store/keys"
)

// Options say who a member is. What is zero is not bounded, or not known.
type Options struct {
	By      string // who acts
	Host    string // and where
	Reserve uint64 // bytes that fetching leaves free on the disk
	Rate    int64  // bytes a second that are fetched at most
	Later   bool   // what is lacking is fetched by Fetch alone, not while an act waits for it
	Disk    disk.Disk

	Patience time.Duration // how long a file may be missing that was put just now; 0 for some seconds
}

// Member is a data directory that shares its history with others. It is the ledger of its
// catalogue and of its keys. It is safe for many goroutines; what it waits for ends with
// the context that it was joined with.
type Member struct {
	ctx       context.Context // of whoever acts: an act has none of its own
	transport transport.Transport
	catalogue *catalogue.Catalogue
	keys      *keys.File
	options   Options
	log       *slog.Logger
	disk      disk.Disk
	limit     *rate.Limiter
	buffers   sync.Pool
	fetched   atomic.Int64 // bytes
	collector collector

	mu      sync.Mutex
	seen    *head // that the directory was brought to last
	parcels map[string]*parcel
	bad     map[string]bool // releases whose copy on this disk is damaged
	keysAt  string          // the paper that the keys were brought to last
}

// Join gives a data directory that shares its history with those who use the same transport.
func Join(ctx context.Context, t transport.Transport, c *catalogue.Catalogue, log *slog.Logger, o Options) *Member {
	if o.Disk == nil {
		o.Disk = disk.System{}
	}
	m := &Member{
		ctx: ctx, transport: t, options: o, log: log, disk: o.Disk, limit: newLimit(o.Rate), parcels: map[string]*parcel{}, bad: map[string]bool{},
		buffers: sync.Pool{New: func() any { b := make([]byte, blockSize); return &b }},
	}
	m.catalogue, m.keys = c.Sharing(m), keys.In(c.Dir()).On(o.Disk).Sharing(m)
	return m
}

// Catalogue is the data directory, in which each act is agreed on.
func (m *Member) Catalogue() *catalogue.Catalogue { return m.catalogue }

// Keys are those of the data directory, likewise.
func (m *Member) Keys() *keys.File { return m.keys }

// mark is what a data directory remembers of its fleet.
type mark struct {
	Fleet string `json:"fleet"`
	Act   uint64 `json:"act"` // up to which it was brought
}

func (m *Member) markPath() string { return filepath.Join(m.catalogue.Dir(), store.SharedFile) }

// readMark gives the mark; the zero mark where the directory belongs to no fleet.
func (m *Member) readMark() (k mark, err error) {
	data, _, err := disk.ReadRegular(m.markPath())
	if errors.Is(err, fs.ErrNotExist) {
		return k, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &k)
	}
	if err == nil && k.Fleet == "" {
		err = errors.New("found no fleet in it")
	}
	if err != nil {
		return k, fmt.Errorf("read %s: %w", m.markPath(), err)
	}
	return k, nil
}

func (m *Member) writeMark(k mark) error {
	data, err := json.Marshal(k)
	if err != nil {
		return err
	}
	if err := disk.Replace(m.disk, m.markPath(), append(data, '\n'), 0o600); err != nil {
		return fmt.Errorf("write %s: %w", m.markPath(), err)
	}
	return m.disk.SyncDir(m.catalogue.Dir())
}

// NoHeadError says that a fleet has no state: it is new, or has lost it.
type NoHeadError struct{ Lost bool }

func (e *NoHeadError) Error() string {
	if e.Lost {
		return "the fleet has lost its state, of which this data directory has a copy: run alphanode fleet init with the data directory that is furthest ahead, to give it back"
	}
	return "the fleet has no state yet: run alphanode fleet init with the data directory that is to be everyone's"
}

// latest reads the head, and holds it against what this directory has seen.
func (m *Member) latest(ctx context.Context) (*head, error) {
	var known mark
	if m.catalogue != nil { // who only looks has none
		var err error
		if known, err = m.readMark(); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	v, err := m.transport.Get(ctx, headKey)
	if errors.Is(err, transport.ErrNotFound) {
		return nil, &NoHeadError{Lost: known.Fleet != ""}
	}
	if err != nil {
		return nil, fmt.Errorf("read the head of the fleet: %w", err)
	}
	h, err := parseHead(v)
	if err != nil || m.catalogue == nil {
		return h, err
	}
	return h, m.checkMine(h, known)
}

// checkMine refuses a head of another fleet, or one that is older than what was seen here:
// nobody goes back in time.
func (m *Member) checkMine(h *head, known mark) error {
	dir := m.catalogue.Dir()
	switch {
	case known.Fleet == "":
		return m.checkEmpty()
	case known.Fleet != h.Fleet:
		return &store.RefusedError{Reason: fmt.Sprintf("data directory %s: it belongs to fleet %s, found fleet %s: name that fleet with --fleet, or another directory with --data", dir, known.Fleet, h.Fleet)}
	case h.Act < known.Act:
		return &store.RefusedError{Reason: fmt.Sprintf("the fleet's state is that of act %d, expected act %d or a later one, which data directory %s has seen: it was set back; run alphanode fleet init with the data directory that is furthest ahead", h.Act, known.Act, dir)}
	default:
		return nil
	}
}

// checkEmpty refuses a directory that has a history of its own: there would be two.
func (m *Member) checkEmpty() error {
	have, err := m.catalogue.Commons()
	if err != nil {
		return err
	}
	if len(have.Releases) > 0 || len(have.Journal) > 0 {
		return &store.RefusedError{Reason: fmt.Sprintf("data directory %s: found releases of its own, expected none in a directory that joins a fleet: name an empty one with --data", m.catalogue.Dir())}
	}
	ring, err := m.keys.Bytes()
	if err != nil {
		return err
	}
	if ring != nil {
		return &store.RefusedError{Reason: fmt.Sprintf("data directory %s: found keys of its own, expected none in a directory that joins a fleet, which has its own: move keys.json away, and add the keys with --fleet", m.catalogue.Dir())}
	}
	return nil
}

// CatchUp implements [catalogue.Ledger]: it brings the directory to the head. What is taken
// down is taken over first, whatever else cannot be.
func (m *Member) CatchUp(adopt func(catalogue.Common) error) error {
	h, err := m.latest(m.ctx)
	if err != nil {
		return err
	}
	return m.bring(m.ctx, h, adopt)
}

// Settle notes that the directory has all that was agreed on, after something was done in it: an
// act is agreed on before it is done, so it cannot be noted there at once. From a directory that
// is behind by its own note no fleet gets back what it has lost: those who follow have seen more.
func (m *Member) Settle() error { return m.catalogue.CatchUp() }

func (m *Member) bring(ctx context.Context, h *head, adopt func(catalogue.Common) error) error {
	known, err := m.readMark()
	if err != nil {
		return err
	}
	if known.Fleet == "" { // first, so that nobody acts here alone
		if err := m.writeMark(mark{Fleet: h.Fleet}); err != nil {
			return err
		}
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

// LackingError says that the release that is current is not here yet.
type LackingError struct {
	Release string
	Err     error // nil where nothing has failed
}

func (e *LackingError) Error() string {
	text := fmt.Sprintf("release %s of the fleet is not on this disk yet", e.Release)
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *LackingError) Unwrap() error { return e.Err }

// gather gives what came of the releases that are lacking, and fetches it where that is not
// for later. That one cannot be fetched keeps nobody from the others.
func (m *Member) gather(ctx context.Context, h *head) (came []catalogue.Came, lacking error) {
	for _, s := range m.lacking(h) {
		f, ok := s.usable()
		if !ok {
			if s.Name == h.Current {
				lacking = &LackingError{s.Name, store.FormatError{Release: s.Name, Found: s.newest().Format}}
			}
			continue
		}
		one := catalogue.Came{Name: s.Name, Dir: m.comingDir(s.Name, f)}
		var err error
		switch {
		case m.arrived(one, f):
		case m.options.Later:
			err = &LackingError{Release: s.Name}
		default:
			one, err = m.fetch(ctx, h, s.Name, f)
		}
		if err == nil {
			came = append(came, one)
			continue
		}
		if s.Name == h.Current {
			lacking = &LackingError{s.Name, err}
			if l, ok := err.(*LackingError); ok {
				lacking = l
			}
		} else if !m.options.Later {
			m.log.Warn("a release of the fleet is not on this disk", "release", s.Name, "error", err)
		}
	}
	return came, lacking
}

// lacking gives the releases that are not here as the head has them: the current one first,
// then the newest.
func (m *Member) lacking(h *head) []*shared {
	var all []*shared
	for i := range h.Releases {
		s := &h.Releases[i]
		f, ok := s.usable()
		stated, err := m.catalogue.Stated(s.Name)
		if ok && err == nil && sumOf(stated) == f.Manifest && !m.isBad(s.Name) {
			continue
		}
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b *shared) int {
		return urgency(b.Name, h) - urgency(a.Name, h)
	})
	return all
}

// urgency orders releases by how soon they are needed.
func urgency(name string, h *head) int {
	if name == h.Current {
		return math.MaxInt
	}
	n, _ := store.ReleaseNumber(name)
	return n
}

// isBad reports whether the copy of a release on this disk was found damaged.
func (m *Member) isBad(name string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.bad[name]
}

// setBad notes that a copy is damaged, or that it is not any more.
func (m *Member) setBad(name string, bad bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if bad {
		m.bad[name] = true
	} else {
		delete(m.bad, name)
	}
}

// has reports whether a release is here, or is among those that came. No release is.
func (m *Member) has(h *head, name string, came []catalogue.Came) bool {
	if name == "" || slices.ContainsFunc(came, func(c catalogue.Came) bool { return c.Name == name }) {
		return true
	}
	return !slices.ContainsFunc(m.lacking(h), func(s *shared) bool { return s.Name == name })
}

// smallPaper gives a paper of the head, nil where it names none. What this disk has need not
// travel.
func (m *Member) smallPaper(ctx context.Context, name string) ([]byte, error) {
	if name == "" {
		return nil, nil
	}
	if own := m.own(name); own != nil {
		return own, nil
	}
	return m.paper(ctx, name)
}

// own gives what this disk has of the papers of a head that are no parcels, nil where it does
// not have it.
func (m *Member) own(name string) []byte {
	have, err := m.catalogue.Commons()
	if err == nil && sumOf(have.Takedowns) == name {
		return have.Takedowns
	}
	if ring, err := m.keys.Bytes(); err == nil && sumOf(ring) == name {
		return ring
	}
	if err != nil {
		return nil
	}
	return beginning(have.Journal, name)
}

// wholeJournal gives the journal as a file.
func (m *Member) wholeJournal(ctx context.Context, h *head) ([]byte, error) {
	all, err := m.smallPaper(ctx, h.Journal.Base)
	if err != nil {
		return nil, err
	}
	all = slices.Clip(all)
	for _, line := range h.Journal.Tail {
		all = append(append(all, line...), '\n')
	}
	if all == nil {
		all = []byte{}
	}
	return all, nil
}

// beginning gives those first lines of a journal that have a sum, nil where none have.
func beginning(journal []byte, sum string) []byte {
	s, lines := newSum(), 0
	for i, b := range journal {
		if b != '\n' {
			continue
		}
		_, _ = s.Write(journal[lines : i+1]) // a hash takes all
		lines = i + 1
		if s.String() == sum {
			return journal[:lines]
		}
	}
	return nil
}

// remove removes a file that may not be there.
func remove(d disk.Disk, path string) error {
	if err := d.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
