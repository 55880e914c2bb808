package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"time"

	"alphanode/content"
	"alphanode/ingest/draft"
	"alphanode/ingest/ghost"
	"alphanode/ingest/mapping"
	"alphanode/ingest/ndjson"
	"alphanode/ingest/page"
	"alphanode/ingest/record"
	"alphanode/ingest/wxr"
	"alphanode/postfile"
)

// Options say how the sources of an import are read.
type Options struct {
	Format   Format           // Auto looks at each source
	Language string           // the archive's own, a normal tag; "" where it is not known
	Base     *url.URL         // where its site stood, for addresses that are not whole; or nil
	Types    []string         // of the items of WordPress that are posts; post and page where there are none
	Meta     []string         // patterns, as path.Match reads them, of protected meta that is kept
	Now      time.Time        // by which a post is still to come
	Mapping  *mapping.Mapping // of the names of JSON and CSV to fields; nil without one

	Stdin   io.Reader
	Scratch func() (draft.File, error) // makes the file that drafts are kept in, where there are any
	Reading func(io.Reader) io.Reader  // counts what is read; or nil
}

// Import reads files and gives their records to emit, from the calling goroutine: those
// of our own formats as they come, those of foreign ones when all files are read. met
// counts what became of them.
//
// A record that is wrong, and a file that holds no posts, is an Item with Rejects, and
// reading goes on. An error means that a file cannot be read, that the drafts cannot be
// kept, that ctx was cancelled, or that emit failed.
func Import(ctx context.Context, files []File, o Options, met *Report, emit func(record.Item) error) error {
	o.Format = cmp.Or(o.Format, Auto)
	s := &session{options: o, met: met, emit: emit}
	for len(files) > 0 {
		n := 1
		if folder := s.markdownAt(files); len(folder) > 0 {
			n = len(folder)
			if err := s.markdown(ctx, folder); err != nil {
				return err
			}
		} else if err := s.file(ctx, files[0]); err != nil {
			return err
		}
		files = files[n:]
	}
	return s.settle(ctx)
}

// session is an import on its way.
type session struct {
	options Options
	met     *Report
	emit    func(record.Item) error
	spool   *draft.Spool // nil without drafts
	readers map[Format]reader

	markdownDrafts *draft.Sink // nil before the first
}

// reader reads one source of a format.
type reader func(ctx context.Context, name string, src *record.Source) error

func (s *session) file(ctx context.Context, f File) error {
	r, name := s.options.Stdin, "(standard input)"
	if f.Path != Stdin {
		file, err := os.Open(f.Path)
		if err != nil {
			return err
		}
		defer file.Close()
		r, name = file, f.Path
	}
	if s.options.Reading != nil {
		r = s.options.Reading(r)
	}
	err := s.source(ctx, name, r)
	// A whole file that is not posts is rejected like a post that is wrong.
	if whole := (*record.SourceError)(nil); errors.As(err, &whole) {
		if f.Folder != "" && whole.Binary {
			s.met.PassOver(name)
			return nil
		}
		item := record.Item{Origin: record.Origin{File: name, Line: 1}}
		item.Reject(1, content.Fault{Found: whole.Found, Expected: whole.Expected})
		return s.emit(item)
	}
	return err
}

func (s *session) source(ctx context.Context, name string, r io.Reader) error {
	src, err := record.Open(r)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer src.Close()
	format := s.options.Format
	if head, err := src.Head(record.SniffSize); err == nil && (format == Auto || format == Markdown) && postfile.Is(head) {
		return readPostFile(name, src, s.emit)
	}
	if format == Auto {
		if format, err = detect(src, s.options.Mapping != nil); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	switch format {
	case Page:
		return page.Read(ctx, name, src, s.emit)
	case NDJSON:
		return ndjson.Read(ctx, name, src, s.emit)
	case Markdown:
		return s.markdownOf(ctx, name, src)
	}
	read, err := s.reader(format)
	if err != nil {
		return err
	}
	return read(ctx, name, src)
}

// reader gives the reader of a foreign format, the same for all sources.
func (s *session) reader(format Format) (reader, error) {
	if read, ok := s.readers[format]; ok {
		return read, nil
	}
	if err := s.makeSpool(); err != nil {
		return nil, err
	}
	s.readers[format] = s.newReader(format)
	return s.readers[format], nil
}

// makeSpool makes the place where drafts are kept, once.
func (s *session) makeSpool() error {
	if s.spool != nil {
		return nil
	}
	file, err := s.options.Scratch()
	if err != nil {
		return fmt.Errorf("make room for drafts: %w", err)
	}
	s.spool = draft.NewSpool(file, draft.Options{Language: s.options.Language, Base: s.options.Base, Now: s.options.Now}, s.emit)
	s.readers = map[Format]reader{}
	s.met.Foreign = true
	return nil
}

// newReader is the table of the foreign formats.
func (s *session) newReader(format Format) reader {
	switch format {
	case Ghost:
		return ghost.NewReader(s.spool).Read
	case WXR:
		return wxr.NewReader(s.spool, wxr.Options{Types: s.options.Types, Meta: s.options.Meta}).Read
	case JSON, CSV:
		if s.options.Mapping == nil {
			return func(_ context.Context, name string, _ *record.Source) error {
				return fmt.Errorf("%w: found %s without a mapping of its names to fields, expected one by --map; `alphanode mapping %s` prints one to try", ErrFormat, format, name)
			}
		}
		sink := s.spool.Sink(mapping.Convert)
		read := s.options.Mapping.ReadJSON
		if format == CSV {
			read = s.options.Mapping.ReadCSV
		}
		return func(ctx context.Context, name string, src *record.Source) error { return read(ctx, name, src, sink) }
	default:
		return func(context.Context, string, *record.Source) error {
			return fmt.Errorf("%w: found %q, expected %s", ErrFormat, format, Formats())
		}
	}
}

func (s *session) settle(ctx context.Context) error {
	if s.spool == nil {
		return nil
	}
	return s.spool.Settle(ctx)
}
