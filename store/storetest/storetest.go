package storetest

import (
	"log/slog"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/live"
	"alphanode/store/release"
)

// Catalogue makes a data directory in which the posts are published as r1.
func Catalogue(t testing.TB, posts ...*content.Post) *catalogue.Catalogue {
	t.Helper()
	c, err := catalogue.Make(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	Publish(t, c, catalogue.ImportOptions{}, posts...)
	return c
}

// Publish builds a release of the posts, as Stage does, publishes it and gives its name.
func Publish(t testing.TB, c *catalogue.Catalogue, o catalogue.ImportOptions, posts ...*content.Post) string {
	t.Helper()
	name := Stage(t, c, o, posts...)
	if _, err := c.Publish(name, store.PublishOptions{By: "test", Force: true}); err != nil {
		t.Fatal(err)
	}
	return name
}

// Stage builds a release of the posts, onto what is current unless the options say
// otherwise, and gives its name.
func Stage(t testing.TB, c *catalogue.Catalogue, o catalogue.ImportOptions, posts ...*content.Post) string {
	t.Helper()
	b, err := c.Import(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Discard()
	for i, p := range posts {
		if err := b.Add(content.Record{Post: p}, catalogue.Origin{File: "test", Line: i + 1}); err != nil {
			t.Fatal(err)
		}
	}
	built, err := b.Finish(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return built.Name
}

// Release makes a data directory of the posts and opens its release. It is
// closed when the test ends.
func Release(t testing.TB, posts ...*content.Post) *release.Release {
	t.Helper()
	return ReleaseOf(t, catalogue.ImportOptions{}, posts...)
}

// ReleaseOf is Release built with options.
func ReleaseOf(t testing.TB, o catalogue.ImportOptions, posts ...*content.Post) *release.Release {
	t.Helper()
	c, err := catalogue.Make(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.Open(Publish(t, c, o, posts...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// Live serves the data directory's current release. It is closed when the test
// ends.
func Live(t testing.TB, c *catalogue.Catalogue) *live.Live {
	t.Helper()
	l := live.Follow(t.Context(), c, slog.New(slog.DiscardHandler))
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}
