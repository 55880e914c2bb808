package live

import (
	"context"
	"fmt"
	"time"

	"alphanode/store/release"
)

const (
	// scrubRate bounds how fast a file is proven, in bytes a second: of one of more than
	// about a gigabyte a pass takes longer. At that rate it takes half of a hundredth of
	// a processor.
	scrubRate = 9 << 20
	// hurry is the rest between pieces where a read has met what seems to be damage: a
	// gigabyte is proven in about two seconds.
	hurry = time.Millisecond
)

// wake tells who waits for a channel, of which one waits at most.
func wake(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// scrub proves the release that is served, again and again.
func (l *Live) scrub(ctx context.Context, period time.Duration) {
	for ctx.Err() == nil {
		l.heed()
		r := l.current.Load()
		if r == nil {
			l.rest(ctx, nil, period)
			continue
		}
		if !l.pass(ctx, r, period, r.Suspects()) {
			continue
		}
		if l.heed(); l.current.Load() == r {
			// Reads that fail for another reason must not keep a processor busy.
			l.pass(ctx, r, period, nil)
		}
	}
}

// heed takes note that there was a switch: what is current is looked at next, and a rest
// that begins after that must not end because of it.
func (l *Live) heed() {
	select {
	case <-l.switched:
	default:
	}
}

// pass proves a release once: in haste where a read meanwhile met what seems to be
// damage, which it reports. It ends where another is served.
func (l *Live) pass(ctx context.Context, r *release.Release, period time.Duration, suspects <-chan error) (hastened bool) {
	s := r.Scrub()
	period = max(period, time.Duration(float64(r.Manifest().Size)/scrubRate*float64(time.Second)))
	rest := time.Duration(float64(period) / max(1, s.Steps()))
	var met error
	for {
		if suspicion := l.rest(ctx, suspects, rest); suspicion != nil {
			s.Restart()
			rest, suspects, met = min(rest, hurry), nil, suspicion
		}
		if ctx.Err() != nil || l.current.Load() != r || !r.Retain() {
			return met != nil
		}
		done, err := s.Step()
		if err == nil && !done {
			_ = r.Close() // it was only read from
			continue
		}
		if err != nil && done && s.Doubt() {
			_ = r.Close()
			rest = min(rest, hurry)
			continue
		}
		r.Forget()
		since := s.Began
		if err != nil {
			since = time.Now() // what was read from it until now may be wrong
		}
		r.RelyFrom(since)
		switch {
		case err != nil && met != nil:
			l.fallback.prove(r, fmt.Errorf("%w; it was met as: %w", err, met))
		case err != nil:
			l.fallback.prove(r, err)
		case met != nil:
			l.fallback.refute(r, met)
		}
		_ = r.Close()
		if err != nil {
			l.rest(ctx, nil, period) // it is known now
		}
		return met != nil
	}
}

// rest waits, and gives the suspicion that ended it, nil where none did.
func (l *Live) rest(ctx context.Context, suspects <-chan error, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-l.switched:
	case suspicion := <-suspects:
		return suspicion
	}
	return nil
}
