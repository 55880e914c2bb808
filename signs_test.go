package main

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What the house says of itself is held against the house: pages, and the comments of
// its rooms.

var update = flag.Bool("update", false, "write into docs/architecture.md whom each room knows")

// TestEveryRoomSaysWhatItIs wants of each room a page that says what it is for. In store,
// graph and server it also says what the room must not know and, where there is more than
// a file or two, where to begin.
func TestEveryRoomSaysWhatItIs(t *testing.T) {
	t.Parallel()
	named := regexp.MustCompile(`[a-z_0-9]+\.go\b`)
	for room := range rooms {
		if room == "." {
			continue
		}
		page, err := os.ReadFile(filepath.Join(room, "doc.go"))
		if err != nil {
			t.Error(err)
			continue
		}
		text := strings.Join(strings.Fields(strings.ReplaceAll(string(page), "\n//", " ")), " ")
		wanted := []string{"// Package " + path.Base(room) + " "}
		switch part, _, _ := strings.Cut(room, "/"); part {
		case "store", "graph", "server":
			wanted = append(wanted, "must not know")
			if files, _ := filepath.Glob(filepath.Join(room, "*.go")); len(files) > 4 {
				wanted = append(wanted, "Begin with ")
			}
		}
		for _, words := range wanted {
			if !strings.Contains(text, words) {
				t.Errorf("%s/doc.go does not say: %s", room, words)
			}
		}
		for _, file := range named.FindAllString(text, -1) {
			if _, err := os.Stat(filepath.Join(room, file)); err != nil {
				t.Errorf("%s/doc.go sends its readers to %s, which is not there", room, file)
			}
		}
	}
}

const architecturePage = "docs/architecture.md"

