package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"alphanode/content"
)

// The kinds of error that are not about one record but a whole source. None of them goes away by
// trying again with the same input.
var (
	ErrEmpty   = errors.New("nothing to read")
	ErrContent = errors.New("not posts") // a picture, an archive, a web page
)

// SourceError says that a whole source holds no posts. It is an [ErrEmpty] or an
// [ErrContent].
type SourceError struct {
	Kind            error // ErrEmpty or ErrContent
	Found, Expected string
	Binary          bool // it is no text: a picture, a database
}

func (e *SourceError) Error() string {
	return fmt.Sprintf("%v: found %s, expected %s", e.Kind, e.Found, e.Expected)
}

func (e *SourceError) Unwrap() error { return e.Kind }

// Origin is where a record begins, or where in it something was found.
type Origin struct {
	File string `json:"file"`
	Line int    `json:"line"` // counted from 1, in the unpacked text
}

func (o Origin) String() string { return o.File + ":" + strconv.Itoa(o.Line) }

// Reject is one fault of a record and where it stands.
type Reject struct {
	Origin
	content.Fault
}

// Error says the reject in one line.
func (r Reject) Error() string { return r.Origin.String() + ": " + r.Fault.Error() }

// MarshalJSON gives the form of rejects.ndjson: file, line, field, found,
// expected.
func (r Reject) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Origin
		Field    string `json:"field"`
		Found    string `json:"found"`
		Expected string `json:"expected"`
	}{r.Origin, r.Path, r.Found, r.Expected})
}

// Warning tells of something that was kept but perhaps not understood.
type Warning struct {
	Origin
	Kind    string `json:"kind"` // the same for all that are of one kind, in a few words
	Message string `json:"message"`
}

// The kinds of warnings that several formats have.
const (
	KindExtra     = "kept in extra"     // it has no field, and is in meta.extra
	KindLocalDate = "time taken as UTC" // it had no offset
)

// LocalDate warns of a time without an offset.
func LocalDate(at Origin, path string) Warning {
	return Warning{Origin: at, Kind: KindLocalDate, Message: path + " has a time without an offset; taken as UTC"}
}

// Item is one record of a source. Its post is settled and valid; where there
// are Rejects, or it is left out, the Record is empty.
type Item struct {
	content.Record
	Origin   Origin
	Rejects  []Reject      // every fault of this record
	Faulty   *content.Post // what could be read of a record with faults, which tells of which post it is; or nil
	Warnings []Warning
	Losses   content.Losses // what could not be kept of the post
	LeftOut  string         // where it is no post on purpose: what it is instead, such as `revision`; else ""
}

// Reject notes a fault that stands in this line; a record with faults gives no post.
func (i *Item) Reject(line int, f content.Fault) {
	if i.Post != nil {
		i.Faulty = i.Post
	}
	i.Record = content.Record{}
	i.Rejects = append(i.Rejects, Reject{Origin{i.Origin.File, line}, f})
}

// Quoted shows a found text, cut short where it is long.
func Quoted(s string) string {
	const most = 80 // bytes
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return strconv.Quote(s)
}
