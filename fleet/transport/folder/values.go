package folder

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"alphanode/fleet/transport"
	"alphanode/store/disk"
)

// suffix of the files of values keeps them apart from what is written beside them.
const suffix = ".value"

func (f *folder) value(key string) string { return filepath.Join(f.values(), key+suffix) }

// A value lies in its file behind a line that has its revision, and says where it was
// removed: the file of one that was stays, so that revisions of its key rise for ever.
const removedMark = " removed"

func encode(e transport.Event) []byte {
	line := strconv.FormatUint(e.Revision, 10)
	if e.Removed {
		line += removedMark
	}
	return append([]byte(line+"\n"), e.Data...)
}

func decode(key string, text []byte) (transport.Event, error) {
	e := transport.Event{Value: transport.Value{Key: key}}
	line, data, found := bytes.Cut(text, []byte("\n"))
	number, removed := strings.CutSuffix(string(line), removedMark)
	revision, err := strconv.ParseUint(number, 10, 64)
	if !found || err != nil || revision == 0 {
		return e, fmt.Errorf("value %s: %w: its file does not begin with a line that has its revision: move %s away, and it counts as never set", key, transport.ErrUnavailable, key+suffix)
	}
	e.Revision, e.Removed, e.Data = revision, removed, data
	return e, nil
}

// stands reads a value as it stands; its revision is 0 where there never was one.
func (f *folder) stands(key string) (transport.Event, error) {
	text, err := disk.ReadFile(f.value(key))
	if errors.Is(err, fs.ErrNotExist) {
		return transport.Event{Value: transport.Value{Key: key}, Removed: true}, f.prepared()
	}
	if err != nil {
		return transport.Event{}, f.fault("read value "+key, err)
	}
	return decode(key, text)
}

func (f *folder) Get(ctx context.Context, key string) (transport.Value, error) {
	if err := transport.CheckKey(key); err != nil {
		return transport.Value{}, err
	}
	if ctx.Err() != nil {
		return transport.Value{}, transport.Unanswered(ctx, nil)
	}
	e, err := f.stands(key)
	if err != nil {
		return transport.Value{}, err
	}
	if e.Removed {
		return transport.Value{}, fmt.Errorf("value %s %w", key, transport.ErrNotFound)
	}
	return e.Value, nil
}

func (f *folder) CompareAndSet(ctx context.Context, key string, data []byte, revision uint64) (uint64, error) {
	if err := transport.CheckValue(key, data); err != nil {
		return 0, err
	}
	var set uint64
	err := f.locked(ctx, func() error {
		e, err := f.stands(key)
		if err != nil {
			return err
		}
		there := e.Revision
		if e.Removed {
			there = 0
		}
		if there != revision {
			return fmt.Errorf("value %s %w: its revision is %d, not %d", key, transport.ErrConflict, there, revision)
		}
		set = e.Revision + 1
		return f.write(transport.Event{Value: transport.Value{Key: key, Data: data, Revision: set}})
	})
	if err != nil {
		return 0, err
	}
	return set, nil
}

func (f *folder) Remove(ctx context.Context, key string) error {
	if err := transport.CheckKey(key); err != nil {
		return err
	}
	return f.locked(ctx, func() error {
		e, err := f.stands(key)
		if err != nil || e.Removed {
			return err
		}
		return f.write(transport.Event{Value: transport.Value{Key: key, Revision: e.Revision + 1}, Removed: true})
	})
}

// locked calls a step while nobody else changes values.
func (f *folder) locked(ctx context.Context, step func() error) error {
	return retry(ctx, func() error {
		if err := f.prepared(); err != nil {
			return err
		}
		lock, err := disk.Lock(f.disk, f.values(), "lock")
		if errors.Is(err, disk.ErrLocked) {
			return err
		}
		if err != nil {
			return f.fault("lock the values", err)
		}
		defer lock.Unlock()
		return step()
	})
}

// write writes a value, all of it or nothing. Values are locked.
func (f *folder) write(e transport.Event) error {
	err := disk.Replace(f.disk, f.value(e.Key), encode(e), 0o600)
	if err == nil {
		err = f.disk.SyncDir(f.values())
	}
	if err != nil {
		return f.fault("write value "+e.Key, err)
	}
	return nil
}
