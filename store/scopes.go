package store

import (
	"slices"
	"strings"
	"time"
)

// Scope says what a key allows.
type Scope string

// The scopes. Each includes those before it.
const (
	ScopeRead    Scope = "read"    // what the public sees
	ScopePreview Scope = "preview" // every post, and every release on disk
	ScopeAdmin   Scope = "admin"   // publishing and rolling back
)

// Scopes are all scopes, the narrowest first.
var Scopes = []Scope{ScopeRead, ScopePreview, ScopeAdmin}

// Includes reports whether who has a scope may do what another one allows. The
// empty scope, of who has no key, includes none.
func (s Scope) Includes(other Scope) bool {
	has := slices.Index(Scopes, s)
	return has >= 0 && has >= slices.Index(Scopes, other)
}

// Key is what is kept of an API key: all but its secret.
type Key struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"`
	Scope   Scope      `json:"scope"`
	Created time.Time  `json:"created"`
	Revoked *time.Time `json:"revoked,omitempty"` // it opens nothing any more
	KeyLimits
}

// KeyLimits bound a key beside its scope. A file in which no key has them can be read by
// an alphanode that does not know them; another refuses it, for it would let a key in
// that has expired.
type KeyLimits struct {
	Expires *time.Time `json:"expires,omitempty"` // from then on it opens nothing; nil for never
	Budget  int        `json:"budget,omitempty"`  // units a minute; 0 for what the server gives to keys
}

// MaxKeyBudget bounds the budget of a key: units of sixteen processors.
const MaxKeyBudget = 1_000_000_000

// Expired reports whether the key opens nothing any more by a time.
func (l KeyLimits) Expired(by time.Time) bool { return l.Expires != nil && !by.Before(*l.Expires) }

// SecretPrefix begins the secret of each key; hexadecimal digits follow. It lets people, and
// programs that look for leaked secrets, know a key when they see one.
const SecretPrefix = "alphanode_"

// HideSecrets gives a text without the secrets of keys in it: what was sent is repeated in
// errors, which land in the logs of others.
func HideSecrets(text string) string {
	before, after, found := strings.Cut(text, SecretPrefix)
	if !found {
		return text
	}
	const enough = 8 // digits, so that no name is taken for a key
	var hidden strings.Builder
	for ; found; before, after, found = strings.Cut(after, SecretPrefix) {
		hidden.WriteString(before + SecretPrefix)
		if rest := strings.TrimLeft(after, "0123456789abcdef"); len(after)-len(rest) >= enough {
			hidden.WriteString("…")
			after = rest
		}
	}
	hidden.WriteString(before)
	return hidden.String()
}
