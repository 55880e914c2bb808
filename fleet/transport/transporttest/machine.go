package transporttest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"alphanode/fleet/transport"
)

// machine is what befalls one machine. All of it is guarded by the mutex of its net.
type machine struct {
	net             *Net
	name            string
	chance          *rand.Rand
	cut             bool
	least, most     time.Duration
	lose            float64
	repeat, reorder float64
}

// connection is a machine's way to its net.
type connection struct {
	*machine
	closed chan struct{}
}

// Close ends the connection: calls get no answer any more.
func (c *connection) Close() error {
	c.net.change(func() {
		select {
		case <-c.closed:
		default:
			close(c.closed)
		}
	})
	return nil
}

// call asks the net for something: f, which is called with the net's mutex held. Half of the
// delay is on the way there, half on the way back.
func (c *connection) call(ctx context.Context, f func() error) error {
	if err := c.travel(ctx); err != nil {
		return err
	}
	c.net.mu.Lock()
	var err error
	if c.net.missing {
		err = &transport.MissingError{What: "net of a test, which says that it is missing"}
	} else {
		err = f()
	}
	c.net.mu.Unlock()
	if lost := c.travel(ctx); lost != nil {
		return lost
	}
	return err
}

// write is call for what changes something, whose answer may be lost.
func (c *connection) write(ctx context.Context, f func() error) error {
	err := c.call(ctx, f)
	c.net.mu.Lock()
	defer c.net.mu.Unlock()
	if c.lose > 0 && c.chance.Float64() < c.lose {
		return fmt.Errorf("%w: it was lost on its way to %s", transport.ErrUnavailable, c.name)
	}
	return err
}

// travel waits for half of the machine's delay, and until it is not cut off.
func (c *connection) travel(ctx context.Context) error {
	if err := c.pause(ctx, 2); err != nil {
		return err
	}
	for {
		c.net.mu.Lock()
		cut, changed := c.cut, c.net.changed
		c.net.mu.Unlock()
		select {
		case <-c.closed:
			return fmt.Errorf("%w: the connection is closed", transport.ErrUnavailable)
		case <-ctx.Done():
			return transport.Unanswered(ctx, nil)
		default:
		}
		if !cut {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
}

// pause waits for a part of the machine's delay.
func (c *connection) pause(ctx context.Context, part int) error {
	c.net.mu.Lock()
	wait := c.least
	if c.most > c.least {
		wait += time.Duration(c.chance.Int64N(int64(c.most - c.least)))
	}
	c.net.mu.Unlock()
	if wait /= time.Duration(part); wait <= 0 {
		return nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return transport.Unanswered(ctx, nil)
	}
}
