package check_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"

	"alphanode/check"
	"alphanode/server/settings"
	"alphanode/store"
	"alphanode/store/keys"
)

// TestBrokenDirectories breaks one thing after the other in a directory with which all is
// well, and wants that, and nothing else, to be found.
func TestBrokenDirectories(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		breaks   func(*directory)
		id       string
		severity check.Severity
		words    string
	}{
		{"nothing", func(*directory) {}, "", "", ""},
		{"everyone may write the folder", func(d *directory) { d.chmod(".", 0o707) }, "data.directory", check.Fault, "chmod o-rwx"},
		{"everyone may look into the folder", func(d *directory) { d.chmod(".", 0o705) }, "data.directory", check.Warning, "chmod o-rwx"},
		{"everyone may read the keys", func(d *directory) { d.chmod("keys.json", 0o604) }, "data.files", check.Fault, "keys.json"},
		{"everyone may write CURRENT", func(d *directory) { d.chmod("CURRENT", 0o602) }, "data.files", check.Fault, "CURRENT"},
		{"its group may read the journal", func(d *directory) { d.chmod("journal.ndjson", 0o640) }, "data.files", check.Fault, "journal.ndjson"},
		{"everyone may read the keys, behind a link", func(d *directory) {
			d.chmod("keys.json", 0o604)
			link := filepath.Join(d.t.TempDir(), "data")
			if err := os.Symlink(d.Dir, link); err != nil {
				d.t.Fatal(err)
			}
			d.Dir = link
		}, "data.files", check.Fault, "keys.json"},
		{"everyone may read the releases, which are on another disk", func(d *directory) {
			other := filepath.Join(d.t.TempDir(), "releases")
			if err := errors.Join(os.Rename(d.path("releases"), other), os.Symlink(other, d.path("releases"))); err != nil {
				d.t.Fatal(err)
			}
			d.chmod("releases/r2/manifest.json", 0o644)
		}, "data.files", check.Fault, "manifest.json"},
		{"the certificate is a pipe", func(d *directory) {
			d.name("tls-cert", "cert.pem", 0o644, nil)
			cert := d.Settings.Values[len(d.Settings.Values)-1].Text
			if err := errors.Join(os.Remove(cert), syscall.Mkfifo(cert, 0o600)); err != nil {
				d.t.Fatal(err)
			}
		}, "settings.files", check.Fault, "cert.pem"},
		{"settings are wrong", func(d *directory) { d.Settings, d.SettingsErr = nil, errors.New("max-age: found x") }, "settings.read", check.Fault, "max-age: found x"},
		{"a secret in the environment", func(d *directory) { d.secret(settings.FromEnvironment) }, "settings.secrets", check.Warning, "token"},
		{"a secret in the command line", func(d *directory) { d.secret(settings.FromFlag) }, "settings.secrets", check.Fault, "token"},
		{"everyone may read the webhooks", func(d *directory) { d.name("webhooks", "hooks.json", 0o644, nil) }, "settings.files", check.Fault, "holds secrets"},
		{"everyone may write the file of settings", func(d *directory) { d.ConfigFile = d.file("alphanode.toml", 0o602, nil) }, "settings.files", check.Fault, "alphanode.toml"},
		{"everyone may read a secret in the file of settings", func(d *directory) {
			d.secret(settings.FromFile)
			d.ConfigFile = d.file("alphanode.toml", 0o644, nil)
		}, "settings.files", check.Fault, "holds secrets"},
		{"no file of settings", func(d *directory) { d.ConfigFile = "none" }, "settings.files", check.Fault, "none"},
		{"everyone may read the key of the certificate", func(d *directory) { d.name("tls-key", "key.pem", 0o644, nil) }, "settings.files", check.Fault, "key of the certificate"},
		{"the certificate ended", func(d *directory) { d.name("tls-cert", "cert.pem", 0o644, certificate(d.t, -time.Hour)) }, "settings.files", check.Fault, "ended on"},
		{"the certificate ends soon", func(d *directory) { d.name("tls-cert", "cert.pem", 0o644, certificate(d.t, 10*24*time.Hour)) }, "settings.files", check.Warning, "ends on"},
		{"keys are damaged", func(d *directory) { d.write("keys.json", []byte("{")) }, "keys.read", check.Fault, "keys.json"},
		{"a key without an end", func(d *directory) { d.addKey(store.ScopeRead, store.KeyLimits{}) }, "keys.expiry", check.Warning, "alphanode key revoke"},
		{"an old admin key", func(d *directory) { d.Now = d.Now.AddDate(0, 0, 100) }, "keys.admin", check.Warning, "100 days old"},
		{"nothing is published", func(d *directory) { d.remove("CURRENT") }, "release.current", check.Fault, "no release is published"},
		{"what is current is damaged", func(d *directory) { d.flip("releases/r2/release.db") }, "release.current", check.Fault, "alphanode verify r2"},
		{"what is current has an older format", func(d *directory) {
			d.edit("releases/r2/manifest.json", func(m map[string]any) { m["format"] = store.OldestFormat })
		}, "release.current", check.Fault, "alphanode upgrade"},
		{"what a rollback leads to is damaged", func(d *directory) { d.flip("releases/r1/release.db") }, "release.rollback", check.Fault, "alphanode verify r1"},
		{"a release waits to be published", func(d *directory) { d.build("third") }, "release.staged", check.Warning, "alphanode publish r3"},
		{"a takedown was broken off", func(d *directory) {
			if _, err := d.catalogue.Takedown(d.t.Context(), []string{"gone"}, store.TakedownOptions{}); err != nil {
				d.t.Fatal(err)
			}
			data, err := os.ReadFile(d.path("takedowns.json"))
			if err != nil {
				d.t.Fatal(err)
			}
			d.write("takedowns.json", regexp.MustCompile(`,\s*"finishedAt": *"[^"]*"`).ReplaceAll(data, nil))
		}, "takedowns", check.Fault, "alphanode takedown gone"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := newDirectory(t)
			tt.breaks(d)
			expect(t, d.Run(t.Context()), tt.id, tt.severity, tt.words)
		})
	}
}

