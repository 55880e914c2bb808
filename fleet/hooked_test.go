package fleet_test

import (
	"context"
	"io"
	"time"

	"alphanode/fleet"
	"alphanode/fleet/transport"
	"alphanode/store/catalogue"
)

// hooked calls what a test gives around the calls of a machine.
type hooked struct {
	transport.Transport
	beforeOpen  func()
	beforePut   func(name string)
	beforeSet   func(key string)
	afterDelete func()
}

func (h *hooked) Open(ctx context.Context, name string, offset int64) (io.ReadCloser, error) {
	if h.beforeOpen != nil {
		h.beforeOpen()
	}
	return h.Transport.Open(ctx, name, offset)
}

func (h *hooked) Put(ctx context.Context, name string, size int64, r io.ReadSeeker) error {
	if h.beforePut != nil {
		h.beforePut(name)
	}
	return h.Transport.Put(ctx, name, size, r)
}

func (h *hooked) Delete(ctx context.Context, name string) error {
	err := h.Transport.Delete(ctx, name)
	if h.afterDelete != nil {
		h.afterDelete()
	}
	return err
}

func (h *hooked) CompareAndSet(ctx context.Context, key string, data []byte, revision uint64) (uint64, error) {
	if h.beforeSet != nil {
		h.beforeSet(key)
	}
	return h.Transport.CompareAndSet(ctx, key, data, revision)
}

// hookedWriter is a writer with such a transport.
func (w *world) hookedWriter(name string) (*fleet.Member, *hooked) {
	w.t.Helper()
	c, err := catalogue.Make(w.t.TempDir())
	if err != nil {
		w.t.Fatal(err)
	}
	h := &hooked{Transport: w.net.Join(name)}
	return fleet.Join(w.t.Context(), h, c, quiet, fleet.Options{By: "tester", Host: name, Patience: 50 * time.Millisecond}), h
}
