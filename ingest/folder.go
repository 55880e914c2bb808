package ingest

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"alphanode/ingest/draft"
	"alphanode/ingest/markdown"
	"alphanode/ingest/record"
)

// markdownAt gives the files at the beginning that are read together as an archive of
// Markdown: those of a folder with Markdown in it, or one file that is. What else stands
// in such a folder, data, style sheets, images, is most often no source of its own.
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

// markdown reads an archive of Markdown. Files that an export wrote are read by themselves.
func (s *session) markdown(ctx context.Context, files []File) error {
	var archive []File
	for _, f := range files {
		if !isPostFile(f) && !s.isExport(f) {
			archive = append(archive, f)
		} else if err := s.file(ctx, f); err != nil {
			return err
		}
	}
	if files = archive; len(files) == 0 {
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

// isExport reports whether a file beside Markdown is a source of its own that cannot be
// taken for the data of a site: posts as NDJSON by its name, or what WordPress or Ghost
// export by how it begins. A readme beside an export must not make an asset of it.
func (s *session) isExport(file File) bool {
	name := strings.ToLower(file.Path)
	name = strings.TrimSuffix(strings.TrimSuffix(name, ".gz"), ".zst")
	ending := filepath.Ext(name)
	if s.options.Format != Auto || !slices.Contains([]string{".ndjson", ".jsonl", ".json", ".xml"}, ending) {
		return false
	}
	f, err := os.Open(file.Path)
	if err != nil {
		return false // it is told where it is read
	}
	defer f.Close()
	src, err := record.Open(f)
	if err != nil {
		return false
	}
	defer src.Close()
	format, err := detect(src, false)
	return err == nil && (format == WXR || format == Ghost || format == NDJSON && ending != ".json")
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
