package folder

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"alphanode/fleet/transport"
	"alphanode/store/disk"
)

// folder is a folder that was prepared.
type folder struct {
	path string
	disk disk.Disk
}

// Open gives the transport over a folder. The error is a [transport.MissingError] where it was
// not prepared, also where something is to be mounted there and is not.
func Open(dir string) (transport.Transport, error) {
	f, err := at(dir)
	if err != nil {
		return nil, err
	}
	return f, f.prepared()
}

// Make prepares a folder, which may have been prepared before.
func Make(dir string) error {
	f, err := at(dir)
	if err != nil {
		return err
	}
	for _, path := range []string{f.path, f.files(), f.values()} {
		if err := disk.MakeFolder(path); err != nil {
			return f.fault("make "+path, err)
		}
	}
	return nil
}

func at(dir string) (*folder, error) {
	path, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("folder of a fleet %s: %w", dir, err)
	}
	return &folder{path, disk.System{}}, nil
}

// Close has nothing to end.
func (f *folder) Close() error { return nil }

func (f *folder) files() string  { return filepath.Join(f.path, "files") }
func (f *folder) values() string { return filepath.Join(f.path, "values") }

// prepared gives the error of a folder that was not prepared.
func (f *folder) prepared() error {
	for _, path := range []string{f.files(), f.values()} {
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
			return &transport.MissingError{What: "folder " + path + ", or what is mounted there"}
		}
		if err != nil {
			return f.fault("look at "+path, err)
		}
	}
	return nil
}

// fault says what a failed step is to those who carry by any transport.
func (f *folder) fault(what string, err error) error {
	kind := transport.ErrUnavailable
	switch {
	case errors.Is(err, fs.ErrPermission):
		kind = transport.ErrRefused
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		kind = transport.ErrNoRoom
	}
	return fmt.Errorf("%s: %w: %w", what, kind, err)
}

// absent is the error where a file is not there: the folder may be gone with it.
func (f *folder) absent(what string) error {
	if err := f.prepared(); err != nil {
		return err
	}
	return fmt.Errorf("%s %w", what, transport.ErrNotFound)
}

// retry calls a step until nobody else holds its lock, or the context ends.
func retry(ctx context.Context, step func() error) error {
	const least, most = time.Millisecond, 100 * time.Millisecond
	for wait := least; ; wait = min(2*wait, most) {
		if ctx.Err() != nil {
			return transport.Unanswered(ctx, nil)
		}
		err := step()
		if !errors.Is(err, disk.ErrLocked) {
			return err
		}
		select {
		case <-ctx.Done():
			return transport.Unanswered(ctx, err)
		case <-time.After(wait):
		}
	}
}
