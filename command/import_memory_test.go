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
		holdMemory(t, append(args, "--data", data)...)
	}
}

// TestImportMemoryOfNames imports what hardly any word or name comes again in: six
// posts of 6.9 MB of random letters, and 200,000 posts with four long tools of their
// own. It takes minutes.
func TestImportMemoryOfNames(t *testing.T) {
	if *hugePosts == 0 {
		t.Skip("-args -huge=1 runs it")
	}
	random := func(rnd *rand.Rand, length int) string {
		letters := make([]byte, length)
		for i := range letters {
			letters[i] = 'a' + byte(rnd.IntN(26))
		}
		return string(letters)
	}
	for _, archive := range []struct {
		name  string
		posts int
		fill  func(*content.Post, *rand.Rand)
	}{
		{"words", 6, func(p *content.Post, rnd *rand.Rand) {
			var prose strings.Builder
			for prose.Len() < 6_900_000 {
				prose.WriteString(random(rnd, 5+rnd.IntN(8)) + " ")
			}
			p.Body = []content.Block{content.Paragraph{Text: prose.String()}}
		}},
		{"names", 200_000, func(p *content.Post, rnd *rand.Rand) {
			for range 4 {
				p.Meta.Tools = append(p.Meta.Tools, random(rnd, 250))
			}
		}},
	} {
		t.Run(archive.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, archive.name+".ndjson")
			writePosts(t, path, archive.posts, func(i int) *content.Post {
				p := &content.Post{Slug: fmt.Sprint("p-", i), Title: fmt.Sprint("P ", i)}
				archive.fill(p, rand.New(rand.NewPCG(7, uint64(i))))
				return p
			})
			holdMemory(t, "import", path, "--publish", "--data", filepath.Join(dir, "data"))
		})
	}
}

// holdMemory runs a command in a process of its own, which may take 1 GiB.
func holdMemory(t *testing.T, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), asAlphanode+"=1")
	var told strings.Builder
	cmd.Stdout, cmd.Stderr = io.Discard, &told
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v: %s", strings.Join(args, " "), err, told.String())
	}
	peak := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10
	t.Logf("%-40s at most %d MiB, mapped files included", strings.Join(args, " "), peak>>20)
	if peak > 1<<30 {
		t.Errorf("%s: found %d bytes of memory, expected at most 1 GiB", args[0], peak)
	}
}

// writePosts writes posts as NDJSON.
func writePosts(t *testing.T, path string, posts int, post func(i int) *content.Post) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	out := bufio.NewWriterSize(f, 1<<20)
	for i := range posts {
		_, _ = out.Write(append(post(i).AppendJSON(nil), '\n')) // Flush gives the error
	}
	if err := errors.Join(out.Flush(), f.Close()); err != nil {
		t.Fatal(err)
	}
}

// writeHuge writes posts of 6.9 MB: one paragraph, many blocks, a list of many
// items, facts without a name, captions.
func writeHuge(t *testing.T, path string, posts int, title string) {
	t.Helper()
	const size = 6_900_000
	writePosts(t, path, posts, func(i int) *content.Post {
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
		return p
	})
}
