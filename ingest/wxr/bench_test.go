package wxr_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"alphanode/ingest/draft"
	"alphanode/ingest/record"
	"alphanode/ingest/wxr"
)

var large = flag.Int64("large", 0, "how long an export TestLargeExport reads, in bytes, beside one of 50 MB; 0 for none")

const (
	exportHead = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Tea</title><link>https://old.example</link><wp:wxr_version>1.2</wp:wxr_version>
`
	exportFoot = "</channel></rss>\n"
)

// exportItem is a post of about seven kilobytes, and, for every third, an image of it that
// stands behind.
func exportItem(n int) string {
	paragraph := "<!-- wp:paragraph -->\n<p>" + strings.Repeat("Leaves that steep for long grow bitter, and those that do not stay thin; ", 6) +
		`<a href="https://tea.example/leaf">so it is said</a> of <strong>most</strong> of them.</p>` + "\n<!-- /wp:paragraph -->\n\n"
	item := fmt.Sprintf(`<item><title>Steeping %[1]d</title><link>https://old.example/steeping-%[1]d/</link><dc:creator>mina</dc:creator><guid isPermaLink="false">https://old.example/?p=%[1]d</guid>
<content:encoded><![CDATA[%[2]s]]></content:encoded><excerpt:encoded><![CDATA[]]></excerpt:encoded><wp:post_id>%[1]d</wp:post_id><wp:post_date_gmt>2021-03-%02[3]d 08:00:00</wp:post_date_gmt>
<wp:post_name>steeping-%[1]d</wp:post_name><wp:status>publish</wp:status><wp:post_type>post</wp:post_type><category domain="post_tag" nicename="t"><![CDATA[tag %[4]d]]></category>
<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>%[5]d</wp:meta_value></wp:postmeta></item>
`, n, strings.Repeat(paragraph, 12), n%28+1, n%40, n+1_000_000_000)
	if n%3 == 0 {
		item += fmt.Sprintf(`<item><title>Leaf</title><link>https://old.example/leaf-%[1]d/</link><wp:post_id>%[2]d</wp:post_id><wp:post_type>attachment</wp:post_type><wp:status>inherit</wp:status>
<wp:attachment_url>https://old.example/leaf-%[1]d.jpg</wp:attachment_url></item>
`, n, n+1_000_000_000)
	}
	return item
}

// longExport gives an export of about so many bytes, without holding it.
func longExport(size int64) io.Reader {
	r, w := io.Pipe()
	go func() {
		written, err := io.WriteString(w, exportHead)
		for n := 1; err == nil && int64(written) < size; n++ {
			var more int
			more, err = io.WriteString(w, exportItem(n))
			written += more
		}
		_, _ = io.WriteString(w, exportFoot)
		w.CloseWithError(err) // nil is the end
	}()
	return r
}

// settle reads an export as far as posts that a release could take, and counts them.
func settle(tb testing.TB, r io.Reader) (posts int) {
	tb.Helper()
	file, err := os.Create(filepath.Join(tb.TempDir(), "drafts"))
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	spool := draft.NewSpool(file, draft.Options{}, func(i record.Item) error {
		if i.Post != nil {
			posts++
		}
		return nil
	})
	src, err := record.Open(r)
	if err != nil {
		tb.Fatal(err)
	}
	defer src.Close()
	if err := wxr.NewReader(spool, wxr.Options{}).Read(tb.Context(), "f", src); err != nil {
		tb.Fatal(err)
	}
	if err := spool.Settle(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	return posts
}

// BenchmarkRead reads an export as a dry run does; beside it encoding/xml alone takes the
// same bytes apart. The ratio is printed. For a figure of one core: -cpu 1.
func BenchmarkRead(b *testing.B) {
	text, err := io.ReadAll(longExport(8 << 20))
	if err != nil {
		b.Fatal(err)
	}
	var alone, whole float64 // nanoseconds
	b.Run("xml", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			in := xml.NewDecoder(bytes.NewReader(text))
			for {
				if _, err := in.RawToken(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
		}
		alone = float64(b.Elapsed().Nanoseconds()) / float64(b.N)
	})
	b.Run("ingest", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			if settle(b, bytes.NewReader(text)) == 0 {
				b.Fatal("found no posts")
			}
		}
		whole = float64(b.Elapsed().Nanoseconds()) / float64(b.N)
		if alone > 0 {
			b.ReportMetric(whole/alone, "times-xml")
		}
	})
}

// TestLargeExport reads a large export and one of 50 MB: the large one takes no more memory, but
// for some bytes a post.
func TestLargeExport(t *testing.T) {
	if *large == 0 {
		t.Skip("-args -large=2000000000")
	}
	peak := func(size int64) (most uint64) {
		done, ended := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(ended)
			for {
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapInuse+m.StackInuse)
				select {
				case <-done:
					return
				case <-time.After(50 * time.Millisecond):
				}
			}
		}()
		posts := settle(t, longExport(size))
		close(done)
		<-ended
		t.Logf("%d bytes, %d posts: %d MiB", size, posts, most>>20)
		return most
	}
	small := peak(50 << 20)
	runtime.GC()
	if big := peak(*large); big > small+50<<20 {
		t.Errorf("found %d MiB, expected at most 50 more than the %d of 50 MB", big>>20, small>>20)
	}
}
