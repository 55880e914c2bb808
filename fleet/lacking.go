package fleet

import (
	"context"
	"fmt"
	"math"
	"slices"

	"alphanode/store"
	"alphanode/store/catalogue"
)

// LackingError says that the release that is current is not here yet.
type LackingError struct {
	Release string
	Err     error // nil where nothing has failed
}

func (e *LackingError) Error() string {
	text := fmt.Sprintf("release %s of the fleet is not on this disk yet", e.Release)
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *LackingError) Unwrap() error { return e.Err }

// gather gives what came of the releases that are lacking, and fetches it where that is not
// for later. That one cannot be fetched keeps nobody from the others.
func (m *Member) gather(ctx context.Context, h *head) (came []catalogue.Came, lacking error) {
	for _, s := range m.lacking(h) {
		f, ok := s.usable()
		if !ok {
			if s.Name == h.Current {
				lacking = &LackingError{s.Name, store.FormatError{Release: s.Name, Found: s.newest().Format}}
			}
			continue
		}
		one := catalogue.Came{Name: s.Name, Dir: m.comingDir(s.Name, f)}
		var err error
		switch {
		case m.arrived(one, f):
		case m.options.Later:
			err = &LackingError{Release: s.Name}
		default:
			one, err = m.fetch(ctx, h, s.Name, f)
		}
		if err == nil {
			came = append(came, one)
			continue
		}
		if s.Name == h.Current {
			lacking = &LackingError{s.Name, err}
			if l, ok := err.(*LackingError); ok {
				lacking = l
			}
		} else if !m.options.Later {
			m.log.Warn("a release of the fleet is not on this disk", "release", s.Name, "error", err)
		}
	}
	return came, lacking
}

// lacking gives the releases that are not here as the head has them: the current one first,
// then the newest.
func (m *Member) lacking(h *head) []*shared {
	var all []*shared
	for i := range h.Releases {
		s := &h.Releases[i]
		f, ok := s.usable()
		stated, err := m.catalogue.Stated(s.Name)
		if ok && err == nil && sumOf(stated) == f.Manifest && !m.isBad(s.Name) {
			continue
		}
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b *shared) int {
		return urgency(b.Name, h) - urgency(a.Name, h)
	})
	return all
}

// urgency orders releases by how soon they are needed.
func urgency(name string, h *head) int {
	if name == h.Current {
		return math.MaxInt
	}
	n, _ := store.ReleaseNumber(name)
	return n
}

// isBad reports whether the copy of a release on this disk was found damaged.
func (m *Member) isBad(name string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.bad[name]
}

// setBad notes that a copy is damaged, or that it is not any more.
func (m *Member) setBad(name string, bad bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if bad {
		m.bad[name] = true
	} else {
		delete(m.bad, name)
	}
}

// has reports whether a release is here, or is among those that came. No release is.
func (m *Member) has(h *head, name string, came []catalogue.Came) bool {
	if name == "" || slices.ContainsFunc(came, func(c catalogue.Came) bool { return c.Name == name }) {
		return true
	}
	return !slices.ContainsFunc(m.lacking(h), func(s *shared) bool { return s.Name == name })
}
