package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"alphanode/fleet/transport"
)

const (
	replicasKey = "replicas" // and the name of one
	ordersKey   = "orders"
	callKey     = ordersKey + ".call"
	drainKey    = ordersKey + ".drain" // and the name of one
)

// Report is what a replica says of itself.
type Report struct {
	Name     string    `json:"name"`
	Version  string    `json:"version"` // of alphanode
	Build    string    `json:"build"`
	Format   int       `json:"format"` // the newest that it reads
	Act      uint64    `json:"act"`    // to which its data directory was brought
	Serves   uint64    `json:"serves"` // the act whose state its readers see
	Release  string    `json:"release,omitempty"`
	SHA256   string    `json:"sha256,omitempty"`   // of the file that answers
	Lag      string    `json:"lag,omitempty"`      // how long it is behind
	Free     uint64    `json:"free"`               // bytes on its disk
	Fetching string    `json:"fetching,omitempty"` // a release
	Fetched  int64     `json:"fetched"`            // bytes, since its start
	Error    string    `json:"error,omitempty"`    // the last, while it lasts
	Lacks    string    `json:"lacks,omitempty"`    // a file of the fleet that it needs, and that is missing or damaged
	Draining bool      `json:"draining,omitempty"` // takes no new readers
	Address  string    `json:"address,omitempty"`  // where it listens
	TLS      bool      `json:"tls,omitempty"`      // it does so with TLS
	Traffic            // lately
	Time     time.Time `json:"time"`              // by its own clock
	Beat     uint64    `json:"beat"`              // how many reports there were since its start
	Started  string    `json:"started"`           // by which one start is known from another
	Answers  string    `json:"answers,omitempty"` // the last roll call
}

// Traffic is what a replica is asked.
type Traffic struct {
	Requests float64 `json:"requests"` // a second
	Errors   float64 `json:"errors"`   // of them, answered with 5xx
}

// ValidName reports whether a replica can have a name.
func ValidName(name string) bool {
	return transport.ValidKey(replicasKey+"."+name) && !strings.Contains(name, ".")
}

// NameOf makes a name of the name of a machine.
func NameOf(host string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		default:
			return '-'
		}
	}, strings.ToLower(host))
	if !ValidName(name) {
		return "replica"
	}
	return name
}

// setValue sets a value that is this member's alone to set, whatever it was.
func setValue(ctx context.Context, t transport.Transport, key string, data []byte) error {
	_, err := setAfter(ctx, t, key, data, 0)
	return err
}

// setAfter is setValue by who may know at which revision the value stands. It gives the new one.
func setAfter(ctx context.Context, t transport.Transport, key string, data []byte, revision uint64) (uint64, error) {
	for {
		next, err := t.CompareAndSet(ctx, key, data, revision)
		if !errors.Is(err, transport.ErrConflict) {
			return next, err
		}
		v, err := t.Get(ctx, key)
		if err != nil && !errors.Is(err, transport.ErrNotFound) {
			return 0, err
		}
		revision = v.Revision
	}
}

// Call has every replica report at once, and gives the name of the call, which their reports
// have then.
func (m *Member) Call(ctx context.Context) (string, error) {
	name := newNonce()
	if err := setValue(ctx, m.transport, callKey, []byte(name)); err != nil {
		return "", fmt.Errorf("call the replicas: %w", err)
	}
	return name, nil
}

// ErrNoReplica says that there is no replica of a name.
var ErrNoReplica = errors.New("found no such replica")

// Drain has a replica take no more new readers, or take them again. It lasts until that,
// whatever is started anew.
func (m *Member) Drain(ctx context.Context, name string, on bool) error {
	if err := m.known(ctx, name); err != nil {
		return fmt.Errorf("drain %s: %w", name, err)
	}
	key := drainKey + "." + name
	var err error
	if on {
		err = setValue(ctx, m.transport, key, []byte("1"))
	} else {
		err = m.transport.Remove(ctx, key)
	}
	if err != nil {
		return fmt.Errorf("drain %s: %w", name, err)
	}
	return nil
}

// Forget has nobody wait for a replica any more. One that is alive reports again.
func (m *Member) Forget(ctx context.Context, name string) error {
	if err := m.known(ctx, name); err != nil {
		return fmt.Errorf("forget %s: %w", name, err)
	}
	for _, key := range []string{drainKey + "." + name, replicasKey + "." + name} {
		if err := m.transport.Remove(ctx, key); err != nil {
			return fmt.Errorf("forget %s: %w", name, err)
		}
	}
	return nil
}

func (m *Member) known(ctx context.Context, name string) error {
	if !ValidName(name) {
		return ErrNoReplica
	}
	_, err := m.transport.Get(ctx, replicasKey+"."+name)
	if errors.Is(err, transport.ErrNotFound) {
		return ErrNoReplica
	}
	return err
}

// parseReport reads a report; nil where it is none.
func parseReport(v transport.Value) *Report {
	r := new(Report)
	if json.Unmarshal(v.Data, r) != nil || v.Key != replicasKey+"."+r.Name {
		return nil
	}
	return r
}
