package mapping

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/go-faster/jx"

	"alphanode/content"
	"alphanode/ingest/draft"
	"alphanode/ingest/ndjson"
	"alphanode/ingest/record"
)

// The kinds of warning of this format, beside those of drafts.
const (
	KindTwice   = "name twice in one object"
	KindNoPath  = "path at which no record has anything"
	KindStatus  = "status that is not known, taken for a draft"
	KindPrivate = "private value" // of losses: an address of a person or a machine, a password
)

// rows gives the records of a source one by one; [io.EOF] behind the last one.
type rows interface {
	next() (row, error)
}

// row is a record, or the fault that kept it from being read.
type row struct {
	line   int
	value  *value
	twice  []string // names that stood twice in it
	mended bool     // a text in it was no UTF-8
	fault  *content.Fault
}

// Read makes a draft of each record of a source: of JSON, or else of a table.
func (m *Mapping) Read(ctx context.Context, name string, src *record.Source, sink *draft.Sink) error {
	head, err := src.Head(1)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if IsJSON(head) {
		return m.ReadJSON(ctx, name, src, sink)
	}
	return m.ReadCSV(ctx, name, src, sink)
}

// ReadJSON makes a draft of each record of a JSON source, in which the records stand one
// after the other or in a list, and gives them to sink. An error is one of the reader, of
// sink, that ctx was cancelled, or a [record.SourceError].
func (m *Mapping) ReadJSON(ctx context.Context, name string, src *record.Source, sink *draft.Sink) error {
	entries := ndjson.NewEntries(src, m.Records)
	err := m.read(ctx, name, &jsonRows{entries}, sink)
	if err == nil && m.Records != "" && entries.Lists() == 0 {
		return fmt.Errorf("%s: %w", name, &record.SourceError{Kind: record.ErrEmpty, Found: "no list at " + m.Records, Expected: "the list that the mapping names as records"})
	}
	return err
}

// ReadCSV does so for each row of a table, by the names in its first row.
func (m *Mapping) ReadCSV(ctx context.Context, name string, src *record.Source, sink *draft.Sink) error {
	table, err := newTable(src)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return m.read(ctx, name, table, sink)
}

func (m *Mapping) read(ctx context.Context, name string, in rows, sink *draft.Sink) error {
	r := reading{mapping: m, seen: map[string]bool{}}
	var last *draft.Draft // held back, for what is known at the end alone
	for {
		row, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("%s: reading records near line %d: %w", name, row.line, err)
		}
		at := record.Origin{File: name, Line: row.line}
		if row.fault != nil {
			if err := sink.Reject(at, record.Reject{Origin: at, Fault: *row.fault}); err != nil {
				return err
			}
			continue
		}
		d := r.draft(at, row)
		if d.Status == trash {
			if err := sink.LeaveOut(trash, at); err != nil {
				return err
			}
			continue
		}
		if last != nil {
			if err := sink.Add(last); err != nil {
				return err
			}
		}
		last = d
	}
	if last == nil {
		return nil
	}
	for _, f := range m.fields {
		for _, s := range f.sources {
			if s.literal == "" && !r.seen[s.from[0].said] {
				last.Warn(0, KindNoPath, fmt.Sprintf("%s: found nothing at %s in %d records, expected something in one at least; is its name as the source has it?", f.target, s.said(), r.records))
			}
		}
	}
	return sink.Add(last)
}

// said words the places that a value may come from.
func (s source) said() string {
	var all []string
	for _, p := range s.from {
		all = append(all, p.said)
	}
	return strings.Join(all, " or ")
}

// jsonRows are the records of a JSON source.
type jsonRows struct{ entries *ndjson.Entries }

func (j *jsonRows) next() (row, error) {
	entry, err := j.entries.Next()
	if err != nil || entry.Fault != nil {
		return row{line: entry.Line, fault: entry.Fault}, err
	}
	r := row{line: entry.Line}
	text := entry.Text
	if !utf8.Valid(text) {
		r.fault = &content.Fault{Found: "bytes that are no UTF-8", Expected: "UTF-8"}
		return r, nil
	}
	if r.value, r.twice, err = parseValue(text); err != nil {
		r.fault = &content.Fault{Found: syntax(err) + " in " + record.Quoted(string(text)), Expected: "a JSON object"}
	} else if r.value.kind != jx.Object {
		r.fault = &content.Fault{Found: record.Quoted(string(text)), Expected: "an object with fields"}
	}
	return r, nil
}

// syntax is the cause of an error of the JSON reader, without the way to it.
func syntax(err error) string {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return strings.TrimSpace(err.Error())
}
