package server

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"alphanode/server/cache"
	"alphanode/server/ops"
	"alphanode/server/route"
	"alphanode/store"
	"alphanode/store/compare"
)

// carrier takes kept answers from one release over to the next: after each switch it
// finds those that no changed post can touch, which stay as they are, and makes the
// others anew, those that are asked for most first. Until it has come to an answer,
// who asks for that has it made.
type carrier struct {
	mu     sync.Mutex
	idle   sync.WaitGroup
	closed bool
	from   string             // whose answers are being taken over; "" where none are
	cancel context.CancelFunc // ends that
	ctx    context.Context
	stop   context.CancelFunc
}

func (c *carrier) init() { c.ctx, c.stop = context.WithCancel(context.Background()) }

func (c *carrier) close() {
	if c.stop == nil {
		return
	}
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.stop()
	c.idle.Wait()
}

// switched begins to take answers over. What was begun for an earlier switch ends:
// most answers are still right for the release before that, and are taken over from
// there.
func (s *Server) switched(to store.Switch) {
	c := &s.carrier
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || to.Before.Release == "" {
		return
	}
	s.carried.Store(&ops.Carried{From: to.Before.Release, To: to.After.Release, At: time.Now(), All: to.Withdraws(), Under: !to.Withdraws()})
	if c.cancel != nil {
		c.cancel()
	}
	if to.Withdraws() { // any release may be another now, or what was kept of it was wrong
		s.cache.DropAll()
		c.from = ""
		return
	}
	from := to.Before.Release
	if c.from != "" && c.from != to.After.Release {
		from = c.from
	}
	ctx, cancel := context.WithCancel(c.ctx)
	c.from, c.cancel = from, cancel
	under := s.carried.Load()
	c.idle.Go(func() {
		defer cancel()
		found := s.carry(ctx, from, to.After.Release)
		s.carried.CompareAndSwap(under, found) // unless there was another switch
		c.mu.Lock()
		defer c.mu.Unlock()
		if ctx.Err() == nil {
			c.from = ""
		}
	})
}

// carried counts what became of the answers that were right before a switch.
type carried struct {
	known   int // known to be right, as after a rollback
	stayed  int // no changed post can touch them
	equal   int // made anew, with the same bytes
	changed int // made anew, with others
	dropped int // to be made when they are asked for
}

// carry takes answers of one release over to another.
func (s *Server) carry(ctx context.Context, from, to string) *ops.Carried {
	began := time.Now()
	found := &ops.Carried{From: from, To: to, At: began}
	keys, slots, known, err := s.unproven(to)
	if err != nil || len(keys) == 0 && known == 0 {
		return found
	}
	done := carried{known: known}
	if len(keys) > 0 {
		touched, err := s.prove(ctx, from, to, slots, &done)
		if err != nil {
			if ctx.Err() == nil {
				s.logger.Error("cannot compare releases, so no kept answers are taken over", "before", from, "after", to, "error", err)
			}
			return found
		}
		s.warm(ctx, keys, slots, touched, to, &done)
	}
	found.Known, found.Stayed, found.Equal, found.Changed, found.Dropped, found.Took = done.known, done.stayed, done.equal, done.changed, done.dropped, time.Since(began)
	if ctx.Err() != nil {
		return found
	}
	s.metrics.carried(done)
	s.logger.Info("kept answers taken over", "before", from, "after", to, "known", done.known, "stayed", done.stayed, "equal", done.equal,
		"changed", done.changed, "dropped", done.dropped, "duration", time.Since(began))
	return found
}

// prove finds the answers that no changed post can touch, which are right for the
// other release too, and gives the rest by their numbers.
func (s *Server) prove(ctx context.Context, from, to string, slots []*cache.Slot, done *carried) (touched []int, err error) {
	delta, err := s.archive.Live.Others().Delta(ctx, from, to, s.settings.CarryLimit/len(slots))
	if large, ok := errors.AsType[*compare.DeltaTooLargeError](err); ok {
		s.logger.Info("too much differs to find which kept answers are still right", "before", from, "after", to, "posts", large.Posts, "most", large.Most)
		for i := range slots {
			touched = append(touched, i)
		}
		return touched, nil
	}
	if err != nil {
		return nil, err
	}
	defer delta.Close()
	before, after := cache.IDOf(delta.Before()), cache.IDOf(delta.After())
	pace := pace{began: time.Now()}
	for i, slot := range slots {
		k := slot.Right(before)
		if k == nil {
			continue // of an earlier release
		}
		touches, err := delta.Touches(ctx, k.Footprint)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if touches || err != nil {
			touched = append(touched, i)
			continue
		}
		k.Prove(after)
		done.stayed++
		pace.rest(ctx)
	}
	return touched, nil
}

// unproven gives the questions none of whose answers is known to be right for the
// release that is served, those that are asked for most first, and how many others
// there are. An error is that another release is served by now.
func (s *Server) unproven(to string) (keys []string, slots []*cache.Slot, known int, err error) {
	release, err := s.archive.Live.Acquire()
	if err != nil {
		return nil, nil, 0, err
	}
	defer release.Close()
	if release.Manifest().Name != to {
		return nil, nil, 0, context.Canceled
	}
	id := cache.IDOf(release.Manifest())
	all, slotsOfAll := s.cache.Hottest()
	for i, slot := range slotsOfAll {
		if slot.Right(id) != nil {
			known++
			continue
		}
		keys, slots = append(keys, all[i]), append(slots, slot)
	}
	return keys, slots, known, nil
}

// warm makes answers anew that a switch may have changed.
func (s *Server) warm(ctx context.Context, keys []string, slots []*cache.Slot, touched []int, to string, done *carried) {
	pace := pace{began: time.Now()}
	for n, i := range touched {
		if ctx.Err() != nil {
			return
		}
		if n >= s.settings.WarmLimit {
			done.dropped += len(touched) - n
			return
		}
		equal, err := s.again(ctx, keys[i], slots[i].Question(), to)
		switch {
		case err != nil:
			done.dropped++
		case equal:
			done.equal++
		default:
			done.changed++
		}
		pace.rest(ctx)
	}
}

// again makes the answer to a question anew, and reports whether it is as it was.
func (s *Server) again(ctx context.Context, key string, q cache.Question, to string) (equal bool, err error) {
	release, err := s.archive.Live.Acquire()
	if err != nil {
		return false, err
	}
	defer release.Close()
	if release.Manifest().Name != to {
		return false, context.Canceled // by the next switch
	}
	r, err := q.Request()
	if err != nil {
		return false, err
	}
	rt, captured, _ := route.Find(s.table, q.Method, r.URL)
	if rt, err = rt.Form(r.Header["Accept"]); err != nil {
		return false, err
	}
	site := route.Site{Origin: cmp.Or(q.Origin, s.site.Origin), Prefix: s.site.Prefix}
	f := s.fill(ctx, key, work{route: rt, captured: captured, http: r, site: site, release: release, id: "carry"}, q)
	return f.equal, f.err
}

// pace keeps work to half of one processor: readers come first.
type pace struct{ began time.Time }

// pieceOfWork is about how long a piece of work is, and then as long a rest.
const pieceOfWork = 2 * time.Millisecond

func (p *pace) rest(ctx context.Context) {
	worked := time.Since(p.began)
	if worked < pieceOfWork {
		return
	}
	timer := time.NewTimer(worked)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	p.began = time.Now()
}
