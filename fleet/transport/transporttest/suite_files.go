package transporttest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"

	"alphanode/fleet/transport"
)

func (f *fleet) put(t *testing.T, name string, data []byte) {
	t.Helper()
	expect(t, "put "+name, f.writer().Put(f.ctx, name, int64(len(data)), bytes.NewReader(data)), nil)
}

// read reads a file from an offset on.
func (f *fleet) read(from transport.Transport, name string, offset int64) ([]byte, error) {
	r, err := from.Open(f.ctx, name, offset)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(r)
	return data, errors.Join(err, r.Close())
}

// holds waits until a machine reads these bytes.
func (f *fleet) holds(t *testing.T, from transport.Transport, name string, offset int64, expected []byte) {
	t.Helper()
	f.eventually(t, func() error {
		data, err := f.read(from, name, offset)
		if err == nil && !bytes.Equal(data, expected) {
			err = fmt.Errorf("%s from %d on has %d bytes that are others than the %d expected", name, offset, len(data), len(expected))
		}
		return err
	})
}

func wholeFiles(t *testing.T, f *fleet) {
	for _, size := range []int{0, 1, 1000, 128 << 10, 3<<20 + 17} {
		name := f.file(fmt.Sprint("of-", size))
		data := noise(size, name)
		f.put(t, name, data)
		for _, offset := range []int{0, 1, size / 2, size - 1, size, size + 1, 10 * size} {
			offset = max(offset, 0)
			f.holds(t, f.reader(), name, int64(offset), data[min(offset, size):])
		}
	}
	_, err := f.reader().Open(f.ctx, f.file("of-nobody"), 0)
	expect(t, "open a file that nobody put", err, transport.ErrNotFound)
	_, err = f.reader().Open(f.ctx, f.file("of-1"), -1)
	expect(t, "open before the beginning", err, transport.ErrInvalid)
}

func replacedFiles(t *testing.T, f *fleet) {
	name, good := f.file("file"), noise(300_000, "good")
	for _, damaged := range [][]byte{noise(len(good), "damaged"), good[:1000], nil, append(noise(10), good...)} {
		f.put(t, name, damaged)
		f.holds(t, f.reader(), name, 0, damaged)
		f.put(t, name, good)
		f.holds(t, f.reader(), name, 0, good)
	}
	f.lists(t, f.word, map[string]int64{name: int64(len(good))})
}

// failing fails at an offset, or calls a function there.
type failing struct {
	*bytes.Reader
	at  int64
	err error
	act func()
}

func (r *failing) Read(p []byte) (int, error) {
	if left := int64(r.Len()); r.Size()-left >= r.at {
		if r.act != nil {
			r.act()
		}
		if r.err != nil {
			return 0, r.err
		}
	}
	return r.Reader.Read(p[:min(len(p), 10_000)])
}

func brokenOff(t *testing.T, f *fleet) {
	name, data := f.file("file"), noise(2<<20, "broken off")
	broken := errors.New("the disk is broken")
	attempts := func(when string) {
		r := &failing{Reader: bytes.NewReader(data), at: 1 << 20, err: broken}
		expect(t, "put what cannot be read, "+when, f.writer().Put(f.ctx, name, int64(len(data)), r), broken)
		ctx, cancel := context.WithCancel(f.ctx)
		r = &failing{Reader: bytes.NewReader(data), at: 1 << 20, act: cancel}
		if err := f.writer().Put(ctx, name, int64(len(data)), r); !errors.Is(err, context.Canceled) || !errors.Is(err, transport.ErrUnavailable) {
			t.Fatalf("put %s that was broken off: %v", when, err)
		}
		for _, size := range []int{len(data) - 1, len(data) + 1} {
			if f.writer().Put(f.ctx, name, int64(size), bytes.NewReader(data)) == nil {
				t.Fatalf("put %s took %d bytes for %d", when, len(data), size)
			}
		}
	}
	attempts("where there is none")
	for _, m := range f.machines {
		_, err := m.Open(f.ctx, name, 0)
		expect(t, "open what was broken off", err, transport.ErrNotFound)
	}
	f.lists(t, f.word, nil)
	there := noise(1000, "there")
	f.put(t, name, there)
	attempts("where there is one")
	f.holds(t, f.writer(), name, 0, there)
	f.holds(t, f.reader(), name, 0, there)
	f.lists(t, f.word, map[string]int64{name: int64(len(there))})
}

