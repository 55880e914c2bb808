package ingest

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"

	"alphanode/ingest/draft"
	"alphanode/ingest/markdown"
)

// markdownAt gives the files at the beginning that are read together as an archive of
// Markdown: those of a folder with Markdown in it, or one file that is. What else stands
// in such a folder is no source of its own: data, style sheets, images.
func (s *session) markdownAt(files []File) []File {
	if s.options.Format != Auto && s.options.Format != Markdown {
		return nil
	}
	n := 1
	for files[0].Folder != "" && n < len(files) && files[n].Folder == files[0].Folder {
		n++
	}
	for _, f := range files[:n] {
		if markdown.IsMarkdown(f.Path) || s.options.Format == Markdown && f.Folder != "" {
			return files[:n]
		}
	}
	return nil
}

// markdown reads an archive of Markdown. Files that an export wrote are read by themselves,
// and no drafts.
func (s *session) markdown(ctx context.Context, files []File) error {
	var foreign []File
	for _, f := range files {
		if !isPostFile(f) {
			foreign = append(foreign, f)
		} else if err := s.file(ctx, f); err != nil {
			return err
		}
	}
	if files = foreign; len(files) == 0 {
		return nil
	}
	root := files[0].Folder
	if root == "" {
		root = filepath.Dir(files[0].Path)
	}
	folder := markdown.Folder{Name: filepath.ToSlash(root), Open: func(file string) (io.ReadCloser, error) {
		f, err := os.Open(filepath.Join(root, filepath.FromSlash(file)))
		if err != nil || s.options.Reading == nil {
			return f, err
		}
		return struct {
			io.Reader
			io.Closer
		}{s.options.Reading(f), f}, nil
	}}
	for _, f := range files {
		below, err := filepath.Rel(root, f.Path)
		if err != nil {
			return err
		}
		folder.Files = append(folder.Files, filepath.ToSlash(below))
	}
	sink, err := s.markdownSink()
	if err != nil {
		return err
	}
	return markdown.Read(ctx, folder, sink, markdown.Options{Now: s.options.Now})
}

// markdownOf reads a text that is Markdown by what it begins with, whatever its name.
func (s *session) markdownOf(ctx context.Context, name string, r io.Reader) error {
	sink, err := s.markdownSink()
	if err != nil {
		return err
	}
	if !markdown.IsMarkdown(name) {
		name += ".md"
	}
	dir, file := filepath.Split(name)
	return markdown.Read(ctx, markdown.Folder{
		Name: strings.TrimSuffix(filepath.ToSlash(dir), "/"), Files: []string{file},
		Open: func(string) (io.ReadCloser, error) { return io.NopCloser(r), nil },
	}, sink, markdown.Options{Now: s.options.Now})
}

// markdownSink gives where drafts of Markdown go, the same for all sources.
func (s *session) markdownSink() (*draft.Sink, error) {
	if err := s.makeSpool(); err != nil {
		return nil, err
	}
	if s.markdownDrafts == nil {
		s.markdownDrafts = s.spool.Sink(markdown.Convert)
	}
	return s.markdownDrafts, nil
}
