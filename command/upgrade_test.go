package command_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

// olderData is a data directory whose r1 is of the format before, and current.
func olderData(t *testing.T) (data string) {
	t.Helper()
	return storetest.Older(t, "../store/release/testdata/format4-odd")
}

func TestUpgrade(t *testing.T) {
	t.Parallel()
	data := olderData(t)
	for _, args := range []string{"export", "verify r1", "publish r1", "query {release{name}}", "import -"} {
		code, _, errs := run(t, strings.NewReader(goodLine), append(strings.Fields(args), "--data", data)...)
		if code != 1 || !strings.Contains(errs, "run alphanode upgrade") {
			t.Errorf("%s: exit code %d: %s", args, code, errs)
		}
	}
	if out := done(t, "", "releases", "--data", data); !strings.Contains(out, "release r1 has format 4") {
		t.Errorf("found %s", out)
	}
	const moved = "  terms have another slug: 10\n    entity stack-redis-"
	if out := done(t, "", "upgrade", "--dry-run", "--data", data); !strings.Contains(out, "r1 would be upgraded from format 4 to 7: 12 posts\n") ||
		!strings.Contains(out, moved) || !strings.Contains(out, "nothing was changed; to do it: alphanode upgrade --data "+data) {
		t.Errorf("found %s", out)
	}
	var told store.Upgrade
	out := done(t, "", "upgrade", "--dry-run", "--json", "--data", data)
	if err := json.Unmarshal([]byte(out), &told); err != nil || told.Format != store.FormatVersion || len(told.Releases) != 1 ||
		len(told.Releases[0].Renamed) != 4 || len(told.Releases[0].Moved) != 10 {
		t.Errorf("found %s, %v", out, err)
	}
	if out := done(t, "", "upgrade", "--data", data); !strings.Contains(out, "r1 is upgraded from format 4 to 7: 12 posts\n") ||
		!strings.Contains(out, `    soft\u00adhyphen → softhyphen`+"\n") || !strings.Contains(out, moved) {
		t.Errorf("found %s", out)
	}
	if out := done(t, "", "upgrade", "--data", data); out != "every release has format 7: there is nothing to upgrade\n" {
		t.Errorf("found %s", out)
	}
	done(t, "", "verify", "r1", "--data", data)
	for _, post := range []string{"caf\\u00e9", "cafe\\u0301", "soft\\u00adhyphen"} {
		if out := done(t, "", "query", `{ post(slug: "`+post+`") { slug } tool(slug: "git") { id postCount } }`, "--data", data); strings.Contains(out, `"post": null`) || !strings.Contains(out, `"postCount": 5`) {
			t.Errorf("%s: found %s", post, out)
		}
	}
	exported := done(t, "", "export", "--data", data)
	_, out, _ = run(t, strings.NewReader(exported), "import", "-", "--skip-invalid", "--data", data)
	if !strings.Contains(out, "added 0, changed 0, unchanged 12, removed 0, rejected 1") { // a tool of which nothing shows
		t.Errorf("found %s", out)
	}
}

// TestUpgradeAfterATakedown: what was taken down by one form of its slug is not there again
// by the other one.
func TestUpgradeAfterATakedown(t *testing.T) {
	t.Parallel()
	data := olderData(t)
	finished := `[{"slug":"softhyphen","time":"2026-11-28T09:00:00Z","finishedAt":"2026-11-28T09:00:01Z"}]`
	if err := os.WriteFile(filepath.Join(data, "takedowns.json"), []byte(finished), 0o600); err != nil {
		t.Fatal(err)
	}
	done(t, "", "upgrade", "--data", data)
	if out := done(t, "", "export", "--data", data); strings.Count(out, "\n") != 11 || strings.Contains(out, "hyphen") {
		t.Errorf("found %s", out)
	}
	for _, post := range []string{"softhyphen", "soft\\u00adhyphen"} {
		if out := done(t, "", "query", `{ post(slug: "`+post+`") { slug } }`, "--data", data); !strings.Contains(out, `"post": null`) {
			t.Errorf("%s: found %s", post, out)
		}
	}
	if out := done(t, "", "takedown", "--list", "--data", data); !strings.Contains(out, "softhyphen") {
		t.Errorf("found %s", out)
	}
}

// TestKilledUpgrade kills the process of an upgrade, again and again. Each release is then
// as it was or upgraded, and the next run does what is left.
func TestKilledUpgrade(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	older := olderData(t)
	manifest, err := os.ReadFile(filepath.Join(older, "releases", "r1", "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	const releases = 4
	for n := 2; n <= releases; n++ {
		folder := filepath.Join(older, "releases", fmt.Sprintf("r%d", n))
		if err := os.CopyFS(folder, os.DirFS(filepath.Join(older, "releases", "r1"))); err != nil {
			t.Fatal(err)
		}
		named := strings.Replace(string(manifest), `"name": "r1"`, fmt.Sprintf(`"name": "r%d"`, n), 1)
		if err := os.WriteFile(filepath.Join(folder, "manifest.json"), []byte(named), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	data, left := filepath.Join(s.dir, "data"), 0
	for i := range 8 {
		if err := os.RemoveAll(data); err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(data, os.DirFS(older)); err != nil {
			t.Fatal(err)
		}
		s.run(fmt.Sprintf("alphanode upgrade & sleep 0.%03d; kill -9 $!; wait", 20+i*40))
		c, err := catalogue.Open(data)
		if err != nil {
			t.Fatal(err)
		}
		for n := 1; n <= releases; n++ {
			r, err := release.OpenOlder(c.ReleaseDir(fmt.Sprintf("r%d", n)))
			if err != nil {
				t.Fatalf("run %d: %v", i, err)
			}
			if r.Manifest().Format != store.FormatVersion {
				left++
			}
			_ = r.Close()
		}
		done(t, "", "upgrade", "--data", data)
		verifyAll(t, data)
		for _, remains := range []string{".building-*", "*/release.db"} {
			if found, err := filepath.Glob(filepath.Join(data, "releases", remains)); err != nil || len(found) > 0 {
				t.Errorf("found %q, %v", found, err)
			}
		}
	}
	t.Logf("found %d releases that a killed upgrade had not reached", left)
}
