package command_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"alphanode/server/settings"
)

// TestPrintConfig feeds what serve prints back to it: it prints the same, but for where
// each value comes from.
func TestPrintConfig(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "alphanode.toml")
	first := done(t, "", "serve", "--print-config", "--addr=:1", "--cors-origin=https://a.example, https://b.example", "--max-age", "7s", "--warm-limit=3")
	if err := os.WriteFile(path, []byte(first), 0o600); err != nil {
		t.Fatal(err)
	}
	comment := regexp.MustCompile("(?m)^#.*\n")
	second := done(t, "", "serve", "--print-config", "--config", path)
	if a, b := comment.ReplaceAllString(first, ""), comment.ReplaceAllString(second, ""); a != b || !strings.Contains(a, "\nmax-age = '7s'\n") || !strings.Contains(a, "\nwarm-limit = 3\n") {
		t.Errorf("found\n%s\nand then\n%s", a, b)
	}
	if !strings.Contains(second, "(host:port; "+path+":6)\naddr = ':1'\n") {
		t.Errorf("found\n%s\nexpected to read where each value comes from", second)
	}
}

// TestHelpShowsSettingsByGroups wants each setting in the help of serve, below the name
// of its group.
func TestHelpShowsSettingsByGroups(t *testing.T) {
	t.Parallel()
	help, at := done(t, "", "serve", "--help"), 0
	for _, group := range settings.Groups() {
		want := []string{"\n" + group.Name + ":\n"}
		for _, s := range group.Settings {
			want = append(want, "      --"+s.Name+" ")
		}
		for _, line := range want {
			i := strings.Index(help[at:], line)
			if i < 0 {
				t.Fatalf("found no %q behind\n%s", line, help[:at])
			}
			at += i
		}
	}
}
