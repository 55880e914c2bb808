package wxr

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"alphanode/content"
	"alphanode/ingest/draft"
	"alphanode/ingest/record"
)

// Options say what of an export becomes posts.
type Options struct {
	Types []string // the types of items that are posts; post and page where there are none
	Meta  []string // patterns (as path.Match reads them) of protected meta, `_…`, that is kept even so
}

// Reader reads exports into the drafts of one import.
type Reader struct {
	options Options
	sink    *draft.Sink
}

// NewReader gives a reader whose drafts go to a spool.
func NewReader(s *draft.Spool, o Options) *Reader { return &Reader{o, s.Sink(convert)} }

// Read reads one export. An item that is wrong is a reject, and reading goes on with the
// next one. An error means that the source cannot be read on: its reader failed, it has
// no items or is in an encoding that nobody knows ([record.SourceError]), ctx was
// cancelled, or the spool failed.
func (r *Reader) Read(ctx context.Context, name string, src *record.Source) error {
	in, err := inUTF8(src.Reader)
	if err != nil {
		return err
	}
	one := reader{
		scanner: newScanner(in, src.Line), options: r.options, sink: r.sink, file: name,
		authors: map[string]string{}, children: map[string]int{},
	}
	return one.read(ctx)
}

// reader goes through one source.
type reader struct {
	*scanner
	options Options
	sink    *draft.Sink
	file    string

	prefixes map[string]string // of the file, where they are not the usual ones: to those
	site     string            // wp:base_blog_url
	authors  map[string]string // by login: the name that is shown
	children map[string]int    // by the id of an item: how many attachments it has
	text     []byte            // room for one text
	size     int               // of the texts of this item
	item     item
	again    *tag // a tag that was read already

	entities bool // that they are declared was told
	found    bool // an item
	cut      bool // that the source ends inside an item was told
	broken   bool // that what stands between two items cannot be read was told
}

// The bounds of what is kept in memory of a source.
const (
	maxAuthors  = 1 << 16
	maxChildren = 1 << 20
)

// read goes from item to item. It does not ask what stands around them: exports are
// joined and cut in pieces by hand.
func (r *reader) read(ctx context.Context) error {
	channel := 0 // the line in which one begins that is open
	for {
		t, err := r.nextTag()
		if e := r.undeclared(); e != nil {
			return e
		}
		var wrong *syntaxError
		switch {
		case errors.Is(err, io.EOF):
			if !r.found {
				return &record.SourceError{Kind: record.ErrEmpty, Found: "an export without items", Expected: "posts"}
			}
			if channel > 0 && !r.cut {
				return r.reject(r.line, content.Fault{Path: "channel", Found: "the end of the file", Expected: "</channel>, as of an export that is whole"})
			}
			return nil
		case errors.As(err, &wrong):
			if r.broken {
				continue
			}
			r.broken = true
			if err := r.reject(wrong.line, content.Fault{Path: "channel", Found: wrong.found, Expected: wrong.expected}); err != nil {
				return err
			}
			continue
		case err != nil:
			return err
		}
		if t.start && string(t.name) == "channel" {
			channel = t.line
		} else if string(t.name) == "channel" {
			channel = 0
		} else if err := r.inChannel(ctx, t); err != nil {
			return err
		}
	}
}

// inChannel reads an element that stands beside the items, or one of them.
func (r *reader) inChannel(ctx context.Context, t tag) (err error) {
	name := r.canonical(t.name)
	switch {
	case !t.start:
	case name == "rss":
		r.findPrefixes(t)
	case t.end: // without content
	case name == "item":
		if err := ctx.Err(); err != nil {
			return err
		}
		r.found, r.broken = true, false
		return r.oneItem(t.line)
	case name == "wp:author":
		err = r.author(t)
	case name == "wp:base_blog_url" && r.site == "":
		var text []byte
		text, err = r.leaf(t)
		r.site, _ = clean(bytes.TrimSpace(text))
	}
	if err != nil && recoverable(err) {
		return nil // what is not an item is missed where it is needed
	}
	return err
}

// recoverable reports whether reading can go on behind an error.
func recoverable(err error) bool {
	var wrong *syntaxError
	return errors.As(err, &wrong) || errors.Is(err, errTooLong) || errors.Is(err, io.EOF)
}

func (r *reader) at(line int) record.Origin { return record.Origin{File: r.file, Line: line} }

func (r *reader) reject(line int, f content.Fault) error {
	return r.sink.Reject(r.at(line), record.Reject{Origin: r.at(line), Fault: f})
}

// undeclared tells once that a source declares entities.
func (r *reader) undeclared() error {
	if r.scanner.entities == 0 || r.entities {
		return nil
	}
	r.entities = true
	return r.reject(r.scanner.entities, content.Fault{Path: "channel", Found: "a document type that declares entities", Expected: "none: WordPress writes none, and none is expanded"})
}

// nextTag gives the next tag; what stands before it is no text.
func (r *reader) nextTag() (tag, error) {
	if t := r.again; t != nil {
		r.again = nil
		return *t, nil
	}
	return r.next(nil)
}

