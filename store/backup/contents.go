package backup

import (
	"encoding/hex"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"alphanode/store"
	"alphanode/store/release"
)

// Version is of the layout of a backup. One of a later version is not read.
const Version = 1

const (
	aboutFile = "backup.json"
	sumsFile  = "SHA256SUMS"
	keysFile  = "keys.json"

	releasesDir = "releases"
	rejectsFile = "rejects.ndjson"
)

// dataFiles are the small files of a data directory.
var dataFiles = []string{"CURRENT", "journal.ndjson", "takedowns.json", keysFile}

// About says what a backup is of.
type About struct {
	Version   int       `json:"version"`
	Tool      string    `json:"tool"` // which alphanode made it
	Time      time.Time `json:"time"` // of which it has the data directory
	Current   string    `json:"current"`
	Releases  []Release `json:"releases"` // oldest first
	Takedowns int       `json:"takedowns"`
	Keys      bool      `json:"keys"`
}

// Release is a release in a backup.
type Release struct {
	Name   string `json:"name"`
	Posts  int    `json:"posts"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	// Verified says how it was checked: in full, or, as one of an older format is, by its
	// checksum alone.
	Verified string `json:"verified"`
}

// How a release was verified.
const (
	VerifiedInFull     = "full"
	VerifiedByChecksum = "checksum"
)

// bytes is how much room the releases take.
func (a *About) bytes() (sum int64) {
	for _, r := range a.Releases {
		sum += r.Bytes
	}
	return sum
}

// MostPosts is how many posts the largest release has.
func (a *About) MostPosts() (most int) {
	for _, r := range a.Releases {
		most = max(most, r.Posts)
	}
	return most
}

// place is where an entry of a backup belongs: a file of a release, or of the data
// directory, where the release is "". It is not ok where nothing belongs there.
func place(name string) (releaseName, file string, ok bool) {
	for _, known := range dataFiles {
		if name == known {
			return "", name, true
		}
	}
	parts := strings.Split(name, "/")
	if len(parts) != 3 || parts[0] != releasesDir || !store.IsReleaseName(parts[1]) {
		return "", "", false
	}
	file = parts[2]
	isDb := path.Ext(file) == path.Ext(release.DbFile) && !strings.HasPrefix(file, ".")
	return parts[1], file, isDb || file == release.ManifestFile || file == rejectsFile
}

// sums are the checksums of a backup, as sha256sum writes and reads them.
type sums struct{ lines strings.Builder }

func (s *sums) add(sum []byte, name string) {
	fmt.Fprintf(&s.lines, "%s  %s\n", hex.EncodeToString(sum), name)
}

// counted counts what is written through it.
type counted struct {
	io.Writer
	n int64
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.Writer.Write(p)
	c.n += int64(n)
	return n, err
}
