package fleet_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"alphanode/content"
	"alphanode/fleet"
	"alphanode/store"
	"alphanode/store/catalogue"
)

var (
	rounds = flag.Int("rounds", 24, "how many acts and faults at random")
	seed   = flag.Uint64("seed", 0, "of what happens at random; 0 takes any")
)

// chaos is a fleet to which things happen at random, while its replicas are read.
type chaos struct {
	*world
	r        *rand.Rand
	writers  []*fleet.Member
	replicas []*replica

	mu    sync.Mutex
	gone  map[string]bool            // posts whose takedown was done everywhere
	sums  map[string]map[string]bool // SHA-256 of files that were built, by release
	reads int
}

// TestRandomFaults: whatever happens, no replica answers with what was not built, or with a post
// that is taken down everywhere; no reader who says what he has seen goes back; and when all is
// well again, all have one history.
func TestRandomFaults(t *testing.T) {
	t.Parallel()
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	t.Logf("seed %d", *seed)
	w, m := newWorld(t, post("a"), post("b"))
	c := &chaos{world: w, r: rand.New(rand.NewPCG(*seed, 1)), writers: []*fleet.Member{m, w.writer("second")}, gone: map[string]bool{}, sums: map[string]map[string]bool{}}
	c.note(m)
	for i := range 3 {
		c.replicas = append(c.replicas, w.replica(fmt.Sprintf("replica-%d", i)))
	}
	known(t, m, 3)
	w.net.Repeat(.2)
	w.net.Reorder(.2)
	ctx, stop := context.WithCancel(t.Context())
	var reading sync.WaitGroup
	for i := range c.replicas {
		reading.Go(func() { c.read(ctx, i) })
	}
	for range *rounds {
		c.happen()
		if t.Failed() {
			break
		}
	}
	w.net.HealAll()
	w.net.Full(false)
	for _, name := range c.machines() {
		w.net.Lose(name, 0)
	}
	for _, m := range c.writers { // each has what it has acted with
		if d, err := m.Mend(t.Context()); err != nil {
			t.Fatal(err)
		} else if len(d.Lost) > 0 {
			t.Logf("not on this disk: %v", d.Lost)
		}
	}
	if err := m.Catalogue().CatchUp(); err != nil {
		t.Fatal(err)
	}
	waits(t, m)
	stop()
	reading.Wait()
	if err := c.writers[1].Catalogue().CatchUp(); err != nil {
		t.Fatal(err)
	}
	own := journal(t, m.Catalogue().Dir())
	for _, r := range c.replicas {
		if got := journal(t, r.dir); got != own {
			t.Errorf("%s: found the journal\n%s, expected\n%s", r.name, got, own)
		}
	}
	if got := journal(t, c.writers[1].Catalogue().Dir()); got != own {
		t.Errorf("the second writer: found the journal\n%s, expected\n%s", got, own)
	}
	t.Logf("%d acts in the journal, %d reads", strings.Count(own, "\n"), c.reads)
	if c.reads == 0 {
		t.Error("nothing was read")
	}
}

func (c *chaos) machines() []string {
	names := []string{"writer", "second"}
	for _, r := range c.replicas {
		names = append(names, r.name)
	}
	return names
}

