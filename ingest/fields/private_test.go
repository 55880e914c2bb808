package fields_test

import (
	"encoding/json"
	"strings"
	"testing"

	"alphanode/ingest/fields"
)

func TestPrivate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, value, want string
		lost              int
	}{
		{"topic", `"wells"`, `"wells"`, 0},
		{"topic", ` {"b":1.50,"a":["x", null, {}, []]} `, `{"b":1.50,"a":["x", null, {}, []]}`, 0},
		{"topic", `null`, `null`, 0},
		{"topic", ``, ``, 0},
		// By name.
		{"email", `"nobody"`, ``, 1}, {"author_email", `["a","b"]`, ``, 1}, {"E-Mail", `{"a":{"b":1}}`, ``, 1}, {"emails", `"x"`, ``, 1}, {"contactEmailAddress", `"x"`, ``, 1},
		{"ip", `7`, ``, 1}, {"lastip", `"x"`, ``, 1}, {"ip_address", `"x"`, ``, 1}, {"REMOTE_ADDR", `"x"`, ``, 1}, {"comment_author_IP", `"x"`, ``, 1},
		{"password", `"x"`, ``, 1}, {"post_password", `"x"`, ``, 1}, {"password_hash", `"x"`, ``, 1}, {"user_pass", `"x"`, ``, 1}, {"passwd", `"x"`, ``, 1}, {"pwd", `"x"`, ``, 1},
		{"comments", `[{"text":"a"},{"text":"b"}]`, ``, 1}, {"replies", `"so they say"`, ``, 1}, {"responses", `{"1":"x"}`, ``, 1},
		{"comments", `12`, `12`, 0}, {"comments", `"12"`, `"12"`, 0}, {"comments", `false`, `false`, 0}, {"replies", `"open"`, `"open"`, 0},
		{"password", `""`, `""`, 0}, {"password", `true`, `true`, 0},
		{"zip", `"x"`, `"x"`, 0}, {"membership", `"x"`, `"x"`, 0}, {"compass", `"x"`, `"x"`, 0}, {"thumbnail", `"x"`, `"x"`, 0}, {"email_only", `"x"`, `"x"`, 0},
		// By what it is.
		{"x", `" Ada@Mail.Example "`, ``, 1}, {"x", `"mailto:ada@mail.example?subject=x"`, ``, 1}, {"x", `"a@mail.example; b@mail.example, <c@mail.example>"`, ``, 1},
		{"x", `"Ada L. <ada@mail.example>"`, ``, 1}, {"x", `"203.0.113.7"`, ``, 1}, {"x", `"203.0.113.7:8080"`, ``, 1}, {"x", `"[2001:db8::7]:80"`, ``, 1}, {"x", `"2001:db8::7"`, ``, 1},
		{"x", `"203.0.113.7|1410775200"`, ``, 1}, {"x", `"203.0.113.7 2014-09-15 10:00:00, 203.0.113.8"`, ``, 1}, {"x", `"203.0.113.0/24"`, ``, 1},
		{"x", `"$2a$10$abcdefgh"`, ``, 1}, {"x", `"$P$Babcdefgh"`, ``, 1}, {"x", `"$argon2id$v=19$m=65536$abc"`, ``, 1}, {"x", `"$wp$2y$10$abc"`, ``, 1},
		{"x", `"write to ada@mail.example about it"`, `"write to ada@mail.example about it"`, 0}, {"x", `"203.0.113.7 is down"`, `"203.0.113.7 is down"`, 0},
		{"x", `"@ada"`, `"@ada"`, 0}, {"x", `"react@16.8.0"`, `"react@16.8.0"`, 0}, {"x", `"logo@2x.png"`, `"logo@2x.png"`, 0}, {"x", `"git@host.example:a/b"`, `"git@host.example:a/b"`, 0},
		{"x", `"12:30:45"`, `"12:30:45"`, 0}, {"x", `"1410775200"`, `"1410775200"`, 0}, {"x", `"2014-09-15T10:00:00Z"`, `"2014-09-15T10:00:00Z"`, 0}, {"x", `"A::B"`, `"A::B"`, 0}, {"x", `"$5"`, `"$5"`, 0},
		{"x", `"https://old.example/a"`, `"https://old.example/a"`, 0}, {"x", `"1.2.3"`, `"1.2.3"`, 0}, {"x", `"a, b."`, `"a, b."`, 0},
		{"version", `"1.2.3.4"`, `"1.2.3.4"`, 0}, {"app_versions", `["1.2.3.4"]`, `["1.2.3.4"]`, 0}, {"version", `"a@mail.example"`, ``, 1},
		// Inside.
		{"x", `{"a":1,"email":"x","c":{"ip":"y"},"d":[{"password":"z"},"203.0.113.7",2]}`, `{"a":1,"d":[2]}`, 4},
		{"x", `[["a@mail.example"],[]]`, `[[]]`, 1}, {"x", `{"a":{"b":["a@mail.example"]}}`, ``, 1},
		{"x", `{"a@mail.example":"x","b":2}`, `{"b":2}`, 1}, {"x", `{"version":{"x":"1.2.3.4"},"y":"1.2.3.4"}`, `{"version":{"x":"1.2.3.4"}}`, 1},
		{"x", strings.Repeat("[", 100_000), ``, 1}, {"x", `{"a":`, ``, 1},
	} {
		kept, lost := fields.Private(c.name, json.RawMessage(c.value))
		if string(kept) != c.want || lost != c.lost || (kept == nil) != (c.want == "") {
			t.Errorf("Private(%s, %.60s) = %s, %d, expected %s, %d", c.name, c.value, kept, lost, c.want, c.lost)
		}
	}
}

// FuzzPrivate: what is kept of a value is a value, and nothing more of it is lost again.
func FuzzPrivate(f *testing.F) {
	for _, seed := range []string{`{"a":1,"email":"x","b":[{"ip":"y"},"203.0.113.7",2]}`, `"a@b.example, <c@d.example>"`, `[[[[`, `{"a":1,"a":{}}`, `"\ud800@a.bc"`, `1 2`, `[]]`} {
		f.Add("x", []byte(seed))
	}
	f.Fuzz(func(t *testing.T, name string, value []byte) {
		kept, _ := fields.Private(name, value)
		if kept == nil || !json.Valid(value) {
			return
		}
		if !json.Valid(kept) {
			t.Fatalf("%q is no JSON", kept)
		}
		if again, lost := fields.Private(name, kept); lost > 0 || string(again) != string(kept) {
			t.Fatalf("%q became %q", kept, again)
		}
	})
}
