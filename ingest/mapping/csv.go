package mapping

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/go-faster/jx"
	"golang.org/x/text/encoding/charmap"

	"alphanode/content"
	"alphanode/ingest/record"
)

// table is the rows of a CSV source, as spreadsheets and databases save it: parted by
// commas, semicolons, tabs or bars, with line breaks inside quotes, and with any line ends.
type table struct {
	in      *csv.Reader
	bounded *bounded
	recent  *recent
	first   int // line of the source in which the reader began
	again   int // how often the reader began anew, behind a quote that is never closed
	names   []string
	place   []int // of a column among the names; columns of one name share it
	ended   bool
}

// KindEncoding is the kind of warning of a text that is no UTF-8.
const KindEncoding = "text that is no UTF-8, read as windows-1252"

// newTable reads the first row, which has the names. An error is one of the reader, or a
// [record.SourceError].
func newTable(src *record.Source) (*table, error) {
	head, err := src.Head(headSize)
	if err != nil {
		return nil, err
	}
	t := &table{first: src.Line}
	comma, declared := parted(head)
	if declared > 0 {
		_, _ = src.Discard(declared) // it is there
		t.first++
	}
	t.bounded = &bounded{in: src.Reader}
	var in io.Reader = t.bounded
	if end := bytes.IndexAny(head[declared:], "\r\n"); end >= 0 && !bytes.Contains(head, []byte("\n")) {
		in = oldLines{in}
	}
	t.begin(in, comma)
	return t, t.header()
}

// begin has the rows of a reader come next.
func (t *table) begin(in io.Reader, comma rune) {
	t.recent = &recent{in: in}
	t.in = csv.NewReader(bufio.NewReaderSize(t.recent, headSize))
	t.in.Comma, t.in.LazyQuotes, t.in.FieldsPerRecord, t.in.ReuseRecord = comma, true, -1, true
}

// headSize is how many bytes are looked at and read at a time.
const headSize = 8 << 10

// maxColumns bounds the names of a table.
const maxColumns = 10_000

func (t *table) header() error {
	cells, _, fault, err := t.row()
	switch {
	case fault != nil:
		return &record.SourceError{Kind: record.ErrContent, Found: fault.Found, Expected: "a first row with the names of the columns"}
	case errors.Is(err, io.EOF):
		return &record.SourceError{Kind: record.ErrEmpty, Found: "no row", Expected: "a first row with the names of the columns"}
	case err != nil:
		return err
	case len(cells) > maxColumns:
		return &record.SourceError{Kind: record.ErrContent, Found: fmt.Sprintf("%d columns", len(cells)), Expected: fmt.Sprintf("at most %d", maxColumns)}
	}
	at := map[string]int{}
	for i, name := range cells {
		name, _ = inUTF8(strings.TrimSpace(name))
		if name == "" {
			name = fmt.Sprintf("column %d", i+1)
		}
		place, again := at[name]
		if !again {
			place = len(t.names)
			at[name] = place
			t.names = append(t.names, name)
		}
		t.place = append(t.place, place)
	}
	return nil
}

// row gives the cells of the next row that is not empty, and its line.
func (t *table) row() (cells []string, line int, fault *content.Fault, err error) {
	for {
		t.bounded.left = maxRow
		t.recent.drop(t.in.InputOffset())
		cells, err = t.in.Read()
		line = t.first
		if len(cells) > 0 {
			at, _ := t.in.FieldPos(0)
			line += at - 1
		}
		var wrong *csv.ParseError
		switch {
		case errors.Is(err, errLongRow):
			t.ended = true // nobody knows where the next row begins
			if open := unclosed(t.recent.text, byte(t.in.Comma)); open >= 0 {
				line = t.lineOf(open)
			}
			return nil, line, &content.Fault{Found: fmt.Sprintf("a row of more than %d bytes, or a quote that never ends", content.MaxPost), Expected: "a row"}, nil
		case errors.As(err, &wrong):
			t.ended = true
			return nil, t.first + wrong.StartLine - 1, &content.Fault{Found: wrong.Err.Error(), Expected: "a row of cells"}, nil
		case err != nil:
			return nil, line, nil, err
		}
		if t.recent.ended(t.in.InputOffset()) {
			if open := unclosed(t.recent.text, byte(t.in.Comma)); open >= 0 {
				line, fault = t.reopen(open)
				return nil, line, fault, nil
			}
		}
		for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
			cells = cells[:len(cells)-1]
		}
		if len(cells) > 0 {
			return cells, line, nil, nil
		}
	}
}

// lineOf is the line of the source of a place in what was read last.
func (t *table) lineOf(place int) int {
	return t.first + t.recent.lines + bytes.Count(t.recent.text[:place], []byte("\n"))
}

// maxAgain bounds how often what a quote swallowed is read again.
const maxAgain = 16

// reopen has the lines behind one with a quote that is never closed come next, and gives
// that line and what is wrong with it.
func (t *table) reopen(open int) (line int, fault *content.Fault) {
	line = t.lineOf(open)
	shown, behind, _ := bytes.Cut(t.recent.text[open:], []byte("\n"))
	text, _ := inUTF8(strings.TrimSpace(string(shown)))
	fault = &content.Fault{Found: "a quote that is never closed, in " + record.Quoted(text), Expected: "a quote at the end of the cell"}
	if t.again++; t.again > maxAgain {
		t.ended = true
		fault.Expected += "; there are too many of the kind to read on"
		return line, fault
	}
	t.first = line + 1
	t.begin(bytes.NewReader(behind), t.in.Comma)
	return line, fault
}

