package fleet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sync/errgroup"
	"golang.org/x/time/rate"

	"alphanode/fleet/transport"
	"alphanode/store/catalogue"
	"alphanode/store/disk"
	"alphanode/store/release"
)

// fetch brings a form of a release to this disk, whole and checked, beside the releases. What
// an earlier try has brought is held against its sums and kept.
func (m *Member) fetch(ctx context.Context, h *head, name string, f form) (catalogue.Came, error) {
	came := catalogue.Came{Name: name, Dir: m.comingDir(name, f)}
	if m.arrived(came, f) {
		return came, nil
	}
	p, err := m.readParcel(ctx, f.Parcel)
	if err != nil {
		return came, err
	}
	if err := p.check(f); err != nil {
		return came, fmt.Errorf("fetch release %s: %w", name, err)
	}
	if err := m.checkRoom(p, came.Dir); err != nil {
		return came, fmt.Errorf("fetch release %s: %w", name, err)
	}
	if err := m.disk.Mkdir(came.Dir); err != nil {
		return came, fmt.Errorf("fetch release %s: %w", name, err)
	}
	near := m.near(ctx, h)
	for _, file := range p.Files {
		if err := m.fetchFile(ctx, filepath.Join(came.Dir, file.Name), file, near); err != nil {
			return came, fmt.Errorf("fetch release %s: %w", name, err)
		}
	}
	// The manifest comes last: where it is, all is.
	if err := m.disk.SyncDir(came.Dir); err != nil {
		return came, err
	}
	if err := disk.Replace(m.disk, filepath.Join(came.Dir, release.ManifestFile), []byte(p.Manifest), 0o600); err != nil {
		return came, fmt.Errorf("fetch release %s: %w", name, err)
	}
	return came, m.disk.SyncDir(came.Dir)
}

// comingDir is where a form of a release is put together.
func (m *Member) comingDir(name string, f form) string {
	return filepath.Join(m.catalogue.Dir(), catalogue.CameFolder, f.Parcel[:16], name)
}

// arrived reports whether a release is whole there.
func (m *Member) arrived(came catalogue.Came, f form) bool {
	stated, err := os.ReadFile(filepath.Join(came.Dir, release.ManifestFile))
	return err == nil && sumOf(stated) == f.Manifest
}

// NoRoomError says that a release does not fit on the disk.
type NoRoomError struct{ Found, Expected uint64 }

func (e *NoRoomError) Error() string {
	return fmt.Sprintf("found %d MB of room on the disk, expected %d MB (--fleet-reserve of it to be left): make room, or prune releases with --fleet", e.Found>>20, e.Expected>>20)
}

// checkRoom refuses what would not leave on the disk what is to be left.
func (m *Member) checkRoom(p *parcel, dir string) error {
	room, err := disk.Room(m.catalogue.Dir())
	if err != nil {
		return err
	}
	need := p.size()
	for _, file := range p.Files {
		if info, err := os.Stat(filepath.Join(dir, file.Name)); err == nil {
			need -= info.Size()
		}
	}
	if expected := uint64(max(need, 0)) + m.options.Reserve; room < expected {
		return &NoRoomError{room, expected}
	}
	return nil
}

