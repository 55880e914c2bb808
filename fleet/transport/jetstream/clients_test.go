package jetstream_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/nats-io/nats.go"
	client "github.com/nats-io/nats.go/jetstream"

	"alphanode/fleet/transport"
	"alphanode/fleet/transport/jetstream"
	"alphanode/fleet/transport/transporttest"
)

// plain connects as any other program does.
func plain(t *testing.T, url string) (*nats.Conn, client.JetStream) {
	t.Helper()
	nc, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	js, err := client.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	return nc, js
}

// foreign makes the buckets of a fleet as the clients of NATS make them: any server may answer
// who reads.
func foreign(t *testing.T, js client.JetStream, bucket string, replicas int) (client.ObjectStore, client.KeyValue) {
	t.Helper()
	files, err := js.CreateObjectStore(t.Context(), client.ObjectStoreConfig{Bucket: bucket + "-files", Replicas: replicas})
	if err != nil {
		t.Fatal(err)
	}
	values, err := js.CreateKeyValue(t.Context(), client.KeyValueConfig{Bucket: bucket + "-values", Replicas: replicas})
	if err != nil {
		t.Fatal(err)
	}
	return files, values
}

// TestThreeServers holds a transport to the suite over buckets that were made elsewhere: their
// messages any server gives to who asks in the way of the clients, and none but the leader may
// be asked for what changes.
func TestThreeServers(t *testing.T) {
	t.Parallel()
	c := three(t)
	c.make(t, "first") // waits until there are enough servers for it
	nc, js := plain(t, "nats://"+c.options[0].Listen)
	foreign(t, js, "foreign", 3)
	var pieces, others atomic.Int64
	if _, err := nc.Subscribe("$JS.API.DIRECT.GET.>", func(m *nats.Msg) {
		if m.Subject == "$JS.API.DIRECT.GET.OBJ_foreign-files" && strings.Contains(string(m.Data), `"next_by_subj":"$O.foreign-files.C.`) {
			pieces.Add(1)
		} else {
			others.Add(1)
		}
	}); err != nil {
		t.Fatal(err)
	}
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	all := []transport.Transport{c.at(t, "foreign", 1), c.at(t, "foreign", 2), c.at(t, "foreign", 0)}
	t.Run("suite", func(t *testing.T) {
		transporttest.Suite(t, func(t *testing.T) []transport.Transport { return all })
	})
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	if pieces.Load() == 0 || others.Load() > 0 {
		t.Fatalf("any server was asked for %d pieces and %d other messages", pieces.Load(), others.Load())
	}
}

func TestTheClientsOfNATSReadAndWriteTheSame(t *testing.T) {
	t.Parallel()
	b := one(t)
	_, js := plain(t, b.URL)
	files, values := foreign(t, js, "alphanode", 1)
	m := connect(t, jetstream.Options{URLs: []string{b.URL}})
	data := strings.Repeat("0123456789", 50_000)
	if err := put(t.Context(), m, "a/b", data); err != nil {
		t.Fatal(err)
	}
	if found, err := files.GetString(t.Context(), "a/b"); err != nil || found != data { // which holds the digest
		t.Fatalf("a client reads %d bytes, %v", len(found), err)
	}
	if _, err := files.PutString(t.Context(), "c", data); err != nil {
		t.Fatal(err)
	}
	if found, err := read(t.Context(), m, "c"); err != nil || found != data {
		t.Fatalf("read %d bytes, %v", len(found), err)
	}
	if err := files.Delete(t.Context(), "c"); err != nil {
		t.Fatal(err)
	}
	if _, err := read(t.Context(), m, "c"); !errors.Is(err, transport.ErrNotFound) {
		t.Fatal("read what a client has deleted:", err)
	}
	if err := put(t.Context(), m, "c", "again"); err != nil {
		t.Fatal(err)
	}
	if found, err := m.List(t.Context(), ""); err != nil || len(found) != 2 {
		t.Fatalf("listed %v, %v", found, err)
	}

	revision, err := m.CompareAndSet(t.Context(), "k", []byte("1"), 0)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := values.Get(t.Context(), "k"); err != nil || string(v.Value()) != "1" || v.Revision() != revision {
		t.Fatalf("a client gets %v, %v", v, err)
	}
	if err := values.Purge(t.Context(), "k"); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Get(t.Context(), "k"); !errors.Is(err, transport.ErrNotFound) {
		t.Fatal("get what a client has removed:", err)
	}
	if _, err := m.CompareAndSet(t.Context(), "k", []byte("2"), 0); err != nil {
		t.Fatal(err)
	}
}

