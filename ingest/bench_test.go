package ingest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"testing"

	"alphanode/ingest"
	"alphanode/ingest/record"
)

// benchPosts is n posts as NDJSON, of the size and shape of a page.
func benchPosts(b *testing.B, n int) []byte {
	items, err := collect(b, "f", fixture(b, "pages", "full.txt"), ingest.Page)
	if err != nil {
		b.Fatal(err)
	}
	var w bytes.Buffer
	for i := range n {
		items[0].Post.Slug = fmt.Sprint("post-", i)
		w.Write(items[0].Post.AppendJSON(nil))
		w.WriteByte('\n')
	}
	return w.Bytes()
}

// BenchmarkNDJSON reads posts, decoded, settled and validated; beside it
// encoding/json merely decodes the same bytes.
func BenchmarkNDJSON(b *testing.B) {
	const n = 2000
	text := benchPosts(b, n)
	b.Run("ingest", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			seen := 0
			err := ingest.Read(b.Context(), "f", bytes.NewReader(text), ingest.Auto, func(i record.Item) error {
				if i.Post == nil {
					return i.Rejects[0]
				}
				seen++
				return nil
			})
			if err != nil || seen != n {
				b.Fatal(seen, err)
			}
		}
	})
	decode := func(value func() any) func(b *testing.B) {
		return func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				in, seen := json.NewDecoder(bytes.NewReader(text)), 0
				for {
					err := in.Decode(value())
					if err == io.EOF {
						break
					}
					if err != nil {
						b.Fatal(err)
					}
					seen++
				}
				if seen != n {
					b.Fatal(seen)
				}
			}
		}
	}
	b.Run("encoding-json/map", decode(func() any { return &map[string]any{} }))
	b.Run("encoding-json/struct", decode(func() any { return new(plainPost) }))
}

// plainPost is a post as encoding/json would have it.
type plainPost struct {
	Slug, Title, Intro string
	Body               []struct {
		Type, Text, Language, Source, URL, Caption string
		Level                                      int
		Ordered                                    bool
		Items                                      []struct{ Text string }
	}
	Meta struct {
		Topic, Summary, Brief, CodeLanguage, Difficulty, Reference, Hash string
		Outline                                                          []struct{ Label, Text string }
		Stack, Checklist, Notes, Tools                                   []string
		Entities                                                         []struct{ Name, Type string }
		ReadingTime                                                      int
		ViewCount                                                        int64
		Score                                                            struct{ Quality, Freshness, Depth, Clarity int }
		Revision                                                         struct{ Status, Version, LastReviewed string }
		Flags                                                            struct{ AIGeneratedStyle, HasImages, ImageHeavy, NeedsHumanReview bool }
		Images                                                           []struct{ Source, URL, Caption string }
		Payload                                                          struct {
			SourceID, Generator, Scenario string
			Paragraphs                    int
			Seed                          int64
		}
	}
}

func BenchmarkPage(b *testing.B) {
	page := fixture(b, "pages", "full.txt")
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		items, err := collect(b, "f", page, ingest.Auto)
		if err != nil || len(items) != 1 || items[0].Post == nil {
			b.Fatal(items, err)
		}
	}
}

// BenchmarkPages reads many pages from one source, which leaves out what a
// source costs.
func BenchmarkPages(b *testing.B) {
	page := append(fixture(b, "pages", "full.txt"), '\n')
	const n = 1000
	text := bytes.Repeat(page, n)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		items, err := collect(b, "f", text, ingest.Page)
		if err != nil || len(items) != n {
			b.Fatal(len(items), err)
		}
	}
}
