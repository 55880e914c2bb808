package server_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"alphanode/server"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/storetest"
)

// TestPublish publishes and rolls back over HTTP, as those may who may and as
// those who may not.
func TestPublish(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t))
	h.build("second")  // r2
	h.build("rival")   // r3, onto r1 like r2
	h.build("damaged") // r4
	damage(t, h, "r4")
	h.build("gone") // r5
	if err := os.RemoveAll(filepath.Join(h.catalogue.Dir(), "releases", "r5")); err != nil {
		t.Fatal(err)
	}
	d := newValidator(t, get(t, h, "/openapi.json").body)
	admin := h.as(store.ScopeAdmin)
	page := append([]string{"Origin: https://evil.example", "Sec-Fetch-Site: cross-site"}, admin...)
	const publish, rollback = "/v1/releases/{name}/publish", "/v1/releases/rollback"
	for _, tt := range []struct {
		target  string
		headers []string
		status  int
		want    string // a part of the body
		served  string
	}{
		{"/v1/releases/r2/publish", nil, 401, `"code":"UNAUTHENTICATED"`, "r1"},
		{"/v1/releases/r2/publish", h.as(store.ScopeRead), 403, `"code":"FORBIDDEN"`, "r1"},
		{"/v1/releases/r2/publish", h.as(store.ScopePreview), 403, `"code":"FORBIDDEN"`, "r1"},
		{"/v1/releases/r2/publish", []string{"Authorization: Bearer alphanode_0"}, 401, `"code":"UNAUTHENTICATED"`, "r1"},
		{"/v1/releases/r2/publish", page, 403, "Pages of other origins", "r1"},
		{"/v1/releases/r2/publish", append([]string{"Origin: https://evil.example"}, admin...), 403, "Pages of other origins", "r1"},
		{"/v1/releases/r2/publish", []string{"Sec-Fetch-Site: cross-site"}, 403, "Pages of other origins", "r1"},
		{"/v1/releases/second/publish", admin, 400, `"location":"path.name"`, "r1"},
		{"/v1/releases/r2/publish?force=yes", admin, 400, `"location":"query.force"`, "r1"},
		{"/v1/releases/r9/publish", admin, 404, `"code":"NOT_FOUND"`, "r1"},
		{"/v1/releases/r5/publish", admin, 410, `"code":"RELEASE_GONE"`, "r1"},
		{"/v1/releases/r4/publish", admin, 500, "Release r4 is damaged;", "r1"},
		{rollback, admin, 400, "found no release that was current before r1", "r1"},
		{"/v1/releases/r2/publish", append([]string{"Sec-Fetch-Site: same-origin"}, admin...), 200, `{"data":{"release":"r2","from":"r1"}}`, "r2"},
		{"/v1/releases/r2/publish", admin, 200, `{"data":{"release":"r2","from":"r2"}}`, "r2"},
		{"/v1/releases/r3/publish", admin, 400, "it was built onto r1, but r2 is current", "r2"},
		{"/v1/releases/r3/publish?force=true", admin, 200, `{"data":{"release":"r3","from":"r2"}}`, "r3"},
		{rollback + "?to=r9", admin, 400, "expected a release that was current before r3, one of r2, r1", "r3"},
		{rollback + "?to=nine", admin, 400, `"location":"query.to"`, "r3"},
		{rollback, nil, 401, `"code":"UNAUTHENTICATED"`, "r3"},
		{rollback, page, 403, `"code":"FORBIDDEN"`, "r3"},
		{rollback + "?to=r1", admin, 200, `{"data":{"release":"r1","from":"r3"}}`, "r1"},
		{"/v1/releases/r2/publish?force=true", admin, 200, `{"data":{"release":"r2","from":"r1"}}`, "r2"},
		{rollback, admin, 200, `{"data":{"release":"r1","from":"r2"}}`, "r1"},
	} {
		r := ask(t, h, "POST", tt.target, "", tt.headers...)
		if r.status != tt.status || !strings.Contains(r.body, tt.want) || !strings.HasSuffix(r.header.Get("Cache-Control"), "no-store") {
			t.Errorf("%s with %q: found %d %s %v", tt.target, tt.headers, r.status, r.body, r.header)
		}
		pattern := publish
		if strings.HasPrefix(tt.target, rollback) {
			pattern = rollback
		}
		d.check(t, pattern, "post", r.status, r.header.Get("Content-Type"), r.body)
		h.served(tt.served)
	}
	if r := get(t, h, "/v1/releases/r2/publish"); r.status != 405 {
		t.Errorf("GET: found %d", r.status)
	}
	journal, err := os.ReadFile(filepath.Join(h.catalogue.Dir(), "journal.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	var acts []string
	for line := range strings.Lines(string(journal)) {
		var e catalogue.JournalEntry
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		if e.By == "the admin key" {
			acts = append(acts, string(e.Action)+" "+e.Release)
		}
	}
	if got := strings.Join(acts, ", "); got != "publish r2, publish r3, rollback r1, publish r2, rollback r1" {
		t.Errorf("found in the journal: %s", got)
	}
	h.keepsSecrets()
}

// TestPublishWhileBuilding is refused for now.
func TestPublishWhileBuilding(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t))
	name := h.build("second")
	b, err := h.catalogue.Import(t.Context(), catalogue.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Discard()
	r := ask(t, h, "POST", "/v1/releases/"+name+"/publish", "", h.as(store.ScopeAdmin)...)
	if r.status != 503 || !strings.Contains(r.body, `"code":"OVERLOADED","retryable":true`) || r.header.Get("Retry-After") != "1" {
		t.Errorf("found %d %s", r.status, r.body)
	}
}

