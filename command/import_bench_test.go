package command_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"alphanode/command"
	"alphanode/content"
	"alphanode/synth"
)

var benchPosts = flag.Int64("posts", 10_000, "how many synthetic posts BenchmarkImport imports")

// BenchmarkImport imports an archive whole, with all indexes. Beside it
// encoding/json merely decodes the same bytes, on one goroutine. The metrics
// wall/json and cpu/json say how many times as long the import takes, by the
// clock and by processor time; of-ndjson is the size of the release.
// docs/benchmarks.md says how to run it for a million posts.
func BenchmarkImport(b *testing.B) {
	path := filepath.Join(b.TempDir(), "posts.ndjson")
	size := writeSynthetic(b, path, *benchPosts)
	var plain cost
	b.Run("encoding-json", func(b *testing.B) {
		b.SetBytes(size)
		began := now(b)
		for b.Loop() {
			decodePlainly(b, path)
		}
		plain = now(b).since(began, b.N)
	})
	for name, flags := range map[string][]string{"import": nil, "import-publish": {"--publish"}} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(size)
			data := b.TempDir()
			began := now(b)
			for b.Loop() {
				if err := os.RemoveAll(data); err != nil {
					b.Fatal(err)
				}
				args := append([]string{"import", path, "--data", data}, flags...)
				var told strings.Builder
				if command.Main(b.Context(), args, command.Streams{Out: io.Discard, Err: &told}) != 0 {
					b.Fatal(told.String())
				}
			}
			spent := now(b).since(began, b.N)
			b.ReportMetric(spent.cpu.Seconds(), "cpu-s/op")
			if plain.wall > 0 {
				b.ReportMetric(spent.wall.Seconds()/plain.wall.Seconds(), "wall/json")
				b.ReportMetric(spent.cpu.Seconds()/plain.cpu.Seconds(), "cpu/json")
			}
			release, err := os.Stat(filepath.Join(data, "releases", "r1", "release.db"))
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(release.Size())/float64(size), "of-ndjson")
		})
	}
}

func writeSynthetic(b *testing.B, path string, posts int64) (size int64) {
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	out := bufio.NewWriterSize(f, 1<<20)
	generator := synth.New(1)
	var line []byte
	for k := range posts {
		line = append(generator.Post(k+1).AppendJSON(line[:0]), '\n')
		size += int64(len(line))
		_, _ = out.Write(line) // Flush gives the error
	}
	if err := errors.Join(out.Flush(), f.Close()); err != nil {
		b.Fatal(err)
	}
	return size
}

// decodePlainly reads every post of a file into a struct and drops it.
func decodePlainly(b *testing.B, path string) {
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	for in := json.NewDecoder(f); ; {
		var post struct {
			content.Post
			Body []struct { // instead of the interface in Post
				Type, Text, Language, Source, URL, Caption string
				Level                                      int
				Ordered                                    bool
				Items                                      []content.ListItem
			}
		}
		if err := in.Decode(&post); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			b.Fatal(err)
		}
	}
}

// cost is what was spent since the process began, or between two times.
type cost struct{ wall, cpu time.Duration }

var processBegan = time.Now()

func now(b *testing.B) cost {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return cost{time.Since(processBegan), time.Duration(usage.Utime.Nano() + usage.Stime.Nano())}
}

func (c cost) since(began cost, n int) cost {
	return cost{(c.wall - began.wall) / time.Duration(n), (c.cpu - began.cpu) / time.Duration(n)}
}
