package markdown

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"alphanode/content"
	"alphanode/ingest/draft"
	"alphanode/ingest/frontmatter"
	"alphanode/ingest/naming"
	"alphanode/ingest/record"
)

// MaxFile is how long a text may be, in bytes.
const MaxFile = 16 << 20

// Folder is an archive: a folder with all files below it.
type Folder struct {
	Name  string   // what the paths of its files begin with where they are told
	Files []string // paths below it, with slashes
	Open  func(file string) (io.ReadCloser, error)
}

// Options say how a folder is read.
type Options struct {
	Now time.Time // by which a post is still to come or has expired
}

// Read gives a draft for each post of a folder, and says of each other file what it is: an
// item that is left out, or a reject. An error is one of a file that cannot be read, of the
// sink, or that ctx was cancelled.
func Read(ctx context.Context, f Folder, sink *draft.Sink, o Options) error {
	r := &reader{folder: f, sink: sink, now: o.Now, languages: naming.FindLanguages(f.Files), unpublished: findUnpublished(f)}
	if err := r.readAuthors(); err != nil {
		return err
	}
	for _, file := range f.Files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.file(file); err != nil {
			return err
		}
	}
	return nil
}

// reader reads one folder.
type reader struct {
	folder      Folder
	sink        *draft.Sink
	now         time.Time
	languages   *naming.Languages
	unpublished *unpublished
	authors     map[string]string // names by key
	text        bytes.Buffer      // of the file that is read
}

// The kinds of items that are left out.
const (
	Asset    = "asset"                     // an image, a style sheet, data
	Section  = "section"                   // a page that only lists others, or says nothing
	Page     = "page without front matter" // HTML alone is no post
	Template = "template"                  // of a generator, not of a reader
	Partial  = "partial"                   // a part of other pages
	Resource = "page resource"             // a text that belongs to the page of its folder
)

// Markdown and HTML by the endings of files.
var (
	markdownEndings = []string{".md", ".markdown", ".mdown", ".mkd", ".mdx"}
	htmlEndings     = []string{".html", ".htm"}
)

// IsMarkdown reports whether a file is Markdown, by its name.
func IsMarkdown(file string) bool {
	return slices.Contains(markdownEndings, strings.ToLower(path.Ext(file)))
}

// IsPost reports whether a file may be a post of such an archive, by its name.
func IsPost(file string) bool {
	return IsMarkdown(file) || slices.Contains(htmlEndings, strings.ToLower(path.Ext(file)))
}

// Folders of generators in which no post stands.
var templateFolders = []string{"_layouts", "_includes", "_data", "_site", "_sass", "_plugins", "archetypes", "node_modules"}

func isTemplate(file string) bool {
	for _, part := range strings.Split(path.Dir(file), "/") {
		if slices.Contains(templateFolders, part) {
			return true
		}
	}
	return false
}

func (r *reader) file(file string) error {
	at := r.origin(file, 1)
	switch {
	case !IsPost(file):
		return r.sink.LeaveOut(Asset, at)
	case isTemplate(file):
		return r.sink.LeaveOut(Template, at)
	}
	stem := strings.TrimSuffix(path.Base(file), path.Ext(file))
	isSection := stem == "_index" || strings.HasPrefix(stem, "_index.")
	switch {
	case isSection: // one that cannot be read is told
	case r.unpublished.isPart(file):
		return r.sink.LeaveOut(Partial, at)
	case r.unpublished.isResource(file):
		return r.sink.LeaveOut(Resource, at)
	}
	text, warning, err := r.read(file)
	var fault *content.Fault
	switch {
	case errors.As(err, &fault):
		return r.sink.Reject(at, record.Reject{Origin: at, Fault: *fault})
	case err != nil:
		return err
	}
	doc, err := frontmatter.Parse(text)
	var wrong *frontmatter.Error
	if errors.As(err, &wrong) {
		return r.sink.Reject(at, record.Reject{Origin: r.origin(file, wrong.Line), Fault: content.Fault{Path: "front matter", Found: wrong.Found, Expected: wrong.Expected}})
	}
	if err != nil {
		return err
	}
	if isSection {
		return r.sink.LeaveOut(Section, at)
	}
	if doc.Syntax == frontmatter.None && isHTML(file) {
		return r.sink.LeaveOut(Page, at)
	}
	d := r.draft(file, doc)
	if d.Title == "" && isBlank(d.Body) {
		return r.sink.LeaveOut(Section, at)
	}
	if warning != "" {
		d.Warn(0, KindCharset, warning)
	}
	return r.sink.Add(d)
}

func isHTML(file string) bool { return slices.Contains(htmlEndings, strings.ToLower(path.Ext(file))) }

func isMDX(file string) bool { return strings.EqualFold(path.Ext(file), ".mdx") }

func (r *reader) origin(file string, line int) record.Origin {
	return record.Origin{File: filepath.Join(r.folder.Name, filepath.FromSlash(file)), Line: line}
}

// isBlank reports whether a text says nothing: comments and space.
func isBlank(text string) bool {
	for {
		text = strings.TrimSpace(text)
		rest, ok := strings.CutPrefix(text, "<!--")
		if !ok {
			return text == ""
		}
		_, text, _ = strings.Cut(rest, "-->")
	}
}

// read gives the text of a file as UTF-8; a fault where it is none. The bytes are good until
// the next call.
func (r *reader) read(file string) (text []byte, warning string, err error) {
	in, err := r.folder.Open(file)
	if err != nil {
		return nil, "", fmt.Errorf("read %s: %w", r.origin(file, 1).File, err)
	}
	defer in.Close()
	r.text.Reset()
	if _, err := r.text.ReadFrom(io.LimitReader(in, MaxFile+1)); err != nil {
		return nil, "", fmt.Errorf("read %s: %w", r.origin(file, 1).File, err)
	}
	if r.text.Len() > MaxFile {
		return nil, "", &content.Fault{Found: fmt.Sprintf("more than %d bytes", MaxFile), Expected: fmt.Sprintf("at most %d bytes", MaxFile)}
	}
	return decoded(r.text.Bytes())
}
