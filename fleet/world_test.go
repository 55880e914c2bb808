package fleet_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"alphanode/content"
	"alphanode/fleet"
	"alphanode/fleet/transport/transporttest"
	"alphanode/store/catalogue"
	"alphanode/store/keys"
	"alphanode/store/live"
	"alphanode/store/storetest"
)

var quiet = slog.New(slog.DiscardHandler)

// soon is how long a test waits for what must happen; it does not for long where all is well.
const soon = 30 * time.Second

// world is a fleet over a net in memory, which a test can break.
type world struct {
	t   *testing.T
	net *transporttest.Net
}

// newWorld founds a fleet with the posts as r1, written by a writer called writer.
func newWorld(t *testing.T, posts ...*content.Post) (*world, *fleet.Member) {
	t.Helper()
	w := &world{t, transporttest.NewNet(1)}
	c := storetest.Catalogue(t, posts...)
	m := w.join("writer", c.Dir(), fleet.Options{})
	if _, err := m.Found(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w, m
}

// join gives a member with a data directory, on a machine of the net.
func (w *world) join(name, dir string, o fleet.Options) *fleet.Member {
	w.t.Helper()
	c, err := catalogue.Make(dir)
	if err != nil {
		w.t.Fatal(err)
	}
	o.By, o.Host, o.Patience = "tester", name, 50*time.Millisecond
	return fleet.Join(w.t.Context(), w.net.Join(name), c, quiet, o)
}

// writer is another machine that acts.
func (w *world) writer(name string) *fleet.Member {
	return w.join(name, w.t.TempDir(), fleet.Options{})
}

// replica is a machine that serves.
type replica struct {
	*fleet.Replica
	name   string
	dir    string
	member *fleet.Member
	live   *live.Live
	keys   *keys.Keyring
	end    func()
}

func (w *world) replica(name string) *replica {
	return w.replicaIn(name, w.t.TempDir(), fleet.ReplicaOptions{})
}

// replicaIn starts a replica with a data directory.
func (w *world) replicaIn(name, dir string, o fleet.ReplicaOptions) *replica {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	m := w.join(name, dir, fleet.Options{Later: true})
	o.Name, o.Version, o.Log = name, "test", quiet
	r := &replica{name: name, dir: dir, member: m, Replica: fleet.Follow(ctx, m, o)}
	r.live = live.FollowWith(ctx, m.Catalogue(), quiet, live.FollowOptions{Held: r.Held, Poll: 20 * time.Millisecond})
	r.keys = m.Keys().Follow(ctx, quiet)
	r.Serve(ctx, fleet.Serving{Live: r.live, Keys: r.keys})
	ended := false
	r.end = func() {
		if ended {
			return
		}
		ended = true
		cancel()
		for _, end := range []func() error{r.Replica.Close, r.live.Close, r.keys.Close} {
			if err := end(); err != nil {
				w.t.Error(err)
			}
		}
	}
	w.t.Cleanup(r.end)
	return r
}

// serves names what a replica serves, "" for nothing.
func (r *replica) serves() string {
	served, err := r.live.Acquire()
	if err != nil {
		return ""
	}
	defer served.Close()
	return served.Name()
}

// slugs gives what readers of a replica see.
func (r *replica) slugs(t testing.TB) []string {
	t.Helper()
	served, err := r.live.Acquire()
	if err != nil {
		t.Fatal(err)
	}
	defer served.Close()
	var slugs []string
	if err := served.EachSlug(t.Context(), func(slug []byte) error {
		slugs = append(slugs, string(slug))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return slugs
}

// damage ends a replica and cuts its copy of a release in half.
func (r *replica) damage(t testing.TB, release string) {
	t.Helper()
	built, err := r.member.Catalogue().Built(release)
	if err != nil {
		t.Fatal(err)
	}
	r.end()
	for _, path := range built.Files {
		if err := os.Truncate(path, built.Manifest.Size/2); err != nil {
			t.Fatal(err)
		}
	}
}

// eventually waits for something.
func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	for until := time.Now().Add(soon); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("%s: it did not come to that", what)
		}
	}
}

// waits waits until all replicas serve what was agreed on.
func waits(t testing.TB, m *fleet.Member) *fleet.Roll {
	t.Helper()
	roll, err := m.Wait(t.Context(), fleet.All, soon)
	if err != nil {
		t.Fatal(err)
	}
	if !roll.Enough() {
		t.Fatalf("found %+v, expected all to serve act %d", roll.Replicas, roll.Act)
	}
	return roll
}

// known waits until so many replicas are known, and serve what was agreed on.
func known(t testing.TB, m *fleet.Member, n int) {
	t.Helper()
	eventually(t, "the replicas are known", func() bool { return len(waits(t, m).Replicas) == n })
}

func journal(t testing.TB, dir string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "journal.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// publishes has a member build and publish a release.
func publishes(t testing.TB, m *fleet.Member, posts ...*content.Post) string {
	t.Helper()
	return storetest.Publish(t, m.Catalogue(), catalogue.ImportOptions{By: "tester"}, posts...)
}

func post(slug string) *content.Post {
	p := &content.Post{Slug: slug, Title: "Title of " + slug, Body: []content.Block{content.Paragraph{Text: "Of " + slug + " there is this to say."}}}
	p.Settle()
	return p
}
