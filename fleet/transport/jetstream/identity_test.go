package jetstream_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"

	"alphanode/fleet/broker/brokertest"
	"alphanode/fleet/transport"
	"alphanode/fleet/transport/jetstream"
)

// TestWhoIsWho: each kind of credentials opens a server that wants that kind, and those of
// somebody else do not. None of them is in an error.
func TestWhoIsWho(t *testing.T) {
	t.Parallel()
	for name, wants := range map[string]func(*testing.T) (configuration, credentials, others string){
		"token": wantsToken, "nkey": wantsKey, "creds": wantsSigned,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			configuration, mine, others := wants(t)
			s := brokertest.StartForeign(t, configuration)
			options := func(text string) jetstream.Options {
				path := filepath.Join(t.TempDir(), "credentials")
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				return jetstream.Options{URLs: []string{s.URL}, Credentials: path}
			}
			if err := jetstream.Make(t.Context(), options(mine)); err != nil {
				t.Fatal(err)
			}
			m := connect(t, options(mine))
			if err := put(t.Context(), m, "f", "x"); err != nil {
				t.Fatal(err)
			}
			if data, err := read(t.Context(), m, "f"); err != nil || data != "x" {
				t.Fatalf("read %q, %v", data, err)
			}
			_, err := jetstream.Connect(t.Context(), options(others))
			if !errors.Is(err, transport.ErrRefused) {
				t.Errorf("connect as somebody else: %v", err)
			}
			for _, line := range strings.Fields(others) {
				if err != nil && len(line) > 20 && strings.Contains(err.Error(), line) {
					t.Errorf("the error has what is secret: %v", err)
				}
			}
		})
	}
}

func wantsToken(*testing.T) (configuration, credentials, others string) {
	return `authorization: {token: "a token, of the fleet"}`, "token: a token, of the fleet", "token: another-token-of-twenty-letters"
}

func wantsKey(t *testing.T) (configuration, credentials, others string) {
	mine := newKey(t, nkeys.CreateUser)
	return fmt.Sprintf("authorization: {users: [{nkey: %s}]}", mine.public), mine.seed, newKey(t, nkeys.CreateUser).seed
}

// wantsSigned has a server whose operator signs accounts, and these their users.
func wantsSigned(t *testing.T) (configuration, credentials, others string) {
	operator, system, account := newKey(t, nkeys.CreateOperator), newKey(t, nkeys.CreateAccount), newKey(t, nkeys.CreateAccount)
	sign := func(c jwt.Claims, by key) string {
		token, err := c.Encode(by.pair)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	o := jwt.NewOperatorClaims(operator.public)
	o.SystemAccount = system.public
	a := jwt.NewAccountClaims(account.public)
	a.Limits.JetStreamLimits = jwt.JetStreamLimits{DiskStorage: -1, MemoryStorage: -1, Streams: -1, Consumer: -1}
	configuration = fmt.Sprintf("operator: %s\nresolver: MEMORY\nresolver_preload: {%s: %s, %s: %s}", sign(o, operator),
		system.public, sign(jwt.NewAccountClaims(system.public), operator), account.public, sign(a, operator))
	user := func(by key) string {
		u := newKey(t, nkeys.CreateUser)
		text, err := jwt.FormatUserConfig(sign(jwt.NewUserClaims(u.public), by), []byte(u.seed))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	return configuration, user(account), user(newKey(t, nkeys.CreateAccount))
}

type key struct {
	pair         nkeys.KeyPair
	public, seed string
}

func newKey(t *testing.T, create func() (nkeys.KeyPair, error)) key {
	t.Helper()
	pair, err := create()
	if err != nil {
		t.Fatal(err)
	}
	public, err := pair.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	seed, err := pair.Seed()
	if err != nil {
		t.Fatal(err)
	}
	return key{pair, public, string(seed)}
}
