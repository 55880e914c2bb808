package tally

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/order"
	"alphanode/store/index/terms"
	"alphanode/store/sets"
)

var archive = flag.String("archive", "", "a data directory whose release r1 is counted")

// BenchmarkCount times the counting alone, of posts that are found already: of
// all posts of a release, one in so many.
func BenchmarkCount(b *testing.B) {
	if *archive == "" {
		b.Skip("no -archive")
	}
	folder := filepath.Join(*archive, "releases", "r1")
	data, err := os.ReadFile(filepath.Join(folder, "manifest.json"))
	if err != nil {
		b.Fatal(err)
	}
	var m store.Manifest
	if err := json.Unmarshal(data, &m); err != nil {
		b.Fatal(err)
	}
	f, err := file.Open(filepath.Join(folder, cmp.Or(m.File, "release.db")), file.Expected{Size: m.Size, Posts: m.Posts, Format: m.Format})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = f.Close() })
	tx, err := f.Begin(context.Background(), store.Public)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { f.End(tx) })
	named := terms.Open()
	for _, share := range []struct {
		name string
		some func(ordinal uint32) bool
	}{
		{"half", func(o uint32) bool { return hash(o)%2 == 0 }},
		{"tenth", func(o uint32) bool { return hash(o)%10 == 0 }},
		{"hundredth", func(o uint32) bool { return hash(o)%100 == 0 }},
		{"thousandth", func(o uint32) bool { return hash(o)%1000 == 0 }},
	} {
		members := roaring.New()
		for o := range tx.Size() {
			if share.some(o) {
				members.Add(o)
			}
		}
		matched := sets.Of(tx.Size(), members)
		count := func(name string, kinds ...store.Kind) {
			b.Run(share.name+"/"+name, func(b *testing.B) {
				var indexes []*terms.Values
				for _, kind := range kinds {
					x, err := named.Values(tx, kind)
					if err != nil {
						b.Fatal(err)
					}
					indexes = append(indexes, x)
				}
				var c Counter
				began := processorTime(b)
				for b.Loop() {
					if _, err := c.Count(b.Context(), matched, indexes, 10, ByName); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(processorTime(b)-began)/float64(b.N)/float64(matched.Count()), "cpu-ns/post")
			})
		}
		for _, kind := range store.Kinds {
			count(string(kind), kind)
		}
		count("six", store.Kinds[:6]...)
		b.Run(share.name+"/scores", func(b *testing.B) {
			scores, err := tx.Column(order.ScoresColumn)
			if err != nil {
				b.Fatal(err)
			}
			var c Counter
			began := processorTime(b)
			for b.Loop() {
				h := &Histograms{}
				if err := c.Each(b.Context(), matched, func(posts []uint32) { h.Add(scores, posts) }); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(processorTime(b)-began)/float64(b.N)/float64(matched.Count()), "cpu-ns/post")
		})
	}
}

// processorTime is what the process used so far, in nanoseconds.
func processorTime(b *testing.B) int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

// hash scatters the ordinals.
func hash(o uint32) uint32 {
	o = (o ^ o>>16) * 0x45d9f3b
	o = (o ^ o>>16) * 0x45d9f3b
	return o ^ o>>16
}
