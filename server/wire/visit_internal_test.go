package wire

import (
	"context"
	"math/rand/v2"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// guest is a connection of a crowd, and requests on it.
func guest(c *Crowd, major int) (*connection, *http.Request) {
	ours, theirs := net.Pipe()
	_ = theirs.Close()
	member := &connection{Conn: ours, crowd: c}
	r := (&http.Request{ProtoMajor: major}).WithContext(context.WithValue(context.Background(), connectionKey{}, member))
	return member, r
}

// TestVisits has requests come, wait and go on one connection over HTTP/2, by chance: it
// waits where nothing is answered on it, from when the last began to wait or left.
func TestVisits(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	synctest.Test(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(seed, 0))
		c, asked := guest(NewCrowd(10), 2)
		type expected struct {
			visit Visit
			waits bool
		}
		var there []*expected
		var since int64 // the latest of what was waited from
		for range 20_000 {
			time.Sleep(time.Duration(r.IntN(2000)) * time.Millisecond)
			now := time.Now()
			from := func(at time.Time) { since = max(since, at.UnixNano()) }
			if len(there) == 0 || r.IntN(4) == 0 && len(there) < 5 {
				there = append(there, &expected{visit: Arrive(asked)})
			} else {
				i := r.IntN(len(there))
				switch v := there[i]; r.IntN(5) {
				case 0:
					if !v.waits {
						from(now)
					}
					v.visit.Wait()
					v.waits = true
				case 1:
					if !v.waits {
						from(now.Add(StalledAfter))
					}
					v.visit.Sends(PieceSize)
					v.waits = true
				case 2:
					v.visit.Sends(PieceSize + 1) // each piece of which has its time
				case 3:
					v.visit.Resume()
					v.waits = false
				default:
					v.visit.Leave()
					there = append(there[:i], there[i+1:]...)
					from(now.Add(StalledAfter))
				}
			}
			want := since
			for _, v := range there {
				if !v.waits {
					want = 0
				}
			}
			if found := c.waits.Load(); found != want {
				t.Fatalf("seed %d: found %d, expected %d with %d there", seed, found, want, len(there))
			}
		}
	})
}

// TestCrowdOfVisits: where one more comes, a connection is closed on which nothing is
// answered, and no other.
func TestCrowdOfVisits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for name, tt := range map[string]struct {
			major int
			does  func(one, other *Visit)
			after time.Duration // from when on it may be closed
			never bool
		}{
			"a body is waited for":            {2, func(one, _ *Visit) { one.Wait() }, 0, false},
			"the body of one is waited for":   {2, func(one, other *Visit) { one.Wait(); *other = Arrive(other.asked()) }, 0, true},
			"both bodies are waited for":      {2, func(one, other *Visit) { one.Wait(); *other = Arrive(other.asked()); other.Wait() }, 0, false},
			"a body has come":                 {2, func(one, _ *Visit) { one.Wait(); one.Resume() }, 0, true},
			"a short answer goes out":         {2, func(one, _ *Visit) { one.Sends(10) }, StalledAfter, false},
			"a long answer goes out":          {2, func(one, _ *Visit) { one.Sends(10 << 20) }, 0, true},
			"one has gone, one is waited for": {2, func(one, other *Visit) { *other = Arrive(other.asked()); other.Leave(); one.Wait() }, 0, false},
			"one goes out, one is waited for": {2, func(one, other *Visit) { *other = Arrive(other.asked()); other.Sends(10); one.Wait() }, StalledAfter, false},
			"all have gone":                   {2, func(one, _ *Visit) { one.Leave() }, StalledAfter, false},
			"1.1: a body is waited for":       {1, func(one, _ *Visit) { one.Wait() }, 0, false},
			"1.1: a body has come":            {1, func(one, _ *Visit) { one.Wait(); one.Resume() }, 0, true},
			"1.1: an answer goes out":         {1, func(one, _ *Visit) { one.Sends(10) }, 0, true},
		} {
			crowd := NewCrowd(1)
			first, r := guest(crowd, tt.major)
			if !crowd.enter(first) {
				t.Fatal("there is no room for the first")
			}
			one, other := Arrive(r), Visit{c: first}
			tt.does(&one, &other)
			may := func() bool {
				c, _ := guest(crowd, 1)
				defer crowd.leave(c)
				return crowd.enter(c)
			}
			if tt.never {
				time.Sleep(time.Hour)
				if may() {
					t.Errorf("%s: it was closed", name)
				}
				continue
			}
			if tt.after > 0 && may() {
				t.Errorf("%s: it was closed at once", name)
			}
			time.Sleep(tt.after)
			if !may() {
				t.Errorf("%s: it was not closed", name)
			}
		}
	})
}

// asked is one more request on the connection.
func (v *Visit) asked() *http.Request {
	return (&http.Request{ProtoMajor: 2}).WithContext(context.WithValue(context.Background(), connectionKey{}, v.c))
}
