package transporttest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	"alphanode/fleet/transport"
)

// set sets a value where it has a revision, which must succeed.
func (f *fleet) set(t *testing.T, by transport.Transport, key, data string, revision uint64) uint64 {
	t.Helper()
	set, err := by.CompareAndSet(f.ctx, key, []byte(data), revision)
	expect(t, fmt.Sprintf("set %s at revision %d", key, revision), err, nil)
	if set <= revision {
		t.Fatalf("%s was set at revision %d, after %d", key, set, revision)
	}
	return set
}

func (f *fleet) has(t *testing.T, m transport.Transport, key, data string, revision uint64) {
	t.Helper()
	v, err := m.Get(f.ctx, key)
	if err != nil || v.Key != key || string(v.Data) != data || v.Revision != revision {
		t.Fatalf("get %s: %q at revision %d, %v; expected %q at %d", key, v.Data, v.Revision, err, data, revision)
	}
}

func setValues(t *testing.T, f *fleet) {
	key := f.key("one")
	_, err := f.reader().Get(f.ctx, key)
	expect(t, "get what nobody set", err, transport.ErrNotFound)
	_, err = f.writer().CompareAndSet(f.ctx, key, []byte("x"), 7)
	expect(t, "set what is not there at a revision", err, transport.ErrConflict)
	_, err = f.reader().Get(f.ctx, key)
	expect(t, "get what was refused", err, transport.ErrNotFound)

	first := f.set(t, f.writer(), key, "first", 0)
	f.has(t, f.reader(), key, "first", first)
	_, err = f.reader().CompareAndSet(f.ctx, key, []byte("x"), 0)
	expect(t, "set anew what is there", err, transport.ErrConflict)
	second := f.set(t, f.reader(), key, "second", first)
	f.has(t, f.writer(), key, "second", second)
	for _, revision := range []uint64{first, second + 1, 0} {
		_, err = f.writer().CompareAndSet(f.ctx, key, []byte("x"), revision)
		expect(t, fmt.Sprintf("set at revision %d where it is %d", revision, second), err, transport.ErrConflict)
	}
	f.has(t, f.writer(), key, "second", second)
	other := f.key("one.under-it")
	f.has(t, f.reader(), other, "", f.set(t, f.writer(), other, "", 0))
	f.has(t, f.reader(), key, "second", second)
}

func removedValues(t *testing.T, f *fleet) {
	key := f.key("one")
	expect(t, "remove what nobody set", f.writer().Remove(f.ctx, key), nil)
	var last uint64
	for i := range 3 {
		last = f.set(t, f.writer(), key, fmt.Sprint(i), 0)
		for range 2 {
			expect(t, "remove", f.reader().Remove(f.ctx, key), nil)
		}
		_, err := f.writer().Get(f.ctx, key)
		expect(t, "get what was removed", err, transport.ErrNotFound)
		_, err = f.writer().CompareAndSet(f.ctx, key, []byte("x"), last)
		expect(t, "set what was removed at its last revision", err, transport.ErrConflict)
	}
	if again := f.set(t, f.writer(), key, "again", 0); again <= last {
		t.Fatalf("a value that was removed has revision %d when it is set again, and had %d", again, last)
	}
}

func newestValues(t *testing.T, f *fleet) {
	key := f.key("one")
	var revision uint64
	for i := range 40 {
		by := f.machines[i%len(f.machines)]
		revision = f.set(t, by, key, fmt.Sprint(i), revision)
		f.has(t, f.machines[(i+1)%len(f.machines)], key, fmt.Sprint(i), revision)
	}
}

func countedByAll(t *testing.T, f *fleet) {
	const counters, each = 6, 5
	key := f.key("counter")
	var all sync.WaitGroup
	for i := range counters {
		m := f.machines[i%len(f.machines)]
		all.Go(func() {
			for done := 0; done < each; {
				switch err := count(f.ctx, m, key); {
				case err == nil:
					done++
				case !errors.Is(err, transport.ErrConflict):
					t.Errorf("count: %v", err)
					return
				}
			}
		})
	}
	all.Wait()
	v, err := f.reader().Get(f.ctx, key)
	if err != nil || string(v.Data) != fmt.Sprint(counters*each) {
		t.Fatalf("the counter is at %q, %v; expected %d", v.Data, err, counters*each)
	}
}

