package command_test

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"alphanode/content"
)

var hugePosts = flag.Int("huge", 0, "how many posts of 6.9 MB TestImportMemory imports; 0 for none")

// TestImportMemory imports huge posts of several shapes in a process of its own,
// then some of them changed onto the others, and says how much memory each took.
// Memory is no time: it is held to 1 GiB.
func TestImportMemory(t *testing.T) {
	if *hugePosts == 0 {
		t.Skip("-args -huge=260 runs it")
	}
	dir := t.TempDir()
	data, all, some := filepath.Join(dir, "data"), filepath.Join(dir, "all.ndjson"), filepath.Join(dir, "some.ndjson")
	writeHuge(t, all, *hugePosts, "")
	writeHuge(t, some, (*hugePosts+9)/10, " changed")
	for _, args := range [][]string{
		{"import", all, "--publish"}, {"import", some, "--publish"}, {"import", all, "--dry-run"},
		{"verify", "r2"}, {"export"}, {"diff", "r1", "r2"}, {"takedown", "huge-1"},
	} {
		cmd := exec.CommandContext(t.Context(), os.Args[0], append(args, "--data", data)...)
		cmd.Env = append(os.Environ(), asAlphanode+"=1")
		var told strings.Builder
		cmd.Stdout, cmd.Stderr = io.Discard, &told
		if err := cmd.Run(); err != nil {
			t.Fatalf("%s: %v: %s", strings.Join(args, " "), err, told.String())
		}
		usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
		peak := usage.Maxrss << 10
		t.Logf("%-40s at most %d MiB, mapped files included", strings.Join(args, " "), peak>>20)
		if peak > 1<<30 {
			t.Errorf("%s: found %d bytes of memory, expected at most 1 GiB", args[0], peak)
		}
	}
}

// writeHuge writes posts of 6.9 MB: one paragraph, many blocks, a list of many
// items, facts without a name, captions.
func writeHuge(t *testing.T, path string, posts int, title string) {
	t.Helper()
	const size = 6_900_000
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	out := bufio.NewWriterSize(f, 1<<20)
	for i := range posts {
		rnd := rand.New(rand.NewPCG(1, uint64(i)))
		prose := func(bytes int) string {
			var w strings.Builder
			for w.Len() < bytes {
				fmt.Fprintf(&w, "the word%d of ", rnd.IntN(50_000))
			}
			return w.String()
		}
		p := &content.Post{Slug: fmt.Sprint("huge-", i), Title: fmt.Sprint("Huge ", i, title)}
		switch i % 5 {
		case 0:
			p.Body = []content.Block{content.Paragraph{Text: prose(size)}}
		case 1:
			for range content.MaxBlocks {
				p.Body = append(p.Body, content.Paragraph{Text: prose(size/content.MaxBlocks - 50)})
			}
		case 2:
			var items []content.ListItem
			for range size / 24 {
				items = append(items, content.ListItem{Text: "the word of"})
			}
			p.Body = []content.Block{content.List{Items: items}}
		case 3:
			p.Meta.Extra = content.Extra{"blob": []byte(`"` + prose(size) + `"`)}
		case 4:
			for n := range content.MaxList {
				p.Meta.Images = append(p.Meta.Images, content.Image{URL: fmt.Sprint("/", n), Caption: prose(size/content.MaxList - 50)})
			}
		}
		_, _ = out.Write(append(p.AppendJSON(nil), '\n')) // Flush gives the error
	}
	if err := errors.Join(out.Flush(), f.Close()); err != nil {
		t.Fatal(err)
	}
}
