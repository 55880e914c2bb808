package draft

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"

	"alphanode/ingest/record"
)

// Settle makes the posts of all drafts, in the order in which they were added, and
// gives them to emit from the calling goroutine. The goroutines that it uses have ended
// when it returns. An error is one of the file, of emit, or that ctx was cancelled.
func (s *Spool) Settle(ctx context.Context) error {
	if err := s.out.Flush(); err != nil {
		return fmt.Errorf("keep drafts: %w", err)
	}
	slices.SortFunc(s.kept, compareKept)
	n := s.meetings()

	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	workers := runtime.GOMAXPROCS(0)
	jobs, queue := make(chan *batch), make(chan *batch, 2*workers)
	for range workers {
		wg.Go(func() {
			for b := range jobs {
				for _, f := range b.frames {
					b.items = append(b.items, s.post(f, n))
				}
				close(b.done)
			}
		})
	}
	var readErr error // once the queue is closed
	wg.Go(func() {
		defer close(queue)
		defer close(jobs)
		readErr = s.eachBatch(func(b *batch) error {
			for _, c := range []chan *batch{queue, jobs} {
				select {
				case c <- b:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			return nil
		})
	})
	for b := range queue {
		select {
		case <-b.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		for _, item := range b.items {
			if err := s.emit(item); err != nil {
				return err
			}
		}
	}
	if err := s.unread.Load(); err != nil {
		return *err
	}
	return readErr
}

// batch is a run of drafts on their way through a goroutine.
type batch struct {
	frames []frame
	items  []record.Item
	done   chan struct{}
}

// batchSize is how many bytes of drafts one goroutine makes posts of at a time.
const batchSize = 256 << 10

// eachBatch reads the drafts of posts, in order.
func (s *Spool) eachBatch(f func(*batch) error) error {
	in := s.framesFrom(0, 256<<10)
	b, size, next := &batch{done: make(chan struct{})}, 0, 0
	isPost := func(offset int64) bool { return next < len(s.posts) && s.posts[next].offset == offset }
	for {
		frame, err := in.next(isPost)
		end := errors.Is(err, io.EOF)
		switch {
		case end:
		case err != nil:
			return err
		case isPost(frame.offset):
			frame.post, next = next, next+1
			b.frames = append(b.frames, frame)
			size += len(frame.head) + len(frame.body)
		}
		if (end || size >= batchSize) && len(b.frames) > 0 {
			if err := f(b); err != nil {
				return err
			}
			b, size = &batch{done: make(chan struct{})}, 0
		}
		if end {
			return nil
		}
	}
}

// names is what the slugs of an import come to.
type names struct {
	dated    []bool             // by post: its slug gets its day, since others share it
	disputed map[uint64][]int64 // by the hash of a slug that posts share even so: their places in the file
}

// meetings finds the posts that share slugs. All of them get their days, so that
// nothing rests on their order.
func (s *Spool) meetings() names {
	n := names{dated: make([]bool, len(s.posts)), disputed: map[uint64][]int64{}}
	type named struct {
		slug uint64
		post int
	}
	all := make([]named, 0, len(s.posts))
	runs := func(f func(run []named)) {
		slices.SortFunc(all, func(a, b named) int { return cmp.Or(cmp.Compare(a.slug, b.slug), cmp.Compare(a.post, b.post)) })
		for from, i := 0, 1; i <= len(all); i++ {
			if i == len(all) || all[i].slug != all[from].slug {
				if i-from > 1 {
					f(all[from:i])
				}
				from = i
			}
		}
	}
	for i, p := range s.posts {
		if p.slug != 0 {
			all = append(all, named{p.slug, i})
		}
	}
	runs(func(run []named) {
		for _, m := range run {
			n.dated[m.post] = true
		}
	})
	for i, m := range all {
		all[i].slug = s.settledSlug(m.post, n)
	}
	runs(func(run []named) {
		for _, m := range run {
			n.disputed[m.slug] = append(n.disputed[m.slug], s.posts[m.post].offset)
		}
	})
	return n
}

// settledSlug is the hash of the slug that a post has at last.
func (s *Spool) settledSlug(post int, n names) uint64 {
	p := s.posts[post]
	if !n.dated[post] {
		return p.slug
	}
	return carryOn(p.slug, p.daySuffix())
}

// daySuffix sets posts apart that would share a slug.
func (p place) daySuffix() string {
	if p.day == 0 {
		return ""
	}
	return fmt.Sprintf("-%04d-%02d-%02d", p.day/10000, p.day/100%100, p.day%100)
}

// dayNumber reads the day of a date as content has it; 0 where there is none.
func dayNumber(date string) (day int32) {
	if len(date) < len("2006-01-02") {
		return 0
	}
	for _, c := range []byte(date[:len("2006-01-02")]) {
		if c != '-' {
			day = day*10 + int32(c-'0')
		}
	}
	return day
}
