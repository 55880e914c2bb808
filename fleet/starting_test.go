package fleet_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"alphanode/fleet"
	"alphanode/fleet/transport"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/disk"
)

// slowDisk is a disk on which CURRENT is not renamed until it is let go.
type slowDisk struct {
	disk.System
	waits, goes chan struct{}
	once        sync.Once
}

func (d *slowDisk) Rename(from, to string) error {
	if filepath.Base(to) == "CURRENT" {
		d.once.Do(func() { close(d.waits) })
		<-d.goes
	}
	return d.System.Rename(from, to)
}

// TestTakedownWhileAReplicaStarts: who takes a post down waits for a replica that has learned what
// was agreed on before that, and does not serve it yet.
func TestTakedownWhileAReplicaStarts(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"), post("gone"))
	d := &slowDisk{waits: make(chan struct{}), goes: make(chan struct{})}
	c, err := catalogue.Make(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	starting := fleet.Join(ctx, w.net.Join("starting"), c.On(d), quiet, fleet.Options{Disk: d, Later: true, Patience: 50 * time.Millisecond})
	r := fleet.Follow(ctx, starting, fleet.ReplicaOptions{Name: "starting", Log: quiet})
	defer func() {
		cancel()
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}()
	<-d.waits
	if _, err := m.Catalogue().Takedown(t.Context(), []string{"gone"}, store.TakedownOptions{}); err != nil {
		t.Fatal(err)
	}
	roll, err := m.Wait(t.Context(), fleet.All, soon/30)
	close(d.goes)
	if err != nil {
		t.Fatal(err)
	}
	if roll.Enough() {
		t.Errorf("found %+v, expected that it waits for who starts", roll.Replicas)
	}
}

// deaf is a transport by which nothing is heard any more.
type deaf struct {
	transport.Transport
	mu    sync.Mutex
	is    bool
	asked int
	third chan struct{}
}

func (d *deaf) Get(ctx context.Context, key string) (transport.Value, error) {
	d.mu.Lock()
	is := d.is
	if is {
		d.asked++
	}
	asked := d.asked
	d.mu.Unlock()
	switch {
	case !is:
		return d.Transport.Get(ctx, key)
	case asked < 3:
		return transport.Value{}, transport.ErrUnavailable
	case asked == 3:
		close(d.third)
	}
	<-ctx.Done()
	return transport.Value{}, transport.Unanswered(ctx, nil)
}

func (d *deaf) Watch(ctx context.Context, prefix string, see func(transport.Event)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return d.Transport.Watch(ctx, prefix, func(e transport.Event) {
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.is {
			cancel()
			return
		}
		see(e)
	})
}

// TestNobodyIsLockedOut: a replica that waits for an answer of the fleet leaves its data directory to
// others.
func TestNobodyIsLockedOut(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, post("a"))
	c, err := catalogue.Make(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	d := &deaf{Transport: w.net.Join("deaf"), third: make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	r := fleet.Follow(ctx, fleet.Join(ctx, d, c, quiet, fleet.Options{Later: true, Patience: 50 * time.Millisecond}), fleet.ReplicaOptions{Name: "deaf", Log: quiet})
	defer func() {
		cancel()
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}()
	eventually(t, "it has what the others have", func() bool { return r.State().Act == 1 })
	d.mu.Lock()
	d.is = true
	d.mu.Unlock()
	if _, _, err := m.Keys().Add("reader", store.ScopeRead); err != nil { // of which it hears nothing
		t.Fatal(err)
	}
	<-d.third
	if err := c.Alone(func() error { return nil }); err != nil {
		t.Errorf("found the error %v", err)
	}
}
