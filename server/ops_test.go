package server_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"alphanode/server/ops"
	"alphanode/store"
	"alphanode/store/compare"
	"alphanode/store/keys"
)

// browser asks as one does: from an address, under the name of a host, with the cookies that
// it was given.
type browser struct {
	t       testing.TB
	h       http.Handler
	host    string
	addr    string
	cookies map[string]*http.Cookie
}

func (h *house) browse(at http.Handler) *browser {
	return &browser{t: h.t, h: at, host: "127.0.0.1:8081", addr: "127.0.0.1:5000", cookies: map[string]*http.Cookie{}}
}

func (b *browser) ask(method, target, body string, headers ...string) reply {
	b.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host, r.RemoteAddr = b.host, b.addr
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	b.h.ServeHTTP(w, r)
	answer := w.Result()
	for _, c := range answer.Cookies() {
		b.cookies[c.Name] = c
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	if found := answer.Header.Get("Cache-Control"); !strings.HasSuffix(found, "no-store") {
		b.t.Errorf("%s %s: found Cache-Control %q", method, target, found)
	}
	return reply{answer.StatusCode, answer.Header, w.Body.String()}
}

func (b *browser) get(target string, headers ...string) reply {
	b.t.Helper()
	return b.ask("GET", target, "", headers...)
}

func (b *browser) post(target string, form url.Values, headers ...string) reply {
	b.t.Helper()
	return b.ask("POST", target, form.Encode(), headers...)
}

// signIn gets a session, and fails without one.
func (b *browser) signIn(secret string) reply {
	b.t.Helper()
	r := b.post("/ops/sign-in", url.Values{"key": {secret}, "next": {"/ops"}})
	if r.status != 303 || len(b.cookies) != 1 {
		b.t.Fatalf("found %d %s with %v", r.status, r.body, r.header)
	}
	return r
}

// confirm sends the form of a page as somebody does who types what it says.
func (b *browser) confirm(target string, headers ...string) reply {
	b.t.Helper()
	page := b.get(target)
	form := formOf(page.body)
	if form == nil {
		b.t.Fatalf("%s: found no form in %d %s", target, page.status, page.body)
	}
	form.Set("confirm", form.Get("to"))
	path, _, _ := strings.Cut(target, "?")
	return b.post(path, form, headers...)
}

var hidden = regexp.MustCompile(`<input type="hidden" name="(\w+)" value="(\w*)">`)

// formOf gives what is hidden in the form of a page that confirms; nil where there is none.
func formOf(page string) url.Values {
	if !strings.Contains(page, `name="confirm"`) {
		return nil
	}
	form := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(page, -1) {
		form.Set(m[1], m[2])
	}
	if strings.Contains(page, `name="force"`) {
		form.Set("force", "yes")
	}
	return form
}

// opsHouse has r1 served, and r2 staged, which has one more post.
func opsHouse(t *testing.T, flags ...string) *house {
	t.Helper()
	flags = append([]string{"ops-addr=127.0.0.1:8081"}, flags...)
	h := openHouse(t, archive(t), flags...)
	h.archive.Plan = func(ctx context.Context, before, after string) (*ops.Plan, error) {
		a, err := h.catalogue.Open(before)
		if err != nil {
			return nil, err
		}
		defer a.Close()
		b, err := h.catalogue.Open(after)
		if err != nil {
			return nil, err
		}
		defer b.Close()
		d, err := compare.NewDiff(ctx, a, b, store.Public)
		if err != nil {
			return nil, err
		}
		p := &ops.Plan{ChangeCounts: d.ChangeCounts, Tags: []string{"posts", "release", "tag-of-" + after}, URLs: []string{"/v1/posts"}}
		return p, d.Each(ctx, func(c store.Change) error {
			p.Posts = append(p.Posts, c)
			return nil
		})
	}
	h.archive.Command = func(act, release string, force bool) string { return "alphanode " + act + " " + release }
	h.Server = h.beside(flags...)
	h.build("the-staged-post")
	return h
}

// actsAt are the addresses that change something, with a form that would.
func actsAt(h *house) map[string]url.Values {
	return map[string]url.Values{
		"/ops/publish":  {"to": {"r2"}, "from": {"r1"}, "confirm": {"r2"}},
		"/ops/rollback": {"to": {"r1"}, "from": {"r1"}, "confirm": {"r1"}},
	}
}

// TestOpsIsForOperators: at the address of readers there is a form and nothing else for who
// has no key that opens it.
func TestOpsIsForOperators(t *testing.T) {
	t.Parallel()
	for _, flags := range [][]string{nil, {"require-key=true"}} {
		h := opsHouse(t, flags...)
		b := h.browse(h.Server)
		pages := []string{"/ops", "/ops?of=hour", "/ops/publish?to=r2", "/ops/rollback?to=r1", "/ops/publish?to=r9"}
		for _, headers := range [][]string{nil, h.as(store.ScopeRead), h.as(store.ScopePreview), {"Authorization: Bearer nothing"}, {"Authorization: Basic " + h.secret[store.ScopeAdmin]}, {"Cookie: alphanode-ops=" + h.secret[store.ScopeAdmin]}} {
			for _, page := range pages {
				r := b.get(page, headers...)
				if r.status != 401 || !strings.Contains(r.body, `action="/ops/sign-in"`) {
					t.Errorf("%s with %q: found %d %s", page, headers, r.status, r.body)
				}
				_, main, _ := strings.Cut(r.body, "<main")
				for _, told := range []string{">r1", ">r2", "serving", "staged", "the-staged-post", "/v1/"} {
					if strings.Contains(main, told) {
						t.Errorf("%s with %q tells %q: %s", page, headers, told, main)
					}
				}
			}
			for at, form := range actsAt(h) {
				if r := b.post(at, form, headers...); r.status != 401 {
					t.Errorf("%s with %q: found %d %s", at, headers, r.status, r.body)
				}
			}
		}
		if current, err := h.catalogue.Current(); err != nil || current != "r1" {
			t.Errorf("found %s, %v", current, err)
		}
		b.addr = "192.0.2.7:5000" // where nobody was wrong so often
		if r := b.get("/ops", h.as(store.ScopeAdmin)...); r.status != 200 || !strings.Contains(r.body, "serving r1") || !strings.Contains(r.body, "staged") {
			t.Errorf("with a key: found %d %s", r.status, r.body)
		}
		h.keepsSecrets()
	}
}

// TestOpsSession: a key is taken for a session, which ends with the key or at a sign out.
func TestOpsSession(t *testing.T) {
	t.Parallel()
	h := opsHouse(t, "trusted-proxies=127.0.0.1", "public-url=https://example.org/archive")
	b := h.browse(h.Server)
	r := b.post("/ops/sign-in", url.Values{"key": {" " + h.secret[store.ScopeAdmin] + "\n"}, "next": {"/ops/publish?to=r2"}}, "X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https")
	set := r.header.Get("Set-Cookie")
	if r.status != 303 || r.header.Get("Location") != "/archive/ops/publish?to=r2" || !strings.HasSuffix(set, "; Path=/archive/ops; Max-Age=43200; HttpOnly; Secure; SameSite=Strict") {
		t.Errorf("found %d %q %v", r.status, set, r.header)
	}
	if strings.Contains(set, h.secret[store.ScopeAdmin]) {
		t.Error("the cookie holds the key")
	}
	open := func(want bool) {
		t.Helper()
		if found := strings.Contains(b.get("/ops").body, "serving r1"); found != want {
			t.Errorf("found a page for operators: %v", found)
		}
	}
	open(true)
	if page := b.get("/ops").body; !strings.Contains(page, `action="/archive/ops/sign-out"`) || strings.Contains(page, h.secret[store.ScopeAdmin]) {
		t.Errorf("found %s", page)
	}
	other := h.browse(h.Server)
	other.cookies = map[string]*http.Cookie{"alphanode-ops": b.cookies["alphanode-ops"]}
	if r := b.post("/ops/sign-out", nil); r.status != 303 || r.header.Get("Location") != "/archive/ops" {
		t.Errorf("found %d %v", r.status, r.header)
	}
	b.cookies = other.cookies // the browser may forget it or not
	open(false)

	b.cookies = map[string]*http.Cookie{}
	b.signIn(h.secret[store.ScopeAdmin])
	open(true)
	if _, err := keys.In(h.catalogue.Dir()).Revoke(h.id[store.ScopeAdmin]); err != nil {
		t.Fatal(err)
	}
	until(t, "the session ended with its key", func() bool { return !strings.Contains(b.get("/ops").body, "serving r1") })
	h.keepsSecrets()
}

// TestOpsAttempts: who is wrong about a key again and again is told to wait; who has a right
// one is let in, from the same network too.
func TestOpsAttempts(t *testing.T) {
	t.Parallel()
	h := opsHouse(t)
	b := h.browse(h.Server)
	wrong := url.Values{"key": {h.secret[store.ScopePreview]}} // which opens other things
	for i := range 9 {
		if r := b.post("/ops/sign-in", wrong); r.status != 401 || len(b.cookies) > 0 {
			t.Fatalf("attempt %d: found %d %v", i, r.status, r.header)
		}
	}
	b.get("/ops", "Authorization: Bearer wrong")
	r := b.post("/ops/sign-in", wrong)
	if r.status != 429 || r.header.Get("Retry-After") == "" || len(b.cookies) > 0 {
		t.Errorf("found %d %v", r.status, r.header)
	}
	if r := b.get("/ops", h.as(store.ScopeAdmin)...); !strings.Contains(r.body, "serving r1") {
		t.Error("a right key is refused because others were wrong")
	}
	b.signIn(h.secret[store.ScopeAdmin])
}

// TestOpsFormsOfOtherOrigins: what a page of another origin sends does nothing, with a session
// and at both addresses.
func TestOpsFormsOfOtherOrigins(t *testing.T) {
	t.Parallel()
	h := opsHouse(t)
	for name, at := range map[string]http.Handler{"readers": h.Server, "operators": h.Operators()} {
		b := h.browse(at)
		b.signIn(h.secret[store.ScopeAdmin])
		for _, from := range [][]string{
			{"Sec-Fetch-Site: cross-site"}, {"Sec-Fetch-Site: same-site"}, {"Sec-Fetch-Site: ", "Origin: https://evil.example"},
			{"Sec-Fetch-Site: ", "Origin: null"}, {"Sec-Fetch-Site: ", "Origin: http://127.0.0.1:8080"},
		} {
			forms := actsAt(h)
			forms["/ops/sign-in"], forms["/ops/sign-out"] = url.Values{"key": {h.secret[store.ScopeAdmin]}}, url.Values{}
			for target, form := range forms {
				r := b.post(target, form, from...)
				if r.status != 403 || r.header.Get("Set-Cookie") != "" {
					t.Errorf("%s: %s from %q: found %d %s", name, target, from, r.status, r.body)
				}
			}
		}
		if current, err := h.catalogue.Current(); err != nil || current != "r1" {
			t.Fatalf("%s: found %s, %v", name, current, err)
		}
		if !strings.Contains(b.get("/ops").body, "serving r1") {
			t.Errorf("%s: the session has ended", name)
		}
	}
}

// TestOpsUnderAForeignHost: at the operators' address of this machine acts need no key where
// the name by which a browser got there is nobody else's; elsewhere they always do.
func TestOpsUnderAForeignHost(t *testing.T) {
	t.Parallel()
	h := opsHouse(t, "ops-hosts=ops.example.org")
	foreign := h.beside("ops-addr=0.0.0.0:8081")
	for _, tt := range []struct {
		name    string
		at      http.Handler
		host    string
		addr    string
		headers []string
		does    bool
	}{
		{"by address", h.Operators(), "127.0.0.1:8081", "127.0.0.1:5000", nil, true},
		{"over IPv6", h.Operators(), "[::1]:8081", "[::1]:5000", nil, true},
		{"localhost", h.Operators(), "localhost:8081", "127.0.0.1:5000", nil, true},
		{"a name that is set", h.Operators(), "ops.example.org:8081", "127.0.0.1:5000", nil, true},
		{"no page", h.Operators(), "127.0.0.1:8081", "127.0.0.1:5000", []string{"Sec-Fetch-Site: "}, true},
		{"a foreign name", h.Operators(), "evil.example:8081", "127.0.0.1:5000", nil, false},
		{"a foreign name, of one origin with it", h.Operators(), "evil.example:8081", "127.0.0.1:5000", []string{"Origin: http://evil.example:8081"}, false},
		{"a foreign name, with a key", h.Operators(), "evil.example:8081", "127.0.0.1:5000", h.as(store.ScopeAdmin), true},
		{"by way of a proxy", h.Operators(), "127.0.0.1:8081", "127.0.0.1:5000", []string{"X-Forwarded-For: 192.0.2.1"}, false},
		{"from elsewhere", h.Operators(), "127.0.0.1:8081", "192.0.2.1:5000", nil, false},
		{"at another address", foreign.Operators(), "127.0.0.1:8081", "127.0.0.1:5000", nil, false},
		{"at another address, with a key", foreign.Operators(), "10.0.0.1:8081", "192.0.2.1:5000", h.as(store.ScopeAdmin), true},
	} {
		b := h.browse(tt.at)
		b.host, b.addr = tt.host, tt.addr
		if r := b.get("/ops"); r.status != 200 || !strings.Contains(r.body, "serving r1") { // as /metrics
			t.Errorf("%s: found %d %s", tt.name, r.status, r.body)
		}
		if r := b.get("/ops/publish?to=r2"); r.status != 200 || !strings.Contains(r.body, "tag-of-r2") {
			t.Errorf("%s: found %d %s", tt.name, r.status, r.body)
		}
		r := b.post("/ops/publish", actsAt(h)["/ops/publish"], tt.headers...)
		current, err := h.catalogue.Current()
		if err != nil || (current == "r2") != tt.does || (r.status == 303) != tt.does || !tt.does && r.status != 401 {
			t.Errorf("%s: found %d, and %s current, %v", tt.name, r.status, current, err)
		}
		h.publish("r1")
	}
}

// entry is a line of the journal.
type entry struct{ Action, By, Release, From string }

// journal gives the last line of it.
func (h *house) journal() (last entry) {
	h.t.Helper()
	text, err := os.ReadFile(filepath.Join(h.catalogue.Dir(), "journal.ndjson"))
	if err != nil {
		h.t.Fatal(err)
	}
	lines := slices.Collect(strings.Lines(string(text)))
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil {
		h.t.Fatal(err)
	}
	return last
}

// has holds a page against what must stand on it.
func has(t testing.TB, name string, r reply, status int, all ...string) {
	t.Helper()
	if r.status != status {
		t.Errorf("%s: found %d, expected %d: %s", name, r.status, status, r.body)
	}
	for _, want := range all {
		if !strings.Contains(r.body, want) {
			t.Errorf("%s: found no %q in %s", name, want, r.body)
		}
	}
}

// TestOpsPublishAndRollBack goes the whole way, without JavaScript.
func TestOpsPublishAndRollBack(t *testing.T) {
	t.Parallel()
	h := opsHouse(t)
	b := h.browse(h.Operators())
	has(t, "overview", b.get("/ops"), 200, `<b>r2</b> <span class="tag">staged</span>`, `href="/ops/publish?to=r2"`, `<b>r1</b> <span class="tag good">current</span>`)
	has(t, "publish", b.get("/ops/publish?to=r2"), 200, "Publish r2?", "<b>1</b><span class=\"soft tiny\">post is new", "<bdi>the-staged-post</bdi>", "tag-of-r2", "url  /v1/posts",
		"alphanode publish r2", `name="from" value="r1"`, "Type <b>r2</b> to confirm")

	form := url.Values{"to": {"r2"}, "from": {"r1"}, "confirm": {"r1"}}
	has(t, "another name", b.post("/ops/publish", form), 400, "Nothing was changed: the name that was typed is not r2", "Publish r2?")
	has(t, "no name", b.post("/ops/publish", url.Values{"to": {"r2"}, "from": {"r1"}}), 400, "Nothing was changed")
	has(t, "no release that was current", b.post("/ops/publish", url.Values{"to": {"r2"}, "confirm": {"r2"}}), 400, "Nothing was changed")
	for _, to := range []string{"", "r0", "two", "r9", "../r2"} {
		if r := b.post("/ops/publish", url.Values{"to": {to}, "from": {"r1"}, "confirm": {to}}); r.status < 400 || r.status > 404 {
			t.Errorf("%q: found %d %s", to, r.status, r.body)
		}
		if r := b.get("/ops/publish?to=" + to); r.status != 400 && r.status != 404 {
			t.Errorf("%q: found %d %s", to, r.status, r.body)
		}
	}
	h.served("r1")

	r := b.confirm("/ops/publish?to=r2")
	if r.status != 303 || r.header.Get("Location") != "/ops?done=r2" {
		t.Fatalf("found %d %v %s", r.status, r.header, r.body)
	}
	h.served("r2")
	if found := h.journal(); found != (entry{"publish", "operators' address", "r2", "r1"}) {
		t.Errorf("found %+v", found)
	}
	has(t, "done", b.get("/ops?done=r2"), 200, "<b>r2 is current.</b>", "To go back: <code>alphanode rollback r1", `href="/ops/rollback?to=r1"`, "serving r2", "r1 is ready to go back to")
	if page := b.get("/ops?done=r1").body; strings.Contains(page, "is current.</b>") {
		t.Error("found r1 said to be current")
	}
	has(t, "forward", b.get("/ops/rollback?to=r2"), 400, "no way back to r2")

	readers := h.browse(h.Server)
	readers.signIn(h.secret[store.ScopeAdmin])
	has(t, "rollback", readers.get("/ops/rollback?to=r1"), 200, "Roll back from r2 to r1?", "post goes", "goes</span> <bdi>the-staged-post</bdi>", "Keep r2")
	if r := readers.confirm("/ops/rollback?to=r1"); r.status != 303 {
		t.Errorf("found %d %s", r.status, r.body)
	}
	h.served("r1")
	if found := h.journal(); found != (entry{"rollback", "the admin key", "r1", "r2"}) {
		t.Errorf("found %+v", found)
	}
	has(t, "forward again", readers.get("/ops/publish?to=r2"), 200, "Publish r2?")
	has(t, "again", readers.get("/ops/publish?to=r1"), 200, "It is current already")
}

// TestOpsUndoes: what undoes something that came between says so, and must be told to.
func TestOpsUndoes(t *testing.T) {
	t.Parallel()
	h := opsHouse(t)
	h.build("rival") // r3, onto r1 as r2 is
	h.publish("r2")
	b := h.browse(h.Operators())
	has(t, "rival", b.get("/ops/publish?to=r3"), 200, "It was built onto r1", "r2 is current", `name="force"`)
	has(t, "not told to", b.post("/ops/publish", url.Values{"to": {"r3"}, "from": {"r2"}, "confirm": {"r3"}}), 400, "Nothing was changed", "would undo what came between")
	h.served("r2")
	if r := b.confirm("/ops/publish?to=r3"); r.status != 303 {
		t.Errorf("found %d %s", r.status, r.body)
	}
	h.served("r3")
}

// TestOpsSomebodyElseWasFaster: what was confirmed is done over what was current then, or not
// at all.
func TestOpsSomebodyElseWasFaster(t *testing.T) {
	t.Parallel()
	h := opsHouse(t)
	h.build("rival") // r3
	b := h.browse(h.Operators())
	for _, tt := range []struct{ act, to, faster string }{{"publish", "r2", "r3"}, {"rollback", "r1", "r3"}} {
		target := "/ops/" + tt.act + "?to=" + tt.to
		form := formOf(b.get(target).body)
		form.Set("confirm", tt.to)
		was := form.Get("from")
		h.publish(tt.faster)
		r := b.post("/ops/"+tt.act, form)
		has(t, tt.act, r, 409, "Nothing was changed: somebody else was faster", was+" was current, and now "+tt.faster+" is", "tag-of-"+tt.to, `name="from" value="`+tt.faster+`"`)
		h.served(tt.faster)
		again := formOf(r.body) // the new plan is confirmed anew
		again.Set("confirm", tt.to)
		if r := b.post("/ops/"+tt.act, again); r.status != 303 {
			t.Errorf("%s: found %d %s", tt.act, r.status, r.body)
		}
		h.served(tt.to)
	}
}

// TestOpsFigures: the page has the figures of what was asked, the errors, and the names by
// which the log has them.
func TestOpsFigures(t *testing.T) {
	t.Parallel()
	h := opsHouse(t)
	for range 3 {
		get(t, h, "/v1/posts?limit=5")
	}
	get(t, h, "/v1/posts?limit=500", "Request-Id: the-wrong-limit")
	get(t, h, "/v1/posts/none")
	ask(t, h, "POST", "/graphql", `{"query":"query Named { posts(first: 2) { totalCount } }"}`, "Content-Type: application/json")
	get(t, h, "/nowhere")
	for _, at := range []string{"/ops", "/ops?of=hour"} {
		r := h.browse(h.Operators()).get(at)
		has(t, at, r, 200, `<th scope="row"><code>/v1/posts</code></th>`, `<th scope="row"><code>/graphql</code></th>`, `<th scope="row"><code>other</code></th>`,
			"query.limit: expected an integer from 0 to 100", "<code>the-wrong-limit</code>", "<code>GET /v1/posts/{slug}</code>", "<bdi>Named</bdi>",
			">2, 2, 0, 0<" /* hits and misses: what is refused counts as one that was not kept */)
		for _, id := range regexp.MustCompile(`<td><code>([A-Z2-7]{26})</code></td>`).FindAllStringSubmatch(r.body, -1) {
			if !strings.Contains(h.log.String(), `"request_id":"`+id[1]+`"`) {
				t.Errorf("the log has no %s", id[1])
			}
		}
	}
}

// TestOpsTellsNoSecret: whatever was asked, the page shows none of it.
func TestOpsTellsNoSecret(t *testing.T) {
	t.Parallel()
	h := opsHouse(t)
	askSecrets(t, h)
	secret := h.secret[store.ScopeAdmin]
	for _, target := range []string{
		"/v1/posts?" + secretWord + "=1", "/v1/posts?tool=" + secretWord, "/v1/posts/" + secretWord, "/" + secretWord, "/v1/posts?sort=" + secretWord,
		"/v1/search?q=" + secretWord + "&limit=900", "/v1/posts?after=" + secretWord, "/graphql?query={" + secretWord + "}", "/ops/publish?to=" + secretWord, "/v1/posts?" + secret + "=1",
	} {
		get(t, h, target, "Request-Id: "+secret)
	}
	b := h.browse(h.Operators())
	b.post("/ops/sign-in", url.Values{"key": {secretWord}, "next": {secretWord}})
	for _, at := range []string{"/ops", "/ops?of=hour", "/ops?before=" + secretWord} {
		r := b.get(at)
		_, bits, _ := strings.Cut(secret, "_")
		for _, word := range []string{secretWord, bits} {
			if i := strings.Index(r.body, word); i >= 0 {
				t.Errorf("%s: found a secret: %s", at, r.body[max(0, i-200):i+40])
			}
		}
	}
}

// TestOpsShowsTheLastSwitch: what became of kept answers, and webhooks that wait.
func TestOpsShowsTheLastSwitch(t *testing.T) {
	t.Parallel()
	h := opsHouse(t)
	h.archive.Webhooks = toldHooks{}
	h.Server = h.beside("ops-addr=127.0.0.1:8081")
	b := h.browse(h.Operators())
	has(t, "before", b.get("/ops"), 200, "There was none", `<th scope="row"><bdi>cdn</bdi></th><td class="n">0</td><td class="n">1</td>`)
	get(t, h, "/v1/posts?limit=5")
	get(t, h, "/v1/tools")
	h.publish("r2")
	until(t, "the switch is told of", func() bool {
		return strings.Contains(b.get("/ops").body, "from r1 to r2: ") && strings.Contains(b.get("/ops").body, "made anew and changed")
	})
}

// TestOpsAfterDamage: what is served in place of what is damaged, and the way back.
func TestOpsAfterDamage(t *testing.T) {
	t.Parallel()
	h := opsHouse(t)
	h.publish("r2")
	damage(t, h, "r2")
	b := h.browse(h.Operators())
	until(t, "r1 is served", func() bool { return get(t, h, "/v1/search?q=caching").header.Get("Release") == "r1" })
	has(t, "overview", b.get("/ops"), 200, "release r2 is damaged", "serving r1", `href="/ops/publish?to=r2"`)
	has(t, "rollback", b.get("/ops/rollback?to=r1"), 200, "Roll back from r2 to r1?", "Readers are given r1 now")
	if r := b.confirm("/ops/rollback?to=r1"); r.status != 303 {
		t.Errorf("found %d %s", r.status, r.body)
	}
	until(t, "nothing is damaged", func() bool { return !strings.Contains(b.get("/ops").body, "is damaged") })
}
