package backup_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/backup"
	"alphanode/store/catalogue"
)

// TestUnderLoad makes backups of a data directory in which posts are imported, published,
// rolled back from, pruned and taken down all the time. Each restores to what the directory
// was at some time: the releases are sound and hold what they held, and no post that is
// taken down in it.
func TestUnderLoad(t *testing.T) {
	t.Parallel()
	c := archive(t)
	ctx, stop := context.WithCancel(t.Context())
	var held sync.Map // what a release held, at any time
	var beside sync.WaitGroup
	for _, name := range []string{"r1", "r2", "r3"} {
		held.Store(name+export(t, c, name), true)
	}
	rounds := 0
	beside.Go(func() {
		for ctx.Err() == nil {
			rounds++
			if err := changeAll(t, c, &held, rounds); err != nil {
				t.Error(err)
				return
			}
		}
	})
	current := map[string]bool{}
	var saved []string // what a release held in a backup
	for len(current) < 3 || len(current) < 6 && !testing.Short() {
		var out strings.Builder
		made, err := backup.Write(t.Context(), &out, c, backup.Options{Keys: true})
		if refused, ok := errors.AsType[*store.RefusedError](err); ok && strings.Contains(refused.Reason, "taken down") {
			continue // a takedown is under way, and this can be tried again
		}
		if err != nil {
			t.Error(err)
			break
		}
		again := restored(t, []byte(out.String()))
		current[made.Current] = true
		checkSound(t, again)
		taken, err := again.Takedowns()
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range made.Releases {
			got := export(t, again, r.Name)
			saved = append(saved, r.Name+got)
			for _, d := range taken {
				if strings.Contains(got, fmt.Sprintf(`"slug":%q`, d.Slug)) {
					t.Errorf("%s holds %s, which is taken down", r.Name, d.Slug)
				}
			}
		}
		if t.Failed() {
			break
		}
	}
	stop()
	beside.Wait()
	for _, posts := range saved {
		if _, ok := held.Load(posts); !ok {
			t.Errorf("found %q, which the release never held", posts)
		}
	}
	t.Logf("%d rounds of changes, %d backups of releases that were current one after the other", rounds, len(current))
}

// changeAll does each act once, and notes what a release holds before others can see it, and
// after a post was taken out of it.
func changeAll(t *testing.T, c *catalogue.Catalogue, held *sync.Map, round int) error {
	o := store.TakedownOptions{By: "test"}
	b, err := c.Import(context.Background(), catalogue.ImportOptions{})
	if err != nil {
		return err
	}
	defer b.Discard()
	for i, slug := range []string{fmt.Sprintf("post-%d", round), "changing"} {
		p := post(slug)
		p.Intro = fmt.Sprintf("Round %d.", round)
		if err := b.Add(content.Record{Post: p}, catalogue.Origin{File: "test", Line: i + 1}); err != nil {
			return err
		}
	}
	m, err := b.Finish(context.Background())
	if err != nil {
		return err
	}
	note := func() {
		names, err := c.Names()
		if err != nil {
			t.Error(err)
		}
		for _, name := range names {
			held.Store(name+export(t, c, name), true)
		}
	}
	note()
	if _, err := c.Publish(m.Name, store.PublishOptions{By: "test"}); err != nil {
		return err
	}
	if round%3 == 0 {
		if _, err := c.Rollback("", store.RollbackOptions{By: "test"}); err != nil {
			return err
		}
	}
	if _, err := c.Prune(3, "test"); err != nil {
		return err
	}
	if round%2 == 0 {
		slug := fmt.Sprintf("post-%d", round-1)
		if _, err := c.Takedown(context.Background(), []string{slug}, o); err != nil {
			return err
		}
		note()
		return c.Lift([]string{slug}, o)
	}
	return nil
}
