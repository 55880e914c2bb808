package command_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"alphanode/command"
)

// run runs one command in this process.
func run(t *testing.T, in io.Reader, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = command.Main(t.Context(), args, command.Streams{In: in, Out: &stdout, Err: &stderr})
	return code, stdout.String(), stderr.String()
}

// done is run for a command that must not fail.
func done(t *testing.T, in string, args ...string) string {
	t.Helper()
	code, out, errs := run(t, strings.NewReader(in), args...)
	if code != 0 {
		t.Fatalf("alphanode %s: exit code %d: %s", strings.Join(args, " "), code, errs)
	}
	return out
}

const (
	goodLine = `{"slug":"good","title":"Good"}` + "\n"
	pngFile  = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10\x00\x00\x00\x10"
)

// TestBadInput imports what is wrong. Each must say file, line, field, what was
// found and what was expected; nothing may be published; and what is good in
// the same file must be kept by --skip-invalid.
func TestBadInput(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("testdata/docs/page.txt")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, input string
		want        string // with FILE for the path
		kept        int    // posts that --skip-invalid keeps
	}{
		{"a page cut short", string(page[:len(page)/4]),
			`FILE:12: meta: found the end of the page, expected the line "alphanode post meta" and the rows below it`, 0},
		{"a picture", pngFile,
			`FILE:1: post: found image/png, expected UTF-8 text or JSON, as it is or packed with gzip or zstd`, 0},
		{"an empty file", "", `FILE:1: post: found an empty file, expected posts`, 0},
		{"a slug twice", goodLine + `{"slug":"good","title":"Other"}`,
			`FILE:2: slug: found "good", which FILE:1 has too, expected one that no other post has`, 1},
		{"a score of 101", goodLine + `{"title":"A","meta":{"score":{"quality":101}}}`,
			`FILE:2: meta.score.quality: found 101, expected an integer from 0 to 100`, 1},
		{"a day that is not", goodLine + `{"title":"A","publishedAt":"2023-02-30"}`,
			`FILE:2: publishedAt: found "2023-02-30", expected a date as YYYY-MM-DD or a date-time as YYYY-MM-DDThh:mm:ssZ`, 1},
		{"bytes that are not UTF-8", goodLine + "{\"title\":\"caf\xe9\"}",
			`FILE:2: post: found the byte 0xe9 at byte 14, expected UTF-8`, 1},
		{"a status that says nothing", goodLine + `{"title":"A","meta":{"revision":{"status":""}}}`,
			`FILE:2: meta.revision.status: found "", expected draft, in-review, reviewed or archived, or no status at all`, 1},
		{"broken JSON", goodLine + `{"title":`, `FILE:2: post: found`, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			file, data := filepath.Join(dir, "in"), filepath.Join(dir, "data")
			if err := os.WriteFile(file, []byte(tt.input), 0o644); err != nil {
				t.Fatal(err)
			}
			code, _, errs := run(t, nil, "import", file, "--publish", "--data", data)
			want := strings.ReplaceAll(tt.want, "FILE", file)
			if code != 1 || !strings.HasPrefix(errs, want) {
				t.Errorf("exit code %d\nfound    %s\nexpected %s", code, errs, want)
			}
			if got := done(t, "", "releases", "--data", data, "--json"); got != "[]\n" {
				t.Errorf("found the releases %s", got)
			}
			out := done(t, "", "import", file, "--publish", "--skip-invalid", "--data", data)
			if !strings.HasPrefix(out, fmt.Sprintf("added %d, changed 0, unchanged 0, removed 0, rejected 1\n", tt.kept)) {
				t.Errorf("with --skip-invalid: found %s", out)
			}
			rejects, err := os.ReadFile(filepath.Join(data, "releases", "r1", "rejects.ndjson"))
			if err != nil || bytes.Count(rejects, []byte("\n")) != 1 {
				t.Errorf("found the rejects %s, %v", rejects, err)
			}
		})
	}
}

// TestLineOf100MB must be refused with its line, in little memory, and the
// lines around it must be read.
func TestLineOf100MB(t *testing.T) {
	t.Parallel()
	long := io.MultiReader(strings.NewReader(goodLine+`{"title":"`), io.LimitReader(endless('x'), 100<<20),
		strings.NewReader("\"}\n"+`{"slug":"last","title":"Last"}`))
	data := t.TempDir()
	code, out, errs := run(t, long, "import", "-", "--skip-invalid", "--data", data)
	if code != 0 || !strings.HasPrefix(out, "added 2, changed 0, unchanged 0, removed 0, rejected 1\n") {
		t.Errorf("exit code %d: %s%s", code, out, errs)
	}
	if !strings.HasPrefix(errs, "(standard input):2: post: found") || !strings.Contains(errs, "expected at most 16") {
		t.Errorf("found %s", errs)
	}
}

type endless byte

func (e endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(e)
	}
	return len(b), nil
}

