package release

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"alphanode/store"
	"alphanode/store/disk"
)

const (
	DbFile       = "release.db" // of a release whose manifest names no other
	ManifestFile = "manifest.json"
)

// ReadManifest reads the manifest in the folder of a release. The error is an ErrCorrupt
// where it is no manifest of that, and a FormatError where an upgrade or another build must
// read it.
func ReadManifest(dir string) (store.Manifest, error) {
	return readManifest(dir, store.FormatVersion)
}

// ReadOlderManifest is ReadManifest for a release that can be upgraded, too.
func ReadOlderManifest(dir string) (store.Manifest, error) {
	return readManifest(dir, store.OldestFormat)
}

func readManifest(dir string, oldest int) (store.Manifest, error) {
	var m store.Manifest
	data, _, err := disk.ReadRegular(filepath.Join(dir, ManifestFile))
	if errors.Is(err, fs.ErrNotExist) {
		return m, missing(dir, ManifestFile, err)
	}
	if errors.Is(err, disk.ErrIrregular) {
		return m, fmt.Errorf("%w: manifest: %w", store.ErrCorrupt, err)
	}
	if err != nil {
		return m, fmt.Errorf("read manifest: %w", err)
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return m, fmt.Errorf("%w: manifest %s: %w", store.ErrCorrupt, filepath.Join(dir, ManifestFile), err)
	}
	if m.Format < oldest || m.Format > store.FormatVersion {
		return m, store.FormatError{Release: m.Name, Found: m.Format, Tool: m.Tool}
	}
	if m.File != "" && (filepath.Base(m.File) != m.File || filepath.Ext(m.File) != filepath.Ext(DbFile)) {
		return m, fmt.Errorf("%w: manifest %s: found the file %.80q, expected one in its folder", store.ErrCorrupt, filepath.Join(dir, ManifestFile), m.File)
	}
	if m.Name != filepath.Base(dir) {
		return m, fmt.Errorf("%w: the manifest in %s is that of release %q: a release cannot be copied to another name", store.ErrCorrupt, dir, m.Name)
	}
	return m, nil
}

// missing is a release that lacks one of its files. The error keeps its cause, for
// the release may have been pruned just now.
func missing(dir, file string, err error) error {
	return fmt.Errorf("%w: release %s has no %s: import its posts again with --replace, or publish another release: %w", store.ErrCorrupt, filepath.Base(dir), file, err)
}

// WriteManifest replaces the manifest in a folder. The caller holds the lock, and syncs the
// folder.
func WriteManifest(d disk.Disk, dir string, m store.Manifest) error {
	data, err := AppendManifest(nil, m)
	if err != nil {
		return err
	}
	return disk.Replace(d, filepath.Join(dir, ManifestFile), data, 0o600)
}

// AppendManifest appends a manifest as it stands in its file.
func AppendManifest(dst []byte, m store.Manifest) ([]byte, error) {
	data, err := json.MarshalIndent(m, "", "  ")
	return append(append(dst, data...), '\n'), err
}

// FileOf is the name of the file that holds a release.
func FileOf(m store.Manifest) string {
	if m.File == "" {
		return DbFile
	}
	return m.File
}
