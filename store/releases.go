package store

import (
	"strconv"
	"strings"
	"time"
)

// IsReleaseName reports whether a release can have this name.
func IsReleaseName(name string) bool {
	_, ok := ReleaseNumber(name)
	return ok
}

// ReleaseNumber reads the number out of a release's name.
func ReleaseNumber(name string) (int, bool) {
	digits, ok := strings.CutPrefix(name, "r")
	n, err := strconv.Atoi(digits)
	return n, ok && err == nil && n > 0 && name == "r"+strconv.Itoa(n)
}

// FormatVersion is the version of the release file that this build writes, and
// the only one it answers from. History: 1, the first; 2, posts are packed with s2 in
// place of zstd, and there are indexes of similar posts, facets and scores; 3,
// posts and cards stand in segments, ranges are cuts of an order, there are
// tallies of two conditions, and the index of similar posts is in another order; 4,
// there is an index of full text; 5, what does not show is no part of a name or a slug,
// and of terms that would share a slug one keeps it; 6, posts are indexed by their language
// and by the addresses where they stood; 7, titles and names are in the order of the Unicode Collation
// Algorithm, and are found by how they begin without accents, and words are those of the
// language of each post, in every form.
const FormatVersion = 7

// OldestFormat is the oldest format whose posts an upgrade can still read. Since it posts
// are laid out as today, so that files are opened as those of today are.
const OldestFormat = 4

// Manifest stands beside a release file and says what it is. It changes only where
// posts are taken down, and in an upgrade.
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
	Language     string    `json:"language,omitempty"`    // the archive's own
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

// State says where a release stands.
type State string

// The states of a release.
const (
	StateStaged   State = "staged"   // never published
	StateCurrent  State = "current"  // being served
	StatePrevious State = "previous" // served before
)

// Entry is one release of the catalogue.
type Entry struct {
	Manifest
	State       State      `json:"state"`
	PublishedAt *time.Time `json:"publishedAt,omitempty"` // first
	Problem     string     `json:"problem,omitempty"`     // why it cannot be read
}

// PublishedRelease is what everyone may know of a release.
type PublishedRelease struct {
	Name        string
	PublishedAt time.Time
	Counts      // of what the public sees
}

// ReleasePage is a page of releases.
type ReleasePage[T any] struct {
	Releases []T // the newest first
	Cursors  []string
	Total    int
	HasNext  bool
}

// PublishOptions say who publishes, and whether to publish a release whose
// parent is no longer current.
type PublishOptions struct {
	By    string
	Force bool
	Trace string  // the trace that it belongs to, as a header traceparent; "" for none
	Over  *string // what must be current, "" for nothing; else the error is a *NotCurrentError. Nil for whatever is
}

// RollbackOptions say who goes back, in which trace, and from where.
type RollbackOptions struct {
	By    string
	Trace string
	Over  *string // as that of PublishOptions
}

// Published says what became current, and what was before.
type Published struct {
	Release string `json:"release"`
	From    string `json:"from,omitempty"`

	CanRollBack bool `json:"-"` // to From
}

// PinOptions say which releases may be pinned.
type PinOptions struct {
	Any    bool          // every release on disk, staged ones too
	Window time.Duration // else those that were current within it and were not rolled back from

	// Fresh is for who was told ErrWithdrawn: what is open may not be what is on disk
	// by now, and is opened anew then.
	Fresh bool
}

// Takedown is a post that must not be in any release, until that is lifted.
type Takedown struct {
	Slug   string    `json:"slug"`
	Time   time.Time `json:"time"`
	By     string    `json:"by,omitempty"`
	Reason string    `json:"reason,omitempty"`

	// References are the SHA-256, in hex, of each meta.reference that the post had:
	// a record without a slug gets the slug of its reference, and that must be
	// known when no release has the post any more.
	References []string `json:"references,omitempty"`

	// FinishedAt is when every release was without it; nil until then.
	FinishedAt *time.Time `json:"finishedAt,omitempty"`
}

// TakedownOptions say who takes posts down, or lifts that, and why.
type TakedownOptions struct {
	By     string
	Reason string
	Tool   string // the version of alphanode

	// Progress is told, on the goroutine of the takedown, how many posts of a
	// release are written, and how many there will be at most. It may be nil.
	Progress func(release string, written, most int)
}

// Withdrawal says what a takedown did to the releases.
type Withdrawal struct {
	Posts    []Takedown `json:"posts"`
	Releases []string   `json:"releases"`           // that had one, and were made anew without
	Repacked []string   `json:"repacked,omitempty"` // that had none, and were made anew lest they pack their posts with pieces of one
	Failed   []string   `json:"failed,omitempty"`   // that could not be, and may hold one
}

// UpgradeOptions say who makes releases of an older format anew.
type UpgradeOptions struct {
	By     string
	Tool   string // the version of alphanode
	DryRun bool   // find out what would change, and change nothing

	// Progress is told, on the goroutine of the upgrade, how many posts of a release
	// are written, and how many there will be at most. It may be nil.
	Progress func(release string, written, most int)
}

// Upgrade says what an upgrade did to the releases.
type Upgrade struct {
	Format   int               `json:"format"` // that all have now
	Releases []UpgradedRelease `json:"releases"`
	Failed   []string          `json:"failed,omitempty"` // that are as they were
}

// UpgradedRelease is a release that was made anew.
type UpgradedRelease struct {
	Release string  `json:"release"`
	Format  int     `json:"format"` // that it had
	Posts   int     `json:"posts"`
	Renamed []Moved `json:"renamed"` // posts that have another slug now
	Moved   []Moved `json:"moved"`   // terms that readers find under another slug now
}

// Moved is a slug in place of which there is another.
type Moved struct {
	Kind Kind   `json:"kind,omitempty"` // of a term
	From string `json:"from"`
	To   string `json:"to"`
}

// Served is what readers are given: a release by its name and its content, for after a
// takedown or an upgrade another one has its name; and which posts were taken down, for they leave
// the releases beside it too. What is equal gives equal answers.
type Served struct {
	Release   string `json:"release"`             // "" where none is served
	SHA256    string `json:"sha256,omitempty"`    // of its file
	Takedowns string `json:"takedowns,omitempty"` // another one after each takedown
}

// Switch says that something else is served than before. Where both have one name, or
// the takedowns are others, posts were taken out of releases: anything that is known
// of any release may be another.
type Switch struct {
	Before Served
	After  Served
	Reason string // the damage for which the server acts by itself; "" where an operator did
	Trace  string // the trace of what the operator did, as a header traceparent; "" where there is none
}

// Withdraws reports whether nothing holds any more that is known of releases: posts were
// taken out of them, or the one before is damaged.
func (s Switch) Withdraws() bool {
	return s.Reason != "" || s.Before.Release == s.After.Release || s.Before.Takedowns != s.After.Takedowns
}
