package command_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestCheckCommand goes through a data directory, then breaks one thing in it.
func TestCheckCommand(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	done(t, `{"slug":"a","title":"A"}`, "import", "-", "--publish", "--data", data)
	done(t, `{"slug":"b","title":"B"}`, "import", "-", "--publish", "--data", data)
	found := done(t, "", "check", "--data", data)
	for _, want := range []string{
		`(?m)^RESULT +CHECK +FOUND$`, `(?m)^ok +release\.rollback +r1: its bytes are as they were built; to go back: alphanode rollback --to r1 --data `,
		`(?m)^skipped +server\.answers +no server is named: --url$`, `(?m)^findings: 0, warnings: 0, ok: \d+, skipped: \d+$`,
	} {
		if !regexp.MustCompile(want).MatchString(found) {
			t.Errorf("found %s, expected %s", found, want)
		}
	}
	if err := os.Chmod(filepath.Join(data, "CURRENT"), 0o604); err != nil {
		t.Fatal(err)
	}
	code, out, errs := run(t, nil, "check", "--json", "--data", data)
	var told struct {
		Findings []struct{ ID, Severity, About, Found, Expected, Do string }
		Counts   map[string]int
	}
	if err := json.Unmarshal([]byte(out), &told); err != nil {
		t.Fatal(err)
	}
	if code != 1 || errs != "" || told.Counts["finding"] != 1 {
		t.Fatalf("found %d, %s, %v, expected 1 and one finding", code, errs, told.Counts)
	}
	for _, f := range told.Findings {
		if f.Severity == "finding" && (f.ID != "data.files" || f.About != "CURRENT" || !strings.HasPrefix(f.Do, "chmod o-rwx ")) {
			t.Errorf("found %+v", f)
		}
	}
}

func TestWrongCheckCommands(t *testing.T) {
	t.Parallel()
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"--url", "archive.example.org"}, {"--against", "http://127.0.0.1:1"}, {"--url", "http://127.0.0.1:1", "--against", "x"},
		{"--key-file", empty}, {"--key-file", filepath.Join(filepath.Dir(empty), "none")}, {"more"},
	} {
		if code, _, errs := run(t, nil, append([]string{"check", "--data", filepath.Dir(empty)}, args...)...); code != 2 || errs == "" {
			t.Errorf("%v: found %d %s, expected 2", args, code, errs)
		}
	}
}