// fetchFile brings one file. Each of its blocks is what the parcel says, which was made of the
// file whose sum the manifest has; so it is not read a second time for that.
func (m *Member) fetchFile(ctx context.Context, path string, f file, near map[string]place) error {
	out, err := m.disk.Open(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	err = m.fetchBlocks(ctx, path, out, f, near)
	if err == nil {
		err = out.Sync()
	}
	return errors.Join(err, out.Close())
}

func (m *Member) fetchBlocks(ctx context.Context, path string, out disk.File, f file, near map[string]place) error {
	had, err := out.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if had > f.Size {
		if err := out.Truncate(f.Size); err != nil {
			return err
		}
	}
	w, err := os.OpenFile(path, os.O_WRONLY, 0) // which writes at offsets, as a disk.File does not
	if err != nil {
		return err
	}
	defer w.Close()
	tasks, ctx := errgroup.WithContext(ctx)
	tasks.SetLimit(atOnce)
	for i, sum := range f.Blocks {
		offset := int64(i) * blockSize
		size := min(blockSize, f.Size-offset)
		tasks.Go(func() error {
			data := m.buffers.Get().(*[]byte)
			defer m.buffers.Put(data)
			block := (*data)[:size]
			if offset+size <= had {
				if _, err := out.ReadAt(block, offset); err == nil && sumOf(block) == sum {
					return nil
				}
			}
			if !near[sum].read(block, sum) {
				if err := m.fetchBlock(ctx, sum, block); err != nil {
					return err
				}
			}
			_, err := w.WriteAt(block, offset)
			return err
		})
	}
	return tasks.Wait()
}

// fetchBlock reads one block of the fleet.
func (m *Member) fetchBlock(ctx context.Context, sum string, block []byte) error {
	if err := m.limit.WaitN(ctx, len(block)); err != nil {
		return err
	}
	var err error
	for range 2 { // what is damaged on its way is not damaged twice
		err = m.patiently(ctx, func() error {
			in, err := m.transport.Open(ctx, blocksPrefix+sum, 0)
			if err != nil {
				return err
			}
			defer in.Close()
			_, err = io.ReadFull(in, block)
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				err = errOtherBytes
			}
			return err
		})
		if err == nil && sumOf(block) != sum {
			err = errOtherBytes
		}
		if !errors.Is(err, errOtherBytes) {
			break
		}
	}
	switch {
	case err == nil:
		m.fetched.Add(int64(len(block)))
		m.collector.fetched(len(block))
		return nil
	case errors.Is(err, errOtherBytes), errors.Is(err, transport.ErrNotFound):
		return &damagedError{blocksPrefix + sum, err}
	default:
		return fmt.Errorf("read a block of the fleet: %w", err)
	}
}

// place is where a block lies on this disk already.
type place struct {
	path   string
	offset int64
}

// read reads a block, and reports whether it is the one that was meant.
func (p place) read(block []byte, sum string) bool {
	if p.path == "" {
		return false
	}
	in, err := os.Open(p.path)
	if err != nil {
		return false
	}
	defer in.Close()
	_, err = in.ReadAt(block, p.offset)
	return err == nil && sumOf(block) == sum
}

// near gives where the blocks lie that releases on this disk have. It is a shortcut: a
// release of which nothing is known is passed over.
func (m *Member) near(ctx context.Context, h *head) map[string]place {
	near := map[string]place{}
	for _, s := range h.Releases {
		for _, f := range s.Forms {
			stated, err := m.catalogue.Stated(s.Name)
			if err != nil || sumOf(stated) != f.Manifest {
				continue
			}
			p, err := m.readParcel(ctx, f.Parcel)
			if err != nil {
				continue
			}
			for _, file := range p.Files {
				for i, sum := range file.Blocks {
					near[sum] = place{filepath.Join(m.catalogue.ReleaseDir(s.Name), file.Name), int64(i) * blockSize}
				}
			}
		}
	}
	return near
}

// clear removes what was fetched, or begun, and is not to be put in place any more.
func (m *Member) clear(h *head) error {
	folder := filepath.Join(m.catalogue.Dir(), catalogue.CameFolder)
	found, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	wanted := map[string]bool{}
	for _, s := range m.lacking(h) {
		if f, ok := s.usable(); ok {
			wanted[f.Parcel[:16]] = true
		}
	}
	for _, entry := range found {
		if !wanted[entry.Name()] {
			if err := m.disk.RemoveAll(filepath.Join(folder, entry.Name())); err != nil {
				return fmt.Errorf("clear what was fetched before: %w", err)
			}
		}
	}
	return nil
}

// newLimit bounds how many bytes a second are fetched; 0 does not.
func newLimit(bytesPerSecond int64) *rate.Limiter {
	if bytesPerSecond <= 0 {
		return rate.NewLimiter(rate.Inf, 0)
	}
	return rate.NewLimiter(rate.Limit(bytesPerSecond), int(max(bytesPerSecond, blockSize)))
}
