package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"alphanode/ingest/ndjson"
	"alphanode/ingest/page"
	"alphanode/ingest/record"
	"alphanode/postfile"
)

// Format names an outside format.
type Format string

// ErrFormat is a format that is not known: wrong usage.
var ErrFormat = errors.New("unknown format")

// The formats that can be read. Auto looks at the content, never at the name.
const (
	Auto   Format = "auto"
	Page   Format = "page"   // the text of web pages of the archive
	NDJSON Format = "ndjson" // JSON objects: a line each, pretty printed, or in an array
)

// Read gives the records of one source to emit, in order, from the calling
// goroutine. name stands for the source in origins and errors.
//
// A record that is wrong is an Item with Rejects, and reading goes on with the
// next one. An error means that the source cannot be read on: the reader
// failed, the format is not known ([ErrFormat]), there is nothing in it
// ([record.ErrEmpty]), it is something else ([record.ErrContent]), ctx was cancelled, or emit
// failed. Cancelling is noticed between records; it does not interrupt a
// blocked read of r.
func Read(ctx context.Context, name string, r io.Reader, format Format, emit func(record.Item) error) error {
	if _, err := ParseFormat(string(format)); err != nil {
		return err
	}
	src, err := record.Open(r)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer src.Close()
	if format == Auto {
		if head, err := src.Head(record.SniffSize); err == nil && postfile.Is(head) {
			return readPostFile(name, src, emit)
		}
		if format, err = detect(src); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if format == Page {
		return page.Read(ctx, name, src, emit)
	}
	return ndjson.Read(ctx, name, src, emit)
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

// detect tells the format of the text. What is neither JSON nor mark-up is
// taken for page text, so that a page cut before its meta box is rejected with
// its file and line rather than called unknown.
func detect(s *record.Source) (Format, error) {
	head, err := s.Head(record.SniffSize)
	if err != nil {
		return "", err
	}
	if head[0] == '{' || head[0] == '[' {
		return NDJSON, nil
	}
	if kind := http.DetectContentType(head); strings.HasPrefix(kind, "text/html") || strings.HasPrefix(kind, "text/xml") {
		return "", &record.SourceError{Kind: record.ErrContent, Found: kind, Expected: "page text or JSON"}
	}
	return Page, nil
}
