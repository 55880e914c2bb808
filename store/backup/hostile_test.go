package backup_test

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"alphanode/store/backup"
	"alphanode/store/disk"
)

// refuses checks that nothing is restored, and that nothing is left of it.
func refuses(t *testing.T, data []byte) error {
	t.Helper()
	outside := t.TempDir()
	dir := filepath.Join(outside, "data")
	_, err := backup.Restore(t.Context(), disk.System{}, dir, bytes.NewReader(data), backup.RestoreOptions{})
	if err == nil {
		t.Error("it was restored")
	}
	if left, _ := os.ReadDir(outside); len(left) > 0 {
		t.Errorf("found %v, expected nothing", left)
	}
	return err
}

// TestCutOff cuts a backup anywhere.
func TestCutOff(t *testing.T) {
	t.Parallel()
	data := packed(t, archive(t), backup.Options{Checksums: true})
	for range 60 {
		at := rand.IntN(len(data))
		if err := refuses(t, data[:at]); err == nil || !strings.Contains(err.Error(), "no whole backup") {
			t.Errorf("cut after %d of %d bytes: found the error %v", at, len(data), err)
		}
	}
}

// TestFlippedBits changes a bit anywhere. One that packing does not need is no harm.
func TestFlippedBits(t *testing.T) {
	t.Parallel()
	c := archive(t)
	data := packed(t, c, backup.Options{Checksums: true})
	harmless := 0
	for range 150 {
		at, bit := rand.IntN(len(data)), rand.IntN(8)
		data[at] ^= 1 << bit
		outside := t.TempDir()
		dir := filepath.Join(outside, "data")
		if err := restore(disk.System{}, dir, data); err == nil {
			harmless++
			if want, got := files(t, c.Dir()), files(t, dir); got["CURRENT"] != want["CURRENT"] || got["releases/r2/manifest.json"] != want["releases/r2/manifest.json"] {
				t.Errorf("bit %d of byte %d: another archive was restored", bit, at)
			}
		} else if left, _ := os.ReadDir(outside); len(left) > 0 {
			t.Errorf("bit %d of byte %d: found %v, expected nothing: %v", bit, at, left, err)
		}
		data[at] ^= 1 << bit
	}
	if harmless > 10 {
		t.Errorf("%d of 150 bits were not missed", harmless)
	}
}

// entry is a file of an archive that no backup has.
type entry struct {
	tar.Header
	text string
}

func file(name, text string) entry {
	return entry{tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o600, Size: int64(len(text))}, text}
}

