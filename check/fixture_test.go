package check_test

import (
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"alphanode/check"
	"alphanode/content"
	"alphanode/server"
	"alphanode/server/settings"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/keys"
	"alphanode/store/live"
	"alphanode/store/storetest"
)

// directory is a data directory with which all is well: r2 is current, a rollback leads
// to r1, and there is an admin key that ends.
type directory struct {
	*check.Data
	t         *testing.T
	catalogue *catalogue.Catalogue
	key       string
}

func newDirectory(t *testing.T) *directory {
	t.Helper()
	posts := storetest.RandomPosts(rand.New(rand.NewPCG(1, 2)), 20)
	draft, err := content.DecodePost([]byte(`{"slug":"hidden","title":"Hidden","meta":{"revision":{"status":"draft"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	d := &directory{t: t, catalogue: storetest.Catalogue(t, append(posts, draft)...)}
	dir := d.catalogue.Dir()
	d.open(dir)
	d.publish(d.build("second"))
	until := time.Now().AddDate(0, 6, 0)
	d.key, _, err = keys.In(dir).AddLimited("ops", store.ScopeAdmin, store.KeyLimits{Expires: &until})
	if err != nil {
		t.Fatal(err)
	}
	chosen, err := settings.Read(settings.Sources{})
	d.Data = &check.Data{Dir: dir, Settings: chosen, SettingsErr: err, Now: time.Now(),
		Command: func(command string, about []string, flags ...string) string {
			return strings.Join(slices.Concat([]string{"alphanode", command}, about, flags), " ")
		}}
	return d
}

// open takes all rights from others, as commands do in the end.
func (d *directory) open(dir string) {
	if err := os.Chmod(dir, 0o700); err != nil {
		d.t.Fatal(err)
	}
}

// build stages a release of one more post.
func (d *directory) build(slug string) string {
	d.t.Helper()
	b, err := d.catalogue.Import(d.t.Context(), catalogue.ImportOptions{})
	if err != nil {
		d.t.Fatal(err)
	}
	defer b.Discard()
	if err := b.Add(content.Record{Post: &content.Post{Slug: slug, Title: slug}}, catalogue.Origin{File: "test", Line: 1}); err != nil {
		d.t.Fatal(err)
	}
	m, err := b.Finish(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	return m.Name
}

func (d *directory) publish(name string) {
	d.t.Helper()
	if _, err := d.catalogue.Publish(name, store.PublishOptions{By: "test"}); err != nil {
		d.t.Fatal(err)
	}
}

func (d *directory) path(name string) string { return filepath.Join(d.Dir, name) }

func (d *directory) chmod(name string, mode os.FileMode) {
	d.t.Helper()
	if err := os.Chmod(d.path(name), mode); err != nil {
		d.t.Fatal(err)
	}
}

// flip changes a bit in the middle of a file.
func (d *directory) flip(name string) {
	d.t.Helper()
	path := d.path(name)
	data, err := os.ReadFile(path)
	if err != nil {
		d.t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	d.chmod(name, 0o600)
	d.write(name, data)
}

func (d *directory) write(name string, data []byte) {
	d.t.Helper()
	if err := os.WriteFile(d.path(name), data, 0o600); err != nil {
		d.t.Fatal(err)
	}
}

// edit changes an object of JSON in a file.
func (d *directory) edit(name string, change func(map[string]any)) {
	d.t.Helper()
	data, err := os.ReadFile(d.path(name))
	if err != nil {
		d.t.Fatal(err)
	}
	object := map[string]any{}
	if err := json.Unmarshal(data, &object); err != nil {
		d.t.Fatal(err)
	}
	change(object)
	if data, err = json.Marshal(object); err != nil {
		d.t.Fatal(err)
	}
	d.chmod(name, 0o600)
	d.write(name, data)
}

// serve serves the directory; each answer goes through what stands in front.
func (d *directory) serve(front func(http.Handler) http.Handler, flags map[string]string) *httptest.Server {
	d.t.Helper()
	chosen, err := settings.Read(settings.Sources{Flags: flags})
	if err != nil {
		d.t.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	current, ring := live.Follow(d.t.Context(), d.catalogue, quiet), keys.In(d.Dir).Follow(d.t.Context(), quiet)
	s, err := server.New(chosen, server.Archive{Live: current, Keys: ring, Catalogue: d.catalogue}, quiet)
	if err != nil {
		d.t.Fatal(err)
	}
	var handler http.Handler = s
	if front != nil {
		handler = front(s)
	}
	h := httptest.NewServer(handler)
	d.t.Cleanup(func() {
		h.Close()
		s.Close()
		for _, end := range []func() error{ring.Close, current.Close} {
			if err := end(); err != nil {
				d.t.Error(err)
			}
		}
	})
	return h
}

// expect wants nothing wrong but one thing; "" for nothing at all.
func expect(t *testing.T, all []check.Finding, id string, severity check.Severity, words string) {
	t.Helper()
	met := false
	for _, f := range all {
		switch {
		case f.ID == "" || f.Found == "":
			t.Errorf("found %+v, which says nothing", f)
		case f.ID == id && f.Severity == severity:
			met = true
			if text := strings.Join([]string{f.About, f.Found, f.Expected, f.Do}, "\n"); !strings.Contains(text, words) {
				t.Errorf("found %s, expected %s", text, words)
			}
		case f.Severity == check.Fault || f.Severity == check.Warning:
			t.Errorf("found also %+v", f)
		}
	}
	if !met && id != "" {
		t.Errorf("found no %s of %s", severity, id)
	}
}
