package transporttest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"alphanode/fleet/transport"
	"alphanode/fleet/transport/transporttest"
)

func joined(net *transporttest.Net) []transport.Transport {
	return []transport.Transport{net.Join("a"), net.Join("b"), net.Join("c")}
}

func TestNet(t *testing.T) {
	t.Parallel()
	transporttest.Suite(t, func(*testing.T) []transport.Transport { return joined(transporttest.NewNet(1)) })
}

func TestSlowNet(t *testing.T) {
	t.Parallel()
	transporttest.Suite(t, func(*testing.T) []transport.Transport {
		net := transporttest.NewNet(2)
		all := joined(net)
		for _, name := range []string{"a", "b", "c"} {
			net.Delay(name, 0, 2*time.Millisecond)
		}
		net.Repeat(0.3)
		net.Reorder(0.3)
		return all
	})
}

func TestStaleNet(t *testing.T) {
	t.Parallel()
	transporttest.Suite(t, func(*testing.T) []transport.Transport {
		net := transporttest.NewNet(3)
		net.StaleOpen(2)
		return joined(net)
	})
}

func read(ctx context.Context, m transport.Transport, name string) (string, error) {
	r, err := m.Open(ctx, name, 0)
	if err != nil {
		return "", err
	}
	data, err := io.ReadAll(r)
	return string(data), err
}

func put(t *testing.T, m transport.Transport, name, data string) {
	t.Helper()
	if err := m.Put(t.Context(), name, int64(len(data)), strings.NewReader(data)); err != nil {
		t.Fatal(err)
	}
}

func wants(t *testing.T, what string, err, kind error) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Fatalf("%s: %v, expected %v", what, err, kind)
	}
}

func TestACutMachineGetsNoAnswerUntilItIsHealed(t *testing.T) {
	t.Parallel()
	net := transporttest.NewNet(1)
	all := joined(net)
	settled, ended := make(chan bool, 1), make(chan error, 1)
	go func() { ended <- all[0].Watch(t.Context(), "", func(transport.Event) { settled <- true }) }()
	<-settled
	net.Cut("a")
	wants(t, "the watch of a machine that was cut off", <-ended, transport.ErrUnavailable)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	_, err := all[0].Get(ctx, "x")
	wants(t, "get", err, transport.ErrUnavailable)
	wants(t, "get", err, context.DeadlineExceeded)
	if _, err := all[1].CompareAndSet(t.Context(), "x", nil, 0); err != nil {
		t.Fatal("another machine:", err)
	}
	answered := make(chan error, 1)
	go func() { _, err := all[0].Get(t.Context(), "x"); answered <- err }()
	net.CutAll()
	net.HealAll()
	wants(t, "get after healing", <-answered, nil)
}

func TestAnAnswerIsLostAndTheCallIsDone(t *testing.T) {
	t.Parallel()
	net := transporttest.NewNet(1)
	all := joined(net)
	net.Lose("a", 1)
	_, err := all[0].CompareAndSet(t.Context(), "x", []byte("1"), 0)
	wants(t, "set", err, transport.ErrUnavailable)
	wants(t, "put", all[0].Put(t.Context(), "f", 1, strings.NewReader("x")), transport.ErrUnavailable)
	if v := net.Values(); len(v) != 1 || string(v[0].Data) != "1" || !slices.Equal(net.Files(), []string{"f"}) {
		t.Fatalf("values %v, files %v", v, net.Files())
	}
	if v, err := all[0].Get(t.Context(), "x"); err != nil || string(v.Data) != "1" {
		t.Fatalf("reading is lost too: %q, %v", v.Data, err)
	}
	wants(t, "delete", all[0].Delete(t.Context(), "f"), transport.ErrUnavailable)
	wants(t, "remove", all[0].Remove(t.Context(), "x"), transport.ErrUnavailable)
	if len(net.Values()) > 0 || len(net.Files()) > 0 {
		t.Fatalf("values %v, files %v", net.Values(), net.Files())
	}
}

func TestFilesAreDamagedGoneLateAndWithoutRoom(t *testing.T) {
	t.Parallel()
	net := transporttest.NewNet(1)
	all := joined(net)
	net.StaleOpen(2)
	put(t, all[0], "f", "whole")
	for i := range 2 {
		_, err := read(t.Context(), all[1], "f")
		wants(t, fmt.Sprint("call ", i), err, transport.ErrNotFound)
	}
	for _, m := range all[:2] {
		if data, err := read(t.Context(), m, "f"); err != nil || data != "whole" {
			t.Fatalf("read %q, %v", data, err)
		}
	}
	if !net.Corrupt("f") || net.Corrupt("g") {
		t.Fatal("Corrupt reports what is not so")
	}
	if data, err := read(t.Context(), all[0], "f"); err != nil || data == "whole" || len(data) != 5 {
		t.Fatalf("read %q, %v", data, err)
	}
	if !net.Drop("f") || net.Drop("f") {
		t.Fatal("Drop reports what is not so")
	}
	_, err := read(t.Context(), all[0], "f")
	wants(t, "read what was dropped", err, transport.ErrNotFound)
	net.Full(true)
	wants(t, "put", all[0].Put(t.Context(), "f", 1, strings.NewReader("x")), transport.ErrNoRoom)
	net.Full(false)
	put(t, all[0], "f", "x")
}

func TestAWipedNetBeginsAnew(t *testing.T) {
	t.Parallel()
	net := transporttest.NewNet(1)
	m := net.Join("a")
	put(t, m, "f", "x")
	for _, key := range []string{"x", "y"} {
		if _, err := m.CompareAndSet(t.Context(), key, nil, 0); err != nil {
			t.Fatal(err)
		}
	}
	settled, ended := make(chan bool, 3), make(chan error, 1)
	go func() { ended <- m.Watch(t.Context(), "", func(transport.Event) { settled <- true }) }()
	for range 3 {
		<-settled
	}
	net.Wipe()
	wants(t, "the watch", <-ended, transport.ErrUnavailable)
	net.Missing(true)
	_, err := m.Get(t.Context(), "x")
	if missing := (*transport.MissingError)(nil); !errors.As(err, &missing) {
		t.Fatal("get where all is missing:", err)
	}
	net.Missing(false)
	if revision, err := m.CompareAndSet(t.Context(), "x", nil, 0); err != nil || revision != 1 || len(net.Files()) > 0 {
		t.Fatalf("set at revision %d, %v; files %v", revision, err, net.Files())
	}
}

func TestAClosedConnectionAnswersNothing(t *testing.T) {
	t.Parallel()
	net := transporttest.NewNet(1)
	m := net.Join("a")
	settled, ended := make(chan bool, 1), make(chan error, 1)
	go func() { ended <- m.Watch(t.Context(), "", func(transport.Event) { settled <- true }) }()
	<-settled
	for range 2 {
		wants(t, "close", m.Close(), nil)
	}
	wants(t, "the watch", <-ended, transport.ErrUnavailable)
	_, err := m.Get(t.Context(), "x")
	wants(t, "get", err, transport.ErrUnavailable)
	_, err = net.Join("a").Get(t.Context(), "x")
	wants(t, "get by another connection", err, transport.ErrNotFound)
}
