package server_test

import (
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"alphanode/content"
	"alphanode/server"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/keys"
	"alphanode/store/live"
	"alphanode/store/storetest"
)

// house is a server of a data directory, with a key of each scope.
type house struct {
	*server.Server
	t         testing.TB
	catalogue *catalogue.Catalogue
	secret    map[store.Scope]string // that of "" is empty
	id        map[store.Scope]string
	log       *server.LogLines
	archive   server.Archive
}

// openHouse serves a data directory in which the posts are r1.
func openHouse(t testing.TB, posts []*content.Post, flags ...string) *house {
	t.Helper()
	h := &house{t: t, catalogue: storetest.Catalogue(t, posts...), secret: map[store.Scope]string{}, id: map[store.Scope]string{}, log: &server.LogLines{}}
	for _, scope := range store.Scopes {
		secret, key, err := keys.In(h.catalogue.Dir()).Add("the "+string(scope)+" key", scope)
		if err != nil {
			t.Fatal(err)
		}
		h.secret[scope], h.id[scope] = secret, key.ID
	}
	log := slog.New(slog.NewJSONHandler(h.log, nil))
	live, keys := live.Follow(t.Context(), h.catalogue, log), keys.In(h.catalogue.Dir()).Follow(t.Context(), log)
	h.archive = server.Archive{Live: live, Keys: keys, Catalogue: h.catalogue}
	t.Cleanup(func() {
		if err := keys.Close(); err != nil {
			t.Error(err)
		}
		if err := live.Close(); err != nil {
			t.Error(err)
		}
	})
	h.Server = h.beside(flags...)
	return h
}

// beside makes one more server of the same data directory.
func (h *house) beside(flags ...string) *server.Server {
	h.t.Helper()
	s, err := server.New(chosen(h.t, flags...), h.archive, slog.New(slog.NewJSONHandler(h.log, nil)))
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(s.Close)
	return s
}

// build stages a release of one more post, whose slug and title are its text.
func (h *house) build(text string) string {
	h.t.Helper()
	b, err := h.catalogue.Import(h.t.Context(), catalogue.ImportOptions{})
	if err != nil {
		h.t.Fatal(err)
	}
	defer b.Discard()
	if err := b.Add(content.Record{Post: decode(h.t, `{"slug":"`+text+`","title":"`+text+`"}`)}, catalogue.Origin{File: "test", Line: 1}); err != nil {
		h.t.Fatal(err)
	}
	m, err := b.Finish(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	return m.Name
}

// publish publishes a release and waits until it is served.
func (h *house) publish(name string) {
	h.t.Helper()
	if _, err := h.catalogue.Publish(name, store.PublishOptions{By: "test", Force: true}); err != nil {
		h.t.Fatal(err)
	}
	h.served(name)
}

func (h *house) served(name string) {
	h.t.Helper()
	until(h.t, name+" is served", func() bool { return get(h.t, h, "/v1/releases/current").header.Get("Release") == name })
}

// until waits for something, far longer than it should take.
func until(t testing.TB, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not in time: %s", what)
		}
	}
}

// as gives the header of a request with the key of a scope; none for "".
func (h *house) as(scope store.Scope) []string {
	if scope == "" {
		return nil
	}
	return []string{"Authorization: Bearer " + h.secret[scope]}
}

// holding asks everything with the key of a scope.
func (h *house) holding(scope store.Scope) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if scope != "" {
			r.Header.Set("Authorization", "Bearer "+h.secret[scope])
		}
		h.ServeHTTP(w, r)
	})
}

// keepsSecrets holds all that was written, on disk or in the log, against the
// keys that were given out.
func (h *house) keepsSecrets() {
	h.t.Helper()
	written := map[string]string{"the log": h.log.String()}
	err := filepath.WalkDir(h.catalogue.Dir(), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		written[path] = string(text)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	for scope, secret := range h.secret {
		_, bits, _ := strings.Cut(secret, "_")
		for where, text := range written {
			if strings.Contains(text, bits) {
				h.t.Errorf("%s holds the %s key", where, scope)
			}
		}
	}
}
