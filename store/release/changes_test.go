package release_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/live"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

// history is a data directory and what each of its releases holds.
type history struct {
	t      *testing.T
	rnd    *rand.Rand
	c      *catalogue.Catalogue
	shelf  *live.Others
	models map[string]*storetest.Model
	posts  map[string][]*content.Post
}

func newHistory(t *testing.T, rnd *rand.Rand, posts []*content.Post) *history {
	t.Helper()
	c := storetest.Catalogue(t, posts...)
	h := &history{t: t, rnd: rnd, c: c, shelf: live.NewOthers(c), models: map[string]*storetest.Model{}, posts: map[string][]*content.Post{}}
	h.note("r1", posts)
	t.Cleanup(func() {
		if err := h.shelf.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

func (h *history) note(name string, posts []*content.Post) {
	h.models[name], h.posts[name] = storetest.NewModel(posts), posts
}

func (h *history) current() string {
	h.t.Helper()
	name, err := h.c.Current()
	if err != nil {
		h.t.Fatal(err)
	}
	return name
}

// publish publishes an edit of what is current.
func (h *history) publish() {
	h.t.Helper()
	posts := append(edited(h.rnd, h.posts[h.current()], h.rnd.IntN(8)), post(fmt.Sprintf("mark-%d", len(h.posts))))
	h.note(storetest.Publish(h.t, h.c, catalogue.ImportOptions{Replace: true}, posts...), posts)
}

// move publishes, rolls back or goes forward again.
func (h *history) move() {
	h.t.Helper()
	switch names := releaseNames(h.t, h.c); h.rnd.IntN(4) {
	case 0:
		if _, err := h.c.Rollback("", store.RollbackOptions{By: "me"}); err != nil && !errors.As(err, new(*store.RefusedError)) && !errors.Is(err, store.ErrReleaseGone) {
			h.t.Fatal(err)
		}
	case 1:
		if _, err := h.c.Publish(names[h.rnd.IntN(len(names))], store.PublishOptions{Force: true}); err != nil {
			h.t.Fatal(err)
		}
	default:
		h.publish()
	}
}

// changes asks what is current now.
func (h *history) changes(q store.ChangeQuery) (*store.ChangePage, map[string]string, error) {
	h.t.Helper()
	r, err := h.c.Open(h.current())
	if err != nil {
		h.t.Fatal(err)
	}
	defer r.Close()
	reader := r.Reader(store.Public).WithOthers(h.shelf)
	page, err := reader.Changes(h.t.Context(), q)
	if err != nil {
		return nil, nil, err
	}
	posts := map[string]string{}
	for _, change := range page.Changes {
		if change.Ref == store.NoRef || q.Until != "" { // else the post is of what is current
			continue
		}
		whole, err := reader.Posts(h.t.Context(), []store.Ref{change.Ref}, store.Whole)
		if err != nil {
			h.t.Fatal(err)
		}
		posts[change.Slug] = string(whole[0].AppendJSON(nil))
	}
	return page, posts, nil
}

// list is what a full walk of a release gives.
func (h *history) list(release string, f *store.Filter) map[string]string {
	posts := map[string]string{}
	for _, p := range h.models[release].Find(store.Public, f, store.Order{Field: store.FieldSlug}) {
		posts[p.Slug] = string(p.AppendJSON(nil))
	}
	return posts
}

// TestChangesEqualScan walks the changes between all pairs of releases, page by
// page, under many filters.
func TestChangesEqualScan(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	h := newHistory(t, rnd, storetest.RandomPosts(rnd, 250))
	h.publish()
	h.publish()
	h.note(storetest.Publish(t, h.c, catalogue.ImportOptions{Replace: true}, post("only")), []*content.Post{post("only")})
	names := slices.Sorted(maps.Keys(h.models))
	for i := range storetest.Times(120) {
		since, until := names[rnd.IntN(len(names))], names[rnd.IntN(len(names))]
		var filter *store.Filter
		if i%4 > 0 {
			filter = storetest.RandomFilter(rnd, 2)
		}
		want := storetest.Changes(store.Public, h.models[since], h.models[until], filter)
		q := store.ChangeQuery{Since: since, Until: until, Filter: filter, First: 1 + rnd.IntN(40), Fields: true}
		var got []store.Change
		for {
			page, _, err := h.changes(q)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, page.Changes...)
			if page.Release != until || page.Total() != len(want) || page.HasNext != (len(got) < len(want)) {
				t.Fatalf("found %s, %+v, next %t after %d of %d", page.Release, page.ChangeCounts, page.HasNext, len(got), len(want))
			}
			if !page.HasNext {
				break
			}
			q.After = page.Changes[len(page.Changes)-1].Cursor
		}
		if diff := cmp.Diff(want, got, sameChanges); diff != "" {
			t.Fatalf("%s to %s, filter %s:\n%s", since, until, asJSON(t, filter), diff)
		}
	}
}

// TestChangesOfPostsThatDidNotChange filters by the slug of a term, which stands
// for another term once there is one that would have the same.
func TestChangesOfPostsThatDidNotChange(t *testing.T) {
	t.Parallel()
	tool := func(name string) func(*content.Post) { return func(p *content.Post) { p.Meta.Tools = []string{name} } }
	plain := []*content.Post{post("a", tool("c++")), post("b"), post("c", tool("c++")), post("d", tool("go"))}
	both := append([]*content.Post{post("0")}, append(plain[2:], plain[0], post("bb", tool("cplusplus")))...)
	h := newHistory(t, random(t), plain)
	h.note(storetest.Publish(t, h.c, catalogue.ImportOptions{Replace: true}, both...), both)
	filter := &store.Filter{Tool: &store.TermFilter{Eq: ptr("cplusplus")}}
	for _, pair := range [][2]string{{"r1", "r2"}, {"r2", "r1"}} {
		page, _, err := h.changes(store.ChangeQuery{Since: pair[0], Until: pair[1], Filter: filter, First: 10})
		if err != nil {
			t.Fatal(err)
		}
		want := storetest.Changes(store.Public, h.models[pair[0]], h.models[pair[1]], filter)
		if diff := cmp.Diff(want, page.Changes, sameChanges); diff != "" || len(want) != 3 {
			t.Errorf("%s to %s: expected 3 changes\n%s", pair[0], pair[1], diff)
		}
	}
}

// client keeps a copy of a list by the changes alone, as docs/releases.md tells
// it to.
type client struct {
	*history
	filter *store.Filter
	posts  map[string]string
	stands []string // the releases that its posts are from
	synced int      // in full
}

// page asks for a page of changes, of random length.
func (c *client) page(since, after string) (page *store.ChangePage, posts map[string]string, err error) {
	return c.changes(store.ChangeQuery{Since: since, Filter: c.filter, First: 1 + c.rnd.IntN(30), After: after, Cursors: store.LastCursor})
}

// sync brings the copy to one release. between is called between pages, and may
// switch releases.
func (c *client) sync(between func()) {
	c.t.Helper()
	for round := 0; round == 0 || len(c.stands) > 1; round++ {
		told := map[string]bool{}
		for _, since := range slices.Clone(c.stands) {
			after := ""
			for {
				page, posts, err := c.page(since, after)
				if errors.Is(err, store.ErrReleaseGone) {
					c.full()
					return
				}
				if err != nil {
					c.t.Fatal(err)
				}
				if told[page.Release] = true; !slices.Contains(c.stands, page.Release) {
					c.stands = append(c.stands, page.Release)
				}
				for _, change := range page.Changes {
					if change.Kind == store.Removed {
						delete(c.posts, change.Slug)
					} else {
						c.posts[change.Slug] = posts[change.Slug]
					}
				}
				if !page.HasNext {
					break
				}
				after = page.Changes[len(page.Changes)-1].Cursor
				if round < 5 { // else it might go on for ever
					between()
				}
			}
		}
		if len(told) == 1 {
			c.stands = slices.Collect(maps.Keys(told))
		}
	}
}

// full copies what is current.
func (c *client) full() {
	name := c.current()
	c.posts, c.stands, c.synced = c.list(name, c.filter), []string{name}, c.synced+1
}

// check holds the copy against a full walk of the release it is from.
func (c *client) check() {
	c.t.Helper()
	if diff := cmp.Diff(c.list(c.stands[0], c.filter), c.posts); diff != "" {
		c.t.Fatalf("at %s, filter %s:\n%s", c.stands[0], asJSON(c.t, c.filter), diff)
	}
}

// TestChangesConverge lets clients follow a history of random edits, publishes,
// rollbacks and prunes, release by release or after a while.
func TestChangesConverge(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	h := newHistory(t, rnd, storetest.RandomPosts(rnd, 120))
	clients := []*client{{history: h}, {history: h}}
	for range 10 {
		clients = append(clients, &client{history: h, filter: storetest.RandomFilter(rnd, 2)})
	}
	for _, c := range clients {
		c.full()
	}
	for step := range 25 {
		h.move()
		if step%9 == 8 {
			if _, err := h.c.Prune(3, "me"); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range clients {
			if rnd.IntN(3) > 0 {
				c.sync(func() {})
				if c.stands[0] != h.current() {
					t.Fatalf("found %q, expected %s", c.stands, h.current())
				}
				c.check()
			}
		}
	}
	for _, c := range clients {
		if c.synced > 4 {
			t.Errorf("synced in full %d times", c.synced)
		}
	}
}

// TestChangesConvergeAcrossSwitches switches releases in the middle of walks,
// back and forth too.
func TestChangesConvergeAcrossSwitches(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	h := newHistory(t, rnd, storetest.RandomPosts(rnd, 150))
	c := &client{history: h}
	filtered := &client{history: h, filter: &store.Filter{Tool: &store.TermFilter{None: []string{"git"}}}}
	c.full()
	filtered.full()
	switches := 0
	between := func() {
		if rnd.IntN(6) == 0 {
			h.move()
			switches++
		}
	}
	for round := 0; round < 8 || switches == 0 && round < 100; round++ {
		h.move()
		c.sync(between)
		c.check()
		filtered.sync(between)
		filtered.check()
	}
	if switches == 0 {
		t.Error("nothing switched in the middle")
	}
}

// TestChangesSinceWhatIsNotThere asks for releases of every fate.
func TestChangesSinceWhatIsNotThere(t *testing.T) {
	t.Parallel()
	c := line(t) // r6 and r7 are staged
	if _, err := c.Prune(2, "me"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Rollback("", store.RollbackOptions{By: "me"}); err != nil {
		t.Fatal(err)
	}
	r, err := c.Open("r4")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	shelf := live.NewOthers(c)
	defer shelf.Close()
	for _, tt := range []struct {
		since string
		want  error
		total int
	}{
		{"r4", nil, 0}, {"r5", nil, 1}, {"r1", store.ErrReleaseGone, 0}, {"r3", store.ErrReleaseGone, 0}, {"r6", store.ErrNotFound, 0}, {"r99", store.ErrNotFound, 0},
	} {
		for _, q := range []store.ChangeQuery{{Since: tt.since, First: 10}, {Since: "r4", Until: tt.since, First: 10}} {
			page, err := r.Reader(store.Public).WithOthers(shelf).Changes(t.Context(), q)
			if !errors.Is(err, tt.want) || tt.want != nil && !errors.As(err, new(*store.ReleaseError)) || err == nil && page.Total() != tt.total {
				t.Errorf("%+v: found %+v, %v", q, page, err)
			}
		}
	}
	for _, name := range []string{"", "x", "r", "r0", "r01", "R1", "../r4", strings.Repeat("r", 1000)} {
		_, err := r.Reader(store.Public).WithOthers(shelf).Changes(t.Context(), store.ChangeQuery{Since: name, First: 10})
		if argument := new(store.ArgumentError); !errors.As(err, &argument) || argument.Name != "since" || len(err.Error()) > 200 {
			t.Errorf("%.20q: found %v", name, err)
		}
	}
	if page, err := r.Reader(store.Public).WithOthers((*live.Others)(nil)).Changes(t.Context(), store.ChangeQuery{Since: "r4", First: 10}); err != nil || page.Total() != 0 {
		t.Errorf("without a shelf: found %+v, %v", page, err)
	}
	for _, reader := range []*release.Reader{r.Reader(store.Public).WithOthers((*live.Others)(nil)), r.Reader(store.Public)} {
		if _, err := reader.Changes(t.Context(), store.ChangeQuery{Since: "r5", First: 10}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("without a shelf: found %v", err)
		}
	}
	// A release of an earlier format is as good as gone.
	path := filepath.Join(c.Dir(), "releases", "r5", "manifest.json")
	manifest, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	manifest = []byte(strings.Replace(string(manifest), fmt.Sprintf(`"format": %d`, store.FormatVersion), `"format": 4`, 1))
	if err := errors.Join(os.Remove(path), os.WriteFile(path, manifest, 0o644)); err != nil {
		t.Fatal(err)
	}
	fresh := live.NewOthers(c)
	defer fresh.Close()
	if _, err := r.Reader(store.Public).WithOthers(fresh).Changes(t.Context(), store.ChangeQuery{Since: "r5", First: 10}); !errors.Is(err, store.ErrReleaseGone) {
		t.Errorf("found %v", err)
	}
	if page, err := fresh.Published(10, ""); err != nil || page.Total != 1 || page.Releases[0].Name != "r4" {
		t.Errorf("found %+v, %v", page, err)
	}
}

func TestChangesRefuse(t *testing.T) {
	t.Parallel()
	c := line(t)
	r, err := c.Open("r5")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	shelf := live.NewOthers(c)
	defer shelf.Close()
	ask := func(q store.ChangeQuery) (*store.ChangePage, error) {
		return r.Reader(store.Public).WithOthers(shelf).Changes(t.Context(), q)
	}
	page, err := ask(store.ChangeQuery{Since: "r1", First: 1})
	if err != nil || !page.HasNext {
		t.Fatal(page, err)
	}
	cursor := page.Changes[0].Cursor
	costly := &store.Filter{}
	for range 20 {
		costly.And = append(costly.And, store.Filter{Title: &store.TextFilter{Contains: ptr("a")}})
	}
	for _, q := range []store.ChangeQuery{
		{Since: "r1", First: 101}, {Since: "r1", First: -1}, {Since: "r1", First: 1, After: "bad"}, {Since: "r2", First: 1, After: cursor},
		{Since: "r1", Until: "r4", First: 1, After: cursor}, {Since: "r1", First: 1, After: cursor, Filter: &store.Filter{HasImages: ptr(true)}},
		{Since: "r1", First: 1, Filter: costly}, {Since: "r5", First: 1, Filter: costly}, {Since: "r5", First: 1, After: "bad"},
	} {
		if got, err := ask(q); !errors.As(err, new(*store.ArgumentError)) {
			t.Errorf("%+v: found %+v, %v", q, got, err)
		}
	}
	if page, err := ask(store.ChangeQuery{Since: "r1", First: 0}); err != nil || page.Total() != 4 || len(page.Changes) != 0 || !page.HasNext {
		t.Errorf("found %+v, %v", page, err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := r.Reader(store.Public).WithOthers(shelf).Changes(ended, store.ChangeQuery{Since: "r1", First: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("found %v", err)
	}
}

// TestShelfUnderLoad lets many readers compare many releases while some are
// pruned: more than the shelf keeps open.
func TestShelfUnderLoad(t *testing.T) {
	t.Parallel()
	c := line(t)
	current, err := c.Open("r5")
	if err != nil {
		t.Fatal(err)
	}
	defer current.Close()
	shelf := live.NewOthers(c)
	var readers sync.WaitGroup
	for i := range 8 {
		readers.Go(func() {
			rnd := rand.New(rand.NewPCG(uint64(i), 1))
			for range storetest.Times(150) {
				since, until := 1+rnd.IntN(5), 1+rnd.IntN(5)
				page, err := current.Reader(store.Public).WithOthers(shelf).Changes(t.Context(),
					store.ChangeQuery{Since: fmt.Sprintf("r%d", since), Until: fmt.Sprintf("r%d", until), First: 10, Fields: true})
				if err == nil && page.Total() != max(since-until, until-since) || err != nil && !errors.Is(err, store.ErrReleaseGone) {
					t.Errorf("r%d to r%d: found %+v, %v", since, until, page, err)
				}
			}
		})
	}
	if _, err := c.Prune(1, "me"); err != nil {
		t.Error(err)
	}
	readers.Wait()
	if err := shelf.Close(); err != nil {
		t.Error(err)
	}
	if open := mapped(t, c.Dir()); len(open) != 1 {
		t.Errorf("found %q open, expected r5 alone", open)
	}
}

// TestShelfOpensBesideOthers has a release that takes long to open, as another process
// has its file locked: others are given meanwhile, and who leaves does not wait for it.
func TestShelfOpensBesideOthers(t *testing.T) {
	t.Parallel()
	c := line(t)
	current, err := c.Open("r5")
	if err != nil {
		t.Fatal(err)
	}
	defer current.Close()
	file, err := os.Open(filepath.Join(c.Dir(), "releases", "r1", "release.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		shelf := live.NewOthers(c)
		defer shelf.Close()
		ask := func(ctx context.Context, since string) error {
			_, err := current.Reader(store.Public).WithOthers(shelf).Changes(ctx, store.ChangeQuery{Since: since, First: 1})
			return err
		}
		slow := make(chan error, 2)
		for range cap(slow) {
			go func() { slow <- ask(t.Context(), "r1") }()
		}
		synctest.Wait()
		for _, name := range []string{"r2", "r3", "r4", "r2"} {
			if err := ask(t.Context(), name); err != nil {
				t.Errorf("%s: found %v", name, err)
			}
		}
		impatient, stop := context.WithTimeout(t.Context(), time.Millisecond)
		defer stop()
		if err := ask(impatient, "r1"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("found %v", err)
		}
		if err := syscall.Flock(int(file.Fd()), syscall.LOCK_UN); err != nil {
			t.Error(err)
		}
		for range cap(slow) {
			if err := <-slow; err != nil {
				t.Error(err)
			}
		}
	})
}

// TestLiveLetsGoOfWhatIsPruned prunes a release that a server has open.
func TestLiveLetsGoOfWhatIsPruned(t *testing.T) {
	t.Parallel()
	c := line(t)
	l := storetest.Live(t, c)
	served(t, l, "r5")
	r, err := l.Acquire()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	ask := func() error {
		_, err := r.Reader(store.Public).WithOthers(l.Others()).Changes(t.Context(), store.ChangeQuery{Since: "r1", First: 1})
		return err
	}
	if err := ask(); err != nil || len(mapped(t, c.Dir())) != 2 {
		t.Fatalf("found %q, %v", mapped(t, c.Dir()), err)
	}
	if _, err := c.Prune(1, "me"); err != nil {
		t.Fatal(err)
	}
	if err := ask(); !errors.Is(err, store.ErrReleaseGone) {
		t.Errorf("found %v", err)
	}
	for deadline := time.Now().Add(20 * time.Second); len(mapped(t, c.Dir())) != 1; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("found %q", mapped(t, c.Dir()))
		}
	}
}

// mapped gives the files of a folder that this process has mapped.
func mapped(t *testing.T, dir string) []string {
	t.Helper()
	text, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Skip("the system does not tell what is mapped")
	}
	open := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if i := strings.Index(line, dir+string(filepath.Separator)); i >= 0 {
			open[strings.TrimSpace(line[i:])] = true
		}
	}
	return slices.Sorted(maps.Keys(open))
}
