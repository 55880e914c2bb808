package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"
)

// FormatVersion is the version of the release file that this build writes, and
// the only one it reads. History: 1, the first; 2, posts are packed with s2 in
// place of zstd, and there are indexes of similar posts, facets and scores; 3,
// posts and cards stand in segments, ranges are cuts of an order, there are
// tallies of two conditions, and the index of similar posts is in another order.
const FormatVersion = 4

// Manifest stands beside a release file and says what it is. It changes only where
// posts are taken down.
type Manifest struct {
	Format       int       `json:"format"`
	Name         string    `json:"name"`
	Parent       string    `json:"parent,omitempty"` // the release it was built onto
	Time         time.Time `json:"time"`             // when it was built
	Tool         string    `json:"tool"`             // which version of alphanode built it
	Note         string    `json:"note,omitempty"`
	Owner        string    `json:"owner,omitempty"`
	RollbackNote string    `json:"rollbackNote,omitempty"`
	ExpectPosts  *int      `json:"expectPosts,omitempty"` // publish refuses any other number of posts
	Posts        int       `json:"posts"`
	Public       Counts    `json:"public"` // what readers without a key see
	Changes      Changes   `json:"changes"`
	File         string    `json:"file,omitempty"` // that holds the release; empty for release.db
	Size         int64     `json:"size"`           // of the file, in bytes
	SHA256       string    `json:"sha256"`         // of the file, in hex

	// Identity tells what is in the file from what is in others, and is looked at
	// whenever the file is opened; "" where an older alphanode built it.
	Identity string `json:"identity,omitempty"`

	// TakenDown are the posts that the release had when it was built, and lost since.
	TakenDown []TakenDown `json:"takenDown,omitempty"`
}

// TakenDown is a post that was taken out of a release.
type TakenDown struct {
	Slug   string    `json:"slug"`
	Time   time.Time `json:"time"`
	Public bool      `json:"public,omitempty"` // readers saw it
}

// file is the name of the file that holds the release.
func (m *Manifest) file() string {
	if m.File == "" {
		return dbFile
	}
	return m.File
}

// expected reports whether the release has as many posts as the import was told to
// expect. Those that are taken down may be among them or not.
func (m *Manifest) expected() bool {
	missing := len(m.TakenDown) + m.Changes.TakenDown
	return m.ExpectPosts == nil || m.Posts <= *m.ExpectPosts && *m.ExpectPosts <= m.Posts+missing
}

// Counts says how much a release holds.
type Counts struct {
	Posts    int `json:"posts"`
	Entities int `json:"entities"`
	Tools    int `json:"tools"`
}

// Changes says what an import did to the archive.
type Changes struct {
	Added     int `json:"added"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
	Removed   int `json:"removed"`
	Rejected  int `json:"rejected"`
	TakenDown int `json:"takenDown,omitempty"` // given, and left out because they are taken down
}

// Any reports whether the archive is another one than before.
func (c Changes) Any() bool { return c.Added+c.Changed+c.Removed > 0 }

const (
	dbFile       = "release.db"
	manifestFile = "manifest.json"
	rejectsFile  = "rejects.ndjson"
)

func readManifest(dir string) (Manifest, error) {
	var m Manifest
	data, _, err := readRegular(filepath.Join(dir, manifestFile))
	if errors.Is(err, fs.ErrNotExist) {
		return m, missing(dir, manifestFile, err)
	}
	if errors.Is(err, errIrregular) {
		return m, fmt.Errorf("%w: manifest: %w", ErrCorrupt, err)
	}
	if err != nil {
		return m, fmt.Errorf("read manifest: %w", err)
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return m, fmt.Errorf("%w: manifest %s: %w", ErrCorrupt, filepath.Join(dir, manifestFile), err)
	}
	if m.Format != FormatVersion {
		return m, formatError(fmt.Sprintf("release %s has format %d, this alphanode reads format %d: build the release anew, or run the alphanode that built it (%s)",
			m.Name, m.Format, FormatVersion, m.Tool))
	}
	if m.File != "" && (filepath.Base(m.File) != m.File || filepath.Ext(m.File) != filepath.Ext(dbFile)) {
		return m, fmt.Errorf("%w: manifest %s: found the file %.80q, expected one in its folder", ErrCorrupt, filepath.Join(dir, manifestFile), m.File)
	}
	if m.Name != filepath.Base(dir) {
		return m, fmt.Errorf("%w: the manifest in %s is that of release %q: a release cannot be copied to another name", ErrCorrupt, dir, m.Name)
	}
	return m, nil
}

// missing is a release that lacks one of its files. The error keeps its cause, for
// the release may have been pruned just now.
func missing(dir, file string, err error) error {
	return fmt.Errorf("%w: release %s has no %s: import its posts again with --replace, or publish another release: %w", ErrCorrupt, filepath.Base(dir), file, err)
}

func writeManifest(d disk, dir string, m Manifest) error {
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return replaceFile(d, filepath.Join(dir, manifestFile), append(data, '\n'), 0o600)
}