// TestThePageDrawsTheRooms holds docs/architecture.md against the table of rooms: its
// table says whom each knows, and its drawing has each room above all that it knows.
func TestThePageDrawsTheRooms(t *testing.T) {
	t.Parallel()
	page := readPage(t, architecturePage)
	row := regexp.MustCompile("(?m)^(\\| `(?:[a-z/]+)` \\|.*\\|) ([^|\n]*) \\|$")
	_, table, found := strings.Cut(page, "| room | is | knows |\n")
	table, _, _ = strings.Cut(table, "\n\n")
	if !found {
		t.Fatal(architecturePage + " has no table of rooms")
	}
	said := map[string]bool{}
	mended := row.ReplaceAllStringFunc(table, func(line string) string {
		m := row.FindStringSubmatch(line)
		room := roomOf(strings.Split(m[1], "`")[1])
		if _, ok := rooms[room]; !ok || said[room] {
			t.Errorf("%s has a row too many: %s", architecturePage, room)
		}
		said[room] = true
		if want := knows(room); m[2] != want {
			if !*update {
				t.Errorf("%s: found that %s knows %s, expected %s", architecturePage, room, m[2], want)
			}
			return m[1] + " " + want + " |"
		}
		return line
	})
	if *update && !t.Failed() {
		if err := os.WriteFile(architecturePage, []byte(strings.Replace(page, table, mended, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
	}

	_, drawing, _ := strings.Cut(page, "```text\n")
	drawing, _, _ = strings.Cut(drawing, "```")
	floor := map[string]int{}
	for i, line := range strings.Split(drawing, "\n") {
		for _, word := range strings.Fields(line) {
			if _, ok := rooms[roomOf(word)]; ok {
				floor[roomOf(word)] = i
			}
		}
	}
	for room, known := range rooms {
		if !said[room] {
			t.Errorf("%s has no row of %s", architecturePage, room)
		}
		own, ok := floor[room]
		if !ok {
			t.Errorf("%s does not draw %s", architecturePage, room)
		}
		for _, other := range known {
			if floor[other] <= own {
				t.Errorf("%s: found %s beside or above %s, which knows it; expected it below", architecturePage, other, room)
			}
		}
	}
}

// roomOf gives the room that the page calls by a name.
func roomOf(name string) string {
	if name == "main" {
		return "."
	}
	return name
}

// knows says whom a room knows.
func knows(room string) string {
	if len(rooms[room]) == 0 {
		return "nobody"
	}
	known := slices.Clone(rooms[room])
	slices.Sort(known)
	return strings.Join(known, ", ")
}

// TestPagesLeadSomewhere follows the links between pages, and those to files.
func TestPagesLeadSomewhere(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)#\s]*)(#[^)\s]*)?\)`)
	heading := regexp.MustCompile(`(?m)^#+ (.*)$`)
	notInAnchors := regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	followed := 0
	for _, page := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(readPage(t, page), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			followed++
			target := filepath.Join(filepath.Dir(page), m[1])
			if m[1] == "" {
				target = page
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: the link %s leads nowhere", page, m[0])
				continue
			}
			if m[2] == "" || filepath.Ext(target) != ".md" {
				continue
			}
			var anchors []string
			for _, h := range heading.FindAllStringSubmatch(readPage(t, target), -1) {
				anchors = append(anchors, "#"+strings.ReplaceAll(notInAnchors.ReplaceAllString(strings.ToLower(h[1]), ""), " ", "-"))
			}
			if !slices.Contains(anchors, m[2]) {
				t.Errorf("%s: %s has no %s", page, target, m[2])
			}
		}
	}
	if followed < 50 {
		t.Errorf("found %d links: they are not recognised", followed)
	}
}

// TestPagesNameFilesThatAreThere looks for the files that pages name: those with their
// folders, and behind one, in the same line, those without, which stand in that folder or
// below the one that holds it.
func TestPagesNameFilesThatAreThere(t *testing.T) {
	t.Parallel()
	name := regexp.MustCompile("`([a-z_0-9/.]+\\.go|[a-z_0-9/]+/)`")
	found := 0
	for _, page := range []string{architecturePage, "CONTRIBUTING.md"} {
		for line := range strings.Lines(readPage(t, page)) {
			folder := ""
			for _, m := range name.FindAllStringSubmatch(line, -1) {
				found++
				file := m[1]
				if strings.Contains(file, "/") {
					folder = path.Dir(file)
				} else {
					file = path.Join(folder, file)
				}
				if _, err := os.Stat(file); err != nil {
					t.Errorf("%s names %s, which is not there", page, file)
				}
			}
		}
	}
	if found < 50 {
		t.Errorf("found %d names of files: they are not recognised", found)
	}
}

// TestCommandsFindTests looks for what go test is to run, in pages and in comments: the
// tests, and the flags that are given to them.
func TestCommandsFindTests(t *testing.T) {
	t.Parallel()
	files := pages(t)
	err := filepath.WalkDir(".", func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && file != "." && (strings.HasPrefix(entry.Name(), ".") && entry.Name() != ".ci" || entry.Name() == "testdata" || entry.Name() == "node_modules"):
			return fs.SkipDir
		case !entry.IsDir() && (strings.HasSuffix(file, ".go") || filepath.Dir(file) == ".ci"):
			files = append(files, file)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	command := regexp.MustCompile("go test \\./([a-z/]+)((?: +(?:'[^']*'|[^\\s'`)]+))*)")
	word := regexp.MustCompile(`'[^']*'|\S+`)
	found := 0
	for _, file := range files {
		for _, m := range command.FindAllStringSubmatch(strings.ReplaceAll(readPage(t, file), `\|`, "|"), -1) {
			found++
			tests, err := testsIn(m[1])
			if err != nil {
				t.Errorf("%s: %s: %v", file, m[0], err)
				continue
			}
			words, behind := word.FindAllString(m[2], -1), false
			for i, w := range words {
				switch {
				case w == "-args":
					behind = true
				case behind && strings.HasPrefix(w, "-"):
					flag, _, _ := strings.Cut(strings.TrimLeft(w, "-"), "=")
					if !strings.Contains(tests, fmt.Sprintf("(%q, ", flag)) {
						t.Errorf("%s: %s: no test of %s has a flag %s", file, m[0], m[1], flag)
					}
				case (w == "-run" || w == "-bench") && i+1 < len(words):
					kind := map[string]string{"-run": "Test|Fuzz|Example", "-bench": "Benchmark"}[w]
					pattern := strings.Trim(words[i+1], "'")
					if pattern == "^$" || pattern == "XXX" { // nothing, on purpose
						continue
					}
					pattern, _, _ = strings.Cut(pattern, "/") // what follows names parts of a test
					for top := range strings.SplitSeq(pattern, "|") {
						matches, err := regexp.Compile(top)
						if err != nil {
							t.Fatalf("%s: %s: %v", file, m[0], err)
						}
						if !slices.ContainsFunc(functions(tests, kind), matches.MatchString) {
							t.Errorf("%s: %s: no test of %s is called %s", file, m[0], m[1], top)
						}
					}
				}
			}
		}
	}
	if found < 30 {
		t.Errorf("found %d commands: they are not recognised", found)
	}
}

// testsIn gives all that the test files of a room say.
func testsIn(room string) (string, error) {
	if _, err := os.Stat(room); err != nil {
		return "", err
	}
	files, err := filepath.Glob(filepath.Join(room, "*_test.go"))
	if err != nil {
		return "", err
	}
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		all.Write(text)
	}
	return all.String(), nil
}

// functions gives the names of the tests of some kinds.
func functions(tests, kinds string) (names []string) {
	for _, m := range regexp.MustCompile(`(?m)^func ((?:`+kinds+`)\w*)\(`).FindAllStringSubmatch(tests, -1) {
		names = append(names, m[1])
	}
	return names
}

// pages gives all that is written for people.
func pages(t *testing.T) []string {
	t.Helper()
	inDocs, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	above, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	return append(inDocs, above...)
}

func readPage(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
