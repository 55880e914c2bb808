package fleet

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"alphanode/store"
	"alphanode/store/release"
)

// paperName is the name of a paper: a SHA-256 in hex.
var paperName = regexp.MustCompile(`^[0-9a-f]{64}$`)

// check refuses a head that no member wrote: names in it become paths on this disk, and whoever
// can write where the fleet is could have them lead elsewhere.
func (h *head) check() error {
	if h.Fleet == "" {
		return errors.New("found no name of a fleet")
	}
	for _, name := range []string{h.Takedowns, h.Keys, h.Journal.Base} {
		if name != "" && !paperName.MatchString(name) {
			return fmt.Errorf("found the paper %.80q, expected a SHA-256", name)
		}
	}
	for _, g := range h.Garbage {
		if !paperName.MatchString(g.Paper) {
			return fmt.Errorf("found the paper %.80q, expected a SHA-256", g.Paper)
		}
	}
	for _, line := range h.Journal.Tail {
		if strings.Contains(line, "\n") {
			return errors.New("found a line of the journal with an end in it")
		}
	}
	known := map[string]bool{"": true}
	for i := range h.Releases {
		s := &h.Releases[i]
		if known[s.Name] {
			return fmt.Errorf("found release %.40q twice", s.Name)
		}
		known[s.Name] = true
		if err := s.check(); err != nil {
			return err
		}
	}
	if !known[h.Current] {
		return fmt.Errorf("found %.40q current, expected a release that there is", h.Current)
	}
	return nil
}

func (s *shared) check() error {
	if _, ok := store.ReleaseNumber(s.Name); !ok {
		return fmt.Errorf("found the release %.40q, expected a name such as r1", s.Name)
	}
	if len(s.Forms) == 0 {
		return fmt.Errorf("found no form of release %s", s.Name)
	}
	for i, f := range s.Forms {
		switch {
		case i > 0 && s.Forms[i-1].Format >= f.Format:
			return fmt.Errorf("found the forms of release %s in another order than by format", s.Name)
		case !paperName.MatchString(f.Parcel), !paperName.MatchString(f.Manifest):
			return fmt.Errorf("found parcel %.80q and manifest %.80q of release %s, expected a SHA-256 each", f.Parcel, f.Manifest, s.Name)
		case f.Size < 0:
			return fmt.Errorf("found %d bytes of release %s", f.Size, s.Name)
		}
	}
	return nil
}

// checkFiles refuses a parcel that no member wrote: a name of a file that leads elsewhere is none,
// and of each there are as many blocks as it has bytes for.
func (p *parcel) checkFiles() error {
	for _, file := range p.Files {
		if file.Name == string(filepath.Separator) || filepath.Base(file.Name) != file.Name || strings.HasPrefix(file.Name, ".") || file.Name == release.ManifestFile {
			return fmt.Errorf("found the file %.80q in its parcel, expected one in the folder of a release", file.Name)
		}
		blocks := file.Size / blockSize
		if file.Size%blockSize > 0 {
			blocks++
		}
		if file.Size < 0 || int64(len(file.Blocks)) != blocks {
			return fmt.Errorf("found %d blocks of %s in its parcel, which has %d bytes", len(file.Blocks), file.Name, file.Size)
		}
	}
	return nil
}

// check holds a parcel against the form that names it.
func (p *parcel) check(f form) error {
	if sumOf([]byte(p.Manifest)) != f.Manifest {
		return fmt.Errorf("the manifest of its parcel is %w", errOtherBytes)
	}
	for _, file := range p.Files {
		if file.SHA256 == f.SHA256 {
			return nil
		}
	}
	return fmt.Errorf("found no file with SHA-256 %s in its parcel, as its manifest says", f.SHA256)
}
