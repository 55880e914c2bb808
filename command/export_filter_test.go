package command_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/server/route"
)

// TestExportFilters holds what is exported under filters against a look at all posts, and
// takes it in again.
func TestExportFilters(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	do := func(in string, args ...string) string {
		t.Helper()
		return done(t, in, append(args, "--data", data)...)
	}
	all := done(t, "", "synth", "--posts", "150", "--seed", "7")
	do(all, "import", "-", "--publish")
	whole := do("", "export")
	tool := func(p *content.Post, name string) bool { return slices.Contains(p.Meta.Tools, name) }
	for _, c := range []struct {
		flags string
		keeps func(*content.Post) bool
	}{
		{"", func(*content.Post) bool { return true }},
		{"--tool git", func(p *content.Post) bool { return tool(p, "git") }},
		{"--tool git --tool=logs", func(p *content.Post) bool { return tool(p, "git") || tool(p, "logs") }},
		{"--tool.all git --tool.all logs --tool.not figma", func(p *content.Post) bool { return tool(p, "git") && tool(p, "logs") && !tool(p, "figma") }},
		{"--quality.gte 80", func(p *content.Post) bool {
			return p.Meta.Score != nil && p.Meta.Score.Quality != nil && *p.Meta.Score.Quality >= 80
		}},
		{"--status draft", func(p *content.Post) bool {
			return p.Meta.Revision != nil && p.Meta.Revision.Status == content.StatusDraft
		}},
		{"--hasImages=true --readingTime.lt 3", func(p *content.Post) bool {
			return p.Meta.Flags.HasImages && p.Meta.ReadingTime != nil && *p.Meta.ReadingTime < 3
		}},
	} {
		want := ""
		for line := range strings.Lines(whole) {
			p, err := content.DecodePost([]byte(line))
			if err != nil {
				t.Fatal(err)
			}
			if c.keeps(p) {
				want += line
			}
		}
		if got := do("", append([]string{"export"}, strings.Fields(c.flags)...)...); got != want || want == "" {
			t.Errorf("%s: found %d posts, expected %d", c.flags, strings.Count(got, "\n"), strings.Count(want, "\n"))
		}
	}
	file := filepath.Join(t.TempDir(), "posts.ndjson")
	if said := do("", "export", "--search", "rollback", "--out", file); !strings.HasPrefix(said, "exported ") {
		t.Errorf("found %q", said)
	}
	if out := do("", "import", file); !strings.Contains(out, "changed 0, unchanged 150") {
		t.Errorf("found %q", out)
	}
	if left, _ := filepath.Glob(file + "?*"); left != nil {
		t.Errorf("found %q", left)
	}
}

func TestWrongExports(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	done(t, `{"title":"One","meta":{"tools":["git"]}}`, "import", "-", "--publish", "--data", data)
	for _, c := range []struct {
		flags string
		code  int
		want  string
	}{
		{"--format xml", 2, "expected ndjson"},
		{"--quality.gte x", 2, `--quality.gte: found "x", expected an integer`},
		{"--updated yesterday", 2, `--updated: found "yesterday"`},
		{"--title a --title b", 2, "cannot be repeated"},
		{"--tol git", 2, "unknown flag"},
		{"tool=git", 2, "flags such as --tool"},
		{"--release r9", 1, "r9"},
		{"--tool gitt", 0, "did you mean git?"},
		{"--out " + data, 1, "is a directory"},
	} {
		code, out, errs := run(t, strings.NewReader(""), append([]string{"export", "--data", data}, strings.Fields(c.flags)...)...)
		if code != c.code || !strings.Contains(errs, c.want) || out != "" {
			t.Errorf("%s: found exit code %d and %q", c.flags, code, errs)
		}
	}
}

// TestEveryFilterIsAFlag: what REST can filter by, export can.
func TestEveryFilterIsAFlag(t *testing.T) {
	t.Parallel()
	help := done(t, "", "export", "--help")
	for _, p := range route.Filters {
		head, suffix, _ := strings.Cut(p.Name, ".")
		if !strings.Contains(help, "--"+head) || !strings.Contains(help, "."+suffix) {
			t.Errorf("the help of export does not have --%s", p.Name)
		}
	}
}
