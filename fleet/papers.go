package fleet

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"alphanode/fleet/transport"
)

// maxPaper bounds a paper, in bytes: the parcel of a release of 400 GB has 7 MB.
const maxPaper = 64 << 20

const (
	papersPrefix = "papers/"
	blocksPrefix = "blocks/"
)

// patience is how long a file that should be there may be missing, where a member is not told
// otherwise: one that was put a moment ago may not have come to where it is read.
const patience = 5 * time.Second

// answerTime is how long the fleet may take to answer what is small: who waits for it holds the
// lock of a data directory. It is long enough for a line of 1 Mbit/s, and for brokers that notice
// that the one who decides was cut off, and agree on another: that took 15 seconds.
const answerTime = 40 * time.Second

// putPaper puts a paper and gives its name.
func putPaper(ctx context.Context, t transport.Transport, data []byte) (name string, err error) {
	name = sumOf(data)
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	if err := t.Put(ctx, papersPrefix+name, int64(len(data)), bytes.NewReader(data)); err != nil {
		return "", fmt.Errorf("put a paper of %d bytes: %w", len(data), err)
	}
	return name, nil
}

// paper reads a paper. The error is a *damagedError where it is missing or is not what its
// name says.
func (m *Member) paper(ctx context.Context, name string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	var data []byte
	err := m.patiently(ctx, func() error {
		in, err := m.transport.Open(ctx, papersPrefix+name, 0)
		if err != nil {
			return err
		}
		defer in.Close()
		data, err = io.ReadAll(io.LimitReader(in, maxPaper+1))
		return err
	})
	if err == nil && sumOf(data) != name {
		err = errOtherBytes
	}
	if errors.Is(err, transport.ErrNotFound) || errors.Is(err, errOtherBytes) {
		return nil, &damagedError{papersPrefix + name, err}
	}
	if err != nil {
		return nil, fmt.Errorf("read a paper of the fleet: %w", err)
	}
	return data, nil
}

// patiently does a step again while it finds no file.
func (m *Member) patiently(ctx context.Context, step func() error) error {
	until := time.Now().Add(cmp.Or(m.options.Patience, patience))
	for wait := 10 * time.Millisecond; ; wait *= 2 {
		err := step()
		if !errors.Is(err, transport.ErrNotFound) || time.Now().After(until) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(min(wait, time.Second)):
		}
	}
}

var errOtherBytes = errors.New("found other bytes than its name says")

// damagedError is a file of the fleet that is missing or damaged. Who has the release on disk
// can put it anew.
type damagedError struct {
	file string
	err  error
}

func (e *damagedError) Error() string {
	return fmt.Sprintf("the fleet's file %s: %v: alphanode fleet mend, on a machine that has the release, puts it anew", e.file, e.err)
}

func (e *damagedError) Unwrap() error { return e.err }