// TestNoPiecesAreLeft counts what takes room.
func TestNoPiecesAreLeft(t *testing.T) {
	t.Parallel()
	b := one(t)
	_, js := plain(t, b.URL)
	foreign(t, js, "alphanode", 1)
	m := connect(t, jetstream.Options{URLs: []string{b.URL}})
	data := strings.Repeat("x", 1<<20)
	for _, name := range []string{"kept", "kept", "deleted", "kept"} {
		if err := put(t.Context(), m, name, data); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Delete(t.Context(), "deleted"); err != nil {
		t.Fatal(err)
	}
	for _, size := range []int64{1<<20 + 1, 1<<20 - 1} {
		if m.Put(t.Context(), "broken", size, strings.NewReader(data)) == nil {
			t.Fatal("put a file of another size")
		}
	}
	s, err := js.Stream(t.Context(), "OBJ_alphanode-files")
	if err != nil {
		t.Fatal(err)
	}
	info, err := s.Info(t.Context(), client.WithSubjectFilter("$O.alphanode-files.>"))
	if err != nil || info.State.Msgs != 8+1 || len(info.State.Subjects) != 2 {
		t.Fatalf("%d messages of %v, %v; expected 8 pieces of one file, and what says so", info.State.Msgs, info.State.Subjects, err)
	}
}

func TestWhereThereIsNoRoom(t *testing.T) {
	t.Parallel()
	b := one(t)
	_, js := plain(t, b.URL)
	if _, err := js.CreateObjectStore(t.Context(), client.ObjectStoreConfig{Bucket: "alphanode-files", MaxBytes: 1 << 20}); err != nil {
		t.Fatal(err)
	}
	if _, err := js.CreateKeyValue(t.Context(), client.KeyValueConfig{Bucket: "alphanode-values", MaxBytes: 10_000}); err != nil {
		t.Fatal(err)
	}
	m := connect(t, jetstream.Options{URLs: []string{b.URL}})
	for range 2 {
		if err := put(t.Context(), m, "large", strings.Repeat("x", 2<<20)); !errors.Is(err, transport.ErrNoRoom) {
			t.Fatal("put what has no room:", err)
		}
	}
	if err := put(t.Context(), m, "small", strings.Repeat("x", 500_000)); err != nil {
		t.Fatal("what was put of the large one is left:", err)
	}
	if _, err := m.CompareAndSet(t.Context(), "k", bytes.Repeat([]byte("x"), 20_000), 0); !errors.Is(err, transport.ErrNoRoom) {
		t.Fatal("set what has no room:", err)
	}
}

func TestWhatIsMissingIsSaid(t *testing.T) {
	t.Parallel()
	b := one(t)
	o := jetstream.Options{URLs: []string{b.URL}, Bucket: "site"}
	missing := func(what string) {
		t.Helper()
		_, err := jetstream.Connect(t.Context(), o)
		if m := (*transport.MissingError)(nil); !errors.As(err, &m) || !strings.Contains(m.What, what) {
			t.Fatalf("connect: %v, expected that it misses %q", err, what)
		}
		if !strings.Contains(jetstream.Needs(o), what) {
			t.Fatalf("%q is not in what is needed: %s", what, jetstream.Needs(o))
		}
	}
	missing("nats kv add site-values --storage file --history 1 --replicas 3")
	_, js := plain(t, b.URL)
	if _, err := js.CreateKeyValue(t.Context(), client.KeyValueConfig{Bucket: "site-values"}); err != nil {
		t.Fatal(err)
	}
	missing("nats object add site-files --storage file --replicas 3")
	for range 2 {
		if err := jetstream.Make(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	m := connect(t, o)
	if err := js.DeleteKeyValue(t.Context(), "site-values"); err != nil {
		t.Fatal(err)
	}
	if err := js.DeleteObjectStore(t.Context(), "site-files"); err != nil {
		t.Fatal(err)
	}
	for what, call := range map[string]func() error{
		"get":   func() error { _, err := m.Get(t.Context(), "k"); return err },
		"set":   func() error { _, err := m.CompareAndSet(t.Context(), "k", nil, 0); return err },
		"watch": func() error { return m.Watch(t.Context(), "", func(transport.Event) {}) },
		"list":  func() error { _, err := m.List(t.Context(), ""); return err },
		"open":  func() error { _, err := m.Open(t.Context(), "f", 0); return err },
		"put":   func() error { return put(t.Context(), m, "f", "x") },
	} {
		if err, m := call(), (*transport.MissingError)(nil); !errors.As(err, &m) {
			t.Error(fmt.Sprint(what, " where all was removed: ", err))
		}
	}
}