// count adds one to a counter.
func count(ctx context.Context, m transport.Transport, key string) error {
	v, err := m.Get(ctx, key)
	if errors.Is(err, transport.ErrNotFound) {
		v.Data, err = []byte("0"), nil
	}
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(string(v.Data))
	if err != nil {
		return err
	}
	_, err = m.CompareAndSet(ctx, key, []byte(strconv.Itoa(n+1)), v.Revision)
	return err
}

func largeValues(t *testing.T, f *fleet) {
	key := f.key("large")
	large := string(noise(transport.MaxValue, "large"))
	_, err := f.writer().CompareAndSet(f.ctx, key, []byte(large+"."), 0)
	expect(t, "set what is too large", err, transport.ErrInvalid)
	_, err = f.reader().Get(f.ctx, key)
	expect(t, "get what was too large", err, transport.ErrNotFound)
	revision := f.set(t, f.writer(), key, large, 0)
	f.has(t, f.reader(), key, large, revision)
	f.has(t, f.reader(), key, "", f.set(t, f.writer(), key, "", revision))
}

// valuesOfTheirOwn changes the bytes that it gave and got: nobody else has them.
func valuesOfTheirOwn(t *testing.T, f *fleet) {
	key, data := f.key("one"), []byte("mine")
	revision, err := f.writer().CompareAndSet(f.ctx, key, data, 0)
	expect(t, "set", err, nil)
	clear(data)
	for range 2 {
		v, err := f.writer().Get(f.ctx, key)
		if err != nil || !bytes.Equal(v.Data, []byte("mine")) || v.Revision != revision {
			t.Fatalf("get: %q, %v", v.Data, err)
		}
		clear(v.Data)
	}
}

func refusedNames(t *testing.T, f *fleet) {
	for _, name := range []string{"", "A", "a b", "a//b", "/a", "a/", "a.b", "..", "a_b", "ä", "a\n", strings.Repeat("a", 201)} {
		_, err := f.writer().Open(f.ctx, name, 0)
		expect(t, fmt.Sprintf("open %q", name), err, transport.ErrInvalid)
		expect(t, fmt.Sprintf("put %q", name), f.writer().Put(f.ctx, name, 1, strings.NewReader("x")), transport.ErrInvalid)
		expect(t, fmt.Sprintf("delete %q", name), f.writer().Delete(f.ctx, name), transport.ErrInvalid)
	}
	for _, key := range []string{"", "A", "a b", "a..b", ".a", "a.", "a/b", "*", "a.>", "$a", "ä", "a\n", strings.Repeat("a", 201)} {
		_, err := f.writer().Get(f.ctx, key)
		expect(t, fmt.Sprintf("get %q", key), err, transport.ErrInvalid)
		_, err = f.writer().CompareAndSet(f.ctx, key, nil, 0)
		expect(t, fmt.Sprintf("set %q", key), err, transport.ErrInvalid)
		expect(t, fmt.Sprintf("remove %q", key), f.writer().Remove(f.ctx, key), transport.ErrInvalid)
		if key != "" {
			err = f.writer().Watch(f.ctx, key, func(transport.Event) {})
			expect(t, fmt.Sprintf("watch %q", key), err, transport.ErrInvalid)
		}
	}
	longest := strings.Repeat("a", 200-len(f.word)-1)
	f.put(t, f.file(longest), []byte("x"))
	f.holds(t, f.reader(), f.file(longest), 0, []byte("x"))
	f.has(t, f.reader(), f.key(longest), "x", f.set(t, f.writer(), f.key(longest), "x", 0))
}

// endedContext makes every call with a context that has ended.
func endedContext(t *testing.T, f *fleet) {
	ctx, cancel := context.WithCancel(f.ctx)
	cancel()
	m, file, key := f.writer(), f.file("file"), f.key("one")
	for what, call := range map[string]func() error{
		"list":   func() error { _, err := m.List(ctx, ""); return err },
		"open":   func() error { _, err := m.Open(ctx, file, 0); return err },
		"put":    func() error { return m.Put(ctx, file, 1, strings.NewReader("x")) },
		"delete": func() error { return m.Delete(ctx, file) },
		"get":    func() error { _, err := m.Get(ctx, key); return err },
		"set":    func() error { _, err := m.CompareAndSet(ctx, key, nil, 0); return err },
		"remove": func() error { return m.Remove(ctx, key) },
	} {
		err := call()
		expect(t, what, err, context.Canceled)
		expect(t, what, err, transport.ErrUnavailable)
	}
	expect(t, "watch", m.Watch(ctx, "", func(transport.Event) {}), context.Canceled)
}
