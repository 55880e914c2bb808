package live

import (
	"context"
	"errors"
	"testing"
	"time"

	"alphanode/store"
	"alphanode/store/catalogue"
)

// TestComparisonsAreWaitedForByFew lets more wait for a comparison than may.
func TestComparisonsAreWaitedForByFew(t *testing.T) {
	t.Parallel()
	s := NewOthers(&catalogue.Catalogue{})
	s.comparing <- struct{}{} // one that does not end
	ctx, end := context.WithCancel(t.Context())
	defer end()
	ended := make(chan error, maxWaiting)
	for range maxWaiting {
		go func() { ended <- s.wait(ctx) }()
	}
	for s.waiting.Load() < maxWaiting {
		time.Sleep(time.Millisecond)
	}
	if err := s.wait(ctx); !errors.Is(err, store.ErrOverloaded) {
		t.Errorf("found %v", err)
	}
	end()
	for range maxWaiting {
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("found %v", err)
		}
	}
	<-s.comparing
	if err := s.wait(t.Context()); err != nil {
		t.Errorf("after the others left: found %v", err)
	}
}
