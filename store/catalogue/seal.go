package catalogue

import (
	"fmt"
	"path/filepath"
	"strings"

	"alphanode/store"
	"alphanode/store/disk"
	"alphanode/store/release"
)

// seal notes in a manifest what is in the finished file of its release.
func seal(m *store.Manifest, path string) (disk.FileDigest, error) {
	sum, err := disk.Digest(path)
	if err != nil {
		return disk.FileDigest{}, fmt.Errorf("seal release: %w", err)
	}
	m.Size, m.SHA256 = sum.Info.Size(), sum.Sha256
	if m.Identity, err = release.Identify(*m, path); err != nil {
		return disk.FileDigest{}, fmt.Errorf("seal release: %w", err)
	}
	return sum, nil
}

// checkFile holds a release file against its manifest, every byte of it.
func checkFile(dir string, m store.Manifest) error {
	found, err := disk.Digest(filepath.Join(dir, release.FileOf(m)))
	if err != nil {
		return fmt.Errorf("check release %s: %w", m.Name, err)
	}
	return checkDigest(&found, m)
}

// checkSealed is checkFile, which reads nothing where this process has sealed
// the file and it did not change since.
func (c *Catalogue) checkSealed(m store.Manifest) error {
	dir := c.ReleaseDir(m.Name)
	if sealed := c.sealed.Load(); sealed.Holds(filepath.Join(dir, release.FileOf(m))) {
		return checkDigest(sealed, m)
	}
	return checkFile(dir, m)
}

// checkDigest holds what a release file held against its manifest.
func checkDigest(d *disk.FileDigest, m store.Manifest) error {
	if d.Info.Size() != m.Size || !strings.EqualFold(d.Sha256, m.SHA256) {
		return fmt.Errorf("%w: release %s: found %d bytes with SHA-256 %s, its manifest says %d bytes with %s: import it again, or publish another",
			store.ErrCorrupt, m.Name, d.Info.Size(), d.Sha256, m.Size, m.SHA256)
	}
	return nil
}
