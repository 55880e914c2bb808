package jetstream_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"alphanode/fleet/broker"
	"alphanode/fleet/broker/brokertest"
	"alphanode/fleet/transport"
	"alphanode/fleet/transport/jetstream"
)

// wire is what lies between a machine and a server that a test cuts.
type wire struct {
	listener net.Listener
	to       string

	mu      sync.Mutex
	swallow bool // what the server says
	open    []net.Conn
}

func newWire(t *testing.T, to string) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{listener: l, to: strings.TrimPrefix(to, "nats://")}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", w.to)
			if err != nil {
				_ = in.Close()
				continue
			}
			w.mu.Lock()
			w.open = append(w.open, in, out)
			w.mu.Unlock()
			all.Go(func() { _, _ = io.Copy(out, in); w.end(in, out) })
			all.Go(func() {
				_, _ = io.Copy(writer(func(p []byte) (int, error) { return w.hear(in, p) }), out)
				w.end(in, out)
			})
		}
	})
	t.Cleanup(func() { _ = l.Close(); w.cut(); all.Wait() })
	return w
}

type writer func([]byte) (int, error)

func (f writer) Write(p []byte) (int, error) { return f(p) }

func (w *wire) url() string { return "nats://" + w.listener.Addr().String() }

func (w *wire) hear(in net.Conn, p []byte) (int, error) {
	w.mu.Lock()
	swallow := w.swallow
	w.mu.Unlock()
	if swallow {
		return len(p), nil
	}
	return in.Write(p)
}

func (w *wire) end(conns ...net.Conn) {
	for _, c := range conns {
		_ = c.Close()
	}
}

// loseAnswers swallows what the server says until cut is called.
func (w *wire) loseAnswers() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.swallow = true
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.swallow = false
	w.end(w.open...)
	w.open = nil
}

// TestALostAnswerIsNoConflict loses what says that a value was set: to try again must tell
// that it was, also where NATS does not remember what it was sent.
func TestALostAnswerIsNoConflict(t *testing.T) {
	t.Parallel()
	for name, remembered := range map[string]time.Duration{"remembered": time.Minute, "forgotten": 100 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := one(t)
			_, js := plain(t, b.URL)
			foreign(t, js, "alphanode", 1)
			s, err := js.Stream(t.Context(), "KV_alphanode-values")
			if err != nil {
				t.Fatal(err)
			}
			config := s.CachedInfo().Config
			config.Duplicates = remembered
			if _, err := js.UpdateStream(t.Context(), config); err != nil {
				t.Fatal(err)
			}
			w := newWire(t, b.URL)
			far := connect(t, jetstream.Options{URLs: []string{w.url()}})
			near := connect(t, jetstream.Options{URLs: []string{b.URL}})
			first, err := far.CompareAndSet(t.Context(), "k", []byte("1"), 0)
			if err != nil {
				t.Fatal(err)
			}
			w.loseAnswers()
			type answer struct {
				revision uint64
				err      error
			}
			answered := make(chan answer, 1)
			go func() {
				revision, err := far.CompareAndSet(t.Context(), "k", []byte("2"), first)
				answered <- answer{revision, err}
			}()
			var set transport.Value
			for string(set.Data) != "2" {
				if set, err = near.Get(t.Context(), "k"); err != nil {
					t.Fatal(err)
				}
			}
			time.Sleep(2 * remembered % time.Minute) // until it is forgotten
			w.cut()
			if a := <-answered; a.err != nil || a.revision != set.Revision {
				t.Fatalf("set at revision %d, %v; it is there at %d", a.revision, a.err, set.Revision)
			}
			if v, err := near.Get(t.Context(), "k"); err != nil || v.Revision != set.Revision {
				t.Fatalf("it was set twice: %v, %v", v, err)
			}
		})
	}
}

