package jetstream_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"alphanode/fleet/broker"
	"alphanode/fleet/transport"
	"alphanode/fleet/transport/jetstream"
	"alphanode/fleet/transport/transporttest"
)

// one starts a broker that is alone.
func one(t *testing.T) *broker.Broker {
	t.Helper()
	b, err := broker.Start(t.Context(), broker.Options{Dir: t.TempDir(), Name: "one", Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	ready(t, b)
	return b
}

func ready(t *testing.T, b *broker.Broker) {
	t.Helper()
	if err := b.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func connect(t *testing.T, o jetstream.Options) transport.Transport {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	l, err := jetstream.Connect(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func TestOneServer(t *testing.T) {
	t.Parallel()
	b := one(t)
	var fleets atomic.Int32
	transporttest.Suite(t, func(t *testing.T) []transport.Transport {
		o := jetstream.Options{URLs: []string{b.URL()}, Bucket: fmt.Sprint("fleet", fleets.Add(1))}
		if err := jetstream.Make(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		return []transport.Transport{connect(t, o), connect(t, o)}
	})
}
