package command_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestImportByAMapping: what stands in a file of foreign names comes out as the mapping
// says; what is asked for wrongly is told before anything is read.
func TestImportByAMapping(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	table := write("table.csv", "name;words;day\nA;One.;2014-09-15\nB;Two.;soon\n")
	good := write("good.yaml", "fields:\n  title: name\n  body: words\n  publishedAt: day\n")
	bad := write("bad.yaml", "fields:\n  titel: name\n")
	data := filepath.Join(dir, "data")

	code, out, errs := run(t, nil, "import", table, "--map", good, "--publish", "--data", data)
	if code != 0 || !strings.Contains(out, "added 2") {
		t.Fatalf("found %d, %s%s", code, out, errs)
	}
	code, out, errs = run(t, nil, "export", "--data", data)
	if code != 0 || !strings.Contains(out, `"slug":"a","title":"A"`) || !strings.Contains(out, `"publishedAt":"2014-09-15"`) || !strings.Contains(out, `"extra":{"day":"soon"}`) {
		t.Errorf("found %d, %s%s", code, out, errs)
	}
	for want, args := range map[string][]string{
		`bad.yaml:2: fields.titel: found a field that no post has, expected title`: {"--map", bad},
		"--format csv: found no --map":                                             {"--format", "csv"},
		"--map: found --format page, expected json":                                {"--map", good, "--format", "page"},
	} {
		code, _, errs := run(t, nil, append([]string{"import", table, "--data", data}, args...)...)
		if code != 2 || !strings.Contains(errs, want) {
			t.Errorf("%v: found %d, %s, expected %s", args, code, errs, want)
		}
	}
}
