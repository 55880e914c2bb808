package release_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/live"
	"alphanode/store/storetest"
)

var calm = flag.Duration("calm", 3*time.Second, "how long TestCalm publishes, takes down and prunes beside readers, and expects no damage to be found")

// within waits until something is so, within a deadline far above what it takes.
func within(t testing.TB, what string, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !so(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: it never was so", what)
		}
	}
}

// releaseFile is the path of one of the files of a release, which may be written
// from then on.
func releaseFile(t *testing.T, c *catalogue.Catalogue, release, file string) string {
	t.Helper()
	path := filepath.Join(c.Dir(), "releases", release, file)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// flip changes some bytes of a file where it lies, from an offset on. Called again it
// takes that back.
func flip(t *testing.T, path string, from, n int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	data := make([]byte, n)
	if _, err := f.ReadAt(data, from); err != nil {
		t.Fatal(err)
	}
	for i := range data {
		data[i] ^= 0x10
	}
	if _, err := f.WriteAt(data, from); err != nil {
		t.Fatal(err)
	}
}

// spoil flips bits in what lies behind the header of a release's file, up to its middle.
// Called again it mends that.
func spoil(t *testing.T, c *catalogue.Catalogue, release string) {
	t.Helper()
	path := releaseFile(t, c, release, "release.db")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	from := int64(2 << 14)
	flip(t, path, from, info.Size()/2-from)
}

// chain publishes r1, r2 and r3, each onto the one before.
func chain(t *testing.T, n int) *catalogue.Catalogue {
	t.Helper()
	posts := storetest.RandomPosts(random(t), n)
	c := storetest.Catalogue(t, posts...)
	storetest.Publish(t, c, catalogue.ImportOptions{}, post("second"))
	storetest.Publish(t, c, catalogue.ImportOptions{}, post("third"))
	return c
}

// following serves a data directory and gives its log.
func following(t *testing.T, c *catalogue.Catalogue) (*live.Live, *safeLog) {
	t.Helper()
	log := &safeLog{}
	l := live.Follow(t.Context(), c, slog.New(slog.NewTextHandler(log, nil)))
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l, log
}

type safeLog struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *safeLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(b)
}

func (l *safeLog) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.all.String(), text)
}

// wentBack holds what a Live says against what it is to say.
func wentBack(t *testing.T, l *live.Live, from, to string) {
	t.Helper()
	served(t, l, to)
	if from == "" {
		to = ""
	}
	d := l.Damage()
	if d.From != from || d.To != to || from != "" && (!strings.Contains(l.Problem(), from) || !strings.Contains(l.Problem(), to)) || from == "" && l.Problem() != "" {
		t.Errorf("found %+v, %q, expected %s in place of %s", d, l.Problem(), to, from)
	}
}

// stays checks for some looks that what is served does not change.
func stays(t *testing.T, l *live.Live, want string) {
	t.Helper()
	for range 50 {
		served(t, l, want)
		time.Sleep(5 * time.Millisecond)
	}
}

