package ops

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"sync"
	"time"

	"alphanode/store"
)

const (
	// sessionTime is how long a session lasts, however much it is used: a shift.
	sessionTime = 12 * time.Hour
	// mostSessions bounds them. Who signs in once more ends the session that began first.
	mostSessions = 64
	cookieName   = "alphanode-ops"
)

// sessions are of those who have signed in, in memory alone: who restarts the server signs
// everyone out. What a browser holds is no key, and of it there is only a hash here.
type sessions struct {
	keys Keys
	mu   sync.Mutex
	open map[[sha256.Size]byte]session
}

// session is what a key opens until a time.
type session struct {
	key   store.Key
	until time.Time
}

// begin opens a session with a key and gives its token.
func (s *sessions) begin(key store.Key, now time.Time) (token string) {
	var secret [32]byte
	_, _ = rand.Read(secret[:]) // never fails
	token = base64.RawURLEncoding.EncodeToString(secret[:])
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		s.open = map[[sha256.Size]byte]session{}
	}
	s.makeRoom(now)
	s.open[sha256.Sum256([]byte(token))] = session{key, now.Add(sessionTime)}
	return token
}

// makeRoom ends sessions that are over, and where there are as many as there may be the one
// that is over next.
func (s *sessions) makeRoom(now time.Time) {
	var next [sha256.Size]byte
	for sum, one := range s.open {
		if !now.Before(one.until) {
			delete(s.open, sum)
		} else if other, ok := s.open[next]; !ok || one.until.Before(other.until) {
			next = sum
		}
	}
	if len(s.open) >= mostSessions {
		delete(s.open, next)
	}
}

// find gives the key of the session that a request is part of. A session ends with its key:
// when that is revoked, expires, or no longer allows what it did.
func (s *sessions) find(r *http.Request, now time.Time) (store.Key, bool) {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return store.Key{}, false
	}
	s.mu.Lock()
	one, ok := s.open[sha256.Sum256([]byte(cookie.Value))]
	s.mu.Unlock()
	if !ok || !now.Before(one.until) {
		return store.Key{}, false
	}
	key, ok := s.keys.ByID(one.key.ID)
	if !ok || !key.Created.Equal(one.key.Created) || !opens(key, now) {
		return store.Key{}, false
	}
	return key, true
}

// end ends the session that a request is part of, where it is part of one.
func (s *sessions) end(r *http.Request) {
	if cookie, err := r.Cookie(cookieName); err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.open, sha256.Sum256([]byte(cookie.Value)))
	}
}

// opens reports whether a key that is in force opens what is here.
func opens(key store.Key, now time.Time) bool {
	return key.Scope.Includes(store.ScopeAdmin) && !key.Expired(now)
}

// cookie is the header by which a browser keeps a token: for the pages under path alone, and
// where no script and no other site gets at it. An empty token has it dropped.
func cookie(token, path string, secure bool) string {
	c := http.Cookie{
		Name: cookieName, Value: token, Path: path, MaxAge: int(sessionTime / time.Second),
		HttpOnly: true, Secure: secure, SameSite: http.SameSiteStrictMode,
	}
	if token == "" {
		c.MaxAge = -1
	}
	return c.String()
}
