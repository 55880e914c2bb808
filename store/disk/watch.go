package disk

import (
	"context"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// OnChange calls look when a file of a folder is replaced, as soon as the system
// tells, and after each interval, until the context ends. Some file systems, such
// as those of a network, tell nothing, and a system watches only so many folders:
// so the interval alone must be enough.
func OnChange(ctx context.Context, d Disk, dir, file string, interval time.Duration, log *slog.Logger, look func()) {
	var events <-chan fsnotify.Event // nil, and so silent, where nothing is told
	var faults <-chan error
	watcher, err := d.Watch(dir)
	if err != nil {
		log.Warn("the system tells of no changes in the data directory, which is looked at again and again instead", "file", file, "every", interval, "error", err)
	} else {
		defer watcher.Close() // it only read
		events, faults = watcher.Events, watcher.Errors
		look() // at what changed before it was watched
	}
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			look()
		case event, ok := <-events:
			switch {
			case !ok:
				events = nil
			case filepath.Base(event.Name) == file:
				look()
			}
		case _, ok := <-faults: // such as more events than fit: one of them may have been that of the file
			if !ok {
				faults = nil
				continue
			}
			look()
		}
	}
}