// damages are what can happen to r3 at rest.
var damages = []struct {
	name string
	do   func(t *testing.T, c *catalogue.Catalogue)
}{
	{"a flipped header", func(t *testing.T, c *catalogue.Catalogue) { flip(t, releaseFile(t, c, "r3", "release.db"), 0, 1<<15) }},
	{"flips at the end", func(t *testing.T, c *catalogue.Catalogue) {
		path := releaseFile(t, c, "r3", "release.db")
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		flip(t, path, info.Size()-64, 64)
	}},
	{"a file cut short", func(t *testing.T, c *catalogue.Catalogue) {
		if err := os.Truncate(releaseFile(t, c, "r3", "release.db"), 5000); err != nil {
			t.Fatal(err)
		}
	}},
	{"no file", func(t *testing.T, c *catalogue.Catalogue) { remove(t, c, "r3", "release.db") }},
	{"no manifest", func(t *testing.T, c *catalogue.Catalogue) { remove(t, c, "r3", "manifest.json") }},
	{"no folder", func(t *testing.T, c *catalogue.Catalogue) { remove(t, c, "r3") }},
	{"half a manifest", func(t *testing.T, c *catalogue.Catalogue) {
		if err := os.Truncate(releaseFile(t, c, "r3", "manifest.json"), 30); err != nil {
			t.Fatal(err)
		}
	}},
	{"the manifest of another", func(t *testing.T, c *catalogue.Catalogue) {
		data, err := os.ReadFile(releaseFile(t, c, "r1", "manifest.json"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(releaseFile(t, c, "r3", "manifest.json"), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}},
}

func remove(t *testing.T, c *catalogue.Catalogue, parts ...string) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(append([]string{c.Dir(), "releases"}, parts...)...)); err != nil {
		t.Fatal(err)
	}
}

// TestDamagedAtStart: a server that starts serves the release to which a rollback
// would lead, says so once, and leaves CURRENT alone.
func TestDamagedAtStart(t *testing.T) {
	t.Parallel()
	for _, damage := range damages {
		t.Run(damage.name, func(t *testing.T) {
			t.Parallel()
			c := chain(t, 20)
			damage.do(t, c)
			l, log := following(t, c)
			if r, err := l.Acquire(); err != nil || r.Manifest().Name != "r2" || time.Since(r.ServedSince()) > time.Minute {
				t.Fatalf("found %v, %s", err, l.Problem())
			} else if err := r.Close(); err != nil {
				t.Error(err)
			}
			wentBack(t, l, "r3", "r2")
			stays(t, l, "r2")
			if current, err := c.Current(); err != nil || current != "r3" {
				t.Errorf("CURRENT names %s, %v", current, err)
			}
			if log.count("level=ERROR") != 1 || log.count("release=r3") != 1 || log.count("a release is damaged: roll back, or publish another") != 1 {
				t.Errorf("found the log %s", &log.all)
			}
			if reason := l.Reason("r2"); reason != "release r3 is damaged" {
				t.Errorf("found the reason %q", reason)
			}
			if _, err := c.Rollback("", store.RollbackOptions{By: "test"}); err != nil {
				t.Fatal(err)
			}
			within(t, "the state has ended", func() bool { return l.Problem() == "" })
			wentBack(t, l, "", "r2")
		})
	}
}

// TestDamagedAtSwitch: where CURRENT comes to name a damaged release, what was
// served is served on where a rollback would lead there, and not where it was
// itself rolled back from.
func TestDamagedAtSwitch(t *testing.T) {
	t.Parallel()
	for _, damage := range damages {
		t.Run(damage.name, func(t *testing.T) {
			t.Parallel()
			c := chain(t, 20)
			if _, err := c.Rollback("", store.RollbackOptions{By: "test"}); err != nil {
				t.Fatal(err)
			}
			l, _ := following(t, c)
			var switches []store.Switch
			l.OnSwitch(func(s store.Switch) { switches = append(switches, s) })
			damage.do(t, c)
			point(t, c, "publish", "r3", "r2") // by hand: publish refuses
			within(t, "the damage is found", func() bool { return l.Damage().From == "r3" })
			wentBack(t, l, "r3", "r2")
			stays(t, l, "r2")
			if err := l.Close(); err != nil {
				t.Error(err)
			}
			if len(switches) > 0 {
				t.Errorf("found the switches %v", switches)
			}
		})
	}
	t.Run("a rollback", func(t *testing.T) {
		t.Parallel()
		c := chain(t, 20)
		storetest.Publish(t, c, catalogue.ImportOptions{}, post("fourth"))
		l, _ := following(t, c)
		switches := make(chan store.Switch, 10)
		l.OnSwitch(func(s store.Switch) { switches <- s })
		served(t, l, "r4")
		remove(t, c, "r3", "release.db")
		point(t, c, "rollback", "r3", "r4") // rollback itself would see it
		wentBack(t, l, "r3", "r2")
		if got := <-switches; got.Before.Release != "r4" || got.After.Release != "r2" || got.Reason != "release r3 is damaged" {
			t.Errorf("found %+v", got)
		}
		stays(t, l, "r2")
	})
	t.Run("a rollback to none that is sound", func(t *testing.T) {
		t.Parallel()
		c := chain(t, 20)
		l, _ := following(t, c)
		served(t, l, "r3")
		remove(t, c, "r2", "release.db")
		remove(t, c, "r1", "release.db")
		point(t, c, "rollback", "r2", "r3")
		within(t, "the damage is found", func() bool { return l.Problem() == "release r2 cannot be opened" })
		stays(t, l, "r3") // no request fails because of a rollback
		if d := l.Damage(); d.From != "" || d.Confirmed != 2 {
			t.Errorf("found %+v", d)
		}
	})
}

// point writes CURRENT and the journal by hand.
func point(t *testing.T, c *catalogue.Catalogue, action, to, from string) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(c.Dir(), "journal.ndjson"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = fmt.Fprintf(f, `{"time":%q,"action":%q,"release":%q,"from":%q}`+"\n", time.Now().Format(time.RFC3339Nano), action, to, from)
	byHand := filepath.Join(c.Dir(), "by-hand")
	if err := errors.Join(err, f.Close(), os.WriteFile(byHand, []byte(to+"\n"), 0o644), os.Rename(byHand, filepath.Join(c.Dir(), "CURRENT"))); err != nil {
		t.Fatal(err)
	}
}

// ask reads all posts of what is served and gives its name. What is read is held
// against the export of that release.
func ask(t *testing.T, l *live.Live, exports map[string]string) (release string, err error) {
	t.Helper()
	r, err := l.Acquire()
	if err != nil {
		return "", err
	}
	defer r.Close()
	name, reader := r.Manifest().Name, r.Reader(store.Preview)
	walk, err := reader.Select(t.Context(), nil)
	if err != nil {
		return name, err
	}
	var all strings.Builder
	for refs := make([]store.Ref, 16); ; {
		n, err := walk.Next(t.Context(), refs)
		if err != nil {
			return name, err
		}
		if n == 0 {
			break
		}
		rows, _, err := reader.Raw(t.Context(), refs[:n], store.Whole, nil)
		if err != nil {
			return name, err
		}
		for _, row := range rows {
			all.Write(row.JSON)
			all.WriteByte('\n')
		}
	}
	if all.String() != exports[name] {
		t.Errorf("%s: a wrong answer", name)
	}
	return name, nil
}

func exportsOf(t *testing.T, c *catalogue.Catalogue) map[string]string {
	t.Helper()
	exports := map[string]string{}
	for _, name := range []string{"r1", "r2", "r3"} {
		exports[name] = export(t, c, name)
	}
	return exports
}

// TestDamagedWhileServed: one step back for each damaged release and never up again,
// until an operator acts; where there is none left, what can be proven is served.
func TestDamagedWhileServed(t *testing.T) {
	t.Parallel()
	c := chain(t, 60)
	exports := exportsOf(t, c)
	l, log := following(t, c)
	var mu sync.Mutex
	var switches []string
	l.OnSwitch(func(s store.Switch) {
		mu.Lock()
		defer mu.Unlock()
		switches = append(switches, s.Before.Release+" "+s.After.Release+" "+s.Reason)
	})
	wait := func(want string) {
		t.Helper()
		within(t, want+" is served", func() bool {
			name, err := ask(t, l, exports)
			if err != nil && !errors.Is(err, store.ErrCorrupt) {
				t.Fatal(err)
			}
			return err == nil && name == want
		})
	}
	wait("r3")
	old, err := l.Acquire()
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	stream, err := old.Reader(store.Public).Select(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	spoil(t, c, "r3")
	wait("r2")
	wentBack(t, l, "r3", "r2")
	if _, err := stream.Next(t.Context(), make([]store.Ref, 1)); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("the stream goes on: %v", err)
	}
	if _, err := l.Pin(t.Context(), "r3", store.PinOptions{Any: true}); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("found %v", err)
	}
	spoil(t, c, "r2")
	wait("r1")
	wentBack(t, l, "r3", "r1")
	spoil(t, c, "r3") // which mends it
	spoil(t, c, "r2")
	stays(t, l, "r1")
	if _, err := c.Verify(t.Context(), "r3"); err != nil {
		t.Fatal(err)
	}
	spoil(t, c, "r1")
	within(t, "there is none left", func() bool {
		_, _ = ask(t, l, exports)
		return strings.Contains(l.Problem(), "release r1 is damaged, and there is none to go back to")
	})
	stays(t, l, "r1")
	spoil(t, c, "r1")
	if name, err := ask(t, l, exports); err != nil || name != "r1" {
		t.Errorf("found %s, %v", name, err)
	}
	if d := l.Damage(); d.Confirmed != 3 || d.From != "" {
		t.Errorf("found %+v", d)
	}
	if _, err := c.Publish("r3", store.PublishOptions{}); err != nil { // it is current as it was
		t.Fatal(err)
	}
	wait("r3")
	wentBack(t, l, "", "r3")
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if want := []string{"r3 r2 release r3 is damaged", "r2 r1 release r2 is damaged", "r1 r1 release r1 is damaged", "r1 r3 "}; !slices.Equal(switches, want) {
		t.Errorf("found the switches %q", switches)
	}
	if n := log.count("a release is damaged"); n != 3 {
		t.Errorf("the log says it %d times: %s", n, &log.all)
	}
	if n := log.count("cannot serve the current release"); n > 0 {
		t.Errorf("the log says in %d other words too that a release is damaged: %s", n, &log.all)
	}
}

