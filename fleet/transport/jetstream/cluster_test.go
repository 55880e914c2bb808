package jetstream_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"alphanode/fleet/broker"
	"alphanode/fleet/broker/brokertest"
	"alphanode/fleet/transport"
	"alphanode/fleet/transport/jetstream"
)

// cluster is three brokers.
type cluster struct {
	options [3]broker.Options
	brokers [3]*brokertest.Broker
}

func three(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{}
	ports := brokertest.FreePorts(t, 6)
	peers := ports[:3]
	for i := range c.options {
		c.options[i] = broker.Options{Dir: t.TempDir(), Name: fmt.Sprint("n", i), Cluster: peers[i], Peers: peers, Listen: ports[3+i]}
	}
	for i := range c.options {
		c.start(t, i)
	}
	for _, b := range c.brokers {
		b.Ready(t)
	}
	return c
}

func (c *cluster) start(t *testing.T, i int) {
	t.Helper()
	c.brokers[i] = brokertest.Start(t, c.options[i])
}

// at connects to one of the brokers, and to the others when that is gone.
func (c *cluster) at(t *testing.T, bucket string, i int) transport.Transport {
	t.Helper()
	return connect(t, jetstream.Options{URLs: []string{"nats://" + c.options[i].Listen}, Bucket: bucket, Name: fmt.Sprint("machine", i)})
}

func (c *cluster) make(t *testing.T, bucket string) {
	t.Helper()
	if err := jetstream.Make(t.Context(), jetstream.Options{URLs: []string{"nats://" + c.options[0].Listen}, Bucket: bucket}); err != nil {
		t.Fatal(err)
	}
}

func put(ctx context.Context, m transport.Transport, name, data string) error {
	return m.Put(ctx, name, int64(len(data)), strings.NewReader(data))
}

func read(ctx context.Context, m transport.Transport, name string) (string, error) {
	r, err := m.Open(ctx, name, 0)
	if err != nil {
		return "", err
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	return string(data), err
}

// TestServersThatStop stops one server after the other: with two left all goes on, with one
// left no value is set, and none is given, as nobody knows whether it is the newest.
func TestServersThatStop(t *testing.T) {
	t.Parallel()
	c := three(t)
	c.make(t, "fleet")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var all []transport.Transport
	for i := range c.brokers {
		all = append(all, c.at(t, "fleet", i))
	}
	set := func(m transport.Transport, data string, revision uint64) uint64 {
		t.Helper()
		revision, err := m.CompareAndSet(ctx, "a", []byte(data), revision)
		if err != nil {
			t.Fatal(err)
		}
		return revision
	}
	has := func(m transport.Transport, data string) {
		t.Helper()
		if v, err := m.Get(ctx, "a"); err != nil || string(v.Data) != data {
			t.Fatalf("get %q, %v; expected %q", v.Data, err, data)
		}
	}
	first := set(all[0], "1", 0)
	large := strings.Repeat("file ", 200_000)
	if err := put(ctx, all[0], "one", large); err != nil {
		t.Fatal(err)
	}

	settled, lost := make(chan bool, 100), make(chan error, 1)
	go func() {
		lost <- all[2].Watch(ctx, "a", func(e transport.Event) {
			if e.Settled {
				settled <- true
			}
		})
	}()
	<-settled
	c.brokers[2].Close()
	if err := <-lost; !errors.Is(err, transport.ErrUnavailable) {
		t.Fatal("the watch through the server that was stopped:", err)
	}
	second := set(all[1], "2", first) // all 2 connects to another
	for _, m := range all {
		has(m, "2")
		if data, err := read(ctx, m, "one"); err != nil || data != large {
			t.Fatalf("read %d bytes, %v", len(data), err)
		}
	}
	if err := put(ctx, all[2], "two", large); err != nil {
		t.Fatal(err)
	}

	c.brokers[1].Close()
	brief, stop := context.WithTimeout(ctx, time.Second)
	defer stop()
	if _, err := all[0].CompareAndSet(brief, "a", []byte("3"), second); !errors.Is(err, transport.ErrUnavailable) {
		t.Fatal("one of three has set a value:", err)
	}
	if v, err := all[0].Get(brief, "a"); !errors.Is(err, transport.ErrUnavailable) { // there may be a newer one
		t.Fatalf("one of three gives %q, %v", v.Data, err)
	}

	c.start(t, 1)
	c.start(t, 2)
	for _, m := range all {
		v, err := m.Get(ctx, "a") // what was broken off may have been done
		if err != nil || string(v.Data) != "2" && string(v.Data) != "3" {
			t.Fatalf("get %q, %v", v.Data, err)
		}
		if data, err := read(ctx, m, "two"); err != nil || data != large {
			t.Fatalf("read %d bytes, %v", len(data), err)
		}
	}
	v, err := all[1].Get(ctx, "a")
	if err != nil {
		t.Fatal(err)
	}
	set(all[2], "4", v.Revision)
	has(all[1], "4")
}