func TestACutConnectionComesBack(t *testing.T) {
	t.Parallel()
	b := one(t)
	_, js := plain(t, b.URL)
	foreign(t, js, "alphanode", 1)
	w := newWire(t, b.URL)
	m := connect(t, jetstream.Options{URLs: []string{w.url()}})
	data := strings.Repeat("0123456789", 400_000)
	if err := put(t.Context(), m, "f", data); err != nil {
		t.Fatal(err)
	}
	r, err := m.Open(t.Context(), "f", 0)
	if err != nil {
		t.Fatal(err)
	}
	settled, lost := make(chan bool, 1), make(chan error, 1)
	go func() { lost <- m.Watch(t.Context(), "", func(transport.Event) { settled <- true }) }()
	<-settled
	w.cut()
	if err := <-lost; !errors.Is(err, transport.ErrUnavailable) {
		t.Fatal("the watch:", err)
	}
	if found, err := io.ReadAll(r); err != nil || string(found) != data {
		t.Fatalf("read on %d bytes, %v", len(found), err)
	}
	cut := &cutting{Reader: strings.NewReader(data), wire: w}
	if err := m.Put(t.Context(), "g", int64(len(data)), cut); err != nil {
		t.Fatal(err)
	}
	if found, err := read(t.Context(), m, "g"); err != nil || found != data || !cut.done {
		t.Fatalf("read %d bytes, %v", len(found), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := m.Watch(ctx, "", func(transport.Event) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Fatal("another watch:", err)
	}
}

// cutting cuts a wire once, in the middle of what is read.
type cutting struct {
	*strings.Reader
	wire *wire
	done bool
}

func (c *cutting) Read(p []byte) (int, error) {
	if !c.done && c.Len() < int(c.Size())/2 {
		c.done = true
		c.wire.cut()
	}
	return c.Reader.Read(p)
}

func TestAServerWithAnEmptyDiskHasNothing(t *testing.T) {
	t.Parallel()
	o := broker.Options{Dir: t.TempDir(), Name: "one", Listen: brokertest.FreePorts(t, 1)[0]}
	b := brokertest.Start(t, o)
	to := jetstream.Options{URLs: []string{b.URL}}
	if err := jetstream.Make(t.Context(), to); err != nil {
		t.Fatal(err)
	}
	m := connect(t, to)
	if _, err := m.CompareAndSet(t.Context(), "k", []byte("1"), 0); err != nil {
		t.Fatal(err)
	}
	b.Close()
	b = brokertest.Start(t, o)
	if v, err := m.Get(t.Context(), "k"); err != nil || string(v.Data) != "1" {
		t.Fatalf("after it was started again: %q, %v", v.Data, err)
	}
	b.Close()
	o.Dir = t.TempDir()
	brokertest.Start(t, o)
	_, err := m.Get(t.Context(), "k")
	if missing := (*transport.MissingError)(nil); !errors.As(err, &missing) {
		t.Fatal("get from an empty disk:", err)
	}
}

func TestWhoMayNotIsRefused(t *testing.T) {
	t.Parallel()
	const secret = "s3cret-s3cret"
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	s := brokertest.StartForeign(t, `authorization: {users: [
		{user: writer, password: `+secret+`}
		{user: reader, password: `+secret+`, permissions: {publish: ["$JS.API.>", "$JS.FC.>", "$KV.*.Settled", "$O.*.C.settled"]}}
	]}`)
	log := &said{}
	options := func(credentials string) jetstream.Options {
		return jetstream.Options{URLs: []string{s.URL}, Credentials: credentials, Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	}
	writes := options(file("writer", "user: writer\npassword: "+secret))
	if err := jetstream.Make(t.Context(), writes); err != nil {
		t.Fatal(err)
	}
	for what, o := range map[string]jetstream.Options{"nobody": options(""), "a wrong password": options(file("wrong", "user: writer\npassword: "+secret+"x"))} {
		if _, err := jetstream.Connect(t.Context(), o); !errors.Is(err, transport.ErrRefused) || strings.Contains(err.Error(), secret) {
			t.Errorf("connect as %s: %v", what, err)
		}
	}
	w, r := connect(t, writes), connect(t, options(file("reader", "user: reader\npassword: "+secret)))
	if err := put(t.Context(), w, "f", "x"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.CompareAndSet(t.Context(), "k", []byte("x"), 0); err != nil {
		t.Fatal(err)
	}
	if v, err := r.Get(t.Context(), "k"); err != nil || string(v.Data) != "x" {
		t.Fatalf("who may only read gets %q, %v", v.Data, err)
	}
	if files, err := r.List(t.Context(), ""); err != nil || len(files) != 1 {
		t.Fatalf("who may only read lists %v, %v", files, err)
	}
	if _, err := r.CompareAndSet(t.Context(), "other", nil, 0); !errors.Is(err, transport.ErrRefused) {
		t.Error("who may only read sets a value:", err)
	}
	if err := put(t.Context(), r, "g", "x"); !errors.Is(err, transport.ErrRefused) {
		t.Error("who may only read puts a file:", err)
	}
	for _, url := range []string{"nats://writer:" + secret + "@127.0.0.1:1", "nats://" + secret + "@127.0.0.1:1", "http://" + secret, "nats://%zz" + secret} {
		if _, err := jetstream.Connect(t.Context(), jetstream.Options{URLs: []string{url}}); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("connect to an address with a secret in it: %v", err)
		}
	}
	if text := log.String(); strings.Contains(text, secret) {
		t.Errorf("the log has the password: %s", text)
	}
}

// said is what is logged, by many at once.
type said struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func TestNobodyThere(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := jetstream.Connect(ctx, jetstream.Options{URLs: []string{"nats://" + brokertest.FreePorts(t, 1)[0]}})
	if !errors.Is(err, transport.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal("connect:", err)
	}
	if _, err := jetstream.Connect(t.Context(), jetstream.Options{}); err == nil {
		t.Fatal("connected to no address")
	}
}

// TestCloseEndsAll looks for goroutines, so nothing else may run beside it.
func TestCloseEndsAll(t *testing.T) {
	b := one(t)
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	o := jetstream.Options{URLs: []string{b.URL}}
	if err := jetstream.Make(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	m, err := jetstream.Connect(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := put(t.Context(), m, "f", strings.Repeat("x", 1<<20)); err != nil {
		t.Fatal(err)
	}
	r, err := m.Open(t.Context(), "f", 0)
	if err != nil {
		t.Fatal(err)
	}
	settled, ended := make(chan bool, 1), make(chan error, 1)
	go func() { ended <- m.Watch(t.Context(), "", func(transport.Event) { settled <- true }) }()
	<-settled
	for range 2 {
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-ended; !errors.Is(err, transport.ErrUnavailable) {
		t.Fatal("the watch of what was closed:", err)
	}
	if _, err := io.ReadAll(r); !errors.Is(err, transport.ErrUnavailable) {
		t.Fatal("read on from what was closed:", err)
	}
	if _, err := m.Get(t.Context(), "k"); !errors.Is(err, transport.ErrUnavailable) {
		t.Fatal("get from what was closed:", err)
	}
}
