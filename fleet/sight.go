package fleet

import (
	"context"
	"fmt"
	"sync"
	"time"

	"alphanode/fleet/transport"
)

const (
	// sightTime is how long the fleet may take to say how its replicas are: who looks at a page
	// waits for it.
	sightTime = time.Second
	// lull is after how long without a report a replica counts as silent.
	lull = 3 * beat
)

// Sight is how a replica sees its fleet.
type Sight struct {
	Roll    *Roll // nil where nothing was ever heard
	Heard   time.Time
	Problem string // why there is nothing newer; "" where it is of now
}

// sight is what a replica remembers of what it saw.
type sight struct {
	mu   sync.Mutex // held while the fleet is asked, so that one asks for all
	last Sight
	said map[string]said
}

// said is the last report of a replica, and since when there is no newer one, by the clock of
// this machine.
type said struct {
	started string
	beat    uint64
	since   time.Time
}

// Look gives what all replicas said last. Nobody is called, and nobody waited for: who has said
// nothing new since an earlier look is silent. Where the fleet does not answer soon, it is what was
// seen before.
func (r *Replica) Look(ctx context.Context) Sight {
	s := &r.sight
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.last.Heard) < sightTime {
		return s.last
	}
	ctx, cancel := context.WithTimeout(ctx, sightTime)
	defer cancel()
	roll, err := r.look(ctx)
	if err != nil {
		s.last.Problem = fmt.Sprintf("the fleet does not answer: %v", err)
		return s.last
	}
	s.last = Sight{Roll: roll, Heard: time.Now()}
	return s.last
}

// look reads the head and the reports that there are.
func (r *Replica) look(ctx context.Context) (*Roll, error) {
	h, err := r.member.latest(ctx)
	if err != nil {
		return nil, err
	}
	l := newListener(h, "", time.Time{})
	watching, cancel := context.WithCancel(ctx)
	defer cancel()
	err = r.member.transport.Watch(watching, replicasKey, func(e transport.Event) {
		l.see(e)
		if e.Settled {
			cancel()
		}
	})
	roll := l.roll(All)
	if roll == nil {
		return nil, fmt.Errorf("listen to the replicas: %w", err)
	}
	r.sight.judge(roll, h)
	return roll, nil
}

// judge finds out who is silent. Of who was not seen before, the clocks tell.
func (s *sight) judge(roll *Roll, h *head) {
	now, heard := time.Now(), map[string]said{}
	for i := range roll.Replicas {
		r := &roll.Replicas[i]
		last := s.said[r.Name]
		if last.started != r.Started || last.beat != r.Beat {
			last = said{r.Started, r.Beat, now}
			if _, known := s.said[r.Name]; !known && now.Sub(r.Time) > lull {
				last.since = r.Time
			}
		}
		heard[r.Name] = last
		r.judge(h, now.Sub(last.since) > lull)
	}
	s.said = heard
}