func TestNothingToImport(t *testing.T) {
	t.Parallel()
	empty := t.TempDir()
	data := filepath.Join(empty, ".data") // which no import reads
	if err := os.Mkdir(data, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"import", empty}, 1, "found no file in the folder " + empty + ", expected at least one"},
		{[]string{"import", filepath.Join(empty, "none")}, 1, "found nothing there, expected a file or a folder"},
		{[]string{"import"}, 2, "found 0 arguments, expected files, folders, or - for standard input"},
		{[]string{"import", "-", "--format", "zip"}, 2, `found "zip", expected auto, page, ndjson, wxr, ghost, markdown, json or csv`},
		{[]string{"import", "-", "--expect", "7"}, 2, `found "7", expected posts=N`},
		{[]string{"import", "-", "--onto", "r9"}, 1, "release r9: not found"},
		{[]string{"publish", "first"}, 1, `release: found "first", expected the name of a release`},
		{[]string{"rollback"}, 1, "found no release that was current before no release: publish one instead"},
		{[]string{"frobnicate"}, 2, `found the unknown command "frobnicate", expected one of`},
		{[]string{"export"}, 1, "no release is published"},
		{[]string{"synth"}, 2, "--posts: found nothing, expected how many posts to write"},
		{[]string{"serve", "--addr", "here"}, 2, `flag --addr: found "here", expected host:port`},
		{[]string{"query", "{ release { name } }", "--variables", "[]"}, 2, "--variables: found a JSON array, expected an object"},
		{[]string{"query", "{ release { name } }", "--variables", `{"a":1} 2`}, 2, "--variables: found more after the JSON object, expected one JSON object"},
		{[]string{"query", "{ release { name } }", "--variables", `{"a":`}, 2, "--variables: found broken JSON near byte 5, expected one JSON object"},
		{[]string{"query", "{ release { name } }", "--variables", `{"a":1,"b":2,"a":3}`}, 2, `--variables: found the key "a" twice in one object, expected each key once`},
		{[]string{"query", "{ release { name } }", "--variables", `{"f":{"a":[{"b":1,"b":1}]}}`}, 2, `--variables: found the key "b" twice in one object, expected each key once`},
	} {
		code, _, errs := run(t, strings.NewReader(""), append(tt.args, "--data", data)...)
		if code != tt.code || !strings.Contains(errs, tt.want) {
			t.Errorf("alphanode %s: exit code %d, expected %d\nfound    %s\nexpected %s", strings.Join(tt.args, " "), code, tt.code, errs, tt.want)
		}
	}
}

// TestMistypedDataDirectory is not made by a command that only reads.
func TestMistypedDataDirectory(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "dta")
	for _, words := range []string{"releases", "publish r1", "rollback", "export", "verify r1"} {
		code, _, errs := run(t, nil, append(strings.Fields(words), "--data", missing)...)
		if _, err := os.Stat(missing); code != 1 || !strings.Contains(errs, "found nothing there") || err == nil {
			t.Errorf("alphanode %s: exit code %d: %s (%v)", words, code, errs, err)
		}
	}
}

// TestExportComesBack holds two exports with an import between them against
// each other, byte by byte, drafts and unknown meta included.
func TestExportComesBack(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, second := filepath.Join(dir, "first"), filepath.Join(dir, "second")
	done(t, done(t, "", "synth", "--posts", "300", "--seed", "9"), "import", "-", "--publish", "--data", first)
	done(t, "", "import", "testdata/docs/page.txt", "--publish", "--data", first)
	exported := done(t, "", "export", "--data", first)
	if out := done(t, exported, "import", "-", "--data", first); !strings.HasPrefix(out, "added 0, changed 0, unchanged 301, removed 0") {
		t.Errorf("imported again: found %s", out)
	}
	done(t, exported, "import", "-", "--publish", "--data", second)
	if again := done(t, "", "export", "--data", second); again != exported {
		t.Error("the second export is not the first")
	}
}

// TestStemming is chosen when a release is built, and kept by those built onto
// it.
func TestStemming(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	finds := func(release string) string {
		return done(t, "", "query", `{ search(query: "deploys ") { totalCount } }`, "--release", release, "--data", data)
	}
	const posts = `{"slug":"a","title":"Deploying"}` + "\n"
	done(t, posts, "import", "-", "--publish", "--data", data)
	if out := done(t, posts, "import", "-", "--publish", "--stemming", "none", "--data", data); !strings.Contains(out, "built r2") {
		t.Errorf("found %s", out)
	}
	if out := done(t, posts, "import", "-", "--data", data); !strings.Contains(out, "nothing changed") {
		t.Errorf("found %s", out)
	}
	done(t, `{"slug":"b","title":"Deployed"}`, "import", "-", "--data", data)
	for release, want := range map[string]string{"r1": `"totalCount": 1`, "r2": `"totalCount": 0`, "r3": `"totalCount": 0`} {
		if out := finds(release); !strings.Contains(out, want) {
			t.Errorf("%s: found %s, expected %s", release, out, want)
		}
	}
	done(t, "", "verify", "r2", "--data", data)
	code, _, errs := run(t, strings.NewReader(posts), "import", "-", "--stemming", "klingon", "--data", data)
	if code != 2 || !strings.Contains(errs, `--stemming: found "klingon", expected language, english or none`) {
		t.Errorf("exit code %d: %s", code, errs)
	}
}
