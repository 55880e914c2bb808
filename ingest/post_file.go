package ingest

import (
	"fmt"
	"io"
	"os"

	"alphanode/content"
	"alphanode/ingest/markdown"
	"alphanode/ingest/record"
	"alphanode/postfile"
)

// longestPostFile bounds a file of one post, in bytes: its text, and its JSON behind that.
const longestPostFile = 4 * content.MaxPost

// isPostFile reports whether an export wrote a file, by what it begins with. What cannot be
// opened is left to who reads it.
func isPostFile(file File) bool {
	if !markdown.IsMarkdown(file.Path) {
		return false
	}
	f, err := os.Open(file.Path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 64)
	n, _ := io.ReadFull(f, head)
	return postfile.Is(head[:n])
}

// readPostFile gives the post of a file that an export to Markdown wrote.
func readPostFile(name string, src *record.Source, emit func(record.Item) error) error {
	text, err := io.ReadAll(io.LimitReader(src, longestPostFile+1))
	if err != nil {
		return fmt.Errorf("%s: reading Markdown: %w", name, err)
	}
	item := record.Item{Origin: record.Origin{File: name, Line: src.Line}}
	if len(text) > longestPostFile {
		item.Reject(src.Line, content.Fault{Found: "a longer file", Expected: fmt.Sprintf("at most %d bytes", longestPostFile)})
		return emit(item)
	}
	post, faults, ok := postfile.New().Read(text)
	if !ok {
		item.Reject(src.Line, content.Fault{Path: "alphanode", Found: "no such member of the front matter", Expected: "one that says of which version the file is"})
	}
	for _, f := range faults {
		item.Reject(src.Line+f.Line-1, f.Fault)
	}
	if len(item.Rejects) == 0 {
		item.Post = post
	}
	return emit(item)
}