// unclosed finds the quote in a row that opens a cell and is never closed; -1 where there is
// none. It reads quotes as the reader of rows does: one inside a cell is text.
func unclosed(row []byte, comma byte) int {
	for at := 0; at < len(row); {
		if row[at] != '"' {
			next := bytes.IndexAny(row[at:], string([]byte{comma, '\n'}))
			if next < 0 {
				return -1
			}
			at += next + 1
			continue
		}
		open := at
		at++
		for closed := false; !closed; {
			quote := bytes.IndexByte(row[at:], '"')
			if quote < 0 {
				return open
			}
			at += quote + 1
			rest := row[at:]
			switch {
			case len(rest) == 0, string(rest) == "\r":
				return -1
			case rest[0] == '"':
				at++
			case rest[0] == comma, rest[0] == '\n', bytes.HasPrefix(rest, []byte("\r\n")):
				at += bytes.IndexAny(rest, string([]byte{comma, '\n'})) + 1
				closed = true
			}
		}
	}
	return -1
}

func (t *table) next() (row, error) {
	if t.ended {
		return row{}, io.EOF
	}
	cells, line, fault, err := t.row()
	r := row{line: line, fault: fault}
	switch {
	case err != nil:
		return r, err
	case fault != nil:
		return r, nil
	case len(cells) > len(t.place):
		r.fault = &content.Fault{Found: fmt.Sprintf("%d cells", len(cells)), Expected: fmt.Sprintf("at most %d, one for each name in the first row", len(t.place))}
		return r, nil
	}
	r.value = &value{kind: jx.Object}
	at := make([]*value, len(t.names))
	for i, cell := range cells {
		text, mended := inUTF8(cell)
		r.mended = r.mended || mended
		if strings.TrimSpace(text) == "" {
			continue
		}
		place, v := t.place[i], textValue(text)
		if before := at[place]; before == nil {
			at[place] = v
			r.value.names, r.value.members = append(r.value.names, t.names[place]), append(r.value.members, v)
		} else if before.kind == jx.Array {
			before.members = append(before.members, v)
		} else {
			one := *before
			*before = value{kind: jx.Array, members: []*value{&one, v}}
		}
	}
	return r, nil
}

// inUTF8 reads a text that is no UTF-8 as windows-1252, in which spreadsheets save where
// they do not say otherwise.
func inUTF8(s string) (text string, mended bool) {
	if utf8.ValidString(s) {
		return s, false
	}
	text, _ = charmap.Windows1252.NewDecoder().String(s) // it has a character for every byte
	return text, true
}

// parted finds what parts the cells of a table, by its first row outside of quotes. Where
// that is declared, as in sep=; on a line of its own, it says how long that line is.
func parted(head []byte) (comma rune, declared int) {
	if line, _, ok := bytes.Cut(head, []byte("\n")); ok && len(line) <= len("sep=;\r") && bytes.HasPrefix(bytes.ToLower(line), []byte("sep=")) {
		if r, _ := utf8.DecodeRune(line[len("sep="):]); strings.ContainsRune(separators, r) {
			return r, len(line) + 1
		}
	}
	counts := map[rune]int{}
	quoted := false
	for _, c := range string(head) {
		if c == '"' {
			quoted = !quoted
		}
		if quoted {
			continue
		}
		if c == '\n' || c == '\r' {
			break
		}
		counts[c]++
	}
	comma = ','
	for _, c := range separators {
		if counts[c] > counts[comma] {
			comma = c
		}
	}
	return comma, 0
}

const separators = ",;\t|"

// maxRow bounds how many bytes are read for one row, with what the reader holds ahead.
const maxRow = content.MaxPost + 2*headSize

var errLongRow = errors.New("a row without end")

// bounded ends the reading of a row that is too long.
type bounded struct {
	in   io.Reader
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errLongRow
	}
	n, err := b.in.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// recent keeps what was read and is in no row that was given.
type recent struct {
	in    io.Reader
	text  []byte
	from  int64 // where the text begins
	lines int   // before it
	atEnd bool
}

func (r *recent) Read(p []byte) (int, error) {
	n, err := r.in.Read(p)
	r.text = append(r.text, p[:n]...)
	r.atEnd = r.atEnd || errors.Is(err, io.EOF)
	return n, err
}

// drop forgets what stands before a place.
func (r *recent) drop(before int64) {
	n := before - r.from
	r.lines += bytes.Count(r.text[:n], []byte("\n"))
	r.text, r.from = r.text[n:], before
}

// ended reports whether nothing stands behind a place.
func (r *recent) ended(place int64) bool { return r.atEnd && place == r.from+int64(len(r.text)) }

// oldLines makes line ends of the carriage returns that stood for them once.
type oldLines struct{ in io.Reader }

func (o oldLines) Read(p []byte) (int, error) {
	n, err := o.in.Read(p)
	for i, c := range p[:n] {
		if c == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}
