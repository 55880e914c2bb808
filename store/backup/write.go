package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/disk"
	"alphanode/store/keys"
	"alphanode/store/release"
)

// Options say what a backup has.
type Options struct {
	Keys      bool   // the API keys, too
	Checksums bool   // releases are held against their checksums alone, which is quicker
	Tool      string // the version of alphanode

	// Verified is told of each release that was checked in full, before it is copied. It
	// may be nil.
	Verified func(name string)
}

// Made says what a backup has.
type Made struct {
	About
	Bytes int64 `json:"bytes"` // of the backup
	// Since are posts that were taken down while the backup was made. It has them still.
	Since []string `json:"takenDownSince"`
}

// Save writes a backup to a file: all of it or nothing, and on the disk when Save returns.
func Save(ctx context.Context, d disk.Disk, c *catalogue.Catalogue, file string, o Options) (m Made, err error) {
	err = disk.WriteAside(d, file, func(w io.Writer) (err error) {
		m, err = Write(ctx, w, c, o)
		return err
	})
	if errors.Is(err, disk.ErrLocked) {
		err = fmt.Errorf("%w: %s", store.ErrBusy, file)
	}
	return m, err
}

// Write writes a backup of a data directory as it is at one instant, whatever is done to it
// meanwhile. Every release is verified. What is written is worth nothing where it gives an
// error.
func Write(ctx context.Context, to io.Writer, c *catalogue.Catalogue, o Options) (m Made, err error) {
	snapshot, err := c.Snapshot(ctx)
	if err != nil {
		return m, err
	}
	defer snapshot.Close()
	var ring []byte
	if o.Keys {
		if ring, err = keys.In(c.Dir()).Bytes(); err != nil {
			return m, err
		}
	}
	m.About = About{
		Version: Version, Tool: o.Tool, Time: snapshot.Time, Current: snapshot.Current,
		Takedowns: len(snapshot.Takedowns), Keys: ring != nil,
	}
	for _, r := range snapshot.Releases {
		verified, err := verify(ctx, r, o)
		if err != nil {
			return m, err
		}
		m.Releases = append(m.Releases, Release{Name: r.Manifest.Name, Posts: r.Manifest.Posts, Bytes: r.Manifest.Size, SHA256: r.Manifest.SHA256, Verified: verified})
	}
	count := &counted{Writer: to}
	if err := write(ctx, count, snapshot, m.About, ring); err != nil {
		return m, err
	}
	m.Bytes = count.n
	m.Since, err = takenDownSince(snapshot, c)
	return m, err
}

// verify checks a release, but for its checksum, which is made while it is copied.
func verify(ctx context.Context, r *catalogue.SnapshotRelease, o Options) (how string, err error) {
	if o.Checksums {
		return VerifiedByChecksum, nil
	}
	verified, err := r.Verify(ctx)
	if !verified || err != nil {
		return VerifiedByChecksum, err
	}
	if o.Verified != nil {
		o.Verified(r.Manifest.Name)
	}
	return VerifiedInFull, nil
}

// takenDownSince are the posts that a snapshot has and the directory must not have any more.
func takenDownSince(s *catalogue.Snapshot, c *catalogue.Catalogue) ([]string, error) {
	now, err := c.Takedowns()
	if err != nil {
		return nil, err
	}
	since := []string{}
	for _, t := range now {
		if !slices.ContainsFunc(s.Takedowns, func(before store.Takedown) bool { return before.Slug == t.Slug }) {
			since = append(since, t.Slug)
		}
	}
	return since, nil
}

// archive is a backup that is being written.
type archive struct {
	ctx  context.Context
	tar  *tar.Writer
	time time.Time
	sums sums
}

func write(ctx context.Context, to io.Writer, s *catalogue.Snapshot, about About, ring []byte) error {
	packed, err := zstd.NewWriter(to, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(true))
	if err != nil {
		return err
	}
	a := &archive{ctx: ctx, tar: tar.NewWriter(packed), time: s.Time}
	if err := a.all(s, about, ring); err != nil {
		_ = packed.Close() // what is written is worth nothing
		return err
	}
	return errors.Join(a.tar.Close(), packed.Close())
}

func (a *archive) all(s *catalogue.Snapshot, about About, ring []byte) error {
	said, err := json.MarshalIndent(about, "", "  ")
	if err != nil {
		return err
	}
	small := append([]catalogue.SnapshotFile{{Name: aboutFile, Data: append(said, '\n')}}, s.Files...)
	if ring != nil {
		small = append(small, catalogue.SnapshotFile{Name: keysFile, Data: ring})
	}
	for _, f := range small {
		if _, err := a.add(f.Name, bytes.NewReader(f.Data), int64(len(f.Data))); err != nil {
			return err
		}
	}
	for _, r := range s.Releases {
		if err := a.release(r); err != nil {
			return fmt.Errorf("copy release %s: %w", r.Manifest.Name, err)
		}
	}
	sums := a.sums.lines.String()
	_, err = a.add(sumsFile, strings.NewReader(sums), int64(len(sums)))
	return err
}

// release adds the files of a release: the manifest first, which says what the others are.
func (a *archive) release(r *catalogue.SnapshotRelease) error {
	dir := path.Join(releasesDir, r.Manifest.Name)
	if _, err := a.add(path.Join(dir, r.Source.Name), bytes.NewReader(r.Source.Data), int64(len(r.Source.Data))); err != nil {
		return err
	}
	sum, err := a.add(path.Join(dir, release.FileOf(r.Manifest)), r.Db, r.Manifest.Size)
	if err != nil {
		return err
	}
	if found := hex.EncodeToString(sum); !strings.EqualFold(found, r.Manifest.SHA256) {
		return fmt.Errorf("%w: found a file with SHA-256 %s, its manifest says %s: alphanode verify %s says what differs", store.ErrCorrupt, found, r.Manifest.SHA256, r.Manifest.Name)
	}
	if r.Rejects == nil {
		return nil
	}
	stat, err := r.Rejects.Stat()
	if err != nil {
		return err
	}
	_, err = a.add(path.Join(dir, rejectsFile), r.Rejects, stat.Size())
	return err
}

// add adds a file and gives its SHA-256.
func (a *archive) add(name string, from io.Reader, size int64) (sum []byte, err error) {
	if err := a.tar.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: a.time}); err != nil {
		return nil, err
	}
	hash := sha256.New()
	if _, err := io.Copy(io.MultiWriter(a.tar, hash), &untilDone{a.ctx, io.LimitReader(from, size)}); err != nil {
		return nil, err
	}
	sum = hash.Sum(nil)
	a.sums.add(sum, name)
	return sum, a.tar.Flush() // which fails where the file was shorter
}

// untilDone reads until its context ends.
type untilDone struct {
	ctx context.Context
	io.Reader
}

func (r *untilDone) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}
