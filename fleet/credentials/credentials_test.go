package credentials_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"alphanode/fleet/credentials"
)

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "credentials")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRead(t *testing.T) {
	t.Parallel()
	for text, expected := range map[string]credentials.Credentials{
		"user: anna\npassword: a:b c\n":               {User: "anna", Password: "a:b c"},
		"# of the writer\n\n password : x \nuser: b":  {User: "b", Password: "x"},
		"token: s3cret":                               {Token: "s3cret", Kind: credentials.Token},
		"# key\nSUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ": {Kind: credentials.NKey},
		"-----BEGIN NATS USER JWT-----\neyJ0\n------": {Kind: credentials.Creds},
	} {
		expected.Path = file(t, text)
		if found, err := credentials.Read(expected.Path); err != nil || found != expected {
			t.Errorf("%q: kind %d, %q %q %q, %v", text, found.Kind, found.User, found.Password, found.Token, err)
		}
	}
}

func TestNothingOfThemIsPrinted(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "s3cret", "user: s3cret", "password: s3cret", "token: s3cret\nuser: x", "user: a\nuser: s3cret\npassword: s3cret",
		"user: s3cret\npassword:", "secret: s3cret", strings.Repeat("s3cret ", 20_000),
	} {
		_, err := credentials.Read(file(t, text))
		if err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%.40q: %v", text, err)
		}
	}
	c, err := credentials.Read(file(t, "user: s3cret\npassword: s3cret"))
	if err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprintf("%v %+v %#v %s", c, c, c, c); strings.Contains(text, "s3cret") || !strings.Contains(text, c.Path) {
		t.Error(text)
	}
	if _, err := credentials.Read(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a file that is not there has credentials")
	}
}
