package live_test

import (
	"log/slog"
	"sync"
	"testing"
	"time"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/live"
	"alphanode/store/storetest"
)

// TestTakedownIsToldWhenNobodyHoldsThePost: who is told of a takedown together with another release
// finds the post in none that is open beside it.
func TestTakedownIsToldWhenNobodyHoldsThePost(t *testing.T) {
	t.Parallel()
	post := func(slug string) *content.Post {
		p := &content.Post{Slug: slug, Title: slug, Body: []content.Block{content.Paragraph{Text: "Of " + slug + "."}}}
		p.Settle()
		return p
	}
	c := storetest.Catalogue(t, post("a"), post("gone"))
	storetest.Publish(t, c, catalogue.ImportOptions{}, post("b"))
	l := live.FollowWith(t.Context(), c, slog.New(slog.DiscardHandler), live.FollowOptions{Poll: time.Hour})
	defer l.Close()
	pinned := func() (slugs []string) {
		r, err := l.Pin(t.Context(), "r1", store.PinOptions{Any: true})
		if err != nil {
			t.Error(err)
			return nil
		}
		defer r.Close()
		held, err := r.Holds(t.Context(), []string{"gone"})
		if err != nil {
			t.Error(err)
		}
		return held
	}
	if len(pinned()) != 1 {
		t.Fatal("found the post nowhere before it is taken down")
	}
	told := make(chan struct{})
	var once sync.Once
	l.OnSwitch(func(s store.Switch) {
		if s.After.Release != "r3" {
			return
		}
		if held := pinned(); len(held) > 0 {
			t.Errorf("found %v after the takedown was told", held)
		}
		once.Do(func() { close(told) })
	})
	if _, err := c.Takedown(t.Context(), []string{"gone"}, store.TakedownOptions{}); err != nil {
		t.Fatal(err)
	}
	storetest.Publish(t, c, catalogue.ImportOptions{}, post("c"))
	select {
	case <-told:
	case <-time.After(30 * time.Second):
		t.Fatal("nobody was told")
	}
}
