package settings_test

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"alphanode/server/settings"
)

// written writes a file of settings.
func written(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "alphanode.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestPrecedence gives one setting in all ways, and takes one away after the other.
func TestPrecedence(t *testing.T) {
	t.Parallel()
	from := settings.Sources{
		Flags: map[string]string{"addr": ":1"}, Environ: []string{"ALPHANODE_ADDR=:2", "ALPHANODE_CONFIG=x"},
		File: written(t, "\n# a file\naddr = \":3\"\n"),
	}
	for i, want := range []string{"flag --addr :1", "environment variable ALPHANODE_ADDR :2", from.File + ":3 :3", "default :8080"} {
		switch i {
		case 1:
			from.Flags = nil
		case 2:
			from.Environ = nil
		case 3:
			from.File = ""
		}
		s, err := settings.Read(from)
		if err != nil {
			t.Fatal(err)
		}
		v := s.Values[0]
		if found := v.From.String() + " " + v.Text; found != want || s.Addr != v.Text {
			t.Errorf("found %s, and %s in force, expected %s", found, s.Addr, want)
		}
	}
}

func TestFileOfSettings(t *testing.T) {
	t.Parallel()
	s, err := settings.Read(settings.Sources{File: written(t, `
max-age = "5m"
max-body = 65_536
warm-limit = "7"
cors-origin = ["https://a.example", "https://b.example"]
tag-headers = "Cache-Tag, Surrogate-Key"
"public-url" = 'https://archive.example.org/'
`)})
	if err != nil {
		t.Fatal(err)
	}
	if s.MaxAge.String() != "5m0s" || s.MaxBody != 65536 || s.WarmLimit != 7 || len(s.CORSOrigins) != 2 || len(s.TagHeaders) != 2 || s.PublicURL != "https://archive.example.org" {
		t.Errorf("found %+v", s)
	}
}

func TestWrongFile(t *testing.T) {
	t.Parallel()
	tests := []struct{ file, want string }{
		{"max-aeg = '5m'", `:1: found the unknown setting "max-aeg", expected the name of a flag of alphanode serve; did you mean max-age?`},
		{"max_age = '5m'", "did you mean max-age?"},
		{"config = 'x'", `:1: found the unknown setting "config"`},
		{"\n[limits]\nmax-body = 1", `:2: found the unknown setting "limits"`},
		{"\n\nmax-age.x = 1", ":3: max-age: found a table, expected a text"},
		{"max-age = 5", `:1: max-age: found "5", expected a duration`},
		{"max-age = 5.5", "max-age: found the number 5.5, expected a text"},
		{"max-age = true", "max-age: found true, expected a text"},
		{"max-age = 2020-01-01", "max-age: found a date or time, expected a text"},
		{"webhooks = ['a', 'b']", "webhooks: found an array, expected a text"},
		{"max-body = 1.5", `max-body: found "1.5", expected an integer`},
		{"max-body = '1MB'", `max-body: found "1MB", expected an integer`},
		{"max-body = [1]", "max-body: found an array, expected a number"},
		{"cors-origin = 1", "cors-origin: found the number 1, expected an array of texts, or one text with commas"},
		{"cors-origin = [1]", "cors-origin: found the number 1 in the array, expected texts"},
		{"cors-origin = ['https://a.example,https://b.example']", "found a comma in"},
		{"cors-origin = []", "expected * alone, or origins"},
		{"addr = ':1'\naddr = ':2'", ":2:1: found no TOML: "},
		{"addr = :1", ":1:8: found no TOML: "},
		{"addr: ':1'", "found no TOML"},
		{strings.Repeat("#", 300<<10), "found more than 262144 bytes"},
	}
	for _, tt := range tests {
		path := written(t, tt.file)
		if _, err := settings.Read(settings.Sources{File: path}); err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%.40s: found %v, expected %s", tt.file, err, tt.want)
		}
	}
	for _, path := range []string{filepath.Join(t.TempDir(), "none"), t.TempDir()} {
		if _, err := settings.Read(settings.Sources{File: path}); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: found %v, expected an error that names it", path, err)
		}
	}
	_, err := settings.Read(settings.Sources{
		Flags: map[string]string{"addr": "x"}, Environ: []string{"ALPHANODE_MAX_BODY=x"},
		File: written(t, "max-aeg = 1\nmax-url = true\nmax-age = 'y'\naddr = 'z'"),
	})
	if err == nil || strings.Count(err.Error(), "expected") != 6 {
		t.Errorf("found %v, expected all six faults", err)
	}
}

