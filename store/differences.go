package store

// ChangeKind says what became of a post from one release to another.
type ChangeKind string

// The kinds of changes. They are about what a view sees: a post that becomes
// visible is added, and one that no longer is, removed.
const (
	Added   ChangeKind = "ADDED"
	Changed ChangeKind = "CHANGED"
	Removed ChangeKind = "REMOVED"
)

// ChangeCounts says how many posts differ, by kind.
type ChangeCounts struct {
	Added   int `json:"added"`
	Changed int `json:"changed"`
	Removed int `json:"removed"`
}

// Total is how many posts differ in all.
func (c ChangeCounts) Total() int { return c.Added + c.Changed + c.Removed }

// Change is a post that differs.
type Change struct {
	Kind   ChangeKind `json:"kind"`
	Slug   string     `json:"slug"`
	Fields []string   `json:"fields,omitempty"` // of a changed post, where they were asked for
	Ref    Ref        `json:"-"`                // in the release after; NoRef of a removed post
	Cursor string     `json:"-"`                // "" where it was not asked for
}

// ChangeQuery asks for a page of what changed for the public from one release to
// another, by slug: First of the changes behind the cursor After.
type ChangeQuery struct {
	Since   string  // a release that was published, by name, or by a day or an instant (RFC 3339) at which it was current
	Until   string  // likewise; empty for the reader's own
	Filter  *Filter // only posts that match; one that no longer does is removed
	First   int
	After   string
	Cursors CursorNeed
	Fields  bool // whether it is told in which fields changed posts differ
}

// ChangePage is what a ChangeQuery found.
type ChangePage struct {
	Since        string // the release that they are since
	Release      string // up to which the changes lead
	Changes      []Change
	ChangeCounts // of all pages
	HasNext      bool
}

// Touched is what readers meet otherwise in one release than in another.
type Touched struct {
	Posts []string   // slugs of those that were added, changed or removed, ascending
	Terms []TermSlug // of tools and entities whose page is another, or whose posts are others
	Of    []TermSlug // tools and entities that these posts have, in either form; Terms are not all among them
	Stood []string   // where these posts stood before, in either form, as paths of this server; ascending
	Words bool       // words are brought to other stems, so that searches find other posts
	Whole bool       // there is more than was asked for, and the lists are empty
}

// TermSlug is the address of a term.
type TermSlug struct {
	Kind Kind
	Slug string
}
