package store

import "fmt"

// Text is a post as JSON, as it is sent: Whole is its canonical JSON plus
// updated and its days, Card its compact form plus the days that a card shows.
type Text struct {
	Ref     Ref
	JSON    []byte
	NoIndex bool // the post may be read but not indexed; Whole only
}

// Room is how many bytes there are for texts.
type Room struct {
	Spare int // that stay free behind the texts, at least
	Most  int // of all texts together, where there are several; 0 for no bound
}

// LengthError says that texts have more bytes than there is room for. Nothing was
// read of them but how long they are. It is ErrTooComplex.
type LengthError struct {
	Found, Most int // bytes
}

func (e *LengthError) Error() string {
	return fmt.Sprintf("the texts have %d bytes, expected at most %d", e.Found, e.Most)
}

// Unwrap gives the kind of the error.
func (e *LengthError) Unwrap() error { return ErrTooComplex }

// Raw is a post in the form in which a release stores it, not decoded.
type Raw struct {
	Ref      Ref
	JSON     []byte   // canonical JSON without updated, or the card; without days
	Updated  string   // the later of publishedAt and lastReviewed, as given; in a card it stands in the JSON
	Tools    []TermID // for each of meta.tools its term
	Entities []TermID // for each of meta.entities its term; Whole only
	NoIndex  bool     // the post may be read but not indexed; Whole only
}