// lists waits until every machine lists these files.
func (f *fleet) lists(t *testing.T, prefix string, expected map[string]int64) {
	t.Helper()
	for _, m := range f.machines {
		f.eventually(t, func() error {
			files, err := m.List(f.ctx, prefix)
			if err != nil {
				return err
			}
			found := map[string]int64{}
			for _, file := range files {
				found[file.Name] = file.Size
			}
			if len(files) != len(expected) || fmt.Sprint(found) != fmt.Sprint(expected) {
				return fmt.Errorf("%q lists %v, expected %v", prefix, files, expected)
			}
			return nil
		})
	}
}

func listedFiles(t *testing.T, f *fleet) {
	a, ab, abc, b := f.file("a"), f.file("ab"), f.file("a/b-c"), f.file("b")
	f.lists(t, f.word, nil)
	for i, name := range []string{a, ab, abc, b} {
		f.put(t, name, noise(i*1000))
	}
	f.lists(t, f.file(""), map[string]int64{a: 0, ab: 1000, abc: 2000, b: 3000})
	f.lists(t, a, map[string]int64{a: 0, ab: 1000, abc: 2000})
	f.lists(t, f.file("a/"), map[string]int64{abc: 2000})
	f.lists(t, f.file("none"), nil)
	files, err := f.reader().List(f.ctx, "")
	if err != nil || len(files) < 4 {
		t.Fatalf("all files: %v, %v", files, err)
	}
}

func deletedFiles(t *testing.T, f *fleet) {
	name, other := f.file("file"), f.file("file/other")
	f.put(t, name, noise(500_000))
	f.put(t, other, noise(10))
	f.holds(t, f.reader(), name, 0, noise(500_000))
	for range 2 {
		expect(t, "delete", f.reader().Delete(f.ctx, name), nil)
	}
	f.eventually(t, func() error {
		if _, err := f.read(f.writer(), name, 0); !errors.Is(err, transport.ErrNotFound) {
			return fmt.Errorf("reading what was deleted: %v", err)
		}
		return nil
	})
	f.lists(t, f.word, map[string]int64{other: 10})
	f.put(t, name, noise(20))
	f.holds(t, f.reader(), name, 0, noise(20))
}

func filesAtOnce(t *testing.T, f *fleet) {
	var all sync.WaitGroup
	expected := map[string]int64{}
	for i := range 12 {
		name, data := f.file(fmt.Sprint(i)), noise(200_000+i, i)
		expected[name] = int64(len(data))
		all.Go(func() {
			from, to := f.machines[i%len(f.machines)], f.machines[(i+1)%len(f.machines)]
			if err := from.Put(f.ctx, name, int64(len(data)), bytes.NewReader(data)); err != nil {
				t.Errorf("put %s: %v", name, err)
				return
			}
			for {
				found, err := f.read(to, name, 0)
				if err == nil && bytes.Equal(found, data) {
					return
				}
				if f.ctx.Err() != nil {
					t.Errorf("%s has %d bytes, %v", name, len(found), err)
					return
				}
			}
		})
	}
	all.Wait()
	f.lists(t, f.word, expected)
}

func oneFilePutByAll(t *testing.T, f *fleet) {
	name, data := f.file("file"), noise(1<<20, "by all")
	var all sync.WaitGroup
	for i := range 6 {
		all.Go(func() {
			m := f.machines[i%len(f.machines)]
			if err := m.Put(f.ctx, name, int64(len(data)), bytes.NewReader(data)); err != nil {
				t.Errorf("put by machine %d: %v", i%len(f.machines), err)
			}
		})
	}
	all.Wait()
	for _, m := range f.machines {
		f.holds(t, m, name, 0, data)
	}
	f.lists(t, f.word, map[string]int64{name: int64(len(data))})
}

func leftUnread(t *testing.T, f *fleet) {
	name, data := f.file("file"), noise(2<<20, "left unread")
	f.put(t, name, data)
	f.holds(t, f.reader(), name, 0, data)
	r, err := f.reader().Open(f.ctx, name, 0)
	expect(t, "open", err, nil)
	if n, err := io.ReadFull(r, make([]byte, 10)); err != nil {
		t.Fatalf("read %d bytes: %v", n, err)
	}
	expect(t, "close what is not read", r.Close(), nil)

	ctx, cancel := context.WithCancel(f.ctx)
	r, err = f.reader().Open(ctx, name, 0)
	expect(t, "open", err, nil)
	cancel()
	if n, err := io.Copy(io.Discard, r); !errors.Is(err, context.Canceled) {
		t.Fatalf("read %d bytes when the context had ended: %v", n, err)
	}
	expect(t, "close what was broken off", r.Close(), nil)
	f.holds(t, f.reader(), name, 0, data)
}
