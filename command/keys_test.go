package command_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestKeyCommands(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	code, out, errs := run(t, nil, "key", "add", "--scope", "preview", "--name", "the desk", "--data", data)
	if code != 0 || !regexp.MustCompile(`^alphanode_[0-9a-f]{64}\n$`).MatchString(out) {
		t.Fatalf("found %d, %q", code, errs)
	}
	said := regexp.MustCompile(`^added (k[0-9a-f]{8}) with the scope preview; the key is shown this once\nto take it back: alphanode key revoke (k[0-9a-f]{8}) --data `).FindStringSubmatch(errs)
	if said == nil || said[1] != said[2] || strings.Contains(errs, strings.TrimSpace(out)) {
		t.Fatalf("found %q", errs)
	}
	var added struct{ ID, Name, Scope, Created, Key string }
	if err := json.Unmarshal([]byte(done(t, "", "key", "add", "--scope=admin", "--name=ops", "--json", "--data", data)), &added); err != nil {
		t.Fatal(err)
	}
	if added.Scope != "admin" || added.Name != "ops" || added.ID == said[1] || !strings.HasPrefix(added.Key, "alphanode_") {
		t.Errorf("found %+v", added)
	}
	revoked := done(t, "", "key", "revoke", said[1], "--data", data)
	if revoked != "revoked "+said[1]+", the desk; a running server refuses it within a second\n" {
		t.Errorf("found %q", revoked)
	}
	list := done(t, "", "key", "list", "--data", data)
	row := `(?m)^` + said[1] + ` +preview +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +the desk$`
	if !regexp.MustCompile(row).MatchString(list) || strings.Contains(list, "alphanode_") {
		t.Errorf("found %s", list)
	}
	var listed []map[string]any
	if err := json.Unmarshal([]byte(done(t, "", "key", "list", "--json", "--data", data)), &listed); err != nil {
		t.Fatal(err)
	}
	if len(listed) != 2 || listed[0]["revoked"] == nil || listed[1]["revoked"] != nil || listed[1]["id"] != added.ID || listed[1]["key"] != nil {
		t.Errorf("found %v", listed)
	}
}

func TestKeyCommandsThatFail(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good, damaged := filepath.Join(dir, "good"), filepath.Join(dir, "damaged")
	for _, data := range []string{good, damaged} {
		done(t, "", "key", "add", "--scope", "read", "--name", "x", "--data", data)
	}
	if err := os.WriteFile(filepath.Join(damaged, "keys.json"), []byte("alphanode_hush"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args string
		data string
		code int
		want string
	}{
		{"key list", filepath.Join(dir, "none"), 1, "found nothing there"},
		{"key add --scope write --name x", good, 2, `--scope: found "write", expected read, preview or admin`},
		{"key add --name x", good, 2, `--scope: found "", expected read, preview or admin`},
		{"key add --scope read", good, 2, "--name: found nothing"},
		{"key add x", good, 2, "found 1 arguments"},
		{"key revoke", good, 2, "found 0 arguments"},
		{"key revoke k0", good, 1, `found no key "k0", expected an id that key list shows`},
		{"key remove", good, 2, `found the unknown command "remove", expected one of add, list, revoke`},
		{"key list", damaged, 1, "damaged keys: " + filepath.Join(damaged, "keys.json")},
		{"key revoke k0", damaged, 1, "put a good copy in its place, or move it away and add the keys anew"},
		{"key add --scope read --name x", damaged, 1, "damaged keys"},
	} {
		code, out, errs := run(t, nil, append(strings.Fields(tt.args), "--data", tt.data)...)
		if code != tt.code || out != "" || !strings.Contains(errs, tt.want) || strings.Contains(errs, "hush") {
			t.Errorf("%s: found %d, %q", tt.args, code, errs)
		}
	}
}
