package live

import (
	"context"
	"errors"
	"fmt"
	"time"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/release"
)

// takeSince gives the release that changes are asked for since. Where that is what was
// current at a time, the question has its name from then on: so cursors are of one
// question, however it was asked.
func (s *Others) takeSince(ctx context.Context, own *release.Release, q *store.ChangeQuery) (*release.Release, error) {
	asked := q.Since
	if q.Until == "" {
		if err := s.nameSince(q); err != nil {
			return nil, err
		}
	}
	r, err := s.takeBeside(ctx, own, "since", q.Since)
	if gone, ok := errors.AsType[*store.ReleaseError](err); ok && asked != q.Since {
		gone.At = fmt.Sprintf("%.40s", asked)
	}
	return r, err
}

// nameSince puts the name of the release in place of a day or an instant at which it was
// current. A day is its beginning in UTC, so that what was published on it is among the
// changes since.
func (s *Others) nameSince(q *store.ChangeQuery) error {
	if _, ok := store.ReleaseNumber(q.Since); ok {
		return nil
	}
	wrong := func(expected string) error {
		return &store.ArgumentError{Name: "since", Found: fmt.Sprintf("%.40q", q.Since), Expected: expected}
	}
	at, ok := content.ParseDate(q.Since)
	if !ok {
		return wrong("the name of a release, such as r1, a day, such as 2026-05-01, or an instant, such as 2026-05-01T09:30:00Z")
	}
	// Who asks since a time to come would be told that nothing changed, and go on to
	// believe it.
	if now := time.Now(); at.After(now) {
		return wrong("a time that is not to come: it is " + now.UTC().Format(time.RFC3339) + " here")
	}
	early := &store.UnpublishedError{Argument: "since", At: fmt.Sprintf("%.40s", q.Since)}
	if s == nil {
		return early
	}
	history, err := s.catalogue.History()
	if err != nil {
		return err
	}
	name, ok := history.CurrentAt(at)
	if !ok {
		early.First = history.Began()
		return early
	}
	q.Since = name
	return nil
}