// TestPrintedSettings takes settings by chance, prints them, and reads what is printed.
func TestPrintedSettings(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	texts := []string{"0", "1", "7", "1000", "100000", "+5", "5m", "90s", "0s", "1h30m", "true", "false", ":80", "127.0.0.1:0", "[::1]:81", "", "*",
		"https://a.example", "https://a.example, http://b.example:8080", "10.0.0.0/8,::1", "Cache-Tag", "Surrogate-Key, cache-groups", "a'b\"c\\d\te#\n[x]\u2028", "hooks, of mine.json", "0.25"}
	rapid.Check(t, func(t *rapid.T) {
		from := settings.Sources{Flags: map[string]string{}}
		for _, s := range settings.Table() {
			fit := slices.DeleteFunc(slices.Clone(texts), func(text string) bool { return s.Check(text) != nil })
			if len(fit) > 0 && rapid.IntRange(0, 4).Draw(t, "given") == 0 {
				from.Flags[s.Name] = rapid.SampledFrom(fit).Draw(t, s.Name)
			}
		}
		want, err := settings.Read(from)
		for err != nil { // until they go together
			delete(from.Flags, rapid.SampledFrom(slices.Sorted(maps.Keys(from.Flags))).Draw(t, "without"))
			want, err = settings.Read(from)
		}
		var out strings.Builder
		if err := want.WriteFile(&out); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "printed.toml")
		if err := os.WriteFile(path, []byte(out.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		found, err := settings.Read(settings.Sources{File: path})
		if err != nil {
			t.Fatalf("%v in\n%s", err, out.String())
		}
		for i, v := range found.Values {
			if !cmp.Equal(v.Typed(), want.Values[i].Typed()) {
				t.Fatalf("%s: found %#v, expected %#v", v.Name, v.Typed(), want.Values[i].Typed())
			}
		}
		found.Values, want.Values = nil, nil
		if diff := cmp.Diff(want, found, cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestSecretsAreNotPrinted(t *testing.T) {
	t.Parallel()
	v := settings.Value{Setting: settings.Setting{Name: "x", Unit: "URL"}, Text: "https://me:hidden@host.example"}
	if !v.Secret() {
		t.Error("found an address with a password shown")
	}
	v.Text = "https://host.example"
	if v.Secret() {
		t.Error("found an address without a password hidden")
	}
	if v.Unit = "secret"; !v.Secret() {
		t.Error("found a secret shown")
	}
}

// FuzzFile reads any file: it gives settings or says where it does not, and what is
// printed of settings gives them again.
func FuzzFile(f *testing.F) {
	for _, seed := range []string{"", "addr = ':1'", "max-age = '5m' # x\n[a]\nb=1", "cors-origin = ['https://a.example']", "\ufeffaddr = ':1'", "a.b.c = 1\n[[a]]", "addr = \"\\u0000\"", "x = {y = [1, 2]}",
		"webhooks = '''\na'''", "[[[", "max-body = 0x10", "max-age = 1979-05-27T07:32:00Z", "\xff = 1", "webhooks = \"\\uD800\""} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		path := written(t, string(text))
		s, err := settings.Read(settings.Sources{File: path})
		if err != nil {
			return
		}
		var out strings.Builder
		if err := s.WriteFile(&out); err != nil {
			t.Fatal(err)
		}
		again, err := settings.Read(settings.Sources{File: written(t, out.String())})
		if err != nil {
			t.Fatalf("%q was printed as\n%s\nwhich is wrong: %v", text, out.String(), err)
		}
		for i, v := range again.Values {
			if !cmp.Equal(v.Typed(), s.Values[i].Typed()) {
				t.Fatalf("%s: found %#v, expected %#v", v.Name, v.Typed(), s.Values[i].Typed())
			}
		}
	})
}
