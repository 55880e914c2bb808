package command_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMarkdownOutAndIn: what is exported into a folder is imported as the same posts, from
// slugs that no file system could keep apart too.
func TestMarkdownOutAndIn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data, again, out := filepath.Join(dir, "data"), filepath.Join(dir, "again"), filepath.Join(dir, "posts")
	posts := done(t, "", "synth", "--posts", "60", "--seed", "3")
	for _, slug := range []string{"Brew", "brew", "BREW", "CON", ".hidden", "a:b", "a*b", "straße", "strasse", "İ", "i̇", strings.Repeat("long", 120), "index"} {
		posts += `{"slug":"` + slug + `","title":"Of ` + slug + `","body":[{"type":"paragraph","text":"Words of ` + slug + `."}]}` + "\n"
	}
	done(t, posts, "import", "-", "--publish", "--data", data)
	if said := done(t, "", "export", "--format", "markdown", "--out", out, "--data", data); !strings.HasPrefix(said, "exported 73 posts") {
		t.Errorf("found %q", said)
	}
	files, err := os.ReadDir(out)
	if err != nil || len(files) != 73 {
		t.Fatalf("found %d files, %v, expected 73", len(files), err)
	}
	folded := map[string]bool{}
	for _, f := range files {
		if name := strings.ToLower(f.Name()); folded[name] || len(name) > 220 || strings.HasPrefix(name, ".") {
			t.Errorf("found the name %s", f.Name())
		} else {
			folded[name] = true
		}
	}
	if said := done(t, "", "import", out, "--data", data); !strings.Contains(said, "changed 0, unchanged 73, removed 0") {
		t.Errorf("found %q", said)
	}
	done(t, "", "import", out, "--data", again, "--publish")
	if a, b := done(t, "", "export", "--data", data), done(t, "", "export", "--data", again); a != b {
		t.Error("found other posts than were exported")
	}

	code, _, errs := run(t, strings.NewReader(""), "export", "--format", "markdown", "--out", out, "--data", data)
	if code != 1 || !strings.Contains(errs, "expected an empty folder") {
		t.Errorf("into a folder with files: found exit code %d and %q", code, errs)
	}
	code, _, errs = run(t, strings.NewReader(""), "export", "--format", "markdown", "--data", data)
	if code != 2 || !strings.Contains(errs, "--out") {
		t.Errorf("without a folder: found exit code %d and %q", code, errs)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 3 {
		t.Errorf("found %v, %v", left, err)
	}
	file := filepath.Join(out, "brew.md")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), "title: Of brew", "title: 12", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, errs = run(t, strings.NewReader(""), "import", file, "--data", data)
	if code != 1 || !strings.Contains(errs, "brew.md:3: title: found") {
		t.Errorf("with a fault: found exit code %d and %q", code, errs)
	}
}
