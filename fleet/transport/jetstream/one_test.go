package jetstream_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"alphanode/fleet/broker"
	"alphanode/fleet/broker/brokertest"
	"alphanode/fleet/transport"
	"alphanode/fleet/transport/jetstream"
	"alphanode/fleet/transport/transporttest"
)

func TestMain(m *testing.M) { brokertest.Main(m) }

// one starts a broker that is alone.
func one(t *testing.T) *brokertest.Broker {
	t.Helper()
	b := brokertest.Start(t, broker.Options{Dir: t.TempDir(), Name: "one", Listen: "127.0.0.1:0"})
	b.Ready(t)
	return b
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
		o := jetstream.Options{URLs: []string{b.URL}, Bucket: fmt.Sprint("fleet", fleets.Add(1))}
		if err := jetstream.Make(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		return []transport.Transport{connect(t, o), connect(t, o)}
	})
}
