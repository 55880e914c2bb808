package catalogue

import (
	"errors"
	"slices"

	"alphanode/store"
	"alphanode/store/cursor"
	"alphanode/store/release"
)

// List gives every release, oldest first. One that cannot be read is listed
// with its problem.
func (c *Catalogue) List() ([]store.Entry, error) {
	names, err := c.Names()
	if err != nil {
		return nil, err
	}
	current, err := c.Current()
	if err != nil && !errors.Is(err, store.ErrCorrupt) {
		return nil, err
	}
	history, err := c.History()
	if err != nil {
		return nil, err
	}
	entries := make([]store.Entry, len(names))
	for i, name := range names {
		e := store.Entry{State: store.StateStaged}
		if e.Manifest, err = release.ReadManifest(c.ReleaseDir(name)); err != nil {
			e.Problem = err.Error()
		}
		e.Name = name
		if first, ok := history.published[name]; ok {
			e.State, e.PublishedAt = store.StatePrevious, &first.at
		}
		if name == current {
			e.State = store.StateCurrent
		}
		entries[i] = e
	}
	return entries, nil
}

// ListPage is List by pages, the newest first.
func (c *Catalogue) ListPage(first int, after string) (*store.ReleasePage[store.Entry], error) {
	all, err := c.List()
	if err != nil {
		return nil, err
	}
	return NewestFirst(all, func(e store.Entry) string { return e.Name }, "all releases", first, after)
}

// NewestFirst gives a page of releases that are in the order of their numbers.
func NewestFirst[T any](all []T, nameOf func(T) string, list string, first int, after string) (*store.ReleasePage[T], error) {
	if err := (store.Window{First: &first}).Check(); err != nil {
		return nil, err
	}
	hash := cursor.Question(nil).Text(list).Hash()
	behind := 0 // the number of a release
	if after != "" {
		c, err := cursor.Parse("after", after, hash)
		if err != nil {
			return nil, err
		}
		behind, _ = store.ReleaseNumber(c.Slug)
	}
	page := &store.ReleasePage[T]{Total: len(all)}
	for _, r := range slices.Backward(all) {
		if n, _ := store.ReleaseNumber(nameOf(r)); behind > 0 && n >= behind {
			continue
		}
		if len(page.Releases) == first {
			page.HasNext = true
			break
		}
		page.Releases = append(page.Releases, r)
		page.Cursors = append(page.Cursors, cursor.Cursor{Question: hash, Slug: nameOf(r)}.String())
	}
	return page, nil
}
