package mapping

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-faster/jx"

	"alphanode/ingest/ndjson"
	"alphanode/ingest/record"
)

// How much of a source is looked at for a mapping.
const (
	sampleBytes   = 4 << 20
	sampleRecords = 200
)

// Guess writes the mapping that a source would be tried with, ready to use: the fields of
// its first records, by their names and by what stands in them. command is what uses it.
// An error is one of the reader, or a [record.SourceError].
func Guess(name string, src *record.Source, command string) ([]byte, error) {
	s, err := take(src)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(s.records) == 0 {
		return nil, fmt.Errorf("%s: %w", name, &record.SourceError{Kind: record.ErrEmpty, Found: "no record", Expected: "JSON objects, or a table whose first row has names"})
	}
	columns := columnsOf(s.records)
	return written(name, command, s, columns, guesses(columns, len(s.records))), nil
}

// sample is the beginning of a source.
type sample struct {
	path    string // to the list of records
	records []*value
}

// IsJSON tells JSON from a table by the first byte of a source.
func IsJSON(head []byte) bool { return len(head) > 0 && (head[0] == '{' || head[0] == '[') }

func take(src *record.Source) (sample, error) {
	head, err := src.Head(1)
	if err != nil {
		return sample{}, err
	}
	if !IsJSON(head) {
		return takeRows(src)
	}
	text, err := io.ReadAll(io.LimitReader(src.Reader, sampleBytes))
	if err != nil {
		return sample{}, err
	}
	s := sample{}
	whole := ndjson.NewEntries(again(text), "")
	for len(s.records) < sampleRecords {
		entry, err := whole.Next()
		if err != nil {
			break // the end: there is no other reader behind it
		}
		if entry.Fault != nil {
			continue
		}
		if v, _, err := parseValue(entry.Text); err == nil && v.kind == jx.Object {
			s.records = append(s.records, v)
		}
	}
	if text[0] == '[' || len(s.records) > 1 {
		return s, nil
	}
	document, _, _ := parseValue(text) // as far as it was read
	if path, list := longestList(document, "", 0); list != nil && !(len(s.records) == 1 && isRecord(document)) {
		s.path, s.records = path, list
	}
	return s, nil
}

// again is a text as a source.
func again(text []byte) *record.Source {
	src, err := record.Open(bytes.NewReader(text))
	if err != nil {
		return &record.Source{}
	}
	return src
}

func takeRows(src *record.Source) (sample, error) {
	table, err := newTable(src)
	if err != nil {
		return sample{}, err
	}
	if len(table.names) < 2 {
		return sample{}, &record.SourceError{Kind: record.ErrContent, Found: "a first row without columns", Expected: "JSON, or a table whose first row has names"}
	}
	var s sample
	for len(s.records) < sampleRecords {
		row, err := table.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return s, err
		}
		if row.value != nil {
			s.records = append(s.records, row.value)
		}
	}
	return s, nil
}

// longestList finds the list of objects with the most in it, and the path there.
func longestList(v *value, at string, depth int) (path string, list []*value) {
	if depth > 10 {
		return "", nil
	}
	best := 0
	for i, member := range v.members {
		here := at
		if v.kind == jx.Object {
			here = strings.TrimPrefix(at+"."+v.names[i], ".")
		}
		if member.kind == jx.Array && v.kind == jx.Object {
			objects := slices.DeleteFunc(slices.Clone(member.members), func(e *value) bool { return e.kind != jx.Object || len(e.names) == 0 })
			if n := size(objects); len(objects) > 0 && n > best {
				path, list, best = here, objects[:min(len(objects), sampleRecords)], n
			}
		}
		if p, l := longestList(member, here, depth+1); l != nil && !isRecordList(list) && (size(l) > best || isRecordList(l)) {
			path, list, best = p, l, size(l)
		}
	}
	return path, list
}

func size(values []*value) (n int) {
	for _, v := range values {
		n += len(v.text) + 1 + size(v.members)
	}
	return n
}

func isRecordList(list []*value) bool { return len(list) > 0 && isRecord(list[0]) }

// isRecord reports whether an object has what makes a post: a title, and a text or an
// address.
func isRecord(v *value) bool {
	found := map[string]bool{}
	for _, g := range guesses(columnsOf([]*value{v}), 1) {
		found[g.target] = true
	}
	return found["title"] && (found["body"] || found["slug"] || found["permalink"] || found["publishedAt"])
}

// column is what is known of one path of the records.
type column struct {
	path    string
	records int      // that have it
	texts   []string // of different values, the first of them
	bytes   int      // of all texts
	values  int
	list    bool // it stands in a list
	number  bool // every value is a number
	boolean bool // every value is true or false
	private bool // its name says that it holds what no release may have
}

// maxTexts bounds how many values of a column are looked at.
const maxTexts = 50

// columnsOf gives the columns in the order in which they are met.
func columnsOf(records []*value) (columns []*column) {
	at := map[string]*column{}
	var walk func(v *value, path string, inList bool, seen map[string]bool, depth int)
	walk = func(v *value, path string, inList bool, seen map[string]bool, depth int) {
		if depth > 10 || len(at) > maxColumns {
			return
		}
		switch v.kind {
		case jx.Object:
			for i, name := range v.names {
				walk(v.members[i], strings.TrimPrefix(path+"."+name, "."), inList, seen, depth+1)
			}
			return
		case jx.Array:
			for _, entry := range v.members {
				walk(entry, path, true, seen, depth+1)
			}
			return
		}
		if v.absent() {
			return
		}
		c := at[path]
		if c == nil {
			c = &column{path: path, number: true, boolean: true, private: isPrivateName(lastName(path))}
			at[path] = c
			columns = append(columns, c)
		}
		if !seen[path] {
			seen[path] = true
			c.records++
		}
		c.values++
		c.list = c.list || inList
		c.number = c.number && v.kind == jx.Number
		c.boolean = c.boolean && v.kind == jx.Bool
		c.bytes += len(v.text)
		if len(c.texts) < maxTexts && !slices.Contains(c.texts, v.text) {
			c.texts = append(c.texts, v.text)
		}
	}
	for _, r := range records {
		walk(r, "", false, map[string]bool{}, 0)
	}
	return columns
}

func lastName(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }
