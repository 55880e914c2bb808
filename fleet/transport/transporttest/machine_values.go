package transporttest

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"alphanode/fleet/transport"
)

func (c *connection) Get(ctx context.Context, key string) (transport.Value, error) {
	if err := transport.CheckKey(key); err != nil {
		return transport.Value{}, err
	}
	var found transport.Value
	err := c.call(ctx, func() error {
		e, ok := c.net.values[key]
		if !ok || e.Removed {
			return fmt.Errorf("value %s %w", key, transport.ErrNotFound)
		}
		found = e.Value
		found.Data = bytes.Clone(found.Data)
		return nil
	})
	return found, err
}

func (c *connection) CompareAndSet(ctx context.Context, key string, data []byte, revision uint64) (uint64, error) {
	if err := transport.CheckValue(key, data); err != nil {
		return 0, err
	}
	data = bytes.Clone(data)
	var set uint64
	err := c.write(ctx, func() error {
		var there uint64
		if e := c.net.values[key]; !e.Removed {
			there = e.Revision
		}
		if there != revision {
			return fmt.Errorf("value %s %w: its revision is %d, not %d", key, transport.ErrConflict, there, revision)
		}
		set = c.net.tell(transport.Event{Value: transport.Value{Key: key, Data: data}})
		return nil
	})
	if err != nil {
		return 0, err
	}
	return set, nil
}

func (c *connection) Remove(ctx context.Context, key string) error {
	if err := transport.CheckKey(key); err != nil {
		return err
	}
	return c.write(ctx, func() error {
		if e, ok := c.net.values[key]; ok && !e.Removed {
			c.net.tell(transport.Event{Value: transport.Value{Key: key}, Removed: true})
		}
		return nil
	})
}

// Watch tells first of what is there, then of each change, as chance disturbs them.
func (c *connection) Watch(ctx context.Context, prefix string, see func(transport.Event)) error {
	if err := transport.CheckPrefix(prefix); err != nil {
		return err
	}
	var news []transport.Event
	var seen, life int
	if err := c.call(ctx, func() error {
		news, seen, life = c.net.there(prefix), len(c.net.told), c.net.life
		return nil
	}); err != nil {
		return err
	}
	var again []transport.Event // to be told once more, behind newer ones
	settled := false
	for {
		news, again = c.disturb(news, again)
		for _, e := range news {
			e.Data = bytes.Clone(e.Data)
			see(e)
		}
		if !settled {
			see(transport.Event{Settled: true})
			settled = true
		}
		for news = nil; len(news) == 0; {
			c.net.mu.Lock()
			cut, wiped, changed := c.cut, c.net.life != life, c.net.changed
			if !cut && !wiped {
				for _, e := range c.net.told[seen:] {
					if transport.Under(prefix, e.Key) {
						news = append(news, e)
					}
				}
				seen = len(c.net.told)
			}
			c.net.mu.Unlock()
			select {
			case <-c.closed:
				cut = true
			case <-ctx.Done():
				return ctx.Err()
			default:
			}
			if cut || wiped {
				return fmt.Errorf("watch %q: %w: the connection is lost", prefix, transport.ErrUnavailable)
			}
			if len(news) > 0 {
				break
			}
			select {
			case <-changed:
				if err := c.gather(ctx); err != nil {
					return ctx.Err()
				}
			case <-ctx.Done():
			}
		}
	}
}

// gather waits until several events may have come, where they are to be reordered, and for
// as long as events are under way.
func (c *connection) gather(ctx context.Context) error {
	c.net.mu.Lock()
	reorder := c.reorder > 0
	c.net.mu.Unlock()
	if reorder {
		time.Sleep(2 * time.Millisecond)
	}
	return c.pause(ctx, 1)
}

// disturb repeats events and tells some before others, by chance. It gives those to be told
// now, and those to be told again later.
func (c *connection) disturb(news, again []transport.Event) (now, later []transport.Event) {
	c.net.mu.Lock()
	defer c.net.mu.Unlock()
	now = append(news, again...)
	for _, e := range news {
		if c.repeat > 0 && c.chance.Float64() < c.repeat {
			if c.chance.IntN(2) == 0 {
				now = append(now, e)
			} else {
				later = append(later, e)
			}
		}
	}
	for i := range now {
		if c.reorder > 0 && c.chance.Float64() < c.reorder {
			j := c.chance.IntN(len(now))
			now[i], now[j] = now[j], now[i]
		}
	}
	return now, later
}