// note remembers which files were built for which release.
func (c *chaos) note(m *fleet.Member) {
	names, err := m.Catalogue().Names()
	if err != nil {
		c.t.Error(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, name := range names {
		if built, err := m.Catalogue().Built(name); err == nil {
			if c.sums[name] == nil {
				c.sums[name] = map[string]bool{}
			}
			c.sums[name][built.Manifest.SHA256] = true
		}
	}
}

// read reads from one replica after the other, whatever happens to them.
func (c *chaos) read(ctx context.Context, i int) {
	newest := "" // that this reader has seen
	for ctx.Err() == nil {
		time.Sleep(2 * time.Millisecond)
		c.mu.Lock()
		r, gone := c.replicas[(i+c.reads)%len(c.replicas)], slices.Collect(maps.Keys(c.gone))
		c.mu.Unlock()
		served, err := r.live.Acquire()
		if err != nil {
			continue
		}
		name, sum := served.Name(), served.Manifest().SHA256
		reached, unknown := true, error(nil)
		if newest != "" {
			reached, unknown = r.live.Reached(name, newest)
		}
		held, err := served.Holds(ctx, gone)
		_ = served.Close()
		c.mu.Lock()
		c.reads++
		c.mu.Unlock()
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && !errors.Is(err, store.ErrWithdrawn):
			c.t.Errorf("%s: read %s: %v", r.name, name, err)
		case len(held) > 0:
			c.t.Errorf("%s: %s has %v, which were taken down everywhere", r.name, name, held)
		}
		if !reached || unknown != nil {
			continue // it would have been refused
		}
		newest = name
		c.mu.Lock()
		known := c.sums[name][sum]
		c.mu.Unlock()
		if !known { // it may have been built just now, and not noted yet
			eventually(c.t, fmt.Sprintf("%s was built as %s", name, sum), func() bool {
				c.mu.Lock()
				defer c.mu.Unlock()
				return c.sums[name][sum]
			})
		}
	}
}

// happen has one thing happen.
func (c *chaos) happen() {
	m := c.writers[c.r.IntN(len(c.writers))]
	machine := c.machines()[c.r.IntN(5)]
	switch what := c.r.IntN(16); what {
	case 0, 1, 2, 3:
		c.try(m, "publish", func() error {
			b, err := m.Catalogue().Import(c.t.Context(), catalogue.ImportOptions{By: "tester"})
			if err != nil {
				return err
			}
			defer b.Discard()
			name := fmt.Sprintf("post-%d", c.r.IntN(1000))
			if err := b.Add(content.Record{Post: post(name)}, catalogue.Origin{File: "test", Line: 1}); err != nil {
				return err
			}
			built, err := b.Finish(c.t.Context())
			c.note(m)
			if err != nil || built.Name == "" {
				return err
			}
			_, err = m.Catalogue().Publish(built.Name, store.PublishOptions{By: "tester", Force: c.r.IntN(2) == 0})
			return err
		})
	case 4, 5:
		c.try(m, "roll back", func() error {
			_, err := m.Catalogue().Rollback("", store.RollbackOptions{By: "tester"})
			return err
		})
	case 6:
		c.takedown(m)
	case 7:
		c.try(m, "prune", func() error {
			_, err := m.Catalogue().Prune(2+c.r.IntN(3), "tester")
			return err
		})
	case 8:
		c.try(m, "key", func() error {
			_, _, err := m.Keys().Add("somebody", store.ScopeRead)
			return err
		})
	case 9, 10:
		c.net.Cut(machine)
		c.soon(func() { c.net.Heal(machine) })
	case 11:
		c.net.Lose(machine, .5)
		c.soon(func() { c.net.Lose(machine, 0) })
	case 12:
		files := c.net.Files()
		if file := files[c.r.IntN(len(files))]; c.r.IntN(2) == 0 {
			c.net.Corrupt(file)
		} else {
			c.net.Drop(file)
		}
	case 13:
		c.net.Full(true)
		c.soon(func() { c.net.Full(false) })
	case 14:
		if _, err := m.Mend(c.t.Context()); err != nil {
			c.t.Logf("mend: %v", err)
		}
	default:
		i := c.r.IntN(len(c.replicas))
		r := c.replicas[i]
		r.end()
		again := c.replicaIn(r.name, r.dir, fleet.ReplicaOptions{})
		c.mu.Lock()
		c.replicas[i] = again
		c.mu.Unlock()
	}
	time.Sleep(time.Duration(c.r.IntN(60)) * time.Millisecond)
}

// soon ends what happens.
func (c *chaos) soon(end func()) { time.AfterFunc(time.Duration(c.r.IntN(400))*time.Millisecond, end) }

// try does an act, which may be refused or fail.
func (c *chaos) try(m *fleet.Member, what string, act func() error) bool {
	err := act()
	c.note(m)
	if err != nil && errors.Is(err, store.ErrCorrupt) {
		c.t.Logf("%s: %v", what, err)
	}
	return err == nil
}

// takedown takes a post down. When every replica says that it is gone, it is never seen again.
func (c *chaos) takedown(m *fleet.Member) {
	slug := fmt.Sprintf("post-%d", c.r.IntN(1000))
	if c.r.IntN(2) == 0 {
		slug = "b"
	}
	if !c.try(m, "takedown", func() error {
		_, err := m.Catalogue().Takedown(c.t.Context(), []string{slug}, store.TakedownOptions{By: "tester"})
		return err
	}) {
		return
	}
	roll, err := m.Wait(c.t.Context(), fleet.All, 2*time.Second)
	if err == nil && roll.Enough() {
		c.mu.Lock()
		c.gone[slug] = true
		c.mu.Unlock()
	}
}
