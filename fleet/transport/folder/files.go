package folder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"alphanode/fleet/transport"
	"alphanode/store/disk"
)

// A file lies under its name with underscores for slashes, which names do not have: so that
// there may be a file a beside a file a/b.
var (
	toDisk   = strings.NewReplacer("/", "_")
	fromDisk = strings.NewReplacer("_", "/")
)

func (f *folder) file(name string) string {
	return filepath.Join(f.files(), toDisk.Replace(name))
}

func (f *folder) List(ctx context.Context, prefix string) ([]transport.File, error) {
	if ctx.Err() != nil {
		return nil, transport.Unanswered(ctx, nil)
	}
	entries, err := os.ReadDir(f.files())
	if err != nil {
		return nil, f.listing(f.files(), err)
	}
	var found []transport.File
	for _, entry := range entries {
		name := fromDisk.Replace(entry.Name())
		if !transport.ValidFile(name) || !strings.HasPrefix(name, prefix) {
			continue // such as what is being written
		}
		switch info, err := entry.Info(); {
		case errors.Is(err, fs.ErrNotExist): // since it was listed
		case err != nil:
			return nil, f.fault("look at "+name, err)
		case info.Mode().IsRegular():
			found = append(found, transport.File{Name: name, Size: info.Size()})
		}
	}
	return found, nil
}

// listing is the error of a folder that cannot be listed.
func (f *folder) listing(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		if missing := f.prepared(); missing != nil {
			return missing
		}
	}
	return f.fault("list "+path, err)
}

func (f *folder) Open(ctx context.Context, name string, offset int64) (io.ReadCloser, error) {
	if err := transport.CheckFile(name); err != nil {
		return nil, err
	}
	if offset < 0 {
		return nil, fmt.Errorf("offset %d of %s %w", offset, name, transport.ErrInvalid)
	}
	if ctx.Err() != nil {
		return nil, transport.Unanswered(ctx, nil)
	}
	in, err := disk.OpenRegular(f.file(name), os.O_RDONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, f.absent("file " + name)
	}
	if err != nil {
		return nil, f.fault("open "+name, err)
	}
	if _, err := in.Seek(offset, io.SeekStart); err != nil {
		return nil, errors.Join(f.fault("open "+name, err), in.Close())
	}
	return &reader{ctx, f, in}, nil
}

// reader reads until a context ends.
type reader struct {
	ctx    context.Context
	folder *folder
	in     *os.File
}

func (r *reader) Read(p []byte) (int, error) {
	if r.ctx.Err() != nil {
		return 0, transport.Unanswered(r.ctx, nil)
	}
	n, err := r.in.Read(p)
	if err != nil && err != io.EOF {
		err = r.folder.fault("read "+r.in.Name(), err)
	}
	return n, err
}

func (r *reader) Close() error { return r.in.Close() }

func (f *folder) Put(ctx context.Context, name string, size int64, r io.ReadSeeker) error {
	if err := transport.CheckFile(name); err != nil {
		return err
	}
	return retry(ctx, func() error {
		if err := f.prepared(); err != nil {
			return err
		}
		given := &source{ctx: ctx, in: r}
		err := disk.WriteAside(f.disk, f.file(name), func(w io.Writer) error {
			n, err := io.Copy(w, io.LimitReader(given, size+1))
			if err == nil && n != size {
				given.err = fmt.Errorf("its reader gave %d bytes or more, expected %d", n, size)
				err = given.err
			}
			return err
		})
		switch {
		case err == nil, errors.Is(err, disk.ErrLocked):
			return err
		case given.err != nil:
			return fmt.Errorf("put %s: %w", name, given.err)
		}
		return f.fault("put "+name, err)
	})
}

// source is what is put, until a context ends. It keeps its own error apart from the disk's.
type source struct {
	ctx context.Context
	in  io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	if s.ctx.Err() != nil {
		s.err = transport.Unanswered(s.ctx, nil)
		return 0, s.err
	}
	n, err := s.in.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

func (f *folder) Delete(ctx context.Context, name string) error {
	if err := transport.CheckFile(name); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return transport.Unanswered(ctx, nil)
	}
	if err := f.prepared(); err != nil {
		return err
	}
	if err := f.disk.Remove(f.file(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return f.fault("delete "+name, err)
	}
	if err := f.disk.SyncDir(f.files()); err != nil {
		return f.fault("delete "+name, err)
	}
	return nil
}
