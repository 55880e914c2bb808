package webhook

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"regexp"
	"strings"
	"syscall"
)

// Endpoint is an address that messages are posted to. It does not print its
// address, which may hold a secret, nor the secret they are signed with.
type Endpoint struct {
	Name   string // what logs and metrics call it
	url    string
	secret []byte
}

// String is the name.
func (e Endpoint) String() string { return e.Name }

// GoString is the name.
func (e Endpoint) GoString() string { return e.Name }

const (
	// MaxEndpoints bounds what each switch costs, and the labels of metrics.
	MaxEndpoints = 16
	maxFile      = 64 << 10
	secretPrefix = "whsec_"
	minSecret    = 24 // bytes
	maxSecret    = 64
)

// ErrConfiguration is a file of webhooks that cannot be used.
var ErrConfiguration = errors.New("webhooks cannot be used")

// ReadFile reads the file of webhooks: {"webhooks":[{"name","url","secret"}]}. One
// that others than its owner and group can read or write keeps no secret, and is
// refused. Errors repeat no value of the file.
func ReadFile(path string) ([]Endpoint, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // so that a pipe is not waited for
	if err != nil {
		return nil, fmt.Errorf("read webhooks: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("read webhooks: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: %s: found no regular file", ErrConfiguration, path)
	}
	if info.Mode()&0o006 != 0 {
		return nil, fmt.Errorf("%w: %s: everyone may read or write it, and it holds secrets: chmod 600, and change the secrets if others use this machine",
			ErrConfiguration, path)
	}
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read webhooks: %w", err)
	}
	endpoints, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrConfiguration, path, err)
	}
	return endpoints, nil
}

func parse(data []byte) ([]Endpoint, error) {
	if len(data) > maxFile {
		return nil, fmt.Errorf("found more than %d bytes", maxFile)
	}
	var file struct {
		Webhooks []struct {
			Name   string `json:"name"`
			URL    string `json:"url"`
			Secret string `json:"secret"`
		} `json:"webhooks"`
	}
	in := json.NewDecoder(bytes.NewReader(data))
	in.DisallowUnknownFields()
	if err := in.Decode(&file); err != nil {
		return nil, fmt.Errorf(`at byte %d: expected {"webhooks":[{"name":"…","url":"https://…","secret":"whsec_…"}]} and nothing else`, in.InputOffset())
	}
	if _, err := in.Token(); err != io.EOF {
		return nil, errors.New("found more behind the object, expected nothing")
	}
	if n := len(file.Webhooks); n == 0 || n > MaxEndpoints {
		return nil, fmt.Errorf("found %d webhooks, expected 1 to %d", n, MaxEndpoints)
	}
	names := map[string]bool{}
	endpoints := make([]Endpoint, len(file.Webhooks))
	for i, w := range file.Webhooks {
		wrong := func(field, expected string) error {
			return fmt.Errorf("webhook %d: %s: expected %s", i+1, field, expected)
		}
		secret, ok := parseSecret(w.Secret)
		switch {
		case !saneName.MatchString(w.Name) || names[w.Name]:
			return nil, wrong("name", "1 to 40 lower-case letters, digits and -, which no other webhook has")
		case !usable(w.URL):
			return nil, wrong("url", "an address of http or https without a user and a fragment")
		case !ok:
			return nil, wrong("secret", fmt.Sprintf("%s and %d to %d random bytes in base64: echo \"%s$(openssl rand -base64 32)\"",
				secretPrefix, minSecret, maxSecret, secretPrefix))
		}
		names[w.Name] = true
		endpoints[i] = Endpoint{Name: w.Name, url: w.URL, secret: secret}
	}
	return endpoints, nil
}

var saneName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// usable reports whether messages can be posted to an address. It may be a private
// one: it is the operator who names it.
func usable(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil && !strings.Contains(address, "#")
}

func parseSecret(text string) (secret []byte, ok bool) {
	encoded, ok := strings.CutPrefix(text, secretPrefix)
	if !ok {
		return nil, false
	}
	secret, err := base64.StdEncoding.DecodeString(encoded)
	return secret, err == nil && len(secret) >= minSecret && len(secret) <= maxSecret
}
