package backup_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/backup"
	"alphanode/store/catalogue"
	"alphanode/store/disk"
	"alphanode/store/keys"
	"alphanode/store/storetest"
)

func post(slug string) *content.Post {
	p := &content.Post{Slug: slug, Title: "Title of " + slug, Body: []content.Block{content.Paragraph{Text: "Of " + slug + " there is this to say."}}}
	p.Settle()
	return p
}

// archive makes a data directory with all that one can have: r1 to r3, of which r2 is current
// and r3 staged, a post that is taken down, rejects, a key, and a file of the operator's.
func archive(t testing.TB) *catalogue.Catalogue {
	t.Helper()
	c := storetest.Catalogue(t, post("a"), post("b"), post("gone"))
	storetest.Publish(t, c, catalogue.ImportOptions{Note: "with c"}, post("c"))
	storetest.Stage(t, c, catalogue.ImportOptions{Owner: "desk"}, post("d"))
	write(t, filepath.Join(c.ReleaseDir("r3"), "rejects.ndjson"), `{"file":"x","line":1,"field":"slug","found":"a","expected":"b"}`+"\n")
	if _, err := c.Takedown(t.Context(), []string{"gone"}, store.TakedownOptions{By: "me", Reason: "asked"}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := keys.In(c.Dir()).Add("reader", store.ScopeRead); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(c.Dir(), "webhooks.toml"), "secret = \"whsec_abc\"\n")
	return c
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// packed gives a backup in memory.
func packed(t testing.TB, c *catalogue.Catalogue, o backup.Options) []byte {
	t.Helper()
	var out bytes.Buffer
	if _, err := backup.Write(t.Context(), &out, c, o); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// restored restores a backup into a new folder.
func restored(t testing.TB, from []byte) *catalogue.Catalogue {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	if _, err := backup.Restore(t.Context(), disk.System{}, dir, bytes.NewReader(from), backup.RestoreOptions{}); err != nil {
		t.Fatal(err)
	}
	c, err := catalogue.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// files gives what a folder holds, by path.
func files(t testing.TB, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		all[filepath.ToSlash(name)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestRoundTrip: what is restored are the same bytes, but for keys that were not asked for,
// locks, what webhooks were told, and what is the operator's.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	c := archive(t)
	for _, withKeys := range []bool{false, true} {
		file := filepath.Join(t.TempDir(), "backup.tar.zst")
		write(t, file, "an earlier backup")
		made, err := backup.Save(t.Context(), disk.System{}, c, file, backup.Options{Keys: withKeys, Tool: "test"})
		if err != nil {
			t.Fatal(err)
		}
		if made.Current != "r2" || len(made.Releases) != 3 || made.Releases[2].Verified != backup.VerifiedInFull || made.Takedowns != 1 || made.Keys != withKeys || len(made.Since) > 0 {
			t.Errorf("found %+v", made)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 || info.Size() != made.Bytes {
			t.Errorf("found %v, %v, expected a file of the owner's with %d bytes", info, err, made.Bytes)
		}
		if left, _ := filepath.Glob(file + "?*"); len(left) > 0 {
			t.Errorf("found %q beside the backup", left)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		again := restored(t, data)
		want := files(t, c.Dir())
		for _, own := range []string{"lock", "keys.lock", "webhooks.toml"} {
			delete(want, own)
		}
		if !withKeys {
			delete(want, "keys.json")
		}
		got := files(t, again.Dir())
		delete(got, "lock")
		delete(got, "webhooks-told/restored.lock")
		for name := range want {
			if got[name] != want[name] {
				t.Errorf("%s: found %d bytes, expected %d that are the same", name, len(got[name]), len(want[name]))
			}
		}
		if len(got) != len(want) {
			t.Errorf("found %d files, expected %d", len(got), len(want))
		}
		checkSound(t, again)
		if err := filepath.WalkDir(again.Dir(), func(path string, entry fs.DirEntry, err error) error {
			if info, err := entry.Info(); err != nil || info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s: found %v, expected a mode for its owner alone", path, info.Mode())
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// checkSound verifies every release of a data directory, and that what is said of them agrees.
func checkSound(t testing.TB, c *catalogue.Catalogue) {
	t.Helper()
	entries, err := c.List()
	if err != nil {
		t.Fatal(err)
	}
	current, err := c.Current()
	if err != nil {
		t.Fatal(err)
	}
	taken, err := c.Takedowns()
	if err != nil {
		t.Fatal(err)
	}
	found := current == ""
	for _, e := range entries {
		if e.Problem != "" {
			t.Errorf("%s: %s", e.Name, e.Problem)
		}
		found = found || e.Name == current && e.State == store.StateCurrent
		if _, err := c.Verify(t.Context(), e.Name); err != nil {
			t.Error(err)
		}
	}
	if !found {
		t.Errorf("%s is current, and not there", current)
	}
	if target, err := c.RollbackTarget(); err != nil || target != "" && !c.Has(target) {
		t.Errorf("found %q to roll back to, %v, which is not there", target, err)
	}
	for _, d := range taken {
		if d.FinishedAt == nil {
			t.Errorf("the takedown of %s is not finished", d.Slug)
		}
	}
}

// export gives the posts of a release.
func export(t testing.TB, c *catalogue.Catalogue, name string) string {
	t.Helper()
	r, err := c.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var out strings.Builder
	if err := r.Each(t.Context(), func(json []byte) error {
		_, err := out.Write(append(json, '\n'))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestOlderFormat: what an upgrade is to make anew can be saved before.
func TestOlderFormat(t *testing.T) {
	t.Parallel()
	c := older(t)
	data := packed(t, c, backup.Options{})
	dir := t.TempDir()
	about, err := backup.Restore(t.Context(), disk.System{}, dir, bytes.NewReader(data), backup.RestoreOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(about.Releases) != 1 || about.Releases[0].Verified != backup.VerifiedByChecksum {
		t.Errorf("found %+v, expected one release, verified by its checksum", about.Releases)
	}
	again, err := catalogue.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.Upgrade(t.Context(), store.UpgradeOptions{Tool: "test"}); err != nil {
		t.Fatal(err)
	}
	checkSound(t, again)
}

// older makes a data directory with a release of an older format.
func older(t *testing.T) *catalogue.Catalogue {
	t.Helper()
	dir := t.TempDir()
	folder := filepath.Join(dir, "releases", "r1")
	if err := os.CopyFS(folder, os.DirFS("../release/testdata/format4")); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(folder, "release.db.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	unpacked, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	db, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, "release.db"), string(db))
	c, err := catalogue.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestWhatIsNotSaved: a damaged release is told of, and nothing is written in its place; nor
// is what a takedown has not finished with.
func TestWhatIsNotSaved(t *testing.T) {
	t.Parallel()
	damaged := archive(t)
	path := filepath.Join(damaged.ReleaseDir("r1"), manifestFile(t, damaged, "r1"))
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	write(t, path, string(data))
	unfinished := archive(t)
	text := files(t, unfinished.Dir())["takedowns.json"]
	at := strings.Index(text, `"finishedAt"`)
	write(t, filepath.Join(unfinished.Dir(), "takedowns.json"), strings.TrimRight(text[:at], " \n,")+text[at+strings.Index(text[at:], "\n"):])
	empty, err := catalogue.Make(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	broken := archive(t)
	write(t, filepath.Join(broken.Dir(), "keys.json"), "{")
	for _, c := range []struct {
		name    string
		of      *catalogue.Catalogue
		options backup.Options
		want    string
	}{
		{"a flipped bit", damaged, backup.Options{}, "corrupt release"},
		{"a flipped bit, by checksums", damaged, backup.Options{Checksums: true}, "r1"},
		{"a takedown that was broken off", unfinished, backup.Options{}, "taken down"},
		{"nothing", empty, backup.Options{}, "no release"},
		{"damaged keys", broken, backup.Options{Keys: true}, "keys.json"},
	} {
		file := filepath.Join(t.TempDir(), "backup")
		write(t, file, "an earlier backup")
		_, err := backup.Save(t.Context(), disk.System{}, c.of, file, c.options)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: found the error %v, expected one that says %q", c.name, err, c.want)
		}
		if got := files(t, filepath.Dir(file)); len(got) != 1 || got["backup"] != "an earlier backup" {
			t.Errorf("%s: found %q", c.name, got)
		}
	}
	if _, err := backup.Save(t.Context(), disk.System{}, archive(t), t.TempDir(), backup.Options{}); !errors.Is(err, disk.ErrIrregular) {
		t.Errorf("a folder in the place of the file: found the error %v", err)
	}
}

// manifestFile is the name of the file that holds a release.
func manifestFile(t testing.TB, c *catalogue.Catalogue, name string) string {
	t.Helper()
	entries, err := c.List()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(entries, func(e store.Entry) bool { return e.Name == name })
	if entries[i].File != "" {
		return entries[i].File
	}
	return "release.db"
}

// TestNotEmpty: nothing that is there is written over, but what holds nothing does not count.
func TestNotEmpty(t *testing.T) {
	t.Parallel()
	data := packed(t, archive(t), backup.Options{})
	full := t.TempDir()
	write(t, filepath.Join(full, "mine"), "text")
	var refused *store.RefusedError
	if _, err := backup.Restore(t.Context(), disk.System{}, full, bytes.NewReader(data), backup.RestoreOptions{}); !errors.As(err, &refused) || !strings.Contains(err.Error(), `"mine"`) {
		t.Errorf("found the error %v, expected one that names what is there", err)
	}
	if got := files(t, full); len(got) != 1 {
		t.Errorf("found %d files", len(got))
	}
	empty := t.TempDir()
	if err := os.Mkdir(filepath.Join(empty, "lost+found"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(empty, "lock"), "")
	if _, err := backup.Restore(t.Context(), disk.System{}, empty, bytes.NewReader(data), backup.RestoreOptions{}); err != nil {
		t.Error(err)
	}
}