// TestSwitchThatCannotBeWritten: what cannot be pointed at is not served, and the
// answer says so.
func TestSwitchThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t))
	h.publish(h.build("second"))
	h.build("third")
	admin := h.as(store.ScopeAdmin)
	const publish, rollback = "/v1/releases/r3/publish", "/v1/releases/rollback"
	// What is written first stands beside CURRENT, where there is now a folder.
	inTheWay := filepath.Join(h.catalogue.Dir(), "CURRENT.new", "x")
	if err := os.MkdirAll(inTheWay, 0o755); err != nil {
		t.Fatal(err)
	}
	for target, name := range map[string]string{publish: "r3", rollback: "r1", rollback + "?to=r1": "r1"} {
		r := ask(t, h, "POST", target, "", admin...)
		if r.status != 500 || !strings.Contains(r.body, "could not be made current, so what was current still is. The server's log says why.") ||
			!strings.Contains(r.body, `"code":"INTERNAL"`) || strings.Contains(r.body, h.catalogue.Dir()) {
			t.Errorf("%s: found %d %s", target, r.status, r.body)
		}
		if cause := "cannot switch releases: point at release " + name; !strings.Contains(h.log.String(), cause) {
			t.Errorf("%s: the log does not say %q", target, cause)
		}
		h.served("r2")
	}
	if err := os.RemoveAll(filepath.Dir(inTheWay)); err != nil {
		t.Fatal(err)
	}
	if r := ask(t, h, "POST", publish, "", admin...); r.status != 200 {
		t.Errorf("trying again: found %d %s", r.status, r.body)
	}
	h.served("r3")
}

// notSynced switches, but not for good.
type notSynced struct{ server.Catalogue }

func (notSynced) Publish(string, store.PublishOptions) (store.Published, error) {
	return store.Published{}, fmt.Errorf("release r2: %w", store.ErrNotSynced)
}

func (notSynced) Rollback(string, store.RollbackOptions) (store.Published, error) {
	return store.Published{}, fmt.Errorf("release r2: %w", store.ErrNotSynced)
}

func TestSwitchThatMayNotLast(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t))
	s, err := server.New(chosen(t), server.Archive{Live: onlyOne{storetest.Release(t, archive(t)...)}, Keys: h.archive.Keys, Catalogue: notSynced{h.catalogue}}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"/v1/releases/r2/publish", "/v1/releases/rollback", "/v1/releases/rollback?to=r2"} {
		r := ask(t, s, "POST", target, "", h.as(store.ScopeAdmin)...)
		if r.status != 500 || !strings.Contains(r.body, "may not outlast a power cut: publish it again") {
			t.Errorf("%s: found %d %s", target, r.status, r.body)
		}
	}
}
