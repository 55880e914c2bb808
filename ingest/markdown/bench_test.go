package markdown_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"alphanode/ingest/draft"
	"alphanode/ingest/frontmatter"
	"alphanode/ingest/markdown"
	"alphanode/ingest/record"
)

// benchFolder is n posts, about as long as posts are.
func benchFolder(b *testing.B, n int) (f markdown.Folder, texts [][]byte, size int64) {
	b.Helper()
	sample, err := os.ReadFile("testdata/docusaurus/blog/2023-02-07-bread.md")
	if err != nil {
		b.Fatal(err)
	}
	const prose = "\nSome words of *a post*, with [a link](/there) and `code`, that go on for a while, as posts do. So they do again, and again: a sentence is followed by another one, until somebody has read enough of them.\n"
	text := append(sample, strings.Repeat(prose+"\n- an item\n- another **item**\n\n```go\nfunc f() int { return 1 }\n```\n"+prose, 12)...)
	for i := range n {
		one := bytes.Replace(text, []byte("/baking/bread"), fmt.Appendf(nil, "/baking/bread-%d", i), 1)
		f.Files = append(f.Files, fmt.Sprintf("posts/%d.md", i))
		texts = append(texts, one)
		size += int64(len(one))
	}
	f.Open = func(file string) (io.ReadCloser, error) {
		i, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(file, "posts/"), ".md"))
		return io.NopCloser(bytes.NewReader(texts[i])), err
	}
	return f, texts, size
}

// BenchmarkRead reads a folder as a dry run does, on one core; beside it goldmark alone makes
// pages of the same texts. The ratio is printed.
func BenchmarkRead(b *testing.B) {
	f, texts, size := benchFolder(b, 500)
	var alone, whole float64 // nanoseconds
	b.Run("goldmark", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			for _, text := range texts {
				doc, err := frontmatter.Parse(text)
				if err != nil {
					b.Fatal(err)
				}
				if err := pageMaker.Convert(doc.Body, io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		}
		alone = float64(b.Elapsed().Nanoseconds()) / float64(b.N)
	})
	b.Run("ingest", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			file, err := os.Create(filepath.Join(b.TempDir(), "drafts"))
			if err != nil {
				b.Fatal(err)
			}
			seen := 0
			spool := draft.NewSpool(file, draft.Options{}, func(i record.Item) error {
				if i.Post != nil {
					seen++
				}
				return nil
			})
			if err := markdown.Read(b.Context(), f, spool.Sink(markdown.Convert), markdown.Options{}); err != nil {
				b.Fatal(err)
			}
			if err := spool.Settle(b.Context()); err != nil || seen != len(texts) {
				b.Fatal(seen, err)
			}
			file.Close()
		}
		whole = float64(b.Elapsed().Nanoseconds()) / float64(b.N)
		if alone > 0 {
			b.ReportMetric(whole/alone, "times-goldmark")
		}
	})
}