// unread gives a tag back.
func (r *reader) unread(t tag) { r.again = &t }

// canonical is the name of an element with the prefix that WordPress uses.
func (r *reader) canonical(name []byte) string {
	if prefix, local, ok := bytes.Cut(name, []byte(":")); ok && r.prefixes != nil {
		if usual, ok := r.prefixes[string(prefix)]; ok {
			return usual + ":" + string(local)
		}
	}
	return intern(name)
}

// intern gives a name as text. The names of an export are few.
func intern(name []byte) string {
	if s, ok := names[string(name)]; ok {
		return s
	}
	return string(name)
}

// names are those that are asked for.
var names = func() map[string]string {
	m := map[string]string{}
	for _, name := range strings.Fields(`rss channel item title link pubDate guid category description
		dc:creator content:encoded excerpt:encoded
		wp:author wp:author_login wp:author_display_name wp:base_blog_url
		wp:post_id wp:post_date wp:post_date_gmt wp:post_name wp:status wp:post_parent wp:menu_order
		wp:post_type wp:post_password wp:is_sticky wp:attachment_url
		wp:postmeta wp:meta_key wp:meta_value wp:comment
		wp:post_modified wp:post_modified_gmt wp:comment_status wp:ping_status wp:category wp:tag wp:term`) {
		m[name] = name
	}
	return m
}()

// findPrefixes finds under which prefixes a file has the names of WordPress: programs
// that write XML anew make ns0, ns1 … of them.
func (r *reader) findPrefixes(t tag) {
	for key, value := range t.each {
		prefix, ok := bytes.CutPrefix(key, []byte("xmlns:"))
		if !ok {
			continue
		}
		if usual := usualPrefix(string(value)); usual != "" && usual != string(prefix) {
			if r.prefixes == nil {
				r.prefixes = map[string]string{}
			}
			r.prefixes[string(prefix)] = usual
		}
	}
}

func usualPrefix(space string) string {
	switch {
	case space == "http://purl.org/rss/1.0/modules/content/":
		return "content"
	case space == "http://purl.org/dc/elements/1.1/":
		return "dc"
	case strings.HasPrefix(space, "http://wordpress.org/export/1.") && strings.HasSuffix(space, "/excerpt/"):
		return "excerpt"
	case strings.HasPrefix(space, "http://wordpress.org/export/1."):
		return "wp"
	}
	return ""
}

// leaf reads the text of an element that has nothing but text. It is valid until the
// next one is read.
func (r *reader) leaf(t tag) ([]byte, error) {
	r.text = r.text[:0]
	if t.end {
		return nil, nil
	}
	name := string(t.name)
	end, err := r.next(&r.text)
	if err != nil {
		return nil, inside(name, t.line, err)
	}
	if r.size += len(r.text); r.size > maxText {
		return nil, errTooLong
	}
	if end.start || string(end.name) != name {
		line, found := end.line, end.String()
		r.unread(end)
		return nil, &syntaxError{line, found, "</" + name + "> of line " + itoa(t.line)}
	}
	return r.text, nil
}

// inside says in what element a source has ended.
func inside(name string, line int, err error) error {
	if errors.Is(err, io.EOF) {
		return &syntaxError{line, "the end of the file", "</" + name + ">"}
	}
	return err
}

// pass passes over an element and all in it.
func (r *reader) pass(t tag) error {
	if t.end {
		return nil
	}
	name, line := string(t.name), t.line
	for depth := 1; depth > 0; {
		t, err := r.nextTag()
		switch {
		case err != nil:
			return inside(name, line, err)
		case string(t.name) == "item":
			line, found := t.line, t.String()
			r.unread(t)
			return &syntaxError{line, found, "</" + name + ">"}
		case t.start && t.end:
		case t.start:
			depth++
		default:
			depth--
		}
	}
	return nil
}

// each gives the elements in an element, up to its end. f reads all of what it is given.
func (r *reader) each(parent tag, f func(name string, t tag) error) error {
	if parent.end {
		return nil
	}
	name, line := string(parent.name), parent.line
	for {
		t, err := r.nextTag()
		switch {
		case err != nil:
			return inside(name, line, err)
		case !t.start && string(t.name) == name:
			return nil
		case !t.start || string(t.name) == "item":
			line, found := t.line, t.String()
			r.unread(t)
			return &syntaxError{line, found, "</" + name + ">"}
		}
		if err := f(r.canonical(t.name), t); err != nil {
			return err
		}
	}
}

// author remembers the name that an author is shown by. Nothing else is kept of them.
func (r *reader) author(t tag) error {
	r.size = 0
	var login, shown string
	err := r.each(t, func(name string, t tag) error {
		switch name {
		case "wp:author_login":
			text, err := r.leaf(t)
			login, _ = clean(bytes.TrimSpace(text))
			return err
		case "wp:author_display_name":
			text, err := r.leaf(t)
			shown, _ = clean(bytes.TrimSpace(text))
			return err
		}
		return r.pass(t)
	})
	if err == nil && login != "" && len(r.authors) < maxAuthors {
		r.authors[login] = shown
	}
	return err
}
