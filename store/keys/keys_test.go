package keys_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/keys"
)

// keptCatalogue is a data directory, beside whose releases keys are kept.
func keptCatalogue(t *testing.T) *catalogue.Catalogue {
	t.Helper()
	c, err := catalogue.Make(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestScopes(t *testing.T) {
	t.Parallel()
	for i, has := range append([]store.Scope{"", "other"}, store.Scopes...) {
		for j, needed := range store.Scopes {
			if got := has.Includes(needed); got != (i-2 >= j) {
				t.Errorf("%q includes %q: found %t", has, needed, got)
			}
		}
	}
}

func TestKeysAreKeptAsHashes(t *testing.T) {
	t.Parallel()
	c := keptCatalogue(t)
	keys := keys.In(c.Dir())
	file := filepath.Join(c.Dir(), "keys.json")
	var secrets, ids []string
	for _, scope := range store.Scopes {
		secret, key, err := keys.Add("of a "+string(scope), scope)
		if err != nil || key.Scope != scope || key.Created.IsZero() || key.Revoked != nil {
			t.Fatal(key, err)
		}
		if !regexp.MustCompile(`^alphanode_[0-9a-f]{64}$`).MatchString(secret) || slices.Contains(secrets, secret) || slices.Contains(ids, key.ID) {
			t.Errorf("found the key %s with the id %s", secret, key.ID)
		}
		secrets, ids = append(secrets, secret), append(ids, key.ID)
		if err := os.Chmod(file, 0o644); err != nil { // which the next change mends
			t.Fatal(err)
		}
	}
	if key, err := keys.Revoke(ids[1]); err != nil || key.Revoked == nil || key.Name != "of a preview" {
		t.Errorf("found %+v, %v", key, err)
	}
	again, err := keys.Revoke(ids[1])
	if err != nil || again.Revoked == nil {
		t.Error(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("found %v, %v", info.Mode(), err)
	}
	err = filepath.WalkDir(c.Dir(), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		for _, secret := range secrets {
			if strings.Contains(string(text), strings.TrimPrefix(secret, "alphanode_")) {
				t.Errorf("%s holds a key", path)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	all, err := keys.List()
	if err != nil {
		t.Fatal(err)
	}
	for i, key := range all {
		if key.ID != ids[i] || (key.Revoked != nil) != (i == 1) {
			t.Errorf("found %+v", key)
		}
	}
	listed, err := json.Marshal(all)
	if err != nil || strings.Contains(string(listed), "sha") {
		t.Errorf("found %s, %v", listed, err)
	}
}

func TestKeysAreRefused(t *testing.T) {
	t.Parallel()
	c := keptCatalogue(t)
	keys := keys.In(c.Dir())
	for name, scope := range map[string]store.Scope{"a": "write", "b": "", "": "read", "c\n": "read", " d": "read", "\xff": "read", strings.Repeat("e", 101): "read"} {
		if secret, _, err := keys.Add(name, scope); err == nil || secret != "" || !strings.Contains(err.Error(), "expected") {
			t.Errorf("%q with %q: found %v", name, scope, err)
		}
	}
	if _, err := keys.Revoke("k0"); !errors.As(err, new(*store.RefusedError)) {
		t.Errorf("found %v", err)
	}
	if _, err := os.Stat(filepath.Join(c.Dir(), "keys.json")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("refused keys were written: %v", err)
	}
	b, err := c.Import(t.Context(), catalogue.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Discard()
	if _, _, err := keys.Add("a", store.ScopeRead); err != nil {
		t.Errorf("while a release is built: found %v", err)
	}
}

// TestKeysBehindALink: where keys.json is a link, the file that it leads to is
// changed, for another server may read it.
func TestKeysBehindALink(t *testing.T) {
	t.Parallel()
	c := keptCatalogue(t)
	keys := keys.In(c.Dir())
	_, key, err := keys.Add("a", store.ScopeRead)
	if err != nil {
		t.Fatal(err)
	}
	link, file := filepath.Join(c.Dir(), "keys.json"), filepath.Join(t.TempDir(), "mounted.json")
	if err := errors.Join(os.Rename(link, file), os.Symlink(file, link)); err != nil {
		t.Fatal(err)
	}
	if _, err := keys.Revoke(key.ID); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(file); err != nil || !strings.Contains(string(data), `"revoked"`) {
		t.Errorf("found %s, %v", data, err)
	}
}

// TestKeysOfEveryone: a file that everyone may write is not trusted.
func TestKeysOfEveryone(t *testing.T) {
	t.Parallel()
	c := keptCatalogue(t)
	keys := keys.In(c.Dir())
	if _, _, err := keys.Add("a", store.ScopeRead); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(c.Dir(), "keys.json"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := keys.List(); !errors.Is(err, store.ErrKeysDamaged) || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("found %v", err)
	}
}

// TestFilesOfOtherVersions: a file without limits is what it was before there were any,
// and is read; one with limits that cannot be kept to is refused, whole.
func TestFilesOfOtherVersions(t *testing.T) {
	t.Parallel()
	c := keptCatalogue(t)
	file := keys.In(c.Dir())
	if _, _, err := file.Add("plain", store.ScopeRead); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(c.Dir(), "keys.json")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var ring struct{ Keys []map[string]any }
	if err := json.Unmarshal(text, &ring); err != nil {
		t.Fatal(err)
	}
	for name := range ring.Keys[0] {
		if !slices.Contains([]string{"id", "name", "scope", "created", "sha256"}, name) {
			t.Errorf("found %s, which an older version does not know", name)
		}
	}
	for _, tt := range []struct {
		field string
		good  bool
	}{
		{`"budget": 5, `, true}, {`"expires": "2999-01-01T00:00:00Z", `, true},
		{`"budget": -5, `, false}, {`"budget": 1.5, `, false}, {`"expires": "soon", `, false}, {`"countries": ["x"], `, false},
	} {
		changed := strings.Replace(string(text), `"id"`, tt.field+`"id"`, 1)
		if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := file.List(); (err == nil) != tt.good || err != nil && !errors.Is(err, store.ErrKeysDamaged) {
			t.Errorf("%s: found %v", tt.field, err)
		}
	}
}