// pack makes an archive of entries, with checksums behind them that are right.
func pack(t *testing.T, entries []entry) []byte {
	t.Helper()
	var out bytes.Buffer
	z, err := zstd.NewWriter(&out)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(z)
	sums := ""
	for _, e := range entries {
		sums += fmt.Sprintf("%x  %s\n", sha256.Sum256([]byte(e.text)), e.Name)
	}
	for _, e := range append(entries, file("SHA256SUMS", sums)) {
		if err := w.WriteHeader(&e.Header); err != nil {
			t.Fatal(err)
		}
		if e.Typeflag == tar.TypeReg {
			if _, err := io.WriteString(w, e.text); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// unpack gives the entries of a backup, without its checksums.
func unpack(t *testing.T, data []byte) (entries []entry) {
	t.Helper()
	z, err := zstd.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for r := tar.NewReader(z); ; {
		header, err := r.Next()
		if err == io.EOF {
			return entries[:len(entries)-1]
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, file(header.Name, string(text)))
	}
}

// TestHostileArchives: what an archive says is not believed.
func TestHostileArchives(t *testing.T) {
	t.Parallel()
	good := unpack(t, packed(t, archive(t), backup.Options{Keys: true, Checksums: true}))
	if c := restored(t, pack(t, good)); c == nil {
		t.Fatal("what was packed again is not restored")
	}
	at := func(name string) int {
		for i, e := range good {
			if e.Name == name {
				return i
			}
		}
		t.Fatalf("found no %s in a backup", name)
		return 0
	}
	with := func(more ...entry) []entry { return append(good[:len(good):len(good)], more...) }
	without := func(name string) []entry {
		i := at(name)
		return append(append([]entry{}, good[:i]...), good[i+1:]...)
	}
	changed := func(name, before, after string) []entry {
		all := append([]entry{}, good...)
		i := at(name)
		if !strings.Contains(all[i].text, before) {
			t.Fatalf("found no %s in %s", before, all[i].text)
		}
		all[i] = file(name, strings.Replace(all[i].text, before, after, 1))
		return all
	}
	link := func(kind byte, name, to string) entry {
		return entry{Header: tar.Header{Name: name, Typeflag: kind, Linkname: to, Mode: 0o777}}
	}
	for name, entries := range map[string][]entry{
		"a path above":                  with(file("../evil", "x")),
		"a path above, in a release":    with(file("releases/r1/../../../evil.db", "x")),
		"an absolute path":              with(file("/tmp/evil", "x")),
		"a release above":               with(file("releases/../r1/release.db", "x")),
		"a link":                        with(link(tar.TypeSymlink, "releases/r4", "/etc")),
		"a link in the place of a file": append([]entry{good[0], link(tar.TypeSymlink, "CURRENT", "/etc/passwd")}, good[1:]...),
		"a hard link":                   with(link(tar.TypeLink, "takedowns.json", "CURRENT")),
		"a device":                      with(entry{Header: tar.Header{Name: "CURRENT", Typeflag: tar.TypeChar, Devmajor: 1, Devminor: 5}}),
		"a folder":                      with(link(tar.TypeDir, "releases/r1/", "")),
		"a file of nobody":              with(file("webhooks.toml", "x")),
		"a file of a release":           with(file("releases/r1/other.txt", "x")),
		"a hidden file of a release":    with(file("releases/r3/.db", "x")),
		"a second file of a release":    with(file("releases/r3/other.db", "x")),
		"a name of no release":          with(file("releases/r01/manifest.json", "{}")),
		"a release that is not told":    with(file("releases/r9/manifest.json", strings.Replace(good[at("releases/r1/manifest.json")].text, `"r1"`, `"r9"`, 1))),
		"a file twice":                  with(file("CURRENT", "r1\n")),
		"no beginning":                  good[1:],
		"no manifest":                   without("releases/r3/manifest.json"),
		"no file of a release":          without("releases/r2/" + manifestFile(t, archive(t), "r2")),
		"another version":               changed("backup.json", `"version": 1`, `"version": 2`),
		"more than there is room for":   changed("backup.json", `"bytes": `, `"bytes": 9000000000000`),
		"less than nothing":             changed("backup.json", `"bytes": `, `"bytes": -`),
		"a manifest of another":         changed("releases/r1/manifest.json", `"r1"`, `"r2"`),
		"a manifest of another size":    changed("releases/r1/manifest.json", `"size": `, `"size": 9`),
		"another file":                  changed("releases/r1/manifest.json", `"file": "`, `"file": "../`),
		"what is not there is current":  changed("CURRENT", "r2", "r7"),
		"nothing is current":            changed("CURRENT", "r2", "../../etc"),
		"no keys":                       changed("keys.json", "{", "["),
		"no takedowns":                  changed("takedowns.json", "[", "{"),
		"keys that are not told":        changed("backup.json", `"keys": true`, `"keys": false`),
		"a post that is taken down":     changed("takedowns.json", `"gone"`, `"a"`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := refuses(t, pack(t, entries))
			t.Log(err)
		})
	}
	t.Run("other checksums", func(t *testing.T) {
		t.Parallel()
		// The archive is right but for what stands at its end.
		var out bytes.Buffer
		z, _ := zstd.NewWriter(&out)
		w := tar.NewWriter(z)
		for _, e := range append(good[:len(good):len(good)], file("SHA256SUMS", "")) {
			if err := w.WriteHeader(&e.Header); err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(w, e.text); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(w.Close(), z.Close()); err != nil {
			t.Fatal(err)
		}
		t.Log(refuses(t, out.Bytes()))
	})
	t.Run("more behind the end", func(t *testing.T) {
		t.Parallel()
		var more bytes.Buffer
		z, _ := zstd.NewWriter(&more)
		if _, err := z.Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		t.Log(refuses(t, append(pack(t, good), more.Bytes()...)))
	})
	for name, data := range map[string][]byte{"nothing": nil, "text": []byte("a text\n"), "a tar": make([]byte, 1024)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Log(refuses(t, data))
		})
	}
}
