package content

import (
	"encoding/json"
	"unicode"
)

// Post is one post of the archive. The empty string stands for an absent
// optional text; a nil pointer stands for any other absent optional value.
type Post struct {
	Slug        string
	Title       string
	Intro       string
	Body        []Block
	PublishedAt string // a date or date-time, kept as given
	Meta        Meta
}

// Meta is everything known about a post beside its text.
type Meta struct {
	Topic        string
	Summary      string
	Brief        string
	Outline      []OutlineItem
	Stack        []string
	Checklist    []string
	Notes        []string
	Tools        []string
	Entities     []Entity
	CodeLanguage string
	Language     string // the language it is written in: a BCP 47 tag in its usual case, as pt-BR
	Difficulty   string
	ReadingTime  *int   // minutes, ≥ 0
	ViewCount    *int64 // ≥ 0
	Score        *Score
	Revision     *Revision
	Reference    string // unique in an archive where present
	Hash         string
	Flags        Flags
	Images       []Image
	Payload      *Payload
	URLs         []string // where the post stood before: paths or whole addresses, the newest first
	Extra        Extra
}

// OutlineItem is one labelled line of the “ai outline”.
type OutlineItem struct {
	Label string
	Text  string
}

// Entity is something a post is about. Its identity is (type, name).
type Entity struct {
	Name string
	Type string
}

// Score holds the four editorial scores, each 0–100, each of which may be
// absent.
type Score struct {
	Quality   *int
	Freshness *int
	Depth     *int
	Clarity   *int
}

// Revision says where a post stands in review.
type Revision struct {
	Status       string // one of the Status constants, or absent
	Version      string
	LastReviewed string // a date or date-time, kept as given
}

// The states of review. Anything else is rejected on import.
const (
	StatusDraft    = "draft"
	StatusInReview = "in-review"
	StatusReviewed = "reviewed"
	StatusArchived = "archived"
)

// Flags are the yes-or-no facts of a post; an absent flag is false.
type Flags struct {
	AIGeneratedStyle bool
	HasImages        bool
	ImageHeavy       bool
	NeedsHumanReview bool
}

// Image is one entry of the “image sources”.
type Image struct {
	Source  string
	URL     string
	Caption string
	Alt     string // what it shows, for who does not see it
	Width   *int   // in pixels, from 1
	Height  *int   // likewise
}

// Payload is what the generator or importer of a post left behind.
type Payload struct {
	SourceID   string
	Generator  string
	Paragraphs *int
	Scenario   string
	Seed       *int64
}

// Extra is meta the contract has no name for, each value in canonical JSON:
// compact, keys sorted, numbers exactly as they were given.
type Extra map[string]json.RawMessage

// Public reports whether readers without a key may see the post: its status is
// reviewed or absent.
func (p *Post) Public() bool {
	status := p.Status()
	return status == "" || status == StatusReviewed
}

// Status is one of the Status constants, or empty where the post has none.
func (p *Post) Status() string {
	if p.Meta.Revision == nil {
		return ""
	}
	return p.Meta.Revision.Status
}

// Complete fills what is stored though it was not given: the summary falls
// back to the intro, and a missing reading time is counted.
func (p *Post) Complete() {
	if p.Meta.Summary == "" {
		p.Meta.Summary = p.Intro
	}
	if p.Meta.ReadingTime == nil {
		minutes := readingTime(countWords(p.Intro) + p.wordsToRead())
		p.Meta.ReadingTime = &minutes
	}
}

// countWords counts what stands between white space.
func countWords(text string) (n int) {
	within := false
	for _, c := range text {
		isSpace := c == ' ' || c >= '\t' && c <= '\r' || c > unicode.MaxASCII && unicode.IsSpace(c)
		if !isSpace && !within {
			n++
		}
		within = !isSpace
	}
	return n
}

// wordsPerMinute is the reading speed of the public contract.
const wordsPerMinute = 200

// readingTime is words ÷ 200 in minutes, rounded up, at least 1.
func readingTime(words int) int {
	return max(1, (words+wordsPerMinute-1)/wordsPerMinute)
}