// TestRollbackCommandIsPrinted wants the way back in full.
func TestRollbackCommandIsPrinted(t *testing.T) {
	t.Parallel()
	for _, f := range newDirectory(t).Run(t.Context()) {
		if f.ID == "release.rollback" && f.Found != "its bytes are as they were built; to go back: alphanode rollback --to r1" {
			t.Errorf("found %q", f.Found)
		}
	}
}

func TestNoDirectory(t *testing.T) {
	t.Parallel()
	expect(t, (&check.Data{Dir: filepath.Join(t.TempDir(), "none")}).Run(t.Context()), "data.directory", check.Fault, "--data")
}

func (d *directory) remove(name string) {
	if err := os.Remove(d.path(name)); err != nil {
		d.t.Fatal(err)
	}
}

func (d *directory) addKey(scope store.Scope, limits store.KeyLimits) {
	if _, _, err := keys.In(d.Dir).AddLimited("forgotten", scope, limits); err != nil {
		d.t.Fatal(err)
	}
}

// secret gives the settings one more, which is secret.
func (d *directory) secret(from string) {
	d.Settings.Values = append(d.Settings.Values, settings.Value{Setting: settings.Setting{Name: "token", Unit: "secret"}, Text: "hidden", From: settings.Source{Kind: from}})
}

// file writes a file outside of the data directory.
func (d *directory) file(name string, mode os.FileMode, data []byte) string {
	path := filepath.Join(d.t.TempDir(), name)
	if err := os.WriteFile(path, data, mode); err != nil {
		d.t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		d.t.Fatal(err)
	}
	return path
}

// name has a setting name a file.
func (d *directory) name(setting, name string, mode os.FileMode, data []byte) {
	d.Settings.Values = append(d.Settings.Values, settings.Value{Setting: settings.Setting{Name: setting}, Text: d.file(name, mode, data)})
}

// certificate makes one that holds for a time yet.
func certificate(t *testing.T, left time.Duration) []byte {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().AddDate(-1, 0, 0), NotAfter: time.Now().Add(left)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}
