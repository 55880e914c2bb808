package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"

	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/disk"
	"alphanode/store/keys"
	"alphanode/store/release"
)

// RestoreOptions say how a backup is checked.
type RestoreOptions struct {
	Checksums bool // releases are held against their checksums alone, which is quicker

	// Begun is told what the backup says it has, before that is read. It may be nil.
	Begun func(About)
	// Verified is told of each release that was checked. It may be nil.
	Verified func(name string)
}

const (
	largestSmall  = 64 << 20 // bytes of what is read into memory
	largestWindow = 8 << 20  // bytes that unpacking looks back
	largestEnd    = 64 << 10 // bytes behind the last file, with which tar fills up
)

// errNoBackup is what a file is that was not written by Write, or not to its end.
var errNoBackup = errors.New("no whole backup")

// Restore fills an empty data directory from a backup. Nothing is in it before all is there
// and was verified: the releases, and what says which one is current.
func Restore(ctx context.Context, d disk.Disk, dir string, from io.Reader, o RestoreOptions) (about About, err error) {
	target, err := catalogue.Restore(d, dir)
	if err != nil {
		return about, err
	}
	defer target.Discard()
	if about, err = unpack(ctx, d, target.Dir(), from, o.Begun); err != nil {
		return about, err
	}
	if about.Keys {
		if _, err := keys.In(target.Dir()).List(); err != nil {
			return about, err
		}
	}
	if err := forgetTold(d, target.Dir()); err != nil {
		return about, err
	}
	return about, target.Commit(ctx, !o.Checksums, func(name string, full bool) {
		i := slices.IndexFunc(about.Releases, func(r Release) bool { return r.Name == name })
		if about.Releases[i].Verified = VerifiedByChecksum; full {
			about.Releases[i].Verified = VerifiedInFull
		}
		if o.Verified != nil {
			o.Verified(name)
		}
	})
}

// forgetTold has the next server tell every webhook that caches must drop all: they may have
// answers of releases that came after the backup, and nobody knows which. A lock alone
// stands for a server of which nobody knows what it told.
func forgetTold(d disk.Disk, dir string) error {
	told := filepath.Join(dir, catalogue.ToldFolder)
	if err := d.Mkdir(told); err != nil {
		return err
	}
	f, err := d.Open(filepath.Join(told, "restored.lock"), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return d.SyncDir(told)
}

// unpacking is a backup that is being read.
type unpacking struct {
	ctx   context.Context
	disk  disk.Disk
	dir   string
	tar   *tar.Reader
	about About
	sums  sums
	begun func(About) // nil for nobody

	manifest store.Manifest // of the release that is being read
	whole    []string       // the releases of which the file was read
}

// unpack writes what is in a backup into a folder, and holds each file against its checksum.
func unpack(ctx context.Context, d disk.Disk, dir string, from io.Reader, begun func(About)) (About, error) {
	packed, err := zstd.NewReader(from, zstd.WithDecoderMaxWindow(largestWindow), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return About{}, err
	}
	defer packed.Close()
	u := &unpacking{ctx: ctx, disk: d, dir: dir, tar: tar.NewReader(packed), begun: begun}
	if err := u.all(); err != nil {
		return u.about, readable(err)
	}
	behind, err := io.Copy(io.Discard, io.LimitReader(packed, largestEnd)) // with the checksum of what is packed
	if err == nil && behind == largestEnd {
		err = fmt.Errorf("%w: found more behind its end", errNoBackup)
	}
	return u.about, readable(err)
}

// readable says of an error of unpacking what that means.
func readable(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fmt.Errorf("%w: it ends too early: take another copy of it, or an earlier one", errNoBackup)
	case errors.Is(err, zstd.ErrMagicMismatch):
		return fmt.Errorf("%w: found what is not packed with zstd, expected a file that alphanode backup has written", errNoBackup)
	case errors.Is(err, tar.ErrHeader), errors.Is(err, zstd.ErrCRCMismatch), errors.Is(err, zstd.ErrBlockTooSmall), errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return fmt.Errorf("%w: %w: take another copy of it, or an earlier one", errNoBackup, err)
	}
	return err
}

func (u *unpacking) all() error {
	if err := u.readAbout(); err != nil {
		return err
	}
	for {
		header, err := u.next()
		if err != nil {
			return err
		}
		if header.Name == sumsFile {
			break
		}
		if err := u.take(header); err != nil {
			return err
		}
	}
	if err := u.checkSums(); err != nil {
		return err
	}
	for _, r := range u.about.Releases {
		if !slices.Contains(u.whole, r.Name) {
			return fmt.Errorf("%w: found no file of release %s", errNoBackup, r.Name)
		}
		if err := u.disk.SyncDir(filepath.Join(u.dir, releasesDir, r.Name)); err != nil {
			return err
		}
	}
	return nil
}

// next goes to the next entry, which is a plain file.
func (u *unpacking) next() (*tar.Header, error) {
	header, err := u.tar.Next()
	if err != nil {
		return nil, err
	}
	sparse := false // such a file has more bytes than the archive
	for key := range header.PAXRecords {
		sparse = sparse || strings.HasPrefix(key, "GNU.sparse.")
	}
	if header.Typeflag != tar.TypeReg || sparse {
		return nil, fmt.Errorf("%w: found %.80q, which is no plain file", errNoBackup, header.Name)
	}
	return header, nil
}

