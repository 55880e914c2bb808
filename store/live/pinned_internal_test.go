package live

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"alphanode/store/catalogue"
)

// TestOpeningBlocksNoOther: while a release takes long to open, others are
// given; who waits for it waits no longer than they can, and it is opened once.
func TestOpeningBlocksNoOther(t *testing.T) {
	c := oneRelease(t)
	synctest.Test(t, func(t *testing.T) {
		var mutex sync.Mutex
		opened := map[string]int{}
		damaged := errors.New("damaged")
		p := newPinned(func(name string) (catalogue.Kept, error) {
			mutex.Lock()
			opened[name]++
			mutex.Unlock()
			switch name {
			case "slow":
				time.Sleep(time.Hour)
			case "damaged":
				time.Sleep(time.Minute)
				return catalogue.Kept{}, damaged
			}
			return c.OpenToKeep("r1")
		}, maxPinned)
		get := func(ctx context.Context, name string) error {
			r, err := p.get(ctx, name, time.Time{})
			if err != nil {
				return err
			}
			return r.Close()
		}
		slow, failed := make(chan error, 3), make(chan error, 3)
		for range cap(slow) {
			go func() { slow <- get(t.Context(), "slow") }()
			go func() { failed <- get(t.Context(), "damaged") }()
		}
		synctest.Wait()
		began := time.Now()
		if err := get(t.Context(), "quick"); err != nil || time.Since(began) > 0 {
			t.Errorf("found %v after %s", err, time.Since(began))
		}
		impatient, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		if err := get(impatient, "slow"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("found %v", err)
		}
		for range cap(slow) {
			if err := <-failed; !errors.Is(err, damaged) {
				t.Errorf("found %v", err)
			}
			if err := <-slow; err != nil {
				t.Error(err)
			}
		}
		if opened["slow"] != 1 || opened["damaged"] != 1 || len(p.byName) != 2 {
			t.Errorf("found %v, %d in the table", opened, len(p.byName))
		}
		p.close()
	})
}
