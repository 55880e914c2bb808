package command_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFolderWithWhatIsNoPost: what a system left beside the posts, or a picture, fails no
// import; named itself it does.
func TestFolderWithWhatIsNoPost(t *testing.T) {
	t.Parallel()
	dir, data := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{"posts.ndjson": goodLine, "Thumbs.db": "\xd0\xcf\x11\xe0", "desktop.ini": "[.ShellClassInfo]", "a.png": pngFile} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	code, out, errs := run(t, nil, "import", dir, "--data", data)
	if code != 0 || !strings.HasPrefix(out, "added 1, changed 0, unchanged 0, removed 0, rejected 0\n") || !strings.Contains(errs, "passed over, as they are no posts: 3 of the files in folders: ") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
	for _, name := range []string{"Thumbs.db", "a.png"} {
		if code, _, errs := run(t, nil, "import", filepath.Join(dir, name), "--data", data); code != 1 || !strings.Contains(errs, name+":1: post: found ") {
			t.Errorf("%s: exit code %d: %s", name, code, errs)
		}
	}
	if err := os.Remove(filepath.Join(dir, "posts.ndjson")); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := run(t, nil, "import", dir, "--replace", "--data", data); code != 1 || !strings.Contains(errs, "found no posts in the files given") {
		t.Errorf("nothing but a picture: exit code %d: %s", code, errs)
	}
	// A text that cannot be read may be somebody's post.
	if err := os.WriteFile(filepath.Join(dir, "wide.txt"), []byte("\xff\xfea\x00\n\x00"), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := run(t, nil, "import", dir, "--data", data); code != 1 || !strings.Contains(errs, "wide.txt:1: meta: found the end of the page") {
		t.Errorf("UTF-16: exit code %d: %s", code, errs)
	}
}

// TestImportTellsByKind: a thousand posts that are alike in something take a few lines.
func TestImportTellsByKind(t *testing.T) {
	t.Parallel()
	data, file := t.TempDir(), filepath.Join(t.TempDir(), "posts.ndjson")
	line := `{"title":"A","publishedAt":"2024-05-06 07:08","body":[{"type":"paragraph","html":"<b onclick=x>a</b><marquee>b</marquee>"}],"meta":{"payload":{"sourceId":"N"}}}` + "\n"
	var posts strings.Builder
	for n := range 1000 {
		posts.WriteString(strings.Replace(line, `"N"`, `"`+string(rune('a'+n%26))+strings.Repeat("x", n/26)+`"`, 1))
	}
	if err := os.WriteFile(file, []byte(posts.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	code, _, errs := run(t, nil, "import", file, "--data", data)
	for _, want := range []string{
		file + ":1: warning: publishedAt has a time without an offset; taken as UTC\n", "and 995 more of the kind: time taken as UTC\n",
		"warning: lost: attribute onclick: 1000, first in " + file + ":1, " + file + ":2, ", "warning: lost: element marquee: 1000, first in ",
	} {
		if code != 0 || !strings.Contains(errs, want) {
			t.Errorf("exit code %d, expected %q in\n%s", code, want, errs)
		}
	}
	if n := strings.Count(errs, "\n"); n != 8 {
		t.Errorf("found %d lines, expected 8:\n%s", n, errs)
	}
	var result struct {
		Report struct {
			Warnings, Losses []struct {
				Kind  string
				Count int
				First []struct {
					File string
					Line int
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(done(t, "", "import", file, "--dry-run", "--replace", "--json", "--data", data)), &result); err != nil {
		t.Fatal(err)
	}
	told := result.Report
	if len(told.Warnings) != 1 || told.Warnings[0].Count != 1000 || len(told.Losses) != 2 || told.Losses[1].Kind != "element marquee" || len(told.Losses[1].First) != 5 || told.Losses[1].First[4].Line != 5 {
		t.Errorf("found %+v", told)
	}
}

// TestForeignNamesLeadToMappings: who gives JSON of other names is told of mappings.
func TestForeignNamesLeadToMappings(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "stories.json")
	if err := os.WriteFile(file, []byte(`{"headline":"Brew","text":"Warm."}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := run(t, nil, "import", file, "--data", t.TempDir()); code != 1 || !strings.Contains(errs, "alphanode mapping FILE") {
		t.Errorf("exit code %d: %s", code, errs)
	}
}
