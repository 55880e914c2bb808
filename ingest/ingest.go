package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"alphanode/ingest/draft"
	"alphanode/ingest/ghost"
	"alphanode/ingest/mapping"
	"alphanode/ingest/record"
	"alphanode/ingest/wxr"
)

// Format names an outside format.
type Format string

// ErrFormat is a format that is not known: wrong usage.
var ErrFormat = errors.New("unknown format")

// The formats that can be read. Auto looks at the content, never at the name.
const (
	Auto   Format = "auto"
	Page   Format = "page"   // the text of web pages of the archive
	NDJSON Format = "ndjson" // our JSON objects: a line each, pretty printed, or in an array
	Ghost  Format = "ghost"  // the JSON that a Ghost site exports
	WXR    Format = "wxr"    // what a WordPress site exports

	Markdown Format = "markdown" // folders and files with front matter, as static site generators read them
	JSON     Format = "json"     // of any names, by a mapping
	CSV      Format = "csv"      // tables, by a mapping
)

// Read gives the records of one source to emit, as [Import] does of many; drafts are
// kept in a temporary file. name stands for the source in origins and errors.
//
// An error means that the source cannot be read on: the reader failed, the format is
// not known ([ErrFormat]), there is nothing in it ([record.ErrEmpty]), it is something
// else ([record.ErrContent]), ctx was cancelled, or emit failed. Cancelling is noticed
// between records; it does not interrupt a blocked read of r.
func Read(ctx context.Context, name string, r io.Reader, format Format, emit func(record.Item) error) error {
	format, err := ParseFormat(string(format))
	if err != nil {
		return err
	}
	temporary := &temporaryFile{}
	defer temporary.remove()
	s := &session{options: Options{Format: format, Scratch: temporary.make, Now: time.Now()}, met: &Report{}, emit: emit}
	if err := s.source(ctx, name, r); err != nil {
		return err
	}
	return s.settle(ctx)
}

// temporaryFile is where Read keeps drafts.
type temporaryFile struct{ *os.File }

func (t *temporaryFile) make() (_ draft.File, err error) {
	t.File, err = os.CreateTemp("", "alphanode-drafts-*")
	return t.File, err
}

func (t *temporaryFile) remove() {
	if t.File != nil {
		_ = t.Close()
		_ = os.Remove(t.Name())
	}
}

// formats are all that can be asked for.
var formats = []Format{Auto, Page, NDJSON, WXR, Ghost, Markdown, JSON, CSV}

// Formats words the formats, for those who ask for one.
func Formats() string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = string(f)
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// ParseFormat reads the name of a format; the empty name is Auto. Any other
// name is an [ErrFormat].
func ParseFormat(name string) (Format, error) {
	if name == "" {
		return Auto, nil
	}
	if !slices.Contains(formats, Format(name)) {
		return "", fmt.Errorf("%w: found %q, expected %s", ErrFormat, name, Formats())
	}
	return Format(name), nil
}

// detect tells the format of the text. With a mapping, JSON and text are what it reads, but
// for what cannot be mistaken. Without one, what is neither JSON nor mark-up is taken for page text, so that a page cut before its meta box is rejected with
// its file and line rather than called unknown.
func detect(s *record.Source, mapped bool) (Format, error) {
	head, err := s.Head(record.SniffSize)
	if err != nil {
		return "", err
	}
	switch {
	case head[0] == '<' && wxr.Looks(s):
		return WXR, nil
	case beginsWithFence(head):
		return Markdown, nil
	case head[0] == '{' && ghost.Looks(head) && (!mapped || bytes.Contains(head, []byte(`"exported_on"`))):
		return Ghost, nil
	case mapped && mapping.IsJSON(head):
		return JSON, nil
	case mapped:
		return CSV, nil
	case mapping.IsJSON(head):
		return NDJSON, nil
	}
	if kind := http.DetectContentType(head); strings.HasPrefix(kind, "text/html") || strings.HasPrefix(kind, "text/xml") {
		return "", &record.SourceError{Kind: record.ErrContent, Found: kind, Expected: "page text, JSON or an export"}
	}
	return Page, nil
}

// beginsWithFence reports whether a text begins as front matter in YAML or TOML does.
func beginsWithFence(head []byte) bool {
	first, _, _ := bytes.Cut(head, []byte("\n"))
	fence := strings.TrimSpace(string(first))
	return fence == "---" || fence == "+++"
}
