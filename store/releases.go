package store

import (
	"strconv"
	"strings"
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

// dbFile is the name of the file of a release that has no other.
const dbFile = "release.db"

// FileName is the name of the file that holds the release.
func (m *Manifest) FileName() string {
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

// TakenDown is a post that was taken out of a release.
type TakenDown struct {
	Slug   string    `json:"slug"`
	Time   time.Time `json:"time"`
	Public bool      `json:"public,omitempty"` // readers saw it
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

// releaseNumber reads the number out of a release's name.
func releaseNumber(name string) (int, bool) {
	digits, ok := strings.CutPrefix(name, "r")
	n, err := strconv.Atoi(digits)
	return n, ok && err == nil && n > 0 && name == "r"+strconv.Itoa(n)
}
