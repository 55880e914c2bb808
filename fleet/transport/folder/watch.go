package folder

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
	"time"

	"alphanode/fleet/transport"
	"alphanode/store/disk"
)

// interval is how often a folder is looked at. A system tells of changes that its own
// processes make, not of those that another machine makes on a mount, which are the ones that
// a fleet waits for: so there is nothing to be told by, and a few names five times a second
// are read.
const interval = 200 * time.Millisecond

// coarse is longer than two changes may have the same time, on a file system that keeps whole
// seconds.
const coarse = 2 * time.Second

// seen is how a value was when it was looked at.
type seen struct {
	info     os.FileInfo
	looked   time.Time
	revision uint64
}

// holds reports whether a value need not be read again.
func (s seen) holds(info os.FileInfo) bool {
	return disk.SameVersion(s.info, info) && s.looked.Sub(info.ModTime()) > coarse
}

// Watch looks at the folder again and again.
func (f *folder) Watch(ctx context.Context, prefix string, see func(transport.Event)) error {
	if err := transport.CheckPrefix(prefix); err != nil {
		return err
	}
	known := map[string]seen{}
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for first := true; ; first = false {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := f.look(prefix, known, func(e transport.Event) {
			if ctx.Err() == nil && !(first && e.Removed) {
				see(e)
			}
		}); err != nil {
			return err
		}
		if first {
			see(transport.Event{Settled: true})
		}
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
}

// look tells of values that have another revision than they had.
func (f *folder) look(prefix string, known map[string]seen, see func(transport.Event)) error {
	entries, err := os.ReadDir(f.values())
	if err != nil {
		return f.listing(f.values(), err)
	}
	for _, entry := range entries {
		key, ok := strings.CutSuffix(entry.Name(), suffix)
		if !ok || !transport.ValidKey(key) || !transport.Under(prefix, key) {
			continue
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // somebody tidies up by hand: a value that is removed keeps its file
		}
		if err != nil {
			return f.fault("look at value "+key, err)
		}
		before := known[key]
		if before.info != nil && before.holds(info) {
			continue
		}
		now := seen{info: info, looked: time.Now()}
		e, err := f.stands(key)
		if err != nil {
			return err
		}
		if now.revision = e.Revision; now.revision != before.revision {
			see(e)
		}
		known[key] = now
	}
	return nil
}