// TestPublishOfADamagedRelease that is current is refused, and ends nothing.
func TestPublishOfADamagedRelease(t *testing.T) {
	t.Parallel()
	c := chain(t, 20)
	exports := exportsOf(t, c)
	l, _ := following(t, c)
	served(t, l, "r3")
	spoil(t, c, "r3")
	if _, err := c.Publish("r3", store.PublishOptions{}); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("found %v", err)
	}
	within(t, "it goes back", func() bool { _, _ = ask(t, l, exports); return l.Damage().From == "r3" })
	if _, err := c.Publish("r3", store.PublishOptions{}); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("found %v", err)
	}
	stays(t, l, "r2")
}

// TestFlipsWhileServed changes a byte anywhere in the file that is served: what is
// answered is right, and damage that is met ends in going back.
func TestFlipsWhileServed(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	met := 0
	for range 6 {
		c := chain(t, 40)
		exports := exportsOf(t, c)
		l, _ := following(t, c)
		path := releaseFile(t, c, "r3", "release.db")
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		for range 1 + rnd.IntN(30) {
			flip(t, path, rnd.Int64N(info.Size()), 1)
		}
		if _, err := ask(t, l, exports); errors.Is(err, store.ErrCorrupt) {
			met++
			served(t, l, "r2")
			wentBack(t, l, "r3", "r2")
		} else if err != nil {
			t.Error(err)
		}
	}
	t.Logf("met damage in %d of 6", met)
}

