package page

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"alphanode/content"
	"alphanode/ingest/record"
)

// The page format is the text of a web page of the archive:
//
//	| |                                  furniture: nothing but pipes
//
//	the title
//
//	the intro, one line
//
//	a caption
//	a caption. image source: unsplash    an image; may follow another block directly
//
//	a heading
//
//	a paragraph, one line
//
//	code, as many lines as it has, blank lines too
//
//	  • an entry of a list
//
//	alphanode post meta
//
//	topicthe key and its value, glued
//	stack
//	  • a key and its list
//
//	Similar Posts                        furniture from here on
//
// One source may hold several pages; each but the first begins with a line of
// pipes. [readBody] says how blocks are told apart, [readBox] how rows are.

// MaxPage bounds, in bytes, the text of one page.
const MaxPage = 4 << 20

const (
	boxMarker  = "alphanode post meta"
	endMarker  = "Similar Posts"
	endWording = "the end of the page"
)

// line is one line of a source, without its end.
type line struct {
	text   string
	number int
}

func (l line) blank() bool { return strings.TrimSpace(l.text) == "" }

// page is the text of one post: from its title to the last row of its box. It
// has at least one line.
type page struct {
	lines  []line
	box    int  // the line of the box marker in lines, or -1
	closed bool // the end marker was there
	cut    bool // it was too long
	faults []lineFault
}

type lineFault struct {
	line int
	content.Fault
}

// Read gives the posts of one source to emit, in order. An error is one of the
// reader, of emit, or that ctx was cancelled.
func Read(ctx context.Context, name string, src *record.Source, emit func(record.Item) error) error {
	pages := pageSplitter{in: newLineReader(src)}
	for {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("%s: reading pages: %w", name, err)
		}
		p, err := pages.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: reading pages: %w", name, err)
		}
		if err := emit(p.item(name)); err != nil {
			return err
		}
	}
}

// item parses the page.
func (p *page) item(name string) record.Item {
	p.outdent()
	post := pagePost{Post: &content.Post{}, file: name, at: map[string]int{}, lastRow: strconv.Quote(boxMarker), faults: p.faults}
	begin := p.lines[0].number
	if len(p.faults) == 0 {
		p.parse(&post)
	}
	var losses content.Losses
	if len(post.faults) == 0 {
		for _, path := range post.SettleDates() {
			at := record.Origin{File: name, Line: post.lineOf(path, begin)}
			post.warnings = append(post.warnings, record.LocalDate(at, path))
		}
		losses = post.Settle()
		for _, f := range post.Validate() {
			post.faults = append(post.faults, lineFault{post.lineOf(f.Path, begin), f})
		}
	}
	item := record.Item{Record: content.Record{Post: post.Post}, Origin: record.Origin{File: name, Line: begin}, Warnings: post.warnings, Losses: losses}
	for _, f := range post.faults {
		item.Reject(cmp.Or(f.line, begin), f.Fault)
	}
	return item
}

func (p *page) parse(post *pagePost) {
	last := p.lastLine()
	if p.box < 0 {
		post.fault(last, "meta", endWording, "the line "+strconv.Quote(boxMarker)+" and the rows below it")
		return
	}
	if p.box == 0 {
		post.fault(p.lines[0].number, "title", record.Quoted(boxMarker), "the title of the post")
		return
	}
	readBox(post, p.lines[p.box+1:])
	if row := post.lastRow; !p.closed && !post.rows["notes"] {
		// Without its end the rows that are there may not be all.
		post.fault(last, "meta", endWording+" after "+row, "the rows up to notes, or the line "+strconv.Quote(endMarker))
		return
	}
	post.Title = strings.TrimSpace(p.lines[0].text)
	post.note("title", p.lines[0].number)
	readBody(post, p.lines[1:p.box])
}

// outdent takes away the white space that all lines begin with, as text has it that was copied
// from where it was set in: it says nothing, where in some of them it would mean code.
func (p *page) outdent() {
	common, any := "", false
	for _, l := range p.lines {
		if l.blank() {
			continue
		}
		indent := indentOf(l.text)
		if !any {
			common, any = indent, true
		}
		for !strings.HasPrefix(indent, common) {
			_, n := utf8.DecodeLastRuneInString(common)
			common = common[:len(common)-n]
		}
		if common == "" {
			return
		}
	}
	for i := range p.lines {
		p.lines[i].text = strings.TrimPrefix(p.lines[i].text, common)
	}
}

// indentOf is the white space that a line begins with.
func indentOf(s string) string { return s[:len(s)-len(strings.TrimLeftFunc(s, unicode.IsSpace))] }

// lastLine is the line on which the page ends.
func (p *page) lastLine() int {
	for i := len(p.lines) - 1; i > 0; i-- {
		if !p.lines[i].blank() {
			return p.lines[i].number
		}
	}
	return p.lines[0].number
}

// pagePost is a post while its page is read.
type pagePost struct {
	*content.Post
	file     string
	at       map[string]int // the line of each path that a fault may name
	rows     map[string]bool
	lastRow  string
	unparsed []string
	faults   []lineFault
	warnings []record.Warning
}

// kept warns of what has no field and is in meta.extra.
func (p *pagePost) kept(line int, message string) {
	p.warnings = append(p.warnings, record.Warning{Origin: record.Origin{File: p.file, Line: line}, Kind: record.KindExtra, Message: message})
}

func (p *pagePost) note(path string, line int) { p.at[path] = line }

// maxFaults bounds how many faults of one page are reported.
const maxFaults = 100

func (p *pagePost) fault(line int, path, found, expected string) {
	if len(p.faults) < maxFaults {
		p.faults = append(p.faults, lineFault{line, content.Fault{Path: path, Found: found, Expected: expected}})
	}
}

// lineOf finds the line of a path, or of the nearest path above it.
func (p *pagePost) lineOf(path string, otherwise int) int {
	for path != "" {
		if line, ok := p.at[path]; ok {
			return line
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
	return otherwise
}
