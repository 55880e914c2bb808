package credentials

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
)

// Credentials are what a file holds: a user with a password, a token, or one of the two
// kinds of files that NATS itself has. They print as their path.
type Credentials struct {
	Path     string
	User     string
	Password string
	Token    string
	Kind     Kind
}

// Kind tells what a file holds.
type Kind int

// The kinds of credentials.
const (
	UserPassword Kind = iota // lines "user: NAME" and "password: SECRET"
	Token                    // a line "token: SECRET"
	Creds                    // a .creds file of NATS: a token of its user and the seed of a key
	NKey                     // the seed of a key of NATS, of a user: it begins with SU
)

// most is more than any such file has.
const most = 64 << 10

// Read reads a file of credentials. Lines that begin with # and empty ones do not count.
func Read(path string) (Credentials, error) {
	c := Credentials{Path: path}
	f, err := os.Open(path)
	if err != nil {
		return c, fmt.Errorf("credentials of the fleet: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return c, fmt.Errorf("credentials of the fleet: %w", err)
	}
	if len(text) > most {
		return c, fmt.Errorf("credentials of the fleet: %s has more than %d bytes", path, most)
	}
	if bytes.Contains(text, []byte("-----BEGIN NATS USER JWT-----")) {
		c.Kind = Creds
		return c, nil
	}
	return c, c.parse(string(text))
}

// parse reads lines. Errors say nothing that is in them.
func (c *Credentials) parse(text string) error {
	seen := map[string]string{}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if strings.HasPrefix(line, "SU") && !strings.Contains(line, ":") {
			c.Kind = NKey
			return nil
		}
		name, value, found := strings.Cut(line, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !found || value == "" || name != "user" && name != "password" && name != "token" {
			return c.fault(fmt.Sprintf("line %d is something else", i+1))
		}
		if _, twice := seen[name]; twice {
			return c.fault(fmt.Sprintf("line %d gives the %s again", i+1, name))
		}
		seen[name] = value
	}
	c.User, c.Password, c.Token = seen["user"], seen["password"], seen["token"]
	switch {
	case c.Token != "" && len(seen) == 1:
		c.Kind = Token
	case c.User != "" && c.Password != "" && len(seen) == 2:
		c.Kind = UserPassword
	default:
		return c.fault("it has neither all of one nor only one")
	}
	return nil
}

func (c *Credentials) fault(what string) error {
	return fmt.Errorf("credentials of the fleet: %s: %s; expected lines user: NAME and password: SECRET, or a line token: SECRET, or a .creds or nkey file of NATS", c.Path, what)
}

// String gives the path alone.
func (c Credentials) String() string { return "credentials in " + c.Path }

// GoString is String.
func (c Credentials) GoString() string { return c.String() }
