package transporttest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"alphanode/fleet/transport"
)

func (c *connection) List(ctx context.Context, prefix string) ([]transport.File, error) {
	var found []transport.File
	err := c.call(ctx, func() error {
		for name, f := range c.net.files {
			if strings.HasPrefix(name, prefix) {
				found = append(found, transport.File{Name: name, Size: int64(len(f.data))})
			}
		}
		return nil
	})
	return found, err
}

func (c *connection) Open(ctx context.Context, name string, offset int64) (io.ReadCloser, error) {
	if err := transport.CheckFile(name); err != nil {
		return nil, err
	}
	if offset < 0 {
		return nil, fmt.Errorf("offset %d of %s %w", offset, name, transport.ErrInvalid)
	}
	r := &reader{connection: c, ctx: ctx}
	err := c.call(ctx, func() error {
		f, ok := c.net.files[name]
		if !ok || f.isNews(c) {
			return fmt.Errorf("file %s %w", name, transport.ErrNotFound)
		}
		r.in = bytes.NewReader(f.data[min(offset, int64(len(f.data))):])
		return nil
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// isNews reports whether a machine has not yet heard of a file. The net's mutex is held.
func (f file) isNews(c *connection) bool {
	if f.by == c.machine || f.asked[c.machine] >= c.net.stale {
		return false
	}
	f.asked[c.machine]++
	return true
}

// reader is what a machine reads, which waits while it is cut off.
type reader struct {
	*connection
	ctx context.Context
	in  *bytes.Reader
}

func (r *reader) Read(p []byte) (int, error) {
	if err := r.travel(r.ctx); err != nil {
		return 0, err
	}
	return r.in.Read(p[:min(len(p), 256<<10)])
}

func (r *reader) Close() error { return nil }

func (c *connection) Put(ctx context.Context, name string, size int64, r io.ReadSeeker) error {
	if err := transport.CheckFile(name); err != nil {
		return err
	}
	if err := c.travel(ctx); err != nil {
		return err
	}
	data, err := io.ReadAll(io.LimitReader(r, size+1))
	if err != nil {
		return fmt.Errorf("read what is put as %s: %w", name, err)
	}
	if int64(len(data)) != size {
		return fmt.Errorf("put %s: its reader gave %d bytes or more, expected %d", name, len(data), size)
	}
	return c.write(ctx, func() error {
		if c.net.full {
			return fmt.Errorf("put %s: %w", name, transport.ErrNoRoom)
		}
		c.net.files[name] = file{data: data, by: c.machine, asked: map[*machine]int{}}
		c.net.wake()
		return nil
	})
}

func (c *connection) Delete(ctx context.Context, name string) error {
	if err := transport.CheckFile(name); err != nil {
		return err
	}
	return c.write(ctx, func() error {
		delete(c.net.files, name)
		c.net.wake()
		return nil
	})
}
