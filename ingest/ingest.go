package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"alphanode/content"
)

// Format names an outside format.
type Format string

// The formats that can be read. Auto looks at the content, never at the name.
const (
	Auto   Format = "auto"
	Page   Format = "page"   // the text of web pages of the archive
	NDJSON Format = "ndjson" // JSON objects: a line each, pretty printed, or in an array
)

// The kinds of error that are not about one record. None of them goes away by
// trying again with the same input.
var (
	ErrFormat  = errors.New("unknown format") // wrong usage
	ErrEmpty   = errors.New("nothing to read")
	ErrContent = errors.New("not posts") // a picture, an archive, a web page
)

// SourceError says that a whole source holds no posts. It is an [ErrEmpty] or an
// [ErrContent].
type SourceError struct {
	kind            error
	Found, Expected string
}

func (e *SourceError) Error() string {
	return fmt.Sprintf("%v: found %s, expected %s", e.kind, e.Found, e.Expected)
}

func (e *SourceError) Unwrap() error { return e.kind }

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
	Message string `json:"message"`
}

// Item is one record of a source. Its post is settled and valid; where there
// are Rejects, the Record is empty.
type Item struct {
	content.Record
	Origin   Origin
	Rejects  []Reject      // every fault of this record
	Faulty   *content.Post // what could be read of a record with faults, which tells of which post it is; or nil
	Warnings []Warning
}

// reject notes a fault; a record with faults gives no post.
func (i *Item) reject(line int, f content.Fault) {
	if i.Post != nil {
		i.Faulty = i.Post
	}
	i.Record = content.Record{}
	i.Rejects = append(i.Rejects, Reject{Origin{i.Origin.File, line}, f})
}

// Read gives the records of one source to emit, in order, from the calling
// goroutine. name stands for the source in origins and errors.
//
// A record that is wrong is an Item with Rejects, and reading goes on with the
// next one. An error means that the source cannot be read on: the reader
// failed, the format is not known ([ErrFormat]), there is nothing in it
// ([ErrEmpty]), it is something else ([ErrContent]), ctx was cancelled, or emit
// failed. Cancelling is noticed between records; it does not interrupt a
// blocked read of r.
func Read(ctx context.Context, name string, r io.Reader, format Format, emit func(Item) error) error {
	if _, err := ParseFormat(string(format)); err != nil {
		return err
	}
	src, err := openSource(r)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer src.close()
	if format == Auto {
		if format, err = src.detect(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if format == Page {
		return readPages(ctx, name, src, emit)
	}
	return readNDJSON(ctx, name, src, inWork, emit)
}

// ParseFormat reads the name of a format; the empty name is Auto. Any other
// name is an [ErrFormat].
func ParseFormat(name string) (Format, error) {
	switch f := Format(name); f {
	case "":
		return Auto, nil
	case Auto, Page, NDJSON:
		return f, nil
	default:
		return "", fmt.Errorf("%w: found %q, expected auto, page or ndjson", ErrFormat, name)
	}
}

// quoted shows a found text, cut short where it is long.
func quoted(s string) string {
	const most = 80 // bytes
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return strconv.Quote(s)
}
