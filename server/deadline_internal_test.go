package server

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestDeadline(t *testing.T) {
	const life = time.Second
	cases := map[string]struct {
		parent   time.Duration // its own deadline; 0 for none
		cancel   time.Duration // when the parent is cancelled; 0 for never
		expected time.Duration // when it ends
		err      error
	}{
		"by itself":                     {0, 0, life, context.DeadlineExceeded},
		"under a longer deadline":       {2 * life, 0, life, context.DeadlineExceeded},
		"under a shorter deadline":      {life / 2, 0, life / 2, context.DeadlineExceeded},
		"under a parent that is ended":  {0, life / 4, life / 4, context.Canceled},
		"under a parent ended too late": {0, 2 * life, life, context.DeadlineExceeded},
	}
	for name, c := range cases {
		for _, waits := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				parent, cancel := context.WithCancel(context.Background())
				defer cancel()
				if c.parent > 0 {
					var end context.CancelFunc
					parent, end = context.WithTimeout(parent, c.parent)
					defer end()
				}
				if c.cancel > 0 {
					time.AfterFunc(c.cancel, cancel)
				}
				d := newDeadline(parent, began.Add(life))
				defer d.cancel()
				at, ok := d.Deadline()
				latest := life
				if c.parent > 0 {
					latest = min(life, c.parent)
				}
				if !ok || !at.Equal(began.Add(latest)) {
					t.Errorf("%s: deadline %v, %t", name, at.Sub(began), ok)
				}
				if err := d.Err(); err != nil {
					t.Errorf("%s: ended before its time: %v", name, err)
				}
				if waits {
					<-d.Done()
				} else {
					time.Sleep(c.expected)
					synctest.Wait()
				}
				if found := time.Since(began); found != c.expected {
					t.Errorf("%s: ended after %v, expected %v", name, found, c.expected)
				}
				if err := d.Err(); !errors.Is(err, c.err) {
					t.Errorf("%s: found %v, expected %v", name, err, c.err)
				}
			})
		}
	}
}

// What waits for the end is freed when the answer is made; no timer is left.
func TestDeadlineThatIsNotNeeded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		waited := newDeadline(context.Background(), began.Add(time.Hour))
		freed := make(chan struct{})
		go func() { <-waited.Done(); close(freed) }()
		synctest.Wait()
		waited.cancel()
		<-freed
		never := newDeadline(context.Background(), began.Add(time.Hour))
		never.cancel()
		never.cancel()
		if time.Since(began) != 0 {
			t.Errorf("waited %v", time.Since(began))
		}
	})
}

// TestDeadlineEndsChildren: a context that was made of one that is cancelled ends with it,
// for a reason, as those of the standard library do; they panic where there is none.
func TestDeadlineEndsChildren(t *testing.T) {
	t.Parallel()
	for range 200 {
		d := newDeadline(context.Background(), time.Now().Add(time.Hour))
		child, cancel := context.WithTimeout(d, time.Hour)
		d.cancel()
		<-child.Done()
		if !errors.Is(child.Err(), context.Canceled) || !errors.Is(d.Err(), context.Canceled) {
			t.Fatalf("found %v under %v", child.Err(), d.Err())
		}
		cancel()
	}
}