// TestWhereItGoesBack holds where a server that starts goes against a plain model,
// over random publishes and rollbacks, with some releases damaged.
func TestWhereItGoesBack(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	base, err := catalogue.Make(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	const releases = 7
	for i := range releases {
		b, err := base.Import(t.Context(), catalogue.ImportOptions{Replace: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Add(content.Record{Post: post(fmt.Sprintf("p%d", i))}, catalogue.Origin{}); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Finish(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	wentTo := map[string]int{}
	for range 30 {
		c := copied(t, base)
		current, taken := "", map[string]bool{}
		line := map[string][]string{} // of each that was published: where a rollback leads, nearest first
		for range 3 + rnd.IntN(12) {
			if back := line[current]; len(back) > 0 && rnd.IntN(3) == 0 {
				n := rnd.IntN(len(back))
				if _, err := c.Rollback(back[n], store.RollbackOptions{By: "test"}); err != nil {
					t.Fatal(err)
				}
				taken[current] = true
				for _, passed := range back[:n] {
					taken[passed] = true
				}
				current = back[n]
			} else {
				next := fmt.Sprintf("r%d", 1+rnd.IntN(releases))
				if _, err := c.Publish(next, store.PublishOptions{Force: true}); err != nil {
					t.Fatal(err)
				}
				if _, known := line[next]; !known {
					line[next] = []string{}
					if current != "" {
						line[next] = append([]string{current}, line[current]...)
					}
				}
				current = next
			}
			delete(taken, current) // whoever makes it current again finds it right
		}
		damaged := map[string]bool{current: true}
		for i := range releases {
			if rnd.IntN(4) == 0 {
				damaged[fmt.Sprintf("r%d", i+1)] = true
			}
		}
		for name := range damaged {
			remove(t, c, name, "release.db")
		}
		want := ""
		for _, name := range line[current] {
			if !damaged[name] && !taken[name] {
				want = name
				break
			}
		}
		l, log := following(t, c)
		got := l.Damage().To
		if got != want {
			journal, _ := os.ReadFile(filepath.Join(c.Dir(), "journal.ndjson"))
			t.Fatalf("went from %s to %q, expected %q; damaged %v, taken back %v\n%s\n%s", current, got, want, damaged, taken, journal, &log.all)
		}
		wentTo[got]++
		if err := os.RemoveAll(c.Dir()); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("went to %v", wentTo)
}

// TestCalm publishes, rolls back, takes posts down and prunes beside readers: none of
// that is taken for damage.
func TestCalm(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	c := storetest.Catalogue(t, storetest.RandomPosts(rnd, 50)...)
	l, log := following(t, c)
	l.OnSwitch(func(s store.Switch) {
		if s.Reason != "" {
			t.Errorf("found the switch %+v", s)
		}
	})
	ctx, stop := context.WithTimeout(t.Context(), *calm)
	defer stop()
	var beside sync.WaitGroup
	answers := make([]int, 3)
	for i := range answers {
		seeds := rand.New(rand.NewPCG(rnd.Uint64(), 1))
		beside.Go(func() {
			for ctx.Err() == nil {
				r, err := l.Acquire()
				if err != nil {
					t.Error(err)
					return
				}
				if i == 1 { // reads of pinned releases too
					if pinned, err := l.Pin(ctx, fmt.Sprintf("r%d", 1+seeds.IntN(30)), store.PinOptions{Any: true}); err == nil {
						_ = r.Close() // it was only looked at
						r = pinned
					}
				}
				walk, err := r.Reader(store.Public).WithOthers(l.Others()).Select(ctx, nil)
				for refs := make([]store.Ref, 5); err == nil; {
					var n int
					if n, err = walk.Next(ctx, refs); n == 0 {
						break
					}
					_, err = r.Reader(store.Public).Posts(ctx, refs[:n], store.Whole)
				}
				if err != nil && ctx.Err() == nil && !errors.Is(err, store.ErrWithdrawn) {
					t.Errorf("%s: %v", r.Manifest().Name, err)
				}
				answers[i]++
				_ = r.Close() // it was only read from
			}
		})
	}
	acts := 0
	for n := 0; ctx.Err() == nil; n++ {
		acts++
		slug := fmt.Sprintf("new-%d", n)
		storetest.Publish(t, c, catalogue.ImportOptions{}, post(slug))
		var err error
		switch rnd.IntN(4) {
		case 0:
			_, err = c.Takedown(t.Context(), []string{slug}, store.TakedownOptions{})
		case 1:
			_, err = c.Rollback("", store.RollbackOptions{By: "test"})
		case 2:
			_, err = c.Prune(2, "test")
		case 3:
			_, err = c.Publish(fmt.Sprintf("r%d", n+2), store.PublishOptions{Force: true}) // which is current
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	beside.Wait()
	// What is published and taken down at once may be met while it is made anew.
	waits := log.count("until a takedown is finished")
	if d := l.Damage(); d != (live.Damage{}) || log.count("level=ERROR") > 0 || log.count("level=WARN") > waits {
		t.Errorf("found %+v and the log %s", d, &log.all)
	}
	t.Logf("%d acts beside %v answers", acts, answers)
}
