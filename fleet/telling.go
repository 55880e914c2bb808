package fleet

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"alphanode/fleet/transport"
	"alphanode/store"
	"alphanode/store/disk"
)

// servedState is what is served.
type servedState struct {
	now     atomic.Pointer[store.Served]
	changed func()
}

func (s *servedState) Serving(now store.Served) { s.now.Store(&now) }
func (s *servedState) Switching(store.Switch)   {}
func (s *servedState) Switched(switched store.Switch) {
	s.now.Store(&switched.After)
	s.changed()
}

// serves reports whether readers see what the directory was brought to.
func (r *Replica) serves(h *head) bool {
	now := r.served.now.Load()
	if now == nil || r.serving.Keys.Sum() != h.Keys {
		return false
	}
	if h.Current == "" {
		return true
	}
	built, err := r.member.catalogue.Built(h.Current)
	if err != nil || now.Release != h.Current || now.SHA256 != built.Manifest.SHA256 {
		return false
	}
	takedowns, err := r.member.catalogue.TakedownsID()
	return err == nil && now.Takedowns == takedowns
}

// announce has the fleet know of the replica before that learns what it is to serve: who takes a
// post down after that waits for it.
func (r *Replica) announce(ctx context.Context) error {
	if r.announced {
		return nil
	}
	report := &Report{Name: r.options.Name, Version: r.options.Version, Build: r.options.Build, Format: store.FormatVersion, Time: time.Now().UTC()}
	data, err := report.encoded()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	_, err = r.member.transport.CompareAndSet(ctx, replicasKey+"."+r.options.Name, data, 0)
	if err != nil && !errors.Is(err, transport.ErrConflict) { // it was known before
		return fmt.Errorf("tell the fleet that this replica starts: %w", err)
	}
	r.announced = true
	return nil
}

// tell reports whenever there is something to say.
func (r *Replica) tell(ctx context.Context) {
	started, count, revision := newNonce()[:8], uint64(0), uint64(0)
	for {
		count++
		report := r.reportNow()
		report.Started, report.Beat = started, count
		if r.serving.Traffic != nil {
			report.Traffic = r.serving.Traffic()
		}
		if data, err := report.encoded(); err == nil {
			tryCtx, cancel := context.WithTimeout(ctx, 2*beat)
			revision, err = setAfter(tryCtx, r.member.transport, replicasKey+"."+r.options.Name, data, revision)
			cancel()
			if err != nil && ctx.Err() == nil {
				r.log.Debug("the fleet was not told how this replica is", "error", err)
			}
		}
		settle := time.After(20 * time.Millisecond) // what comes together is told together
		select {
		case <-ctx.Done():
			return
		case <-settle:
		}
		r.awaitNews(ctx, report)
		if ctx.Err() != nil {
			return
		}
	}
}

// awaitNews waits for something to say. Keys are read some time after they are written, of which
// nobody tells: so it looks more often until readers see what they are to see.
func (r *Replica) awaitNews(ctx context.Context, last *Report) {
	until := time.After(beat)
	for {
		look := beat
		if last.Serves < last.Act {
			look = beat / 40
		}
		select {
		case <-ctx.Done():
			return
		case <-r.report:
			return
		case <-until:
			return
		case <-time.After(look):
			if r.reportNow().Serves > last.Serves {
				return
			}
		}
	}
}

// reportNow says how the replica is.
func (r *Replica) reportNow() *Report {
	r.mu.Lock()
	h, fault := r.brought, r.fault
	report := &Report{
		Name: r.options.Name, Version: r.options.Version, Build: r.options.Build, Format: store.FormatVersion, Address: r.serving.Address, TLS: r.serving.TLS,
		Fetching: r.fetching, Fetched: r.member.fetched.Load(), Draining: r.draining, Answers: r.call, Time: time.Now().UTC(),
	}
	r.mu.Unlock()
	if now := r.served.now.Load(); now != nil {
		report.Release, report.SHA256 = now.Release, now.SHA256
	}
	if h != nil {
		report.Act = h.Act
		if r.serves(h) {
			report.Serves = h.Act
			r.caughtUp(h.Act)
		}
	}
	if lag := r.Lag(); lag > 0 {
		report.Lag = lag.Round(time.Millisecond).String()
	}
	if fault != nil {
		report.Error = fault.Error()
		if d, ok := errors.AsType[*damagedError](fault); ok {
			report.Lacks = d.file
		}
	}
	if damage := r.serving.Live.Damage(); damage.From != "" && report.Error == "" {
		report.Error = fmt.Sprintf("its copy of %s is damaged, and is fetched anew", damage.From)
	}
	if report.Error == "" && report.Fetching == "" && report.Serves < report.Act {
		report.Error = r.serving.Live.Problem()
	}
	report.Free, _ = disk.Room(r.member.catalogue.Dir()) // 0 where nobody knows
	return report
}

// caughtUp notes that readers see an act.
func (r *Replica) caughtUp(act uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if act >= r.known {
		r.behind = time.Time{}
	}
}
