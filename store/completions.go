package store

import "fmt"

// CompletionQuery asks for titles, entities and tools that fit a text that is being typed:
// First of them, 0 to MaxLimit.
type CompletionQuery struct {
	Typed string // at most MaxSearch bytes; some of it must be left without spaces and accents
	First int
}

// DefaultCompletions is how many are given where nobody says it: what a list below a box has
// room for.
const DefaultCompletions = 10

// Check says what is wrong with the question: an *ArgumentError.
func (q CompletionQuery) Check() error {
	if len(q.Typed) > MaxSearch {
		return &ArgumentError{"query", fmt.Sprintf("%d bytes", len(q.Typed)), fmt.Sprintf("at most %d bytes", MaxSearch)}
	}
	return Window{First: &q.First}.Check()
}

// Completion is a title or a name that fits what was typed, as the view spells it.
type Completion struct {
	Kind CompletionKind
	Text string
	Slug string // of the post, the entity or the tool
}

// CompletionKind says what a completion is: a post by its title, or a term by its name.
type CompletionKind string

// The kinds of completions.
const (
	CompletesTitle  CompletionKind = "title"
	CompletesEntity CompletionKind = "entity"
	CompletesTool   CompletionKind = "tool"
)

// CompletionKinds are all of them.
var CompletionKinds = []CompletionKind{CompletesTitle, CompletesEntity, CompletesTool}
