package release

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"alphanode/store"
	"alphanode/store/disk"
	"alphanode/store/file"
	"alphanode/store/index/fulltext"
	"alphanode/store/index/order"
	"alphanode/store/index/similar"
	"alphanode/store/index/terms"
	"alphanode/store/posts"
	"alphanode/store/query"
	"alphanode/text"
)

// Release is one open, immutable release. It is safe for many goroutines. It
// counts its users: the file is closed when the last of them has left.
type Release struct {
	manifest    store.Manifest
	path        string      // of its manifest
	written     os.FileInfo // the manifest's file; nil where the release is none of a catalogue
	publishedAt time.Time   // see PublishedAt
	servedSince time.Time   // see ServedSince
	users       atomic.Int64
	health      health
	opened      time.Time

	file    *file.File
	posts   *posts.Records
	orders  *order.Orders
	terms   *terms.Index
	words   *fulltext.Index
	similar *similar.Index
	engine  *query.Engine
}

// Open opens the release in a folder, which was published then; zero where it
// never was. What it opens costs the same for ten posts and for a million.
func Open(dir string, published time.Time) (*Release, error) {
	return open(dir, published, ReadManifest)
}

// OpenOlder opens a release that can be upgraded, to read its posts, or one of today. What
// terms and slugs mean in it is another thing than what readers ask for today.
func OpenOlder(dir string) (*Release, error) {
	return open(dir, time.Time{}, ReadOlderManifest)
}

func open(dir string, published time.Time, read func(dir string) (store.Manifest, error)) (*Release, error) {
	// The file is looked at first: where it is replaced meanwhile, the release seems
	// to be an old one and is opened again.
	path := filepath.Join(dir, ManifestFile)
	written, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, missing(dir, ManifestFile, err)
	}
	if err != nil {
		return nil, fmt.Errorf("read manifest: %w", err)
	}
	manifest, err := read(dir)
	if err != nil {
		return nil, err
	}
	r, err := OpenFile(manifest, filepath.Join(dir, FileOf(manifest)))
	if err != nil {
		return nil, err
	}
	r.path, r.written, r.publishedAt = path, written, published
	return r, nil
}

// WrittenAt is when the manifest was written last.
func (r *Release) WrittenAt() time.Time { return r.written.ModTime() }

// Rewritten reports whether the release is another one on disk by now.
func (r *Release) Rewritten() bool {
	if r.written == nil {
		return false
	}
	written, err := os.Stat(r.path)
	return err == nil && !disk.SameVersion(written, r.written)
}

// OpenFile opens a file as the release that a manifest describes.
func OpenFile(manifest store.Manifest, path string) (*Release, error) {
	r := &Release{manifest: manifest, health: health{suspects: make(chan error, 1)}, opened: time.Now()}
	r.RelyFrom(r.opened.Add(-ScrubPeriod))
	r.users.Store(1)
	stat, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, missing(filepath.Dir(path), filepath.Base(path), err)
	}
	if err != nil {
		return nil, fmt.Errorf("open release %s: %w", manifest.Name, err)
	}
	if !stat.Mode().IsRegular() {
		return nil, fmt.Errorf("open release %s: %w: %w", manifest.Name, store.ErrCorrupt, disk.Irregular(path, stat))
	}
	if stat.Size() != manifest.Size {
		return nil, fmt.Errorf("open release %s: %w: %s has %d bytes, its manifest says %d",
			manifest.Name, store.ErrCorrupt, path, stat.Size(), manifest.Size)
	}
	if r.file, err = file.Open(path, file.Expected{Size: manifest.Size, Posts: manifest.Posts, Format: manifest.Format}); err != nil {
		return nil, fmt.Errorf("open release %s: %w", manifest.Name, err)
	}
	if err := file.Guard(func() error { return r.openParts(path) }); err != nil {
		_ = r.file.Close()
		return nil, fmt.Errorf("open release %s: %w", manifest.Name, err)
	}
	return r, nil
}

// openParts makes what reads the file: each part keeps what it remembers of it.
func (r *Release) openParts(path string) (err error) {
	if r.posts, err = posts.Open(r.file); err != nil {
		return err
	}
	r.orders = order.Open()
	r.terms = terms.Open()
	r.words = fulltext.Open(r.posts, r.orders)
	r.similar = similar.Open(r.posts, r.orders, r.terms)
	r.engine = query.Open(r.posts, r.orders, r.terms, r.words)
	return r.checkIdentity(path)
}

// Manifest says what the release is.
func (r *Release) Manifest() store.Manifest { return r.manifest }

// Name is the name of the release.
func (r *Release) Name() string { return r.manifest.Name }

// Size is how many posts a view sees.
func (r *Release) Size(v store.View) int { return r.file.Size(v) }

// Wording says by which language the words of each post are taken.
func (r *Release) Wording() text.Wording { return r.file.Info.Wording }

// PublishedAt is when the release was first published; zero where it never was.
func (r *Release) PublishedAt() time.Time { return r.publishedAt }

// ServedSince is when the release became the current one, as a [Live] found it; zero
// where it was opened for another reason.
func (r *Release) ServedSince() time.Time { return r.servedSince }

// Retain adds a user, who gives the release back with Close. It reports false
// where the last user has already left.
func (r *Release) Retain() bool {
	for {
		n := r.users.Load()
		if n <= 0 {
			return false
		}
		if r.users.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// Shared reports whether more than one uses the release.
func (r *Release) Shared() bool { return r.users.Load() > 1 }

// Close gives the release back; the last user to do so closes the file.
func (r *Release) Close() error {
	if r.users.Add(-1) > 0 {
		return nil
	}
	return r.file.Close()
}
