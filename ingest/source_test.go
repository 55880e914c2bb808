package ingest_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"alphanode/ingest"
	"alphanode/ingest/record"
)

var png = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01")

func TestAutoLooksAtTheContent(t *testing.T) {
	t.Parallel()
	page := fixture(t, "pages", "full.txt")
	json := []byte(object("a"))
	tests := map[string][]byte{
		"1 a":                                json,
		"3 a":                                append([]byte("\n \n"), json...),
		"3 how to drain":                     page,
		"3 how to drain, packed":             packGzip(t, page),
		"3 how to drain, packed differently": packZstd(t, page),
		"1 a, packed":                        packGzip(t, json),
		"1 a, packed in two members":         append(packGzip(t, json[:9]), packGzip(t, json[9:])...),
		"1 a, as UTF-16":                     utf16(json),
		"1 BM25 in short":                    bytes.Replace(page[len("| | |\n\n"):], []byte("how to drain workers before a cluster upgrade"), []byte("BM25 in short"), 1),
	}
	for want, text := range tests {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			items, err := collect(t, "misleading.png", text, ingest.Auto)
			if err != nil || len(items) != 1 || items[0].Post == nil {
				t.Fatalf("got %+v, %v", items, err)
			}
			want, _, _ := strings.Cut(want, ",")
			if items[0].Post.Slug == "" {
				items[0].Post.Slug = items[0].Post.Title
			}
			if got := said(items)[0]; !strings.HasPrefix(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// utf16 writes ASCII in two bytes each.
func utf16(text []byte) (wide []byte) {
	for _, c := range text {
		wide = append(wide, c, 0)
	}
	return wide
}

func TestRefusedSources(t *testing.T) {
	t.Parallel()
	good := packGzip(t, bytes.Repeat([]byte(object("a")+"\n"), 1000))
	flipped := bytes.Clone(good)
	flipped[len(flipped)-6] ^= 1 // the checksum
	tests := []struct {
		name   string
		text   []byte
		format ingest.Format
		kind   error
		want   string
	}{
		{"empty", nil, ingest.Auto, record.ErrEmpty, "f: nothing to read: found an empty file, expected posts"},
		{"blank", []byte("\ufeff \n\t\n"), ingest.NDJSON, record.ErrEmpty, "f: nothing to read: found an empty file, expected posts"},
		{"empty, packed", packGzip(t, nil), ingest.Auto, record.ErrEmpty, "f: nothing to read: found an empty file, expected posts"},
		{"picture", png, ingest.Auto, record.ErrContent,
			"f: not posts: found image/png, expected UTF-8 text or JSON, as it is or packed with gzip or zstd"},
		{"picture, packed", packZstd(t, png), ingest.Auto, record.ErrContent,
			"f: not posts: found image/png, expected UTF-8 text or JSON, as it is or packed with gzip or zstd"},
		{"picture as a page", png, ingest.Page, record.ErrContent,
			"f: not posts: found image/png, expected UTF-8 text or JSON, as it is or packed with gzip or zstd"},
		{"zip", []byte("PK\x03\x04\x14\x00\x00\x00"), ingest.Auto, record.ErrContent,
			"f: not posts: found application/zip, expected UTF-8 text or JSON, as it is or packed with gzip or zstd"},
		{"web page", []byte("<!doctype html><p>alphanode post meta"), ingest.Auto, record.ErrContent,
			"f: not posts: found text/html; charset=utf-8, expected page text, JSON or an export"},
		{"packed twice", packGzip(t, good), ingest.Auto, record.ErrContent,
			"f: not posts: found gzip inside a packed file, expected text packed at most once"},
		{"unknown format", []byte(object("a")), "odt", ingest.ErrFormat,
			`unknown format: found "odt", expected auto, page, ndjson, wxr, ghost, markdown, json or csv`},
		{"gzip cut short", good[:len(good)/2], ingest.Auto, nil, "f: reading JSON near line "},
		{"gzip with a flipped bit", flipped, ingest.Auto, nil, "f: reading JSON near line 1001: unpacking gzip: gzip: invalid checksum"},
		{"gzip of nothing", []byte("\x1f\x8b\x08"), ingest.Auto, nil, "f: unpacking gzip: unexpected EOF"},
		{"broken zstd", []byte("\x28\xb5\x2f\xfd\xff\xff\xff"), ingest.Auto, nil, "f: unpacking zstd: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := collect(t, "f", test.text, test.format)
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Fatalf("got %v\nwant %s", err, test.want)
			}
			if test.kind != nil && !errors.Is(err, test.kind) {
				t.Errorf("%v is no %v", err, test.kind)
			}
		})
	}
}

func TestPageSourceFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk gone")
	page := fixture(t, "pages", "full.txt")
	err := ingest.Read(t.Context(), "f", iotest.TimeoutReader(iotest.OneByteReader(bytes.NewReader(page))), ingest.Page, func(record.Item) error { return nil })
	if !errors.Is(err, iotest.ErrTimeout) {
		t.Errorf("got %v", err)
	}
	err = ingest.Read(t.Context(), "f", bytes.NewReader(page), ingest.Page, func(record.Item) error { return broken })
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = ingest.Read(ctx, "f", bytes.NewReader(page), ingest.Page, func(record.Item) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, path := range []string{
		"b.txt", "a/2.txt", "a/10.txt", ".hidden", ".git/config", "a/.more/x", "Thumbs.db", "a/desktop.ini", "a/.DS_Store", "a/._2.txt", "a/~$2.docx", "a/2.txt~", "__MACOSX/a/2.txt",
	} {
		path = filepath.Join(dir, path)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, nil, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	empty, link := filepath.Join(dir, "empty"), filepath.Join(dir, "a", "link.txt")
	if err := errors.Join(os.Mkdir(empty, 0o755), os.Symlink(filepath.Join(dir, "b.txt"), link), os.Symlink(dir, filepath.Join(dir, "a", "loop"))); err != nil {
		t.Fatal(err)
	}
	var met ingest.Report
	got, err := ingest.Files([]string{"-", dir, filepath.Join(dir, "Thumbs.db")}, &met)
	want := []ingest.File{
		{Path: "-"}, {filepath.Join(dir, "a", "10.txt"), dir}, {filepath.Join(dir, "a", "2.txt"), dir}, {link, dir}, {filepath.Join(dir, "b.txt"), dir}, {Path: filepath.Join(dir, "Thumbs.db")},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if met.Passed() != 7 || len(met.PassedOver) != 5 {
		t.Errorf("passed over %d, named %v", met.Passed(), met.PassedOver)
	}
	if got, err := ingest.Files([]string{filepath.Join(dir, "a", "loop", "a")}, &met); err != nil || len(got) != 3 {
		t.Errorf("through a link: got %v, %v", got, err)
	}
	for _, test := range []struct {
		paths []string
		kind  error
		want  string
	}{
		{nil, record.ErrEmpty, "found no path, expected files, folders or - for standard input"},
		{[]string{empty}, record.ErrEmpty, "found no file in the folder " + empty},
		{[]string{filepath.Join(dir, "nowhere")}, fs.ErrNotExist, "nowhere: found nothing there, expected a file or a folder"},
	} {
		_, err := ingest.Files(test.paths, &met)
		if !errors.Is(err, test.kind) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: got %v, want %s", test.paths, err, test.want)
		}
	}
}
