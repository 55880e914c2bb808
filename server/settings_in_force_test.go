package server_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"alphanode/store"
)

// TestSettingsAreForOperators asks for the settings with each key. Who has none that
// opens them is told what is told of any address that is not there.
func TestSettingsAreForOperators(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t), "max-age=7s")
	for _, scope := range []store.Scope{"", store.ScopeRead, store.ScopePreview} {
		for _, method := range []string{"GET", "HEAD", "POST", "OPTIONS", "DELETE"} {
			var headers []string
			if scope != "" {
				headers = []string{"Authorization: Bearer " + h.secret[scope]}
			}
			found, other := ask(t, h, method, "/settings", "", headers...), ask(t, h, method, "/settingz", "", headers...)
			if found.status != http.StatusNotFound || strings.ReplaceAll(found.body, "/settings", "/settingz") != other.body {
				t.Errorf("%s with the key %q: found %d %s, expected %s", method, scope, found.status, found.body, other.body)
			}
			for _, name := range []string{"Request-Id", "Server-Timing", "Date"} {
				found.header.Del(name)
				other.header.Del(name)
			}
			if len(found.header) != len(other.header) {
				t.Errorf("%s with the key %q: found the headers %v, expected %v", method, scope, found.header, other.header)
			}
		}
	}
	if document := get(t, h, "/openapi.json").body; strings.Contains(document, `"/settings"`) {
		t.Error("found the settings described to everyone")
	}
	a := get(t, h, "/settings", "Authorization: Bearer "+h.secret[store.ScopeAdmin])
	if a.status != http.StatusOK || a.header.Get("Cache-Control") != "private, no-store" {
		t.Fatalf("found %d %s %s", a.status, a.header.Get("Cache-Control"), a.body)
	}
	var told struct {
		Data struct {
			Go       string
			Settings []struct {
				Name, Unit, From, At string
				Value                any
			}
		}
	}
	if err := json.Unmarshal([]byte(a.body), &told); err != nil {
		t.Fatal(err)
	}
	for _, s := range told.Data.Settings {
		switch {
		case s.Name == "max-age" && (s.Value != "7s" || s.From != "flag" || s.At != "max-age" || s.Unit != "duration"),
			s.Name == "max-body" && (s.Value != float64(1<<20) || s.From != "default" || s.At != ""):
			t.Errorf("found %+v", s)
		}
	}
	if len(told.Data.Settings) < 30 || !strings.HasPrefix(told.Data.Go, "go") {
		t.Errorf("found %+v", told)
	}
}
