package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
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

// belong notes whose fleet this directory is of, first of all, so that nobody acts here alone; and
// gives what it remembered until then.
func (m *Member) belong(h *head) (known mark, err error) {
	known, err = m.readMark()
	if err == nil && known.Fleet == "" {
		err = m.writeMark(mark{Fleet: h.Fleet})
	}
	return known, err
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

// remove removes a file that may not be there.
func remove(d disk.Disk, path string) error {
	if err := d.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
