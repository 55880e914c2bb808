package keys

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"alphanode/store"
)

// newSecret makes the secret of a key: 256 random bits.
func newSecret() string {
	var bits [32]byte
	_, _ = rand.Read(bits[:]) // never fails
	return store.SecretPrefix + hex.EncodeToString(bits[:])
}

func newKeyID() string {
	var bits [4]byte
	_, _ = rand.Read(bits[:])
	return "k" + hex.EncodeToString(bits[:])
}

// storedKey is a key as keys.json has it. A secret of 256 random bits cannot be
// guessed, so a plain hash of it is as safe as a slow one.
type storedKey struct {
	store.Key
	SHA256 secretHash `json:"sha256"` // of the secret
}

type secretHash [sha256.Size]byte

func (h secretHash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

func (h *secretHash) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(h)) {
		return fmt.Errorf("sha256: found %d characters, expected %d", len(text), hex.EncodedLen(len(h)))
	}
	_, err := hex.Decode(h[:], text)
	return err
}

// checkKey says what is wrong with a key.
func checkKey(k store.Key) error {
	switch {
	case !nameable(k.ID):
		return &store.ArgumentError{Name: "id", Found: strconv.Quote(k.ID), Expected: "the id of a key"}
	case !slices.Contains(store.Scopes, k.Scope):
		return &store.ArgumentError{Name: "scope", Found: strconv.Quote(string(k.Scope)), Expected: "read, preview or admin"}
	case k.Budget < 0 || k.Budget > store.MaxKeyBudget:
		return &store.ArgumentError{Name: "budget", Found: strconv.Itoa(k.Budget), Expected: fmt.Sprintf("an integer from 1 to %d", store.MaxKeyBudget)}
	case !nameable(k.Name):
		return &store.ArgumentError{Name: "name", Found: strconv.Quote(k.Name), Expected: fmt.Sprintf("a name of 1 to %d characters that can be printed", maxKeyName)}
	}
	return nil
}

const maxKeyName = 100

func nameable(name string) bool {
	n := utf8.RuneCountInString(name)
	return utf8.ValidString(name) && n > 0 && n <= maxKeyName && strings.TrimSpace(name) == name &&
		!strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) })
}

// keyring is all keys of a data directory.
type keyring struct {
	Keys []storedKey `json:"keys"`
}

// find gives the key with this secret that was not revoked. How long it takes
// says nothing about the keys there are: the hashes are compared all, and whole.
func (k *keyring) find(secret string) (store.Key, bool) {
	hash := sha256.Sum256([]byte(secret))
	at := -1
	for i := range k.Keys {
		same := subtle.ConstantTimeCompare(hash[:], k.Keys[i].SHA256[:])
		at = subtle.ConstantTimeSelect(same, i, at)
	}
	if at < 0 || k.Keys[at].Revoked != nil {
		return store.Key{}, false
	}
	return k.Keys[at].Key, true
}