// readAbout reads what the backup says of itself, and whether there is room for it.
func (u *unpacking) readAbout() error {
	header, err := u.next()
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: it is empty", errNoBackup)
	}
	if err != nil {
		return err
	}
	if header.Name != aboutFile {
		return fmt.Errorf("%w: found %.80q first, expected %s", errNoBackup, header.Name, aboutFile)
	}
	data, err := u.small(header)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, &u.about); err != nil {
		return fmt.Errorf("%w: %s: %w", errNoBackup, aboutFile, err)
	}
	if u.about.Version != Version {
		return fmt.Errorf("%w: found version %d of its layout, expected %d: restore it with the alphanode that made it, %.80s", errNoBackup, u.about.Version, Version, u.about.Tool)
	}
	if u.begun != nil {
		u.begun(u.about)
	}
	room, err := disk.Room(u.dir)
	if err != nil {
		return err
	}
	if need := u.about.bytes(); need < 0 || uint64(need) > room {
		return &store.RefusedError{Reason: fmt.Sprintf("the releases of the backup have %d bytes, and %s has room for %d", need, u.dir, room)}
	}
	return nil
}

// small reads an entry into memory.
func (u *unpacking) small(header *tar.Header) ([]byte, error) {
	if header.Size > largestSmall {
		return nil, fmt.Errorf("%w: %s: found %d bytes, expected at most %d", errNoBackup, header.Name, header.Size, largestSmall)
	}
	data, err := io.ReadAll(&untilDone{u.ctx, u.tar})
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	u.sums.add(sum[:], header.Name)
	return data, nil
}

// take writes an entry where it belongs.
func (u *unpacking) take(header *tar.Header) error {
	name, file, ok := place(header.Name)
	switch {
	case !ok, file == keysFile && !u.about.Keys:
		return fmt.Errorf("%w: found %.80q in it, which no backup has", errNoBackup, header.Name)
	case name == "":
		data, err := u.small(header)
		if err != nil {
			return err
		}
		return u.write(header.Name, data)
	case file == release.ManifestFile:
		return u.takeManifest(name, header)
	case name != u.manifest.Name:
		return fmt.Errorf("%w: found %.80q before the manifest of its release", errNoBackup, header.Name)
	case file == rejectsFile:
		_, err := u.stream(header)
		return err
	}
	return u.takeDb(file, header)
}

func (u *unpacking) takeManifest(name string, header *tar.Header) error {
	data, err := u.small(header)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(u.about.Releases, func(r Release) bool { return r.Name == name }) {
		return fmt.Errorf("%w: found release %s, which it says it has not", errNoBackup, name)
	}
	dir := filepath.Join(u.dir, releasesDir, name)
	for _, dir := range []string{filepath.Dir(dir), dir} {
		if err := u.disk.Mkdir(dir); err != nil {
			return err
		}
	}
	if err := u.write(header.Name, data); err != nil {
		return err
	}
	u.manifest, err = release.ReadOlderManifest(dir)
	return err
}

// takeDb takes the file that holds a release, of which the manifest says all.
func (u *unpacking) takeDb(file string, header *tar.Header) error {
	m := u.manifest
	listed := slices.ContainsFunc(u.about.Releases, func(r Release) bool {
		return r.Name == m.Name && r.Bytes == m.Size && strings.EqualFold(r.SHA256, m.SHA256)
	})
	if file != release.FileOf(m) || header.Size != m.Size || !listed {
		return fmt.Errorf("%w: found %.80q with %d bytes, expected %s with %d, as the manifest and the backup say", errNoBackup, header.Name, header.Size, release.FileOf(m), m.Size)
	}
	sum, err := u.stream(header)
	if err != nil {
		return err
	}
	if found := hex.EncodeToString(sum); !strings.EqualFold(found, m.SHA256) {
		return fmt.Errorf("%w: found release %s with SHA-256 %s, its manifest says %s", store.ErrCorrupt, m.Name, found, m.SHA256)
	}
	u.whole = append(u.whole, m.Name)
	return nil
}

// write writes a file that was read into memory.
func (u *unpacking) write(name string, data []byte) error {
	return u.create(name, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// stream writes an entry as it is read, and gives its SHA-256.
func (u *unpacking) stream(header *tar.Header) ([]byte, error) {
	hash := sha256.New()
	err := u.create(header.Name, func(w io.Writer) error {
		_, err := io.Copy(io.MultiWriter(w, hash), &untilDone{u.ctx, u.tar})
		return err
	})
	if err != nil {
		return nil, err
	}
	sum := hash.Sum(nil)
	u.sums.add(sum, header.Name)
	return sum, nil
}

// create makes a file that is not there yet, and has it on the disk.
func (u *unpacking) create(name string, write func(io.Writer) error) error {
	f, err := u.disk.Open(filepath.Join(u.dir, filepath.FromSlash(name)), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w: found a second %s", errNoBackup, path.Clean(name))
	}
	if err != nil {
		return err
	}
	if err = write(f); err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// checkSums holds the checksums at the end against what was read.
func (u *unpacking) checkSums() error {
	data, err := io.ReadAll(io.LimitReader(&untilDone{u.ctx, u.tar}, largestSmall))
	if err != nil {
		return err
	}
	found, said := u.sums.lines.String(), string(data)
	if found == said {
		return nil
	}
	for line := range strings.Lines(said) {
		if !strings.Contains(found, line) {
			return fmt.Errorf("%w: %.80q is not what it was when the backup was made: take another copy of it, or an earlier one", errNoBackup, strings.TrimSpace(line[min(len(line), 64):]))
		}
	}
	return fmt.Errorf("%w: found files of which %s has no checksum", errNoBackup, sumsFile)
}
