package jetstream

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go"

	"alphanode/fleet/transport"
)

// A removed value is a message with this header, which the command nats writes too. It stays:
// so who watches is told, and the next value has a greater revision.
const (
	headerOperation = "KV-Operation"
	operationDelete = "DEL"
	operationPurge  = "PURGE"
)

func (l *link) keys() string { return "$KV." + l.names.values + "." }

// settled is a subject that no key has, as those have no capitals.
func (l *link) settled() string { return l.keys() + "Settled" }

// stands asks for a value as it stands, removed or not; its revision is 0 where there never
// was one.
func (l *link) stands(ctx context.Context, key string) (transport.Event, error) {
	e := transport.Event{Value: transport.Value{Key: key}, Removed: true}
	m, err := l.message(ctx, l.names.valueStream(), wanted{LastOf: l.keys() + key})
	if errors.Is(err, transport.ErrNotFound) {
		return e, nil
	}
	if err != nil {
		return e, err
	}
	e.Revision, e.Data = m.Seq, m.Data
	e.Removed = removes(m.header(headerOperation))
	return e, nil
}

func removes(operation string) bool {
	return operation == operationDelete || operation == operationPurge
}

// Get settles first: a leader that was deposed and does not know it yet would give what was.
func (l *link) Get(ctx context.Context, key string) (transport.Value, error) {
	if err := transport.CheckKey(key); err != nil {
		return transport.Value{}, err
	}
	if _, err := l.settle(ctx, l.names.valueStream(), l.settled()); err != nil {
		return transport.Value{}, fmt.Errorf("get value %s: %w", key, err)
	}
	e, err := l.stands(ctx, key)
	if err != nil {
		return transport.Value{}, fmt.Errorf("get value %s: %w", key, err)
	}
	if e.Removed {
		return transport.Value{}, fmt.Errorf("value %s %w", key, transport.ErrNotFound)
	}
	return e.Value, nil
}

func (l *link) CompareAndSet(ctx context.Context, key string, data []byte, revision uint64) (uint64, error) {
	if err := transport.CheckValue(key, data); err != nil {
		return 0, err
	}
	expected := revision
	if revision == 0 {
		e, err := l.stands(ctx, key)
		if err != nil {
			return 0, fmt.Errorf("set value %s: %w", key, err)
		}
		if !e.Removed {
			return 0, fmt.Errorf("value %s %w: its revision is %d, not 0", key, transport.ErrConflict, e.Revision)
		}
		expected = e.Revision // of what says that it was removed
	}
	set, err := l.publish(ctx, l.names.valueStream(), expecting(&nats.Msg{Subject: l.keys() + key, Data: data}, expected))
	if err != nil {
		return 0, fmt.Errorf("set value %s at revision %d: %w", key, revision, err)
	}
	return set, nil
}

func (l *link) Remove(ctx context.Context, key string) error {
	if err := transport.CheckKey(key); err != nil {
		return err
	}
	if _, err := l.settle(ctx, l.names.valueStream(), l.settled()); err != nil {
		return fmt.Errorf("remove value %s: %w", key, err)
	}
	for {
		e, err := l.stands(ctx, key)
		if err == nil && e.Removed {
			return nil
		}
		if err == nil {
			m := expecting(nats.NewMsg(l.keys()+key), e.Revision)
			m.Header.Set(headerOperation, operationDelete)
			_, err = l.publish(ctx, l.names.valueStream(), m)
		}
		if err == nil {
			return nil
		}
		if !errors.Is(err, transport.ErrConflict) { // somebody has set it meanwhile
			return fmt.Errorf("remove value %s: %w", key, err)
		}
	}
}

// Watch reads the stream of values, and settles behind what was there.
func (l *link) Watch(ctx context.Context, prefix string, see func(transport.Event)) error {
	if err := transport.CheckPrefix(prefix); err != nil {
		return err
	}
	filters := []string{l.keys() + ">"}
	if prefix != "" {
		filters = []string{l.keys() + prefix, l.keys() + prefix + ".>", l.settled()}
	}
	settled := false
	err := l.follow(ctx, l.names.valueStream(), filters, l.settled(), func(m *nats.Msg, seq uint64) error {
		if m == nil {
			settled = true
			see(transport.Event{Settled: true})
			return nil
		}
		e := transport.Event{Removed: removes(m.Header.Get(headerOperation))}
		e.Key, e.Data, e.Revision = strings.TrimPrefix(m.Subject, l.keys()), m.Data, seq
		if transport.ValidKey(e.Key) && (settled || !e.Removed) {
			see(e)
		}
		return nil
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("watch values %q: %w", prefix, err)
}
