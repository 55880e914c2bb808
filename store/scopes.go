package store

import (
	"slices"
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
}
