package webhook_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"alphanode/webhook"
)

const goodSecret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

func TestReadFile(t *testing.T) {
	t.Parallel()
	one := func(name, url, secret string) string {
		return fmt.Sprintf(`{"webhooks":[{"name":%q,"url":%q,"secret":%q}]}`, name, url, secret)
	}
	for _, test := range []struct {
		name, text string
		mode       os.FileMode
		wrong      string // part of the error, "" for none
	}{
		{"good", one("edge", "https://cdn.example.org/purge?zone=1", goodSecret), 0o600, ""},
		{"private address", one("edge-2", "http://10.0.0.7:9000/hook", goodSecret), 0o640, ""},
		{"readable by others", one("edge", "https://cdn.example.org/", goodSecret), 0o644, "chmod 600"},
		{"writable by others", one("edge", "https://cdn.example.org/", goodSecret), 0o602, "chmod 600"},
		{"none", `{"webhooks":[]}`, 0o600, "1 to 16"},
		{"no object", `[]`, 0o600, "expected {"},
		{"unknown field", `{"webhooks":[],"hooks":1}`, 0o600, "expected {"},
		{"more", `{"webhooks":[]} {}`, 0o600, "nothing"},
		{"long", strings.Repeat(" ", 70<<10), 0o600, "more than 65536 bytes"},
		{"name", one("Edge 1", "https://cdn.example.org/", goodSecret), 0o600, "webhook 1: name"},
		{"scheme", one("edge", "file:///etc/passwd", goodSecret), 0o600, "webhook 1: url"},
		{"user", one("edge", "https://me:hunter2@cdn.example.org/", goodSecret), 0o600, "webhook 1: url"},
		{"no host", one("edge", "https:///hook", goodSecret), 0o600, "webhook 1: url"},
		{"short secret", one("edge", "https://cdn.example.org/", "whsec_aHVudGVyMg=="), 0o600, "webhook 1: secret"},
		{"plain secret", one("edge", "https://cdn.example.org/", "hunter2hunter2hunter2hunter2hunter2"), 0o600, "webhook 1: secret"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			all, err := webhook.ReadFile(write(t, test.text, test.mode))
			switch {
			case test.wrong == "" && (err != nil || len(all) != 1):
				t.Errorf("found %v, %v", all, err)
			case test.wrong != "" && (!errors.Is(err, webhook.ErrConfiguration) || !strings.Contains(err.Error(), test.wrong)):
				t.Errorf("found %v, expected %s", err, test.wrong)
			}
			if printed := fmt.Sprintf("%v %+v %#v %v", all, all, all, err); strings.Contains(printed, "hunter2") || strings.Contains(printed, "aHVudGVyMg") || strings.Contains(printed, "zone=1") {
				t.Errorf("found a secret in %s", printed)
			}
		})
	}
	two := `{"name":"a","url":"https://a.example/","secret":"` + goodSecret + `"}`
	if _, err := webhook.ReadFile(write(t, `{"webhooks":[`+two+`,`+two+`]}`, 0o600)); err == nil || !strings.Contains(err.Error(), "webhook 2: name") {
		t.Errorf("found %v, expected a complaint about the name", err)
	}
	if _, err := webhook.ReadFile(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("found %v", err)
	}
	if _, err := webhook.ReadFile(t.TempDir()); !errors.Is(err, webhook.ErrConfiguration) {
		t.Errorf("found %v", err)
	}
}

// TestReadPipe names a pipe to which nobody writes: it is refused, and not waited for.
func TestReadPipe(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "webhooks.json")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := webhook.ReadFile(path)
		done <- err
	}()
	select {
	case err := <-done:
		if !errors.Is(err, webhook.ErrConfiguration) || !strings.Contains(err.Error(), "no regular file") {
			t.Errorf("found %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("it hangs")
	}
}

func FuzzReadFile(f *testing.F) {
	f.Add(`{"webhooks":[{"name":"edge","url":"https://cdn.example.org/purge","secret":"` + goodSecret + `"}]}`)
	f.Add(`{"webhooks":[{"name":"edge","url":"http://[::1]:80","secret":"whsec_"}]}`)
	f.Add(`{"webhooks":null}`)
	f.Fuzz(func(t *testing.T, text string) {
		all, err := webhook.ReadFile(write(t, text, 0o600))
		if (err == nil) != (len(all) > 0) {
			t.Errorf("found %v and %v", all, err)
		}
	})
}
