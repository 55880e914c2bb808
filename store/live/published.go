package live

import (
	"os"
	"path/filepath"

	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/disk"
	"alphanode/store/release"
)

// Published lists the releases that were published and are still there, the newest
// first: as many as First, behind the cursor After. One that cannot be read is
// left out.
func (s *Others) Published(first int, after string) (*store.ReleasePage[store.PublishedRelease], error) {
	all, err := s.published()
	if err != nil {
		return nil, err
	}
	return catalogue.NewestFirst(all, func(r store.PublishedRelease) string { return r.Name }, "releases", first, after)
}

// knownManifest is a manifest as it was read, and the file in which it stood.
type knownManifest struct {
	store.Manifest
	file os.FileInfo
}

// published gives all of them, oldest first. A manifest is read again only where it
// has changed.
func (s *Others) published() ([]store.PublishedRelease, error) {
	if s == nil {
		return nil, nil
	}
	names, err := s.catalogue.Names()
	if err != nil {
		return nil, err
	}
	history, err := s.catalogue.History()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []store.PublishedRelease
	manifests := map[string]knownManifest{}
	for _, name := range names {
		at, ok := history.PublishedAt(name)
		if !ok {
			continue
		}
		dir := s.catalogue.ReleaseDir(name)
		file, err := os.Stat(filepath.Join(dir, release.ManifestFile))
		if err != nil {
			continue
		}
		m, known := s.manifests[name]
		if !known || !disk.SameVersion(m.file, file) {
			m.file = file
			if m.Manifest, err = release.ReadManifest(dir); err != nil {
				continue
			}
		}
		manifests[name] = m
		all = append(all, store.PublishedRelease{Name: name, PublishedAt: at, Counts: m.Public})
	}
	s.manifests = manifests
	return all, nil
}
