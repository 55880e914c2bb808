package ops

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"alphanode/store"
)

// TestTrustedHost: what a browser can be led to by the name of somebody else is not.
func TestTrustedHost(t *testing.T) {
	t.Parallel()
	d := &Desk{Options: Options{Hosts: []string{"ops.example.org"}}}
	for host, want := range map[string]bool{
		"127.0.0.1:8081": true, "127.0.0.1": true, "[::1]:8081": true, "[::1]": true, "10.1.2.3:80": true, "localhost:8081": true, "LOCALHOST": true,
		"ops.example.org": true, "OPS.example.org:8081": true,
		"": false, "evil.example": false, "evil.example:8081": false, "localhost.evil.example": false, "127.0.0.1.evil.example": false,
		"ops.example.org.evil.example:8081": false, "2130706433": false, "0x7f.1": false, "127.1": false, "localhost:8081@evil.example": false, "::1]evil": false,
	} {
		if found := d.trustedHost(host); found != want {
			t.Errorf("%q: found %v", host, found)
		}
	}
}

// TestOnward: the form leads to no other site, and to no other page than those of the desk.
func TestOnward(t *testing.T) {
	t.Parallel()
	for next, want := range map[string]string{
		"": "/ops", "/ops": "/ops", "/ops/publish?to=r3": "/ops/publish?to=r3", "/ops/rollback": "/ops/rollback",
		"https://evil.example/ops": "/ops", "//evil.example/ops": "/ops", "/ops/../": "/ops", "/v1/posts": "/ops", "javascript:alert(1)": "/ops",
		`/\evil.example`: "/ops", "/ops\r\nSet-Cookie: a=b": "/ops", "/ops/sign-out": "/ops", "%zz": "/ops", "/ops?a=%0d%0ab": "/ops?a=%0D%0Ab",
	} {
		if found := onward(next); found != want {
			t.Errorf("%q: found %q, expected %q", next, found, want)
		}
	}
}

func FuzzOnward(f *testing.F) {
	f.Add("/ops/publish?to=r3")
	f.Add("//evil.example/ops?a=b")
	f.Fuzz(func(t *testing.T, next string) {
		if found := onward(next); !strings.HasPrefix(found, "/ops") || strings.ContainsAny(found, "\r\n\x00") {
			t.Errorf("%q: found %q", next, found)
		}
	})
}

// ring is some keys that are in force.
type ring map[string]store.Key // by id

func (r ring) Find(string) (store.Key, bool) { return store.Key{}, false }

func (r ring) ByID(id string) (store.Key, bool) {
	key, ok := r[id]
	return key, ok
}

func holding(token string) *http.Request {
	r := httptest.NewRequest("GET", "/ops", nil)
	r.AddCookie(&http.Cookie{Name: cookieName, Value: token})
	return r
}

// TestSessions: a session lasts as long as its time and its key do, and no longer.
func TestSessions(t *testing.T) {
	t.Parallel()
	now := time.Now()
	later := func(d time.Duration) *time.Time { at := now.Add(d); return &at }
	keys := ring{
		"a": {ID: "a", Name: "desk", Scope: store.ScopeAdmin, Created: now},
		"b": {ID: "b", Name: "shift", Scope: store.ScopeAdmin, Created: now, KeyLimits: store.KeyLimits{Expires: later(time.Hour)}},
	}
	s := sessions{keys: keys}
	long, short := s.begin(keys["a"], now), s.begin(keys["b"], now)
	open := func(token string, at time.Duration, want bool) {
		t.Helper()
		if _, found := s.find(holding(token), now.Add(at)); found != want {
			t.Errorf("after %s: found %v", at, found)
		}
	}
	open(long, 0, true)
	open(long, 12*time.Hour-1, true)
	open(long, 12*time.Hour, false)
	open(short, time.Hour-1, true)
	open(short, time.Hour, false)
	open(long+"x", 0, false)
	open("", 0, false)
	if _, found := s.find(httptest.NewRequest("GET", "/ops", nil), now); found {
		t.Error("found a session without a cookie")
	}

	keys["a"] = store.Key{ID: "a", Scope: store.ScopePreview, Created: now}
	open(long, 0, false)
	keys["a"] = store.Key{ID: "a", Scope: store.ScopeAdmin, Created: now.Add(1)} // another of the same name
	open(long, 0, false)
	delete(keys, "a") // revoked
	open(long, 0, false)

	s.end(holding(short))
	open(short, 0, false)
}

// TestSessionsAreBounded: who signs in once too often ends the session that began first.
func TestSessionsAreBounded(t *testing.T) {
	t.Parallel()
	now, key := time.Now(), store.Key{ID: "a", Scope: store.ScopeAdmin}
	s := sessions{keys: ring{"a": key}}
	var tokens []string
	for i := range mostSessions + 10 {
		tokens = append(tokens, s.begin(key, now.Add(time.Duration(i)*time.Second)))
	}
	for i, token := range tokens {
		if _, found := s.find(holding(token), now.Add(time.Hour)); found != (i >= 10) {
			t.Errorf("session %d: found %v", i, found)
		}
	}
	s.begin(key, now.Add(13*time.Hour))
	if len(s.open) != 1 {
		t.Errorf("found %d sessions, expected those that are over to be forgotten", len(s.open))
	}
}

// TestCookie: no script and no other site gets at it.
func TestCookie(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		token  string
		secure bool
		want   string
	}{
		{"abc", true, "alphanode-ops=abc; Path=/archive/ops; Max-Age=43200; HttpOnly; Secure; SameSite=Strict"},
		{"abc", false, "alphanode-ops=abc; Path=/archive/ops; Max-Age=43200; HttpOnly; SameSite=Strict"},
		{"", true, "alphanode-ops=; Path=/archive/ops; Max-Age=0; HttpOnly; Secure; SameSite=Strict"},
	} {
		if found := cookie(tt.token, "/archive/ops", tt.secure); found != tt.want {
			t.Errorf("found %q, expected %q", found, tt.want)
		}
	}
}
